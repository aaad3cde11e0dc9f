"""The manifest of a job: one row for each recording of the corpus, in an SQLite file.

SQLite comes with Python, changes a row among millions in place, and survives a process that is
killed at any moment; Parquet files can only be written anew. Its journal is the plain one, as that
of write-ahead logging needs memory that all readers share, which network file systems lack.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from signlift._version import __version__
from signlift.errors import InputError, parameter_problem, printable, problem
from signlift.pipeline.corpus.reasons import reason_of
from signlift.pipeline.corpus.tasks import Item, Outcome, State

#: Name of the manifest in the directory of results. Programs that read a directory of Parquet files
#: leave out names with _ in front.
MANIFEST = "_manifest.sqlite"

#: Version of the tables, which is raised when they change.
_FORMAT = 1

_TABLES = """
CREATE TABLE IF NOT EXISTS job (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS options (digest TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recordings (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,          -- of the result, without a suffix; that of a file that is
                                        -- left out is its path and a /
    input TEXT NOT NULL,                -- path of the file or directory
    member TEXT NOT NULL,               -- name in an archive, or ''
    size INTEGER NOT NULL,              -- of the input, in bytes
    time INTEGER NOT NULL,              -- of its last change, in nanoseconds since 1970
    files TEXT,                         -- JSON: the files of a directory that belong to it
    state TEXT NOT NULL,                -- pending, done, failed or skipped
    message TEXT NOT NULL DEFAULT '',   -- why it failed or was skipped; warnings
    reason TEXT NOT NULL DEFAULT '',    -- the message without what differs from file to file
    outputs TEXT NOT NULL DEFAULT '[]', -- JSON: paths below the directory of results
    output_size INTEGER,                -- bytes of the outputs
    frames INTEGER,
    people INTEGER,
    seconds REAL,
    version TEXT,                       -- of signlift
    options TEXT,                       -- digest of the options
    shard TEXT NOT NULL DEFAULT '',     -- name of the table that holds it
    search INTEGER NOT NULL             -- number of the last search that found it
);
"""

#: Rows that are fetched at a time.
_PAGE = 1000

_NOT_A_MANIFEST = ("file is not a database", "malformed", "no such column", "no such table")


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
    """Numbers of recordings by state, and the frames and people of those that are done."""

    pending: int = 0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    frames: int = 0
    people: int = 0

    @property
    def total(self) -> int:
        """All recordings but those that are left out."""
        return self.pending + self.done + self.failed


class Manifest:
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

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._errors():
            # No transaction is opened unasked: `store` and the searches say where one begins.
            self._database = sqlite3.connect(path, timeout=60, isolation_level=None)
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(_TABLES)
            stored = self._get("format") or str(_FORMAT)
            if stored != str(_FORMAT):
                found = f"format {stored}, of another version of signlift"
                raise InputError(problem(path, expected=f"format {_FORMAT}", found=found))
            self._set("format", str(_FORMAT))
        self._search = int(self._get("search") or 0)

    def __enter__(self) -> Manifest:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._errors():
            if self._database.in_transaction:
                self._database.execute("COMMIT")
        self._database.close()

    @property
    def is_empty(self) -> bool:
        """True if there is no recording in it."""
        return self._row("SELECT 1 FROM recordings LIMIT 1") is None

    @property
    def options(self) -> tuple[str, str] | None:
        """The digest and the text of the job's options; None for a new manifest."""
        digest = self._get("options")
        if digest is None:
            return None
        row = self._row("SELECT text FROM options WHERE digest = ?", (digest,))
        return digest, "" if row is None else str(row[0])

    def set_options(self, digest: str, text: str) -> None:
        """Let the job have these options."""
        with self._transaction():
            self._run("INSERT OR REPLACE INTO options VALUES (?, ?)", (digest, text))
            self._set("options", digest)

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
        self._search += 1
        count = 0
        batch: list[Input] = []
        with self._transaction():
            self._set("search", str(self._search))
            for each in inputs:
                batch.append(each)
                count += not each.left_out
                if len(batch) == _PAGE:
                    self._add(batch)
                    batch = []
                    yield count
            self._add(batch)
        yield count

    def _add(self, inputs: Sequence[Input]) -> None:
        rows = [
            {
                "input": _to_sql(each.source),
                "member": _to_sql(each.member),
                "name": _to_sql(f"{each.source}/" if each.left_out else each.name),
                "size": each.size,
                "time": each.time,
                "files": None if each.files is None else json.dumps(each.files),
                "state": "skipped" if each.left_out else "pending",
                "message": printable(each.left_out),
                "reason": reason_of(printable(each.left_out)),
                "search": self._search,
            }
            for each in inputs
        ]
        with self._errors():
            cursor = self._database.executemany(
                "INSERT INTO recordings"
                " (input, member, name, size, time, files, state, message, reason, search)"
                " VALUES (:input, :member, :name, :size, :time, :files, :state, :message,"
                " :reason, :search)"
                " ON CONFLICT (name) DO UPDATE SET search = excluded.search,"
                " state = CASE WHEN size = excluded.size AND time = excluded.time"
                " AND member = excluded.member AND files IS excluded.files"
                " THEN state ELSE excluded.state END,"
                " input = excluded.input, member = excluded.member, size = excluded.size,"
                " time = excluded.time, files = excluded.files"
                " WHERE recordings.search < excluded.search OR excluded.state = 'skipped'"
                " OR (input = excluded.input AND member = excluded.member)",  # twice in a list
                rows,
            )
            if cursor.rowcount < len(rows):
                raise InputError(self._describe_duplicate(rows))

    def _describe_duplicate(self, rows: Sequence[dict[str, Any]]) -> str:
        """Describe the first name that two recordings of a search have."""
        names: dict[Any, Any] = {}
        for row in rows:
            name = row["name"]
            query = "SELECT input FROM recordings WHERE name = ? AND input != ?"
            other = names.get(name) or self._row(query, (name, row["input"]))
            if other is not None:
                both = " and ".join(_from_sql(each) for each in (other[0], row["input"]))
                break
            names[name] = (row["input"],)
        expected = "a file for each result, from inputs with different names"
        found = f"{_from_sql(name)} twice, of {both}"
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
        with self._transaction():
            states = "('done', 'failed')"
            self._run(
                f"UPDATE recordings SET state = 'pending' WHERE state IN {states}"
                " AND options IS NOT ?",
                (digest,),
            )
            if failed:
                self._run("UPDATE recordings SET state = 'pending' WHERE state = 'failed'")
            for rows in self._pages("number, outputs, output_size", "state = 'done'"):
                lost = [
                    (number,)
                    for number, outputs, size in rows
                    if size_of(out, json.loads(outputs)) != size
                ]
                with self._errors():
                    self._database.executemany(
                        "UPDATE recordings SET state = 'pending' WHERE number = ?", lost
                    )

    def pending(self) -> Iterator[tuple[Item, int]]:
        """List the recordings to lift, sorted by name, with the sizes of the inputs in bytes."""
        for rows in self._pages("number, input, member, name, files, size", "state = 'pending'"):
            for number, *texts, files, size in rows:
                source, member, name = map(_from_sql, texts)
                names = None if files is None else tuple(json.loads(files))
                yield Item(number, source, member, name, names, self._names_after(name)), size

    def _names_after(self, name: str) -> tuple[str, ...]:
        """List recordings whose results could be taken for parts of this one: NAME_TITLE."""
        rows = self._rows(
            "SELECT name FROM recordings WHERE name >= ? AND name < ? AND search = ?"
            " AND state != 'skipped'",
            (_to_sql(f"{name}_"), _to_sql(f"{name}`"), self._search),  # ` follows _
        )
        return tuple(_from_sql(row[0]) for row in rows)

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
        with self._errors():
            if not self._database.in_transaction:
                self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(
                "UPDATE recordings SET state = ?, message = ?, reason = ?, outputs = ?,"
                " output_size = ?, frames = ?, people = ?, seconds = ?, version = ?, options = ?"
                " WHERE number = ?",
                rows,
            )

    def commit(self) -> None:
        """Write what was stored, so that it lasts whatever happens to this process."""
        with self._errors():
            if self._database.in_transaction:
                self._database.execute("COMMIT")

    def counts(self) -> Counts:
        """Count the recordings that the last search found."""
        rows = self._rows(
            "SELECT state, count(*) FROM recordings WHERE search = ? GROUP BY state",
            (self._search,),
        )
        states: dict[State, int] = dict(rows)
        (frames, people), *_ = self._rows(
            "SELECT coalesce(sum(frames), 0), coalesce(sum(people), 0) FROM recordings"
            " WHERE search = ? AND state = 'done'",
            (self._search,),
        )
        return Counts(**states, frames=frames, people=people)

    def count_absent(self) -> int:
        """Count the recordings of earlier searches that the last one did not find."""
        query = "SELECT count(*) FROM recordings WHERE search < ? AND state != 'skipped'"
        (count,), *_ = self._rows(query, (self._search,))
        return int(count)

    def reasons(self, limit: int) -> list[tuple[str, int]]:
        """List the most common reasons of failure, with the number of recordings of each."""
        return self._rows(
            "SELECT reason, count(*) FROM recordings WHERE search = ? AND state = 'failed'"
            " GROUP BY reason ORDER BY count(*) DESC, reason LIMIT ?",
            (self._search, limit),
        )

    def _pages(self, columns: str, condition: str) -> Iterator[list[Any]]:
        """Fetch rows of the last search, sorted by name; they may be changed in between."""
        last: str | bytes = ""
        while True:
            rows = self._rows(
                f"SELECT {columns}, name FROM recordings WHERE name > ? AND search = ?"
                f" AND {condition} ORDER BY name LIMIT {_PAGE}",
                (last, self._search),
            )
            if not rows:
                return
            yield [row[:-1] for row in rows]
            last = rows[-1][-1]

    def _get(self, key: str) -> str | None:
        row = self._row("SELECT value FROM job WHERE key = ?", (key,))
        return None if row is None else str(row[0])

    def _set(self, key: str, value: str) -> None:
        self._run("INSERT OR REPLACE INTO job VALUES (?, ?)", (key, value))

    def _row(self, query: str, values: Sequence[Any] = ()) -> Any:
        return next(iter(self._rows(query, values)), None)

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._errors():
            return self._database.execute(query, values).fetchall()

    def _run(self, statement: str, values: Sequence[Any] = ()) -> None:
        with self._errors():
            self._database.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise
        self._run("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Describe what the database reports in one line."""
        try:
            yield
        except sqlite3.Error as error:
            found = str(error)
            damaged = any(text in found for text in _NOT_A_MANIFEST)
            expected = "a manifest of signlift" if damaged else "a file to write"
            raise InputError(problem(self.path, expected=expected, found=found)) from error


def _to_sql(name: str) -> str | bytes:
    """Return a name as SQLite stores it; one that is no text, as its bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def _from_sql(name: str | bytes) -> str:
    return name if isinstance(name, str) else os.fsdecode(name)


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
