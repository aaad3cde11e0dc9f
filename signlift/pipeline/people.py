"""The people of a file, where all of them are lifted."""

from __future__ import annotations

import warnings
from pathlib import Path

from signlift.core.body_parts import require_body
from signlift.core.recording import Recording
from signlift.errors import InputError, InputWarning, problem
from signlift.io import Recordings

#: People who are observed in fewer frames than these are warned of.
_MIN_FRAMES = 10


def require_observed(recording: Recording, where: str | Path) -> None:
    """Raise InputError where no frame has enough of a body to lift it."""
    if not recording.observed.any():
        raise InputError(problem(where, expected="a frame with a keypoint", found="none"))
    require_body(recording, where)


def select_people(recordings: Recordings, source: Path) -> Recordings:
    """Leave out people who cannot be lifted.

    Parameters
    ----------
    recordings
        All people of a file.
    source
        The file, for messages.

    Returns
    -------
    The recordings of which a frame has enough of a body.

    Raises
    ------
    InputError
        There are none.

    Warns
    -----
    InputWarning
        A line for each person who is left out, or observed in few frames.
    """
    kept: list[int] = []
    problems: list[str] = []
    several = len(recordings) > 1
    for number, recording in enumerate(recordings):
        where = f"{source.parent / recording.name}" if several else f"{source}"
        try:
            require_observed(recording, where)
        except InputError as error:
            problems += error.problems
            continue
        kept.append(number)
        frames = int(recording.observed.any(1).sum())
        if several and frames < min(_MIN_FRAMES, len(recording)):
            count = f"{frames} of {len(recording)} frames"
            line = f"{where}: observed in {count} only; depth from so few is less certain"
            warnings.warn(InputWarning(line, where), stacklevel=2)
    if not kept:
        raise InputError(problems)
    for line in problems:
        warnings.warn(InputWarning(f"left out: {line}"), stacklevel=2)
    return recordings if not problems else recordings.select(kept)
