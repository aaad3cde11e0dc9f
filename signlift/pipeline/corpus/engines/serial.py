"""The engine that runs tasks one after the other in this process, for tests and for debugging."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from signlift.pipeline.corpus.engines.engine import Result, TaskT, ValueT


class SerialEngine:
    """Run tasks in this process; it dies with the first of them that kills its process."""

    workers = 1

    def run(
        self, function: Callable[[TaskT], ValueT], tasks: Iterable[TaskT]
    ) -> Iterator[Result[TaskT, ValueT]]:
        """Run a function over tasks; see `Engine.run`."""
        for task in tasks:
            yield Result(task, function(task))
