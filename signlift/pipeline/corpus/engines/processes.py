"""The engine of processes on this machine.

`concurrent.futures.ProcessPoolExecutor` drops every task that was given out when one worker dies,
and does not say which of them was guilty. Here every worker has a pipe of its own, as
`multiprocessing` makes them, and one task at a time: a death names its task, and touches no other.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any

from signlift.pipeline.corpus.engines.engine import Result, TaskT, ValueT
from signlift.pipeline.corpus.engines.pool import run_tasks

#: Libraries that would start a thread for each core in each worker read these.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)

#: Seconds that a worker without a task has to end by itself.
_PATIENCE = 2.0

#: New processes in place of forks: a fork would copy the threads' locks of this process, too.
_CONTEXT = multiprocessing.get_context("spawn")


class ProcessEngine:
    """Run tasks in processes on this machine, each on one core.

    Parameters
    ----------
    workers
        Number of processes; that of the cores that this process may use by default.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = available_cores() if workers is None else workers

    def run(
        self, function: Callable[[TaskT], ValueT], tasks: Iterable[TaskT]
    ) -> Iterator[Result[TaskT, ValueT]]:
        """Run a function over tasks; see `Engine.run`.

        When the generator is closed, and when this process dies, the workers end.
        """
        return run_tasks(_Processes(function), tasks, self.workers)


class _Processes:
    """Processes that run a function."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def make_worker(self) -> _Worker:
        """Start a process."""
        return _Worker(self._function)

    def wait(self, handles: Sequence[Any]) -> Iterable[Any]:
        """Wait for the pipes of workers."""
        return wait(handles)


class _Worker:
    """One process, and the task that it runs."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._connection, end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_work, args=(end, function), daemon=True)
        with _one_thread(), _no_interrupts():
            self._process.start()
        end.close()
        self._task: Any = None

    def start(self, task: Any) -> Connection:
        """Give the process a task, and return its end of the pipe."""
        self._task = task
        with contextlib.suppress(BrokenPipeError):  # it died; `receive` says so
            self._connection.send(task)
        return self._connection

    def receive(self) -> Result[Any, Any]:
        """Wait for the result of the task.

        Raises
        ------
        Exception
            That of the function.
        """
        try:
            value, error = self._connection.recv()
        except (EOFError, OSError):
            self._process.join()
            code = self._process.exitcode or 0
            lost = f"killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
            self._connection.close()
            return Result(self._task, lost=lost)
        if error is not None:
            raise error
        return Result(self._task, value)

    def end(self) -> None:
        """End the process, which waits for a task."""
        self._connection.close()
        self._process.join(_PATIENCE)
        self.kill()

    def kill(self) -> None:
        """End the process at once; files that it has not finished do not appear."""
        self._process.kill()
        self._process.join()
        self._connection.close()


def _work(connection: Connection, function: Callable[[Any], Any]) -> None:
    """Run tasks in a worker until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # see `_no_interrupts`
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[Any, Exception | None] = function(task), None
        except Exception as error:
            answer = None, error
        try:
            connection.send(answer)
        except (BrokenPipeError, OSError):
            return


def _end_with_parent() -> None:
    """End this process when the one that started it has died."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach, from their first moment; this one decides.

    A terminal interrupts all processes. One that comes in the block reaches this process after it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # `multiprocessing` starts its tracker before the first process, and ends the block for it.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Let processes that are started here use one thread each."""
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
