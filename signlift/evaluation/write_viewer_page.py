"""A page that plays recordings of an evaluation, true beside predicted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.reference_frame import ReferenceFrame
from signlift.evaluation.draw_evaluation import to_camera_frame
from signlift.evaluation.page_statistics.page_statistics import RecordingError

#: Maximum number of recordings in the page, and of frames of each.
_MAX_RECORDINGS, _MAX_FRAMES = 6, 1800


def write_viewer_page(
    path: Path,
    ranked: Sequence[RecordingError],
    predict: Callable[[int], tuple[Recording, Recording]],
    reference_frame: ReferenceFrame,
) -> Path:
    """Write a page of up to six recordings, from the smallest error to the largest.

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

    last = len(ranked) - 1
    titles = {last // 2: "median", last: "worst", 0: "best"} if last > 0 else {}
    truths, recordings = [], []
    for rank in np.unique(np.linspace(0, last, _MAX_RECORDINGS).astype(int)).tolist():
        number = ranked[rank].number
        true, predicted = (
            to_camera_frame(each, reference_frame, _MAX_FRAMES) for each in predict(number)
        )
        title = f"{titles[rank]}, recording {number}" if rank in titles else f"recording {number}"
        truths.append(true)
        recordings.append(replace(predicted, name=title))
    return write_page(path, recordings, truths=truths)
