"""Writing of the report page of an evaluation."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from signlift._version import __version__
from signlift.core.recording import Recording
from signlift.core.reference_frame import ReferenceFrame
from signlift.errors import InputError, InputWarning
from signlift.evaluation.draw_evaluation import to_camera_frame
from signlift.evaluation.evaluation_result import Evaluation
from signlift.evaluation.page_statistics import PageStatistics
from signlift.evaluation.report import Report
from signlift.evaluation.report_page import PageContents, Sample, make_page
from signlift.training.history import EpochLosses, read_losses
from signlift.training.run import CONFIG
from signlift.utils.atomic import write_text

REPORT_PAGE = "report.html"

#: Frames of a recording that the page plays, from its beginning: at most, at least, and keypoints
#: of all of them, so that the page stays below about 5 MB.
_MAX_FRAMES, _MIN_FRAMES, _MAX_KEYPOINTS = 600, 150, 60_000


def write_report_page(
    directory: Path,
    evaluation: Evaluation,
    statistics: PageStatistics,
    flat: Report,
    predict: Callable[[int], tuple[Recording, Recording]],
    *,
    data: str,
    reference_frame: ReferenceFrame,
    command: str | None = None,
) -> Path:
    """Write DIRECTORY/report.html.

    Parameters
    ----------
    directory
        The directory of the results.
    evaluation
        The measures of the model and of the constant depth.
    statistics
        The statistics of the charts.
    flat
        The measures of a flat skeleton.
    predict
        A function that returns the recording of a number with true and with predicted depth.
    data
        The name of the data.
    reference_frame
        The reference frame of the recordings.
    command
        The command that asked for the evaluation.

    Returns
    -------
    The path of the page.

    Warns
    -----
    InputWarning
        The losses of the run are damaged; the page then has no learning curves.
    """
    ranked = statistics.ranked()
    titles = {0: "best", len(ranked) // 2: "median", len(ranked) - 1: "worst"}
    if len(ranked) == 1:
        titles = {0: "recording"}
    frames = min(_MAX_FRAMES, max(_MIN_FRAMES, _MAX_KEYPOINTS // len(statistics.skeleton)))
    samples = []
    for rank, title in sorted(titles.items()):
        recordings = predict(ranked[rank].number)
        true, predicted = (
            to_camera_frame(recording, reference_frame, frames) for recording in recordings
        )
        samples.append(Sample(title, ranked[rank], true, predicted))
    contents = PageContents(
        evaluation,
        statistics,
        skeleton=statistics.skeleton,
        unit="units" if reference_frame == "canonical" else samples[0].true.unit,
        data=data,
        version=__version__,
        date=datetime.now(),
        flat=flat,
        losses=_read_losses(evaluation.model),
        samples=samples,
        command=command,
    )
    path = directory / REPORT_PAGE
    write_text(path, make_page(contents))
    return path


def _read_losses(model: str) -> list[EpochLosses]:
    """Read the losses of the run that a model is the directory or a file of."""
    path = Path(model)
    run = path if path.is_dir() else path.parent
    if not (run / CONFIG).exists():
        return []
    try:
        return read_losses(run)
    except InputError as error:
        warnings.warn(f"{error}; report.html has no learning curves", InputWarning, stacklevel=2)
        return []
