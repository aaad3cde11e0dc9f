"""Lists of recordings: a text file with a path on each line, or a column of a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from signlift.errors import InputError, parameter_problem, problem

#: Names of a column of paths, of which the first that is there is taken.
COLUMNS = ("path", "file", "filename", "input")

_EXPECTED = "a list of paths"


def read_list(path: Path, column: str | None = None) -> Iterator[tuple[int, str]]:
    """Read the paths of a list, one by one.

    Parameters
    ----------
    path
        A Parquet file (.parquet), a table of commas or tabs with a header (.csv, .tsv), or a text
        file with a path on each line. Empty fields and lines are passed over.
    column
        Name of the column of a table; by default one of `COLUMNS`, or the only one.

    Yields
    ------
    The number of the line, from 1 (of the row, below the header), and the path.

    Raises
    ------
    InputError
        The file cannot be read, or has no such column.
    ModuleNotFoundError
        pyarrow is not installed (extra `tables`).
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            yield from _read_parquet(path, column)
        elif suffix in (".csv", ".tsv"):
            yield from _read_csv(path, column, "\t" if suffix == ".tsv" else ",")
        elif column is not None:
            expected = "no column, as the list is no table (.csv, .tsv or .parquet)"
            raise InputError(parameter_problem("column", expected=expected, found=column))
        else:
            yield from _read_lines(path)
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InputError(problem(path, expected=_EXPECTED, found=found)) from None
    except UnicodeDecodeError:
        raise InputError(
            problem(path, expected=_EXPECTED, found="bytes that are no text")
        ) from None


def _read_lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line.strip()


def _read_csv(path: Path, column: str | None, delimiter: str) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            rows = csv.reader(file, delimiter=delimiter)
            header = next(rows, [])
            place = header.index(_choose_column(path, header, column))
            for number, row in enumerate(rows, 1):
                if place < len(row) and row[place].strip():
                    yield number, row[place].strip()
        except csv.Error as error:
            raise InputError(problem(path, expected="a table", found=str(error))) from None


def _read_parquet(path: Path, column: str | None) -> Iterator[tuple[int, str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as stream, pq.ParquetFile(stream) as file:
            name = _choose_column(path, file.schema_arrow.names, column)
            number = 0
            for batch in file.iter_batches(columns=[name]):
                for value in batch.column(0).to_pylist():
                    number += 1
                    if value is not None and str(value).strip():
                        yield number, str(value).strip()
    except pa.ArrowException as error:
        found = str(error).partition("\n")[0]
        raise InputError(problem(path, expected="a Parquet file", found=found)) from None


def _choose_column(path: Path, names: Sequence[str], column: str | None) -> str:
    """Choose the column of paths."""
    if column is not None and column in names:
        return column
    if column is None:
        chosen = next((name for name in COLUMNS if name in names), None)
        if chosen is not None or len(names) == 1:
            return chosen or names[0]
    listed = ", ".join(names[:20]) or "none"
    expected = f"one of the columns of {path} ({listed})"
    raise InputError(parameter_problem("column", expected=expected, found=column or "none"))
