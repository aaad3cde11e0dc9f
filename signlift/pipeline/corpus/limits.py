"""Limits of one recording, beyond which it fails alone."""

from __future__ import annotations

from dataclasses import dataclass


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
        Bytes of memory of the process.
    """

    frames: int | None = None
    seconds: float | None = None
    memory: int | None = None


NO_LIMITS = Limits()
