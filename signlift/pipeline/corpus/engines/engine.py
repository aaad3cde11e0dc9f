"""Interface of engines: each runs one function over tasks, wherever that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

TaskT = TypeVar("TaskT")
ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class Result(Generic[TaskT, ValueT]):
    """Result of a task.

    Attributes
    ----------
    task
        The task.
    value
        What the function returned; None if the worker died.
    lost
        How the worker died ("killed by signal 9", "ended with exit code 3"), if it did while it
        ran this task. The job runs the recordings of the task again, one by one.
    """

    task: TaskT
    value: ValueT | None = None
    lost: str | None = None


@runtime_checkable
class Engine(Protocol):
    """An engine runs one function over tasks, and knows nothing of recordings.

    Attributes
    ----------
    workers
        Number of tasks that run at a time.
    """

    workers: int

    def run(
        self, function: Callable[[TaskT], ValueT], tasks: Iterable[TaskT]
    ) -> Iterator[Result[TaskT, ValueT]]:
        """Run a function over tasks, and yield the results as they come, in any order.

        Parameters
        ----------
        function
            Can be pickled. Its state in a worker, such as a loaded model, stays from task to task.
        tasks
            Can be pickled, and are taken from the iterable one by one as workers get free, so that
            any number of them needs little memory.

        Yields
        ------
        A result for each task. A worker that dies is replaced; `Result.lost` names its task.
        Other tasks are not touched by it.

        Raises
        ------
        Exception
            The function raised, which is a fault of the program.
        """
        ...


def close_results(results: Iterator[object]) -> None:
    """End the workers of an engine now, not when the generator is collected."""
    close = getattr(results, "close", None)
    if close is not None:
        close()
