"""Shards: Parquet tables that hold many recordings, for DuckDB, pandas, PyArrow and Ray.

A shard is the tables of its recordings one below the other, sorted by name, with columns that say
which recording a row is of. Needs pyarrow (extra `tables`).

| column | type | content |
| --- | --- | --- |
| recording | string | name of the recording: its path without a suffix |
| skeleton, unit | string | of the recording |
| fps | float | frames per second, or null |
| frame | int32 | number of the frame in the recording |
| time | double | seconds, or null |
| keypoint | string | its name |
| x, y, z | float | in `unit`; null: not observed |
| observed | bool | whether x and y are of the detector |
| confidence, z_uncertainty | float | or null |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from signlift._version import __version__
from signlift.pipeline.corpus.attempt import attempt, failure
from signlift.pipeline.corpus.tasks import Item, Outcome, Task
from signlift.utils.atomic import atomic_path

SUFFIX = ".parquet"

#: Rows of a group, which is what a reader of one recording reads.
_GROUP = 1 << 18


def write_shard(
    out: Path, task: Task, place: Path, convert: Callable[[Item], Outcome]
) -> list[Outcome]:
    """Lift recordings into one table, whole or not at all.

    Parameters
    ----------
    out
        Directory of the tables.
    task
        The recordings, sorted by name, and the name of the table. One that fails is left out.
    place
        Directory for the table of one recording at a time.
    convert
        Lifts a recording into `place`, as Parquet.

    Returns
    -------
    What became of each recording.
    """
    path = out / f"{task.shard}{SUFFIX}"
    outcomes: list[Outcome] = []
    try:
        with atomic_path(path) as temporary:
            _write_tables(temporary, _tables(task, place, convert, outcomes))
    except _NothingLiftedError:
        path.unlink(missing_ok=True)
        return outcomes
    except OSError as error:  # such as a full disk, or one that cannot be written to
        return [failure(item, error) for item in task.items]
    size = path.stat().st_size
    return [
        replace(each, outputs=(path.name,), size=size) if each.state == "done" else each
        for each in outcomes
    ]


class _NothingLiftedError(Exception):
    """No recording of a shard could be lifted."""


def _tables(
    task: Task, place: Path, convert: Callable[[Item], Outcome], outcomes: list[Outcome]
) -> Iterator[Any]:
    """Lift one recording after the other, and yield its tables; note what became of it."""
    for item in task.items:
        outcome = attempt(item, convert)
        outcomes.append(outcome)
        for name in outcome.outputs:
            yield _read_table(place / name, name.removesuffix(SUFFIX))
            (place / name).unlink()


def _write_tables(path: Path, tables: Iterator[Any]) -> None:
    """Write tables in groups of rows, so that memory holds one group at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: Any = None
    waiting: list[Any] = []
    try:
        for table in tables:
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
            waiting.append(table)
            if sum(map(len, waiting)) >= _GROUP:
                writer.write_table(pa.concat_tables(waiting), row_group_size=_GROUP)
                waiting = []
        if writer is None:
            raise _NothingLiftedError
        if waiting:
            writer.write_table(pa.concat_tables(waiting), row_group_size=_GROUP)
    finally:
        if writer is not None:
            writer.close()


def _read_table(path: Path, name: str) -> Any:
    """Read the table of a recording, and add the columns that distinguish it from others."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read()
    metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    rows = len(table)
    fps = metadata.get("fps")
    nothing = pa.nulls(rows, pa.float32())
    has_uncertainty = "z_uncertainty" in table.schema.names
    columns = {
        "recording": pa.array(np.full(rows, name.encode("utf-8", "replace").decode())),
        "skeleton": pa.array(np.full(rows, metadata["skeleton"])),
        "unit": pa.array(np.full(rows, metadata["unit"])),
        "fps": nothing if fps is None else pa.array(np.full(rows, fps, np.float32)),
        **{each: table[each] for each in ("frame", "time")},
        "keypoint": table["keypoint"].cast(pa.string()),
        **{each: table[each] for each in ("x", "y", "z", "observed", "confidence")},
        "z_uncertainty": table["z_uncertainty"] if has_uncertainty else nothing,
    }
    about = {"producer": f"signlift {__version__}", "axes": metadata["axes"]}
    return pa.table(columns, metadata=about)
