"""One job over a corpus: search, lift what is pending, and note in the manifest what became of it.

A job can be stopped at any moment, and goes on where it was. A result appears whole before its row
says so, and what has no such row is done again; the results do not depend on who wrote them when.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.pipeline.corpus.attempt import describe_item
from signlift.pipeline.corpus.engines.engine import Engine, Result, close_results
from signlift.pipeline.corpus.guard import describe_loss
from signlift.pipeline.corpus.lift_task import LiftTask, MeasureTask
from signlift.pipeline.corpus.manifest import Counts, Input, Manifest
from signlift.pipeline.corpus.open_manifest import open_manifest
from signlift.pipeline.corpus.settings import Settings, describe_difference, digest_text
from signlift.pipeline.corpus.shard_plan import assign_shards, pending_shards
from signlift.pipeline.corpus.shards import SUFFIX
from signlift.pipeline.corpus.store_results import remove_result
from signlift.pipeline.corpus.tasks import Item, Outcome, Task
from signlift.utils.progress import progress_bar
from signlift.utils.staging import remove_leftovers

#: Recordings of a task at most, and bytes of their files from which it is full.
_MAX_ITEMS, _MAX_BYTES = 16, 2 << 20

#: Tasks for each worker at least, so that all workers end at about the same time.
_TASKS_PER_WORKER = 8

#: Times that a recording may kill its worker before it counts as failed.
MAX_DEATHS = 3

#: Seconds after which results are made to last.
_COMMIT_INTERVAL = 1.0

#: Reasons of failure that a summary lists.
_MAX_REASONS = 10


@dataclass(frozen=True)
class Summary:
    """Results of a job.

    Attributes
    ----------
    counts
        Recordings of the corpus by state, of this run and of earlier ones.
    lifted
        Recordings that this run has lifted.
    frames
        Frames of these recordings.
    warned
        Recordings of them with a warning.
    seconds
        Time that lifting took.
    reasons
        The most common reasons of failure, with the number of recordings of each.
    absent
        Recordings of the manifest that are no longer among the inputs.
    """

    counts: Counts
    lifted: int
    frames: int
    warned: int
    seconds: float
    reasons: tuple[tuple[str, int], ...]
    absent: int


@dataclass
class CorpusJob:
    """A job over a corpus.

    Parameters
    ----------
    settings
        What the recordings are lifted with, and the directory of the results.
    engine
        Where they are lifted.
    report
        Called for each recording of this run, in any order.
    retry_failed
        Do those again that failed in an earlier run.
    force
        Do all again that have other settings.
    quiet
        Show no progress.
    manifest
        File of the manifest; `_manifest.sqlite` in the directory of the results by default. For
        results in an object store it has to be given, as SQLite needs a file.
    """

    settings: Settings
    engine: Engine
    report: Callable[[Outcome], None] = lambda _: None
    retry_failed: bool = False
    force: bool = False
    quiet: bool = True
    manifest: Path | None = None
    _lifted: int = field(default=0, init=False)
    _frames: int = field(default=0, init=False)
    _warned: int = field(default=0, init=False)
    _directories: set[Path] = field(default_factory=set, init=False)

    def run(self, inputs: Iterable[Input]) -> Summary:
        """Lift all recordings that are not done.

        Parameters
        ----------
        inputs
            What a search finds. They are taken one by one, and kept in the manifest.

        Raises
        ------
        InputError
            The directory cannot be written to, is in use by another job, or holds results of other
            settings; there is nothing to lift; or the disk is full, and the job can go on later.
        """
        out = self.settings.out
        text = self.settings.describe()
        digest = digest_text(text)
        with open_manifest(out, self.manifest) as manifest:
            _check_options(manifest, out, digest, text, force=self.force)
            self._search(manifest, inputs)
            manifest.reopen(out, digest, failed=self.retry_failed)
            counts = manifest.counts()
            start = time.perf_counter()
            try:
                self._lift(manifest, digest, counts)
            except KeyboardInterrupt:
                manifest.commit()
                counts = manifest.counts()
                line = f"{counts.done + counts.failed:,} of {counts.total:,} recordings are done"
                raise KeyboardInterrupt(f"{line}; the same command goes on") from None
            # Workers of a job that was killed may still have been there when these began.
            for directory in self._directories:
                remove_leftovers(directory, always=True)
            return Summary(
                manifest.counts(),
                self._lifted,
                self._frames,
                self._warned,
                time.perf_counter() - start,
                tuple(manifest.reasons(_MAX_REASONS)),
                manifest.count_absent(),
            )

    def _search(self, manifest: Manifest, inputs: Iterable[Input]) -> None:
        with progress_bar(0, "searching", "recording", quiet=self.quiet) as bar:
            for count in manifest.add(inputs):
                bar.update(count - bar.n)

    def _lift(self, manifest: Manifest, digest: str, counts: Counts) -> None:
        """Lift what is pending: each into files of its own, or many into a shard."""
        function = LiftTask(self.settings)
        frames = self.settings.shard_frames
        if frames is None:
            with self._progress(manifest, digest, "lifting", counts) as note:
                self._run(function, self._group(manifest.pending(), counts), note)
            return
        unmeasured = self._group(manifest.pending(measured=False), counts)
        with self._progress(manifest, digest, "measuring", counts) as note:
            self._run(MeasureTask(self.settings), unmeasured, note)
        assign_shards(manifest, frames)
        for _ in range(MAX_DEATHS):  # again without the recordings that killed their workers
            with self._progress(manifest, digest, "lifting", manifest.counts()) as note:
                if not self._run(function, pending_shards(manifest), note):
                    return
        with self._progress(manifest, digest, "lifting", manifest.counts()) as note:
            for item, _ in manifest.pending():
                note([_describe_death(item, "killed with all of its shard")])

    def _group(self, pending: Iterable[tuple[Item, int]], counts: Counts) -> Iterator[Task]:
        size = max(1, counts.pending // (_TASKS_PER_WORKER * self.engine.workers))
        return group_items(pending, min(size, _MAX_ITEMS))

    def _run(
        self,
        function: Callable[[Task], list[Outcome]],
        tasks: Iterable[Task],
        note: Callable[[list[Outcome]], None],
    ) -> bool:
        """Run the tasks; those whose worker died are run again, recording by recording.

        Returns whether a worker died with a task of several recordings.
        """
        deaths: dict[int, int] = {}
        died = False
        while True:
            lost: list[Task] = []
            results = self.engine.run(function, tasks)
            try:
                for result in results:
                    if result.lost is None:
                        note(result.value or [])
                    else:
                        died = died or len(result.task.items) > 1
                        lost += self._lose(result, deaths, note)
            finally:
                close_results(results)
            if not lost:
                return died
            tasks = lost

    def _lose(
        self,
        result: Result[Task, list[Outcome]],
        deaths: dict[int, int],
        note: Callable[[list[Outcome]], None],
    ) -> list[Task]:
        """Split a task whose worker died; a single recording fails after `MAX_DEATHS`."""
        task = result.task
        if len(task.items) > 1:
            return task.split()
        (item,) = task.items
        line = describe_loss(describe_item(item), result.lost or "", self.settings.limits)
        if line is not None:
            note([Outcome(item.number, "failed", line)])
            return []
        deaths[item.number] = deaths.get(item.number, 0) + 1
        if deaths[item.number] < MAX_DEATHS:
            return [task]
        note([_describe_death(item, result.lost or "")])
        return []

    @contextmanager
    def _progress(
        self, manifest: Manifest, digest: str, description: str, counts: Counts
    ) -> Iterator[Callable[[list[Outcome]], None]]:
        """Yield the function that notes what became of recordings, and shows the progress."""
        start = committed = time.monotonic()
        failed = counts.failed
        with progress_bar(counts.pending, description, "recording", quiet=self.quiet) as bar:

            def note(outcomes: list[Outcome]) -> None:
                nonlocal committed, failed
                manifest.store(outcomes, digest)
                now = time.monotonic()
                if now - committed > _COMMIT_INTERVAL:
                    manifest.commit()
                    committed = now
                for outcome in outcomes:
                    if outcome.state == "pending" and outcome.message:  # the disk is full
                        raise InputError(outcome.message.split("\n"))
                    self._lifted += outcome.state == "done"
                    self._warned += bool(outcome.warnings)
                    self._frames += outcome.frames if outcome.state == "done" else 0
                    failed += outcome.state == "failed"
                    written = {(self.settings.out / path).parent for path in outcome.outputs}
                    self._directories |= written
                    if outcome.state != "pending":
                        self.report(outcome)
                rates = f"{self._frames / max(now - start, 1e-3):,.0f} frames/s, {failed:,} failed"
                bar.set_postfix_str(rates, refresh=False)
                bar.update(len(outcomes))

            yield note
            manifest.commit()


def group_items(pending: Iterable[tuple[Item, int]], size: int) -> Iterator[Task]:
    """Group small recordings into tasks, so that a task is worth its way to a worker.

    Parameters
    ----------
    pending
        Recordings, and the sizes of their files in bytes.
    size
        Recordings of a task at most.
    """
    items: list[Item] = []
    total = 0
    for item, num_bytes in pending:
        items.append(item)
        total += num_bytes
        if len(items) >= size or total >= _MAX_BYTES:
            yield Task(tuple(items))
            items, total = [], 0
    if items:
        yield Task(tuple(items))


def _check_options(manifest: Manifest, out: Path, digest: str, text: str, *, force: bool) -> None:
    """Raise InputError where earlier results of the job have other settings."""
    options = manifest.options
    if options is not None and options[0] != digest and not force:
        before, after = describe_difference(options[1], text)
        expected = f"the settings of its results ({before}), or `force` to do all again"
        raise InputError(problem(out, expected=expected, found=after))
    if options is None or options[0] != digest:
        for shard in manifest.set_options(digest, text):
            remove_result(out, f"{shard}{SUFFIX}")


def _describe_death(item: Item, lost: str) -> Outcome:
    found = f"a worker {lost}, {MAX_DEATHS} times (too little memory?)"
    where = describe_item(item)
    return Outcome(item.number, "failed", problem(where, expected="a result", found=found))
