"""Plan of the shards: consecutive recordings, sorted by name, up to a number of frames.

A recording keeps its shard, so that a job that goes on writes the same tables.
"""

from __future__ import annotations

from collections.abc import Iterator

from signlift.pipeline.corpus.database import Database, to_item
from signlift.pipeline.corpus.tasks import Task


def assign_shards(manifest: Database, frames: int) -> None:
    """Put the recordings that have no shard into new ones, sorted by name.

    Parameters
    ----------
    manifest
        The open manifest.
    frames
        Frames of a shard at most; a longer recording has a shard of its own.
    """
    with manifest.transaction():
        (last,) = manifest.row("SELECT max(shard) FROM recordings")
        number = int(last.rpartition("-")[2]) + 1 if last else 0
        total = 0
        for rows in manifest.pages("number, frames", "state = 'pending' AND shard = ''"):
            shards = []
            for recording, length in rows:
                if total and total + length > frames:
                    number, total = number + 1, 0
                total += length
                shards.append((f"part-{number:05d}", recording))
            manifest.run_many("UPDATE recordings SET shard = ? WHERE number = ?", shards)


def pending_shards(manifest: Database) -> Iterator[Task]:
    """List the shards with a recording to lift, each with all its recordings."""
    pending = "SELECT min(shard) FROM recordings WHERE state = 'pending' AND search = ?"
    shard = ""
    while True:
        (shard,) = manifest.row(f"{pending} AND shard > ?", (manifest.search, shard))
        if shard is None:
            return
        rows = manifest.rows(
            "SELECT number, input, member, name, files FROM recordings WHERE shard = ?"
            " AND search = ? AND state IN ('pending', 'done') ORDER BY name",
            (shard, manifest.search),
        )
        yield Task(tuple(map(to_item, rows)), shard)
