"""A page that plays recordings of an evaluation, true beside predicted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from signlift.core.recording import Recording
from signlift.core.reference_frame import ReferenceFrame
from signlift.evaluation.draw_evaluation import to_camera_frame
from signlift.evaluation.page_statistics.page_statistics import RecordingError

#: Maximum number of frames of a recording in the page, from its beginning.
_MAX_FRAMES = 1800


def write_viewer_page(
    path: Path,
    ranked: Sequence[RecordingError],
    predict: Callable[[int], tuple[Recording, Recording]],
    reference_frame: ReferenceFrame,
) -> Path:
    """Write a page of the recordings with the smallest, the median and the largest error.

    Parameters
    ----------
    path
        The page.
    ranked
        The errors of all recordings, the smallest first.
    predict
        A function that returns the recording of a number with true and with predicted depth.
    reference_frame
        The reference frame of the recordings.

    Returns
    -------
    The path.
    """
    from signlift.viewer import write_page

    titles = {len(ranked) // 2: "median", len(ranked) - 1: "worst", 0: "best"}
    truths, recordings = [], []
    for rank, title in sorted(titles.items()):
        number = ranked[rank].number
        true, predicted = (
            to_camera_frame(each, reference_frame, _MAX_FRAMES) for each in predict(number)
        )
        truths.append(true)
        name = f"recording {number}" if len(ranked) == 1 else f"{title}: no. {number}"
        recordings.append(replace(predicted, name=name))
    return write_page(path, recordings, truths=truths, title="Predicted and true depth")
