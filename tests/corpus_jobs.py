"""Jobs over a corpus, for tests."""

import os
import shutil
import signal
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from signlift.pipeline.corpus.database import from_sql
from signlift.pipeline.corpus.engines.processes import ProcessEngine
from signlift.pipeline.corpus.engines.serial import SerialEngine
from signlift.pipeline.corpus.inputs import search_inputs
from signlift.pipeline.corpus.job import CorpusJob
from signlift.pipeline.corpus.lift_task import LiftTask
from signlift.pipeline.corpus.manifest import MANIFEST
from signlift.pipeline.corpus.settings import Settings


def write_recordings(clip, root, names):
    """Write copies of a recording into a directory by name; those named bad hold no recording."""
    for name in names:
        path = root / f"{name}.pose"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.stem.startswith("bad"):
            path.write_bytes(b"no recording")
        else:
            shutil.copy(clip, path)
    return root


def run_job(root, out, format="npz", engine=None, options=None, recursive=None, **settings):
    """Run a job over a directory; return its summary, and the names of what it lifted."""
    lifted = []
    job = CorpusJob(
        Settings(out, format, **settings),
        engine or SerialEngine(),
        lambda outcome: lifted.append(outcome.number),
        **(options or {}),
    )
    summary = job.run(search_inputs([root], out, recursive=recursive))
    names = dict(rows(out, "number, name"))
    return summary, sorted(from_sql(names[number]) for number in lifted)


def rows(out, columns, where="1"):
    """Read rows of a manifest, sorted by name."""
    database = sqlite3.connect(out / MANIFEST)
    try:
        query = f"SELECT {columns} FROM recordings WHERE {where} ORDER BY name"
        return database.execute(query).fetchall()
    finally:
        database.close()


def contents(out):
    """Read all files of a directory but those of the manifest."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(Path(out).rglob("*"))
        if path.is_file() and not path.name.startswith("_")
    }


def count_results(out, suffix):
    """Count the results of a job that is running, whose temporary directories come and go."""
    return sum(
        name.endswith(suffix) and not Path(place).name.startswith(".")
        for place, _, names in os.walk(out)
        for name in names
    )


@dataclass
class StopAfter:
    """Stop a job after some tasks, as Ctrl-C does."""

    tasks: int
    workers: int = 1
    run_tasks: list = field(default_factory=list)

    def run(self, function, tasks):
        for count, result in enumerate(SerialEngine().run(function, tasks)):
            if count == self.tasks:
                raise KeyboardInterrupt
            yield result


@dataclass(frozen=True)
class Deadly:
    """A function that kills its process for one recording."""

    function: LiftTask
    name: str

    def __call__(self, task):
        if any(item.name == self.name for item in task.items):
            os.kill(os.getpid(), signal.SIGKILL)
        return self.function(task)


@dataclass(frozen=True)
class DieOnce:
    """A function that kills its process the first time that it gets a recording."""

    function: LiftTask
    name: str
    mark: Path

    def __call__(self, task):
        if any(item.name == self.name for item in task.items) and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.function(task)


@dataclass
class DeadlyEngine:
    """A process that is killed whenever it lifts one recording."""

    name: str
    kind: str = "LiftTask"
    workers: int = 1

    def run(self, function, tasks):
        if type(function).__name__ == self.kind:
            function = Deadly(function, self.name)
        return ProcessEngine(1).run(function, tasks)
