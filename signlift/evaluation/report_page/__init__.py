"""The report page of an evaluation: one HTML file that needs nothing else."""

from signlift.evaluation.report_page.contents import PageContents, Sample
from signlift.evaluation.report_page.page import make_page

__all__ = ["PageContents", "Sample", "make_page"]
