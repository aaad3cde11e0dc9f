"""Report of all measures over a set of recordings."""

from __future__ import annotations

from dataclasses import dataclass

from signlift.evaluation.report_table import format_report
from signlift.evaluation.report_values import ReportValues


@dataclass(frozen=True)
class Report(ReportValues):
    """Report of all measures; its attributes are those of `ReportValues`."""

    def table(self, baseline: ReportValues | None = None, name: str = "baseline") -> str:
        """Format the report as plain text for a terminal.

        Parameters
        ----------
        baseline
            Another report on the same skeleton with the same thresholds, to print beside this
            one. The last column of errors is then the ratio of this one to the baseline in torso
            lengths, below 1 where this one is better.
        name
            Name of the baseline.

        Raises
        ------
        InputError
            The baseline has other keypoints or thresholds.
        """
        return format_report(self, baseline, name)
