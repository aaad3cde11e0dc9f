"""Limits of one recording, beyond which it fails alone."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from signlift.errors import InputError, parameter_problem


@dataclass(frozen=True)
class Limits:
    """Limits of one recording; None for none.

    Attributes
    ----------
    frames
        Number of frames.
    seconds
        Seconds that reading, lifting and writing take.
    memory
        Bytes of memory that they take, beyond those of the program and the model.

    Raises
    ------
    InputError
        Lists the limits that are not above 0, or that this system cannot keep.
    """

    frames: int | None = None
    seconds: float | None = None
    memory: float | None = None

    def __post_init__(self) -> None:
        limits = {
            "max_frames": (self.frames, "a number of frames above 0"),
            "max_seconds": (self.seconds, "a time above 0 s"),
            "max_memory": (self.memory, "a size above 0 MB"),
        }
        problems = [
            parameter_problem(name, expected=expected, found=f"{limit:g}")
            for name, (limit, expected) in limits.items()
            if limit is not None and not 0 < limit < float("inf")
        ]
        if self.memory is not None and sys.platform == "win32":
            expected = "no such limit on Windows, which cannot keep it"
            problems.append(parameter_problem("max_memory", expected=expected, found="one"))
        if problems:
            raise InputError(problems)

    @property
    def needs_process(self) -> bool:
        """True if a process of its own must lift, as only its end is a sure limit."""
        return self.seconds is not None or self.memory is not None


NO_LIMITS = Limits()
