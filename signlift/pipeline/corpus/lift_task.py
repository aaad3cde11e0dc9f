"""The function that workers run: read, lift and write the recordings of a task."""

from __future__ import annotations

import errno
import functools
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import fspath
from pathlib import Path

from signlift.errors import InputError, InputWarning, message_line, problem
from signlift.io.source import Source
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.pipeline.convert import Converted, convert
from signlift.pipeline.corpus.archives import ARCHIVES, open_member
from signlift.pipeline.corpus.manifest import size_of
from signlift.pipeline.corpus.settings import Settings
from signlift.pipeline.corpus.tasks import Item, Outcome, State, Task
from signlift.pipeline.jobs import page_beside

#: Errors of a disk that is full: the job stops, as all other recordings would fail, too.
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class LiftTask:
    """The function of a lifting job: it takes a task and returns what became of its recordings.

    It can be pickled. A worker loads the model for its first task, and keeps it.

    Parameters
    ----------
    settings
        The settings of the job.
    """

    settings: Settings

    def __call__(self, task: Task) -> list[Outcome]:
        """Lift the recordings of a task, one after the other."""
        return [self._lift(item) for item in task.items]

    def _lift(self, item: Item) -> Outcome:
        return measure(item, lambda: self._convert(item))

    def _convert(self, item: Item) -> Outcome:
        settings = self.settings
        writer = settings.writer
        target = self.target(item)
        with open_item(item) as source:
            converted = convert(
                source,
                target,
                writer.name,
                model=load_once(settings.model),
                proportions=settings.proportions,
                height=settings.height,
                pitch=settings.pitch,
                fov=settings.fov,
                causal=settings.causal,
                complete=settings.complete,
                reading=replace(settings.reading, files=item.files),
                writing=settings.writing,
                reserved={self.target(replace(item, name=name)) for name in item.reserved},
                page=page_beside(writer, target) if settings.view else None,
            )
        return self._describe(item, converted)

    def target(self, item: Item) -> Path:
        """Name the file or directory that a recording is written to."""
        writer = self.settings.writer
        suffix = "" if writer.is_directory else writer.suffix
        return self.settings.out / f"{item.name}{suffix}"

    def _describe(self, item: Item, converted: Converted) -> Outcome:
        out = self.settings.out
        outputs = tuple(path.relative_to(out).as_posix() for path in converted.paths)
        return Outcome(
            item.number,
            "done",
            outputs=outputs,
            size=size_of(out, outputs) or 0,
            frames=sum(converted.lengths),
            people=len(converted.lengths),
        )


def measure(item: Item, work: Callable[[], Outcome]) -> Outcome:
    """Run the work on one recording: measure its time, collect its warnings, and note its failure.

    A fault of the program is a failure of this recording, too, as it must not stop the others.
    """
    start = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        try:
            outcome = work()
        except InputError as error:
            state: State = "pending" if _is_full(error) else "failed"
            outcome = Outcome(item.number, state, "\n".join(error.problems))
        except (Exception, SystemExit) as error:
            found = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            line = problem(describe_item(item), expected="a result", found=found)
            outcome = Outcome(item.number, "failed", line)
    lines = tuple(
        (str(each.message), str(getattr(each.message, "where", "")))
        for each in caught
        if isinstance(each.message, InputWarning)
    )
    return replace(outcome, seconds=time.perf_counter() - start, warnings=lines)


@contextmanager
def open_item(item: Item) -> Iterator[Path | Source]:
    """Open a member of an archive, or name the file or directory of a recording."""
    if item.member or item.source.lower().endswith(ARCHIVES):  # one that could not be listed
        with open_member(Path(item.source), item.member) as source:
            yield source
    else:
        yield Path(item.source)


@functools.cache
def load_once(model: Path | None) -> Lifter:
    """Load a model for the life of this process."""
    return load(None if model is None else fspath(model))


def describe_item(item: Item) -> str:
    """Name a recording in messages."""
    return message_line(f"{item.source}/{item.member}" if item.member else item.source)


def _is_full(error: InputError) -> bool:
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in _FULL
