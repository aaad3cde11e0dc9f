"""Concatenation of recordings in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.errors import InputError, parameter_problem, problem
from signlift.utils.array_types import Float

#: What all recordings must have in common, and how it is written in a message.
_COMMON: dict[str, Callable[[Recording], object]] = {
    "skeleton": lambda recording: recording.skeleton.name,
    "keypoints": lambda recording: recording.skeleton.keypoints,
    "size": lambda recording: recording.size,
    "unit": lambda recording: recording.unit,
    "fps": lambda recording: recording.fps,
}


def concatenate(recordings: Sequence[Recording]) -> Recording:
    """Concatenate recordings in time, one after the other.

    Parameters
    ----------
    recordings
        At least one, with the same skeleton, size, unit and frame rate.

    Returns
    -------
    A recording with the name of the first and the notes of all, without proportions. Where some
    have depth, uncertainty, confidence or detector depth and others have none, it is NaN in the
    latter. Where some have times, each recording begins one frame after the last one ended.

    Raises
    ------
    InputError
        There is no recording, or one differs from the first in skeleton, size, unit or frame rate.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> recording = sl.Recording(np.zeros((50, 17, 2)), "coco17", fps=25)
    >>> sl.concatenate([recording[:10], recording[40:]])
    Recording('recording', 20 frames, 25 fps, coco17, no depth)
    """
    recordings = list(recordings)
    if not recordings:
        raise InputError(parameter_problem("recordings", expected="at least one", found="none"))
    first = recordings[0]
    problems = []
    for recording in recordings[1:]:
        for field, get in _COMMON.items():
            if get(recording) != get(first):
                where, expected = f"{recording.name}: {field}", f"{get(first)}, as in {first.name}"
                problems.append(problem(where, expected=expected, found=str(get(recording))))
    if problems:
        raise InputError(problems)

    return replace(
        first,
        keypoints=np.concatenate([recording.keypoints for recording in recordings]),
        depth=_join(recordings, "depth"),
        depth_uncertainty=_join(recordings, "depth_uncertainty"),
        confidence=_join(recordings, "confidence"),
        detector_depth=_join(recordings, "detector_depth"),
        times=_join_times(recordings),
        proportions=first.proportions if len(recordings) == 1 else None,
        notes=tuple(dict.fromkeys(note for recording in recordings for note in recording.notes)),
    )


def _join(recordings: Sequence[Recording], field: str) -> Float[np.ndarray, "T J"] | None:
    """Join values [T, J], NaN where a recording has none; None if no recording has any."""
    arrays = [getattr(recording, field) for recording in recordings]
    if all(array is None for array in arrays):
        return None
    for number, recording in enumerate(recordings):
        if arrays[number] is None:
            arrays[number] = np.full(recording.keypoints.shape[:2], np.nan, np.float32)
    return np.concatenate(arrays)


def _join_times(recordings: Sequence[Recording]) -> Float[np.ndarray, " T"] | None:
    """Join times, with the step of a frame between two recordings; None if no recording has any."""
    if all(recording.times is None for recording in recordings):
        return None
    begin, parts = 0.0, []
    for recording in recordings:
        if not len(recording):
            continue
        step = 1 / (recording.frame_rate or DEFAULT_FPS)
        times = np.arange(len(recording)) * step
        if recording.times is not None:
            times = recording.times - recording.times[0]
        parts.append(begin + times)
        begin = float(parts[-1][-1]) + step
    return np.concatenate(parts) if parts else np.empty(0)
