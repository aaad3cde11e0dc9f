"""The SQLite file behind the manifest of a job: its tables, and how they are read and written."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from signlift.errors import InputError, problem
from signlift.pipeline.corpus.tasks import Item

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
CREATE INDEX IF NOT EXISTS shards ON recordings (shard, name);
"""

#: Rows that are fetched at a time.
PAGE = 1000

_NOT_A_MANIFEST = (
    "file is not a database",
    "malformed",
    "no such column",
    "no such table",
    "UTF-8",
)


DatabaseT = TypeVar("DatabaseT", bound="Database")


class Database:
    """An open database; a context manager.

    Parameters
    ----------
    path
        The file; created if missing.

    Attributes
    ----------
    search
        Number of the last search.

    Raises
    ------
    InputError
        It cannot be written, or is no manifest.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.errors():
            # No transaction is opened unasked: `store` and the searches say where one begins.
            self.database = sqlite3.connect(path, timeout=60, isolation_level=None)
            self.database.executescript(_TABLES)
            stored = self.get("format") or str(_FORMAT)
            if stored != str(_FORMAT):
                found = f"format {stored}, of another version of signlift"
                raise InputError(problem(path, expected=f"format {_FORMAT}", found=found))
            self.set("format", str(_FORMAT))
            self.search = int(self.get("search") or 0)

    def __enter__(self: DatabaseT) -> DatabaseT:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self.errors():
            if self.database.in_transaction:
                self.database.execute("COMMIT")
        self.database.close()

    def pages(self, columns: str, condition: str) -> Iterator[list[Any]]:
        """Fetch rows of the last search, sorted by name; they may be changed in between."""
        last: str | bytes = ""
        while True:
            rows = self.rows(
                f"SELECT {columns}, name FROM recordings WHERE name > ? AND search = ?"
                f" AND {condition} ORDER BY name LIMIT {PAGE}",
                (last, self.search),
            )
            if not rows:
                return
            yield [row[:-1] for row in rows]
            last = rows[-1][-1]

    def get(self, key: str) -> str | None:
        """Return a value of the table `job`."""
        row = self.row("SELECT value FROM job WHERE key = ?", (key,))
        return None if row is None else str(row[0])

    def set(self, key: str, value: str) -> None:
        """Write a value of the table `job`."""
        self.run("INSERT OR REPLACE INTO job VALUES (?, ?)", (key, value))

    def row(self, query: str, values: Sequence[Any] = ()) -> Any:
        """Return the first row of a query; None if there is none."""
        return next(iter(self.rows(query, values)), None)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query."""
        with self.errors():
            return self.database.execute(query, values).fetchall()

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run a statement."""
        with self.errors():
            self.database.execute(statement, values)

    def run_many(self, statement: str, rows: Sequence[Any]) -> int:
        """Run a statement for each of some rows, and return how many rows it changed."""
        with self.errors():
            return self.database.executemany(statement, rows).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that a block changes at its end, or nothing if it raises."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            raise
        self.run("COMMIT")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Describe what the database reports in one line."""
        try:
            yield
        except sqlite3.Error as error:
            found = str(error)
            damaged = any(text in found for text in _NOT_A_MANIFEST)
            expected = "a manifest of signlift" if damaged else "a file to write"
            raise InputError(problem(self.path, expected=expected, found=found)) from error
        except ValueError as error:  # texts that are none, and numbers and JSON that are none
            found = f"a damaged one ({error})"
            expected = "a manifest of signlift"
            raise InputError(problem(self.path, expected=expected, found=found)) from error


def to_sql(name: str) -> str | bytes:
    """Return a name as SQLite stores it; one that is no text, as its bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def from_sql(name: str | bytes) -> str:
    """Return a name that SQLite has stored."""
    return name if isinstance(name, str) else os.fsdecode(name)


def to_item(row: Sequence[Any]) -> Item:
    """Make an item of number, input, member, name and files."""
    number, *texts, files = row
    source, member, name = map(from_sql, texts)
    return Item(number, source, member, name, None if files is None else tuple(json.loads(files)))
