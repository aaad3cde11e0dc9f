"""All that a report page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.evaluation.evaluation_result import Evaluation
from signlift.evaluation.page_statistics.page_statistics import PageStatistics, RecordingError
from signlift.evaluation.report import Report
from signlift.training.history import EpochLosses


@dataclass(frozen=True, eq=False)
class Sample:
    """A recording to play.

    Attributes
    ----------
    title
        What it is an example of, such as "best".
    error
        Its error.
    true, predicted
        The first frames of the recording, with true and with predicted depth.
    """

    title: str
    error: RecordingError
    true: Recording
    predicted: Recording


@dataclass(frozen=True, eq=False)
class PageContents:
    """All that a report page shows.

    Attributes
    ----------
    evaluation
        The measures of the model and of the constant depth.
    statistics
        The statistics of the charts.
    skeleton
        The skeleton of the recordings.
    unit
        The unit of the keypoints.
    data
        The name of the data.
    flat
        The measures of a flat skeleton, whose depth is 0 everywhere; None if they were not taken.
    losses, loss
        The losses of the training of a run, and the loss in words.
    samples
        The recordings to play.
    command
        The command that was typed; None if a program asked for the evaluation.
    version
        The version of signlift.
    date
        When the page was made.
    """

    evaluation: Evaluation
    statistics: PageStatistics
    skeleton: Skeleton
    unit: str
    data: str
    version: str
    date: datetime
    flat: Report | None = None
    losses: Sequence[EpochLosses] = ()
    loss: str = "loss"
    samples: Sequence[Sample] = field(default=())
    command: str | None = None
