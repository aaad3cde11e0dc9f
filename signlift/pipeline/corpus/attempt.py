"""One recording that is worked on, and fails alone."""

from __future__ import annotations

import errno
import time
import warnings
from collections.abc import Callable
from dataclasses import replace

from signlift.errors import InputError, InputWarning, message_line, problem
from signlift.pipeline.corpus.tasks import Item, Outcome, State
from signlift.utils.extras import describe_missing_package

#: Errors of a disk that is full: the job stops, as all other recordings would fail, too.
_FULL = (errno.ENOSPC, errno.EDQUOT)


def attempt(item: Item, work: Callable[[Item], Outcome]) -> Outcome:
    """Run the work on one recording: measure its time, collect its warnings, and note its failure.

    A fault of the program is a failure of this recording, too, as it must not stop the others.
    """
    start = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        try:
            outcome = work(item)
        except (Exception, SystemExit) as error:
            outcome = failure(item, error)
    lines = tuple(
        (str(each.message), str(getattr(each.message, "where", "")))
        for each in caught
        if isinstance(each.message, InputWarning)
    )
    return replace(outcome, seconds=time.perf_counter() - start, warnings=lines)


def failure(item: Item, error: BaseException) -> Outcome:
    """Describe the failure of a recording; it stays pending where the disk is full."""
    cause = error.__cause__ if isinstance(error, InputError) else error
    is_full = isinstance(cause, OSError) and cause.errno in _FULL
    state: State = "pending" if is_full else "failed"
    if isinstance(error, InputError):
        return Outcome(item.number, state, "\n".join(error.problems))
    missing = describe_missing_package(error) if isinstance(error, ModuleNotFoundError) else None
    if missing is not None:
        return Outcome(item.number, state, f"{describe_item(item)}: {missing}")
    found = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    line = problem(describe_item(item), expected="a result", found=found)
    return Outcome(item.number, state, line)


def describe_item(item: Item) -> str:
    """Name a recording in messages."""
    return message_line(f"{item.source}/{item.member}" if item.member else item.source)
