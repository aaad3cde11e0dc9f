"""The frames of a live session as a recording."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.io.video.frame_timing import compute_even_fps
from signlift.live.live_frame import LiveFrame
from signlift.utils.array_types import Float


class Recorder:
    """Collect lifted frames, and make a recording of them."""

    def __init__(self) -> None:
        self._frames: list[LiveFrame] = []

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self._frames)

    def add(self, frame: LiveFrame) -> None:
        """Add a lifted frame."""
        self._frames.append(frame)

    def to_recording(self, skeleton: Skeleton, frame_rate: float, name: str) -> Recording:
        """Make the recording of all frames, with their times if these are not evenly spaced."""
        J, frames = len(skeleton), self._frames
        keypoints = [frame.keypoints for frame in frames]
        return Recording(
            np.stack(keypoints) if frames else np.empty((0, J, 2), np.float32),
            skeleton,
            depth=_stack([frame.depth for frame in frames], J, np.nan, always=True),
            confidence=_stack([frame.confidence for frame in frames], J, 1.0),
            depth_uncertainty=_stack([frame.uncertainty for frame in frames], J, np.nan),
            detector_depth=_stack([frame.detector_depth for frame in frames], J, np.nan),
            times=_uneven_times([frame.time for frame in frames], frame_rate),
            fps=frame_rate,
            name=name,
        )


def _stack(
    rows: Sequence[NDArray[np.floating] | None], J: int, missing: float, *, always: bool = False
) -> Float[np.ndarray, "T J"] | None:
    """Stack rows, with `missing` in those that are None; None where all are."""
    if all(row is None for row in rows) and not always:
        return None
    out = np.full((len(rows), J), missing, np.float32)
    for number, row in enumerate(rows):
        if row is not None:
            out[number] = row
    return out


def _uneven_times(
    times: Sequence[float | None], frame_rate: float
) -> Float[np.ndarray, " T"] | None:
    """Return times from 0 on, unless some are missing, do not increase, or are those of the rate.

    A camera's times are not evenly spaced, and frames may have been dropped.
    """
    if len(times) < 2 or any(time is None for time in times):
        return None
    seconds = np.array(times, np.float64)
    if not (np.diff(seconds) > 0).all():
        return None
    even = compute_even_fps(seconds)
    if even is not None and abs(even / frame_rate - 1) < 0.01:
        return None
    return np.asarray(seconds - seconds[0])
