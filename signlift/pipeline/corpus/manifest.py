"""The manifest of a job: one row for each recording of the corpus, in an SQLite file.

SQLite comes with Python, changes a row among millions in place, and survives a process that is
killed at any moment; Parquet files can only be written anew. Its journal is the plain one, as that
of write-ahead logging needs memory that all readers share, which network file systems lack.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from signlift._version import __version__
from signlift.errors import InputError, parameter_problem, printable
from signlift.pipeline.corpus.database import PAGE, Database, from_sql, to_item, to_sql
from signlift.pipeline.corpus.reasons import reason_of
from signlift.pipeline.corpus.store_results import ResultSizes
from signlift.pipeline.corpus.stores import url_of
from signlift.pipeline.corpus.tasks import Item, Outcome, State

#: Name of the manifest in the directory of results. Programs that read a directory of Parquet files
#: leave out names with _ in front.
MANIFEST = "_manifest.sqlite"


@dataclass(frozen=True)
class Input:
    """A recording that a search has found, or a file that it leaves out.

    Attributes
    ----------
    source, member, name, files
        See `Item`.
    size, time
        Bytes and the time of the last change, in nanoseconds.
    left_out
        Why it is left out; "" for a recording.
    """

    source: str
    member: str
    name: str
    size: int
    time: int
    files: tuple[str, ...] | None = None
    left_out: str = ""


@dataclass(frozen=True)
class Counts:
    """Numbers of recordings by state; of those that are done, frames, people and warnings.

    Attributes
    ----------
    pending, done, failed, skipped
        Numbers of recordings.
    frames, people
        Sums over those that are done.
    warned
        Number of those that are done with a warning.
    """

    pending: int = 0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    frames: int = 0
    people: int = 0
    warned: int = 0

    @property
    def total(self) -> int:
        """All recordings but those that are left out."""
        return self.pending + self.done + self.failed


class Manifest(Database):
    """The open manifest of a job; a context manager.

    Parameters
    ----------
    path
        The file; created if missing.

    Raises
    ------
    InputError
        It cannot be written, or is no manifest.
    """

    @property
    def is_empty(self) -> bool:
        """True if there is no recording in it."""
        return self.row("SELECT 1 FROM recordings LIMIT 1") is None

    @property
    def options(self) -> tuple[str, str] | None:
        """The digest and the text of the job's options; None for a new manifest."""
        digest = self.get("options")
        if digest is None:
            return None
        row = self.row("SELECT text FROM options WHERE digest = ?", (digest,))
        return digest, "" if row is None else str(row[0])

    def set_options(self, digest: str, text: str) -> list[str]:
        """Let the job have these options, and return the names of the shards of other ones."""
        shards = self.rows("SELECT DISTINCT shard FROM recordings WHERE shard != ''")
        with self.transaction():
            self.run("UPDATE recordings SET shard = ''")
            self.run("INSERT OR REPLACE INTO options VALUES (?, ?)", (digest, text))
            self.set("options", digest)
        return [shard for (shard,) in shards]

    def add(self, inputs: Iterable[Input]) -> Iterator[int]:
        """Note what a search finds; a recording that changed becomes pending.

        Parameters
        ----------
        inputs
            What the search finds, taken one by one.

        Yields
        ------
        The number of recordings so far, now and then.
        """
        self.search += 1
        count = 0
        batch: list[Input] = []
        with self.transaction():
            self.set("search", str(self.search))
            for each in inputs:
                batch.append(each)
                count += not each.left_out
                if len(batch) == PAGE:
                    self._add(batch)
                    batch = []
                    yield count
            self._add(batch)
        yield count

    def _add(self, inputs: Sequence[Input]) -> None:
        rows = [
            {
                "input": to_sql(each.source),
                "member": to_sql(each.member),
                "name": to_sql(f"{each.source}/" if each.left_out else each.name),
                "size": each.size,
                "time": each.time,
                "files": None if each.files is None else json.dumps(each.files),
                "state": "skipped" if each.left_out else "pending",
                "message": printable(each.left_out),
                "reason": reason_of(printable(each.left_out)),
                "search": self.search,
            }
            for each in inputs
        ]
        changed = self.run_many(
            "INSERT INTO recordings"
            " (input, member, name, size, time, files, state, message, reason, search)"
            " VALUES (:input, :member, :name, :size, :time, :files, :state, :message,"
            " :reason, :search)"
            " ON CONFLICT (name) DO UPDATE SET search = excluded.search,"
            " state = CASE WHEN size = excluded.size AND time = excluded.time"
            " AND member = excluded.member AND files IS excluded.files"
            " THEN state ELSE excluded.state END,"
            " frames = CASE WHEN size = excluded.size AND time = excluded.time"
            " THEN frames END,"
            " input = excluded.input, member = excluded.member, size = excluded.size,"
            " time = excluded.time, files = excluded.files"
            " WHERE recordings.search < excluded.search OR excluded.state = 'skipped'"
            " OR (input = excluded.input AND member = excluded.member)",  # twice in a list
            rows,
        )
        if changed < len(rows):
            raise InputError(self._describe_duplicate(rows))

    def _describe_duplicate(self, rows: Sequence[dict[str, Any]]) -> str:
        """Describe the first name that two recordings of a search have."""
        names: dict[Any, Any] = {}
        for row in rows:
            name = row["name"]
            query = "SELECT input FROM recordings WHERE name = ? AND input != ?"
            other = names.get(name) or self.row(query, (name, row["input"]))
            if other is not None:
                both = " and ".join(from_sql(each) for each in (other[0], row["input"]))
                break
            names[name] = (row["input"],)
        expected = "a file for each result, from inputs with different names"
        found = f"{from_sql(name)} twice, of {both}"
        return parameter_problem("out", expected=expected, found=found)

    def reopen(self, out: Path, digest: str, *, failed: bool) -> None:
        """Let recordings be done again: of other options, and without their results.

        Parameters
        ----------
        out
            Directory of the results.
        digest
            Digest of the job's options.
        failed
            Do those again that failed, too.
        """
        url = url_of(out)
        measure = partial(size_of, out) if url is None else ResultSizes(url)
        with self.transaction():
            states = "('done', 'failed')"
            self.run(
                f"UPDATE recordings SET state = 'pending' WHERE state IN {states}"
                " AND options IS NOT ?",
                (digest,),
            )
            if failed:
                self.run("UPDATE recordings SET state = 'pending' WHERE state = 'failed'")
            for rows in self.pages("number, outputs, output_size", "state = 'done'"):
                with self.errors():
                    results = [(number, json.loads(each), size) for number, each, size in rows]
                lost = [(number,) for number, names, size in results if measure(names) != size]
                self.run_many("UPDATE recordings SET state = 'pending' WHERE number = ?", lost)

    def pending(self, *, measured: bool = True) -> Iterator[tuple[Item, int]]:
        """List the recordings to lift, sorted by name, with the sizes of the inputs in bytes.

        Parameters
        ----------
        measured
            Also those whose number of frames is known.
        """
        condition = "state = 'pending'" if measured else "state = 'pending' AND frames IS NULL"
        attempted = "outputs != '[]' OR version IS NULL"
        columns = f"number, input, member, name, files, size, {attempted}"
        for rows in self.pages(columns, condition):
            for *row, size, attempt in rows:
                item = to_item(row)
                replaces = self.search > 1 and bool(attempt)
                names = self._names_after(item.name)
                yield replace(item, reserved=names, replaces=replaces), size

    def _names_after(self, name: str) -> tuple[str, ...]:
        """List recordings whose results could be taken for parts of this one: NAME_TITLE."""
        rows = self.rows(
            "SELECT name FROM recordings WHERE name >= ? AND name < ? AND search = ?"
            " AND state != 'skipped'",
            (to_sql(f"{name}_"), to_sql(f"{name}`"), self.search),  # ` follows _
        )
        return tuple(from_sql(row[0]) for row in rows)

    def store(self, outcomes: Iterable[Outcome], digest: str) -> None:
        """Note what became of recordings. `commit` makes it last."""
        rows = []
        for each in outcomes:
            message = each.message or "\n".join(line for line, _ in each.warnings)
            rows.append(
                (
                    each.state,
                    message,
                    "" if each.state == "done" else reason_of(message),
                    json.dumps(each.outputs),
                    each.size,
                    each.frames,
                    each.people,
                    round(each.seconds, 3),
                    __version__,
                    digest,
                    each.number,
                )
            )
        with self.errors():
            if not self.database.in_transaction:
                self.database.execute("BEGIN IMMEDIATE")
            self.database.executemany(
                "UPDATE recordings SET state = ?, message = ?, reason = ?, outputs = ?,"
                " output_size = ?, frames = ?, people = ?, seconds = ?, version = ?, options = ?"
                " WHERE number = ?",
                rows,
            )

    def commit(self) -> None:
        """Write what was stored, so that it lasts whatever happens to this process."""
        with self.errors():
            if self.database.in_transaction:
                self.database.execute("COMMIT")

    def counts(self) -> Counts:
        """Count the recordings that the last search found."""
        rows = self.rows(
            "SELECT state, count(*) FROM recordings WHERE search = ? GROUP BY state",
            (self.search,),
        )
        states: dict[State, int] = dict(rows)
        frames, people, warned = self.row(
            "SELECT coalesce(sum(frames), 0), coalesce(sum(people), 0),"
            " coalesce(sum(message != ''), 0) FROM recordings WHERE search = ? AND state = 'done'",
            (self.search,),
        )
        return Counts(**states, frames=frames, people=people, warned=warned)

    def count_absent(self) -> int:
        """Count the recordings of earlier searches that the last one did not find."""
        query = "SELECT count(*) FROM recordings WHERE search < ? AND state != 'skipped'"
        (count,), *_ = self.rows(query, (self.search,))
        return int(count)

    def reasons(self, limit: int) -> list[tuple[str, int]]:
        """List the most common reasons of failure, with the number of recordings of each."""
        return self.rows(
            "SELECT reason, count(*) FROM recordings WHERE search = ? AND state = 'failed'"
            " GROUP BY reason ORDER BY count(*) DESC, reason LIMIT ?",
            (self.search, limit),
        )


def size_of(out: Path, outputs: Sequence[str]) -> int | None:
    """Add up the bytes of results; None if one is missing. A directory counts nothing."""
    size = 0
    for name in outputs:
        path = out / name
        try:
            size += 0 if path.is_dir() else path.stat().st_size
        except OSError:
            return None
    return size
