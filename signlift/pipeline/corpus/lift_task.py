"""The function that workers run: read, lift and write the recordings of a task."""

from __future__ import annotations

import functools
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import fspath
from pathlib import Path

from signlift.io import read_file
from signlift.io.source import Source
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.pipeline.convert import Converted, convert
from signlift.pipeline.corpus.archive_names import ARCHIVES
from signlift.pipeline.corpus.archives import open_member
from signlift.pipeline.corpus.attempt import attempt, describe_item
from signlift.pipeline.corpus.guard import run_guarded
from signlift.pipeline.corpus.manifest import size_of
from signlift.pipeline.corpus.settings import Settings
from signlift.pipeline.corpus.shards import write_shard
from signlift.pipeline.corpus.shared_output import check_shared
from signlift.pipeline.corpus.store_results import store_results
from signlift.pipeline.corpus.stores import Store, url_of
from signlift.pipeline.corpus.tasks import Item, Outcome, Task
from signlift.pipeline.jobs import page_beside
from signlift.pipeline.people import select_people
from signlift.utils.staging import temporary_directory


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
        url = url_of(self.settings.out)
        if url is None:
            check_shared(self.settings.out)
            return self._lift(task)
        with temporary_directory() as place:
            outcomes = LiftTask(replace(self.settings, out=place))._lift(task)
            return store_results(Store(url), place, task, outcomes)

    def _lift(self, task: Task) -> list[Outcome]:
        if task.shard:
            return self._write_shard(task)
        return [attempt(item, self.convert) for item in task.items]

    def _write_shard(self, task: Task) -> list[Outcome]:
        """Lift recordings into one table, or only try to lift them."""
        with temporary_directory() as place:
            alone = LiftTask(replace(self.settings, out=place, shard_frames=None))
            if not task.probe:
                return write_shard(self.settings.out, task, place, alone.convert)
            tried = [attempt(item, alone.convert) for item in task.items]
            return [
                replace(each, state="pending", outputs=()) if each.state == "done" else each
                for each in tried
            ]

    def convert(self, item: Item) -> Outcome:
        """Read, lift and write one recording.

        Raises
        ------
        InputError
            See `signlift.convert`.
        """
        settings = self.settings
        writer = settings.writer
        target = self.target(item)
        if item.replaces and writer.new_directory:
            _remove_result(target)
        lifter = load_once(settings.model)
        reading = replace(settings.reading, files=item.files, max_frames=settings.limits.frames)

        def work() -> Converted:
            with open_item(item) as source:
                return convert(
                    source,
                    target,
                    writer.name,
                    model=lifter,
                    proportions=settings.proportions,
                    height=settings.height,
                    pitch=settings.pitch,
                    fov=settings.fov,
                    causal=settings.causal,
                    complete=settings.complete,
                    reading=reading,
                    writing=settings.writing,
                    reserved={self.target(replace(item, name=name)) for name in item.reserved},
                    page=page_beside(writer, target) if settings.view else None,
                )

        converted = run_guarded(describe_item(item), settings.limits, work)
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


def _remove_result(directory: Path) -> None:
    """Remove a directory of frames that an earlier run has written, and nothing else."""
    if directory.is_dir():
        files = list(directory.iterdir())
        if all(file.name.endswith("_keypoints.json") and file.is_file() for file in files):
            shutil.rmtree(directory)


@contextmanager
def open_item(item: Item) -> Iterator[Path | Source]:
    """Open a member of an archive, or name the file or directory of a recording."""
    if item.member or item.source.lower().endswith(ARCHIVES):  # one that could not be listed
        with open_member(Path(item.source), item.member) as source:
            yield source
    else:
        url = url_of(item.source)
        if url is None:
            yield Path(item.source)
        else:
            with Store(url).copy() as path:
                yield path


@functools.cache
def load_once(model: Path | None) -> Lifter:
    """Load a model for the life of this process."""
    return load(None if model is None else fspath(model))


@dataclass(frozen=True)
class MeasureTask:
    """The function that counts the frames of recordings, which decide the shard of each.

    Parameters
    ----------
    settings
        The settings of the job.
    """

    settings: Settings

    def __call__(self, task: Task) -> list[Outcome]:
        """Read the recordings of a task, one after the other."""
        return [attempt(item, self._measure) for item in task.items]

    def _measure(self, item: Item) -> Outcome:
        reading = replace(
            self.settings.reading,
            files=item.files,
            preferred_skeleton=load_once(self.settings.model).skeleton,
            max_frames=self.settings.limits.frames,
        )

        def work() -> int:
            with warnings.catch_warnings(), open_item(item) as source:
                warnings.simplefilter("ignore")  # they come when it is lifted
                recordings = read_file(source, reading)
                if reading.person == "all":
                    recordings = select_people(recordings, Path(item.source))
            return sum(recordings.lengths)

        frames = run_guarded(describe_item(item), self.settings.limits, work)
        return Outcome(item.number, "pending", frames=frames)
