"""Frame rates: their limits and their default."""

from __future__ import annotations

import numpy as np

from signlift.core.recording import DEFAULT_FPS
from signlift.errors import InputError, parameter_problem, problem

#: The maximum frame rate. Larger numbers are probably in another unit.
MAX_FPS = 1000.0


def check_fps(fps: object, where: str = "fps") -> float:
    """Check a frame rate, and replace None by the default.

    Parameters
    ----------
    fps
        Frames per second; None for `DEFAULT_FPS`.
    where
        The parameter, or the place in a file, for the message.

    Returns
    -------
    Frames per second.

    Raises
    ------
    InputError
        The frame rate is not a number above 0 and up to `MAX_FPS`.

    Examples
    --------
    >>> from signlift.core.frame_rate import check_fps
    >>> check_fps(25), check_fps(None)
    (25.0, 30.0)
    """
    if fps is None:
        return DEFAULT_FPS
    number = isinstance(fps, (int, float, np.number)) and not isinstance(fps, bool)
    if not (number and 0 < fps <= MAX_FPS):  # type: ignore[operator]
        expected = f"a number above 0 and up to {MAX_FPS:g}"
        found = f"{fps:g}" if number else repr(fps)
        describe = parameter_problem if where.isidentifier() else problem
        raise InputError(describe(where, expected=expected, found=found))
    return float(fps)  # type: ignore[arg-type]


def describe_assumed_fps(fps: float) -> str:
    """Describe a frame rate that was assumed, for the notes of a recording.

    Examples
    --------
    >>> describe_assumed_fps(30)
    'frame rate unknown: 30 frames per second assumed'
    """
    return f"frame rate unknown: {fps:g} frames per second assumed"
