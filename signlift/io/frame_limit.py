"""The limit of a recording's frames, which readers look at before they hold all frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from os import PathLike

from signlift.errors import InputError, problem

_limit: ContextVar[int | None] = ContextVar("limit of frames", default=None)


@contextmanager
def frame_limit(limit: int | None) -> Iterator[None]:
    """Let `check_frame_count` refuse recordings of more frames within a block; None for no limit.

    Examples
    --------
    >>> with frame_limit(100):
    ...     check_frame_count("a.pose", 101)
    Traceback (most recent call last):
    ...
    signlift.errors.InputError: a.pose: expected at most 100 frames, found 101
    """
    token = _limit.set(limit)
    try:
        yield
    finally:
        _limit.reset(token)


def check_frame_count(where: str | PathLike[str], count: int) -> None:
    """Refuse a recording of too many frames.

    A reader calls it as soon as it can know the number of frames.

    Parameters
    ----------
    where
        The file, or the recording in it.
    count
        Number of frames, or of those so far.

    Raises
    ------
    InputError
        There are more frames than `frame_limit` allows.
    """
    limit = _limit.get()
    if limit is not None and count > limit:
        expected = f"at most {limit:,} frame{'' if limit == 1 else 's'}"
        raise InputError(problem(where, expected=expected, found=f"{count:,}"))
