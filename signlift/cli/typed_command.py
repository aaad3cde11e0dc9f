"""The command as it was typed, for reports."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextvars import ContextVar

from signlift.cli.mistakes import PROGRAM

_arguments: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())


def note_arguments(arguments: Sequence[str]) -> None:
    """Note the arguments of the command that is run."""
    _arguments.set(tuple(arguments))


def typed_command() -> str | None:
    """Return the command that is run, as a shell takes it; None outside the command line."""
    arguments = _arguments.get()
    return shlex.join([PROGRAM, *arguments]) if arguments else None
