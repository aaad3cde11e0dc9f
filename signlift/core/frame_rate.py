"""Frames per second: what is taken for it, and what where it is not known."""

from __future__ import annotations

import numpy as np

from signlift.core.recording import DEFAULT_FPS
from signlift.errors import InputError, parameter_problem, problem

#: More than this is no camera's, but likely another unit.
MAX_FPS = 1000.0


def check_fps(fps: object, where: str = "fps") -> float:
    """A frame rate as it was given, if it is one.

    Parameters
    ----------
    fps
        Frames per second; None is taken as `DEFAULT_FPS`.
    where
        What it is called in the message.

    Raises
    ------
    InputError
        It is not a number above 0, and at most `MAX_FPS`.
    """
    if fps is None:
        return DEFAULT_FPS
    number = isinstance(fps, (int, float, np.number)) and not isinstance(fps, bool)
    if not (number and 0 < fps <= MAX_FPS):  # type: ignore[operator]
        expected = f"a number above 0 and up to {MAX_FPS:g}"
        found = f"{fps:g}" if number else repr(fps)
        describe = parameter_problem if where == "fps" else problem
        raise InputError(describe(where, expected=expected, found=found))
    return float(fps)  # type: ignore[arg-type]
