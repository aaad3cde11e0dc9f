"""Workers that are fed with tasks, one at a time each: what all engines with processes share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from signlift.pipeline.corpus.engines.engine import Result, TaskT


@runtime_checkable
class Worker(Protocol):
    """A process that runs tasks, one after the other."""

    def start(self, task: Any) -> Hashable:
        """Give it a task, and return what `Pool.wait` waits for."""

    def receive(self) -> Result[Any, Any]:
        """Take the result of the task. A worker that died is of no use any more.

        Raises
        ------
        Exception
            That of the function.
        """

    def end(self) -> None:
        """End it when it has no task."""

    def kill(self) -> None:
        """End it at once; files that it has not finished do not appear."""


@runtime_checkable
class Pool(Protocol):
    """A way to start workers, and to wait for them."""

    def make_worker(self) -> Worker:
        """Start a worker."""

    def wait(self, handles: Sequence[Any]) -> Iterable[Any]:
        """Wait until a task has ended, or some have, and return what `Worker.start` gave."""


#: In place of a task, when there are no more.
_END: Any = object()


def run_tasks(pool: Pool, tasks: Iterable[TaskT], workers: int) -> Iterator[Result[TaskT, Any]]:
    """Run tasks in workers; see `Engine.run`.

    A death names its task, as each worker has one at a time, and touches no other. When the
    generator is closed, and when a function has raised, the workers end.

    Parameters
    ----------
    pool
        Starts the workers.
    tasks
        Taken one by one as workers get free.
    workers
        Number of workers at most.
    """
    remaining = iter(tasks)
    idle: list[Worker] = []
    busy: dict[Hashable, Worker] = {}
    try:
        while True:
            while len(busy) < workers and (task := next(remaining, _END)) is not _END:
                worker = idle.pop() if idle else pool.make_worker()
                busy[worker.start(task)] = worker
            if not busy:
                return
            for handle in pool.wait(list(busy)):
                result = busy[handle].receive()
                worker = busy.pop(handle)
                if result.lost is None:
                    idle.append(worker)
                yield result
    finally:
        for worker in idle:
            worker.end()
        for worker in busy.values():
            worker.kill()
