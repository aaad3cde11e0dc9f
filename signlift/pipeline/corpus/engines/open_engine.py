"""The engine of a job, by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from signlift.pipeline.corpus.engines.engine import Engine

EngineName = Literal["processes", "ray"]


@contextmanager
def open_engine(
    name: EngineName | None = None, *, workers: int | None = None, address: str | None = None
) -> Iterator[Engine]:
    """Open an engine until the end of a block.

    Parameters
    ----------
    name
        The processes of this machine, which is the default, or Ray.
    workers
        Number of tasks that run at a time; by default that of the cores.
    address
        Address of a cluster of Ray; by default Ray is started on this machine.

    Raises
    ------
    InputError
        No cluster answers.
    ModuleNotFoundError
        Ray is not installed.
    """
    if name == "ray":
        from signlift.pipeline.corpus.engines.ray_actors import connect

        with connect(workers, address) as engine:
            yield engine
    else:
        from signlift.pipeline.corpus.engines.processes import ProcessEngine

        yield ProcessEngine(workers)
