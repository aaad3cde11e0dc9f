"""Statistics behind the charts of the report page, gathered recording by recording."""

from signlift.evaluation.page_statistics.page_statistics import PageStatistics

__all__ = ["PageStatistics"]
