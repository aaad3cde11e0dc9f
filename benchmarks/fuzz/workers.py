"""Worker processes that read the inputs, and are killed when they hang or take too much memory."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from benchmarks.fuzz.oracle import MAX_MEMORY, Outcome
from benchmarks.fuzz.targets import Target

#: Seconds after which a worker hangs. It may wait for the processor, so this is much more than the
#: limit of time on the processor.
MAX_WAIT = 60.0

#: Address space of a worker beyond what it has at the start, which protects the machine.
_ADDRESS_SPACE = 12 << 30

#: Seconds between looks at the memory of the workers.
_POLL = 0.1


@dataclass(frozen=True)
class Job:
    """One input: the name of its target and its number."""

    target: str
    number: int


class Worker:
    """A process that reads inputs, one at a time, each with a new process after a failure of this.

    Parameters
    ----------
    seed
        Seed of the inputs.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._home = tempfile.TemporaryDirectory(prefix="signlift-fuzz-home-")
        self.job: Job | None = None
        self._since = 0.0
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self.connection, other = context.Pipe()
        environment = {"HOME": self._home.name, "XDG_CACHE_HOME": self._home.name}
        with _environment(environment):
            self._process = context.Process(target=_serve, args=(other, self._seed), daemon=True)
            self._process.start()
        other.close()
        self._ready = False

    def give(self, job: Job) -> None:
        """Give it an input to read."""
        self.job, self._since = job, time.monotonic()
        self.connection.send(tuple(job.__dict__.values()))

    def collect(self) -> Outcome | None:
        """Return what happened to the input; None while it is being read."""
        assert self.job is not None
        try:
            if self.connection.poll():
                outcome = Outcome(*self.connection.recv())
                self.job = None
                return outcome
        except EOFError:
            self._process.join()
            return self._replace(f"the process ended with code {self._process.exitcode}")
        if not self._ready:  # imports, and seeds that are trained, take their time
            self._ready = self._is_ready()
            self._since = time.monotonic()
            return None
        memory = self._memory()
        if memory > MAX_MEMORY:
            return self._replace(f"more than {MAX_MEMORY >> 20} MB of memory", memory)
        if time.monotonic() - self._since > MAX_WAIT:
            return self._replace(f"a hang: {MAX_WAIT:g} s")
        return None

    def wait(self) -> Outcome:
        """Wait until the input is read, and return what happened to it."""
        while True:
            wait([self.connection], _POLL)
            outcome = self.collect()
            if outcome is not None:
                return outcome

    def pause(self) -> None:
        """Stop the process, as if it hung; for tests."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError):
            self.connection.send(None)
            self._process.join(5)
        self._process.kill()
        self._process.join()
        self.connection.close()
        self._home.cleanup()

    def left_in_home(self) -> list[str]:
        """List the files that were written to the home directory."""
        return [str(path) for path in Path(self._home.name).rglob("*") if path.is_file()]

    def _replace(self, reason: str, memory: int = 0) -> Outcome:
        self._process.kill()
        self._process.join()
        self.connection.close()
        self._start()
        seconds = time.monotonic() - self._since
        self.job = None
        return Outcome("failure", seconds=seconds, memory=memory, detail=reason)

    def _is_ready(self) -> bool:
        return Path(self._home.name, f"ready-{self._process.pid}").exists()

    def _memory(self) -> int:
        with contextlib.suppress(OSError, ValueError, IndexError):
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE")
        return 0


def share_inputs(targets: Sequence[Target], inputs: int) -> Iterator[Job]:
    """Deal a number of inputs out to the targets by their weights."""
    total = sum(target.weight for target in targets)
    for target in targets:
        for number in range(round(inputs * target.weight / total)):
            yield Job(target.name, number)


def run_jobs(jobs: Iterable[Job], seed: int, processes: int) -> Iterator[tuple[Job, Outcome]]:
    """Read inputs in worker processes, and yield each with what happened to it."""
    pending = iter(jobs)
    workers = [Worker(seed) for _ in range(processes)]
    try:
        idle = list(workers)
        while True:
            while idle and (job := next(pending, None)) is not None:
                idle.pop().give(job)
            busy = [worker for worker in workers if worker.job is not None]
            if not busy:
                return
            wait([worker.connection for worker in busy], _POLL)
            for worker in busy:
                job = worker.job
                outcome = worker.collect()
                if outcome is not None and job is not None:
                    idle.append(worker)
                    yield job, outcome
    finally:
        for worker in workers:
            worker.close()


def _serve(connection: Any, seed: int) -> None:
    """Read inputs until the connection ends."""
    from benchmarks.fuzz.oracle import run_input, watch_events
    from benchmarks.fuzz.targets import TARGETS

    targets = {target.name: target for target in TARGETS}
    watch_events()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + _ADDRESS_SPACE, hard))
    ready = Path.home() / f"ready-{os.getpid()}"
    ready.touch()
    with contextlib.suppress(EOFError):
        while (job := connection.recv()) is not None:
            name, number = job
            connection.send(astuple(run_input(targets[name], number, seed)))


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    old = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in old.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
