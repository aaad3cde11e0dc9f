"""What every writer is, and how the one for a file is found: by its suffix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem, problem


@dataclass(frozen=True)
class Writer:
    """One format that is written.

    Attributes
    ----------
    name
        What the format is called, for messages and `format`.
    suffix
        What its files end in, with the dot; "" for a folder.
    write
        Writes one recording to a path, whole or not at all. Raises InputError where the
        recording lacks what the format needs.
    write_sized
        As `write`, given the centimetres in a unit of the recording too, for a format that keeps
        both units; None for all others.
    holds_error
        Whether it holds how far off each depth may be; .npy in a second file.
    holds_rate
        Whether it holds the frame rate or times.
    """

    name: str
    suffix: str
    write: Callable[[Recording, Path], None]
    write_sized: Callable[[Recording, Path, float], None] | None = None
    holds_error: bool = False
    holds_rate: bool = True


def find_writer(path: Path, writers: Sequence[Writer], name: str | None = None) -> Writer:
    """The writer of this name, or else of the path's suffix.

    Raises
    ------
    InputError
        There is none.
    """
    for writer in writers:
        if writer.name == name if name is not None else writer.suffix == path.suffix.lower():
            return writer
    if name is not None:
        expected = f"one of {', '.join(writer.name for writer in writers)}"
        raise InputError(parameter_problem("format", expected=expected, found=name))
    known = ", ".join(writer.suffix or "a folder" for writer in writers)
    raise InputError(problem(path, expected=f"one of {known}", found=path.suffix or "no suffix"))
