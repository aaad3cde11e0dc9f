"""Tables of named columns, from text (CSV, TSV) or Parquet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.io.finite_numbers import find_excessive
from signlift.utils.array_types import Float
from signlift.utils.bounded_json import MAX_BYTES, paused_garbage_collection

#: Size in bytes of the largest file of text.
MAX_TEXT_BYTES = MAX_BYTES

#: Description of the tables that are read.
KEYPOINT_COLUMNS = (
    "a table with a row per keypoint (frame, keypoint, x, y) or with columns such as nose_x, "
    "nose_y (docs/arrays.md)"
)

#: Number of column names in messages.
_MAX_LISTED = 6

_SEPARATORS = ",;\t|"
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_COMMENT = re.compile(r"#\s*([^:]+):\s*(.*)")
_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+(?:[eE][+-]?\d+)?)")

#: Fields that stand for a missing number, in lower case.
_MISSING = dict.fromkeys(("", "nan", "na", "n/a", "null", "none", "-", "#n/a"), "nan")


@dataclass(frozen=True, eq=False)
class Table:
    """A table of named columns.

    Attributes
    ----------
    path
        The file.
    columns
        The columns by name, in order: [R] each, text or numbers.
    metadata
        Facts about the table by key, as the file holds them.
    """

    path: Path
    columns: Mapping[str, Sequence[Any] | NDArray[Any]]
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return R, the number of rows."""
        return len(next(iter(self.columns.values()), ()))

    def numbers(self, name: str) -> Float[np.ndarray, " R"]:
        """Return a column as float64, NaN where a field is empty.

        Raises
        ------
        InputError
            A field is not a finite number.
        """
        return parse_numbers(self.columns[name], f"{self.path}: {name}")

    def depths(self, name: str) -> Float[np.ndarray, " R"]:
        """Return a column as float64 like `numbers`, or NaN alone where a field is no number."""
        try:
            return self.numbers(name)
        except InputError:
            return np.full(len(self), np.nan)

    def texts(self, name: str) -> list[str]:
        """Return a column as text, "" where a field is empty."""
        return ["" if value is None else str(value).strip() for value in self.columns[name]]


def parse_numbers(values: Sequence[Any] | NDArray[Any], where: str) -> Float[np.ndarray, " R"]:
    """Convert text or numbers to float64, NaN where empty.

    Raises
    ------
    InputError
        A value is not a number, or is infinite.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        with np.errstate(invalid="ignore"):  # of signalling NaN
            numbers = values.astype(np.float64)
    else:
        try:
            numbers = np.array(values, np.float64)
        except (ValueError, TypeError, OverflowError):
            numbers = _parse_each(values, where)
    excessive = find_excessive(numbers)
    if excessive.any():
        row = int(np.argmax(excessive))
        found = f"{numbers[row]:g} in row {row}"
        raise InputError(problem(where, expected="finite numbers", found=found))
    return numbers


def _parse_each(values: Sequence[Any] | NDArray[Any], where: str) -> Float[np.ndarray, " R"]:
    numbers = np.empty(len(values))
    for row, value in enumerate(values):
        text = "" if value is None else str(value).strip()
        text = _MISSING.get(text.lower(), text)
        try:
            numbers[row] = float(
                (_DECIMAL_COMMA.fullmatch(text) and text.replace(",", ".")) or text
            )
        except ValueError:
            found = f"{text[:40]!r} in row {row}"
            raise InputError(problem(where, expected="a number", found=found)) from None
    return numbers


@dataclass(frozen=True, eq=False)
class TextTable:
    """The lines of a table in text.

    Attributes
    ----------
    rows
        The fields of each line, without comments and empty lines.
    metadata
        Comments `# key: value` before the first row.
    """

    rows: list[list[str]]
    metadata: Mapping[str, str]


def decode(data: bytes) -> str | None:
    """Decode text by its byte-order mark, as UTF-8, or as Latin-1; None for other bytes."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def parse_text(text: str, max_rows: int | None = None) -> TextTable:
    r"""Split text into rows of fields.

    The separator is the one of comma, semicolon, tab and bar that the first row has most of, or
    else spaces.

    Parameters
    ----------
    text
        The text.
    max_rows
        Number of rows to read; all by default.

    Raises
    ------
    csv.Error
        A field is longer than the module csv reads.

    Examples
    --------
    >>> table = parse_text("# fps: 25\nx;y\n1,5;2\n")
    >>> table.rows, table.metadata
    ([['x', 'y'], ['1,5', '2']], {'fps': '25'})
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    metadata = {}
    start = 0
    while text.startswith("#", start) or text[start : start + 1] == "\n":
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        comment = _COMMENT.match(text[start:end].strip())
        if comment:
            metadata[comment[1].strip()] = comment[2].strip()
        start = end + 1
    end = text.find("\n", start)
    first = text[start : len(text) if end < 0 else end]
    separator = max(_SEPARATORS, key=first.count)
    if separator not in first and " " in first.strip():
        separator = " "  # as numpy.savetxt writes by default
    rows: list[list[str]] = []
    lines = io.StringIO(text[start:])
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator == " ")
    with paused_garbage_collection():
        for row in reader:
            if row and (row[0] or any(row)):
                rows.append(row)
                if len(rows) == max_rows:
                    break
    return TextTable(rows, metadata)


def parse_head(head: bytes, max_rows: int) -> list[list[str]]:
    """Split the first bytes of a file into rows of fields; none where it is no table in text."""
    text = decode(head)
    if text is None:
        return []
    try:
        return parse_text(text, max_rows).rows
    except csv.Error:
        return []


def list_columns(names: Sequence[str]) -> str:
    """List the first names of columns for a message."""
    printable = ["".join(c for c in name.strip() if c.isprintable())[:20] for name in names]
    text = ", ".join(printable[:_MAX_LISTED])
    more = len(names) - _MAX_LISTED
    return f"columns {text}" + (f" and {more} more" if more > 0 else "") if names else "no header"


#: A field that is a number.
_NUMBER = re.compile(r"\s*[-+]?[0-9.]+(e[-+]?[0-9]+)?\s*$", re.IGNORECASE)


def read_text(path: Path, data: bytes) -> TextTable:
    """Read a table in text.

    Raises
    ------
    InputError
        The file is not text, a line is damaged, or there are fewer than two rows, and the first
        does not begin with a number.
    """
    text = decode(data)
    if text is None:
        raise InputError(problem(path, expected="a table in text", found="other bytes"))
    try:
        table = parse_text(text)
    except csv.Error as error:
        raise InputError(problem(path, expected="a table in text", found=str(error))) from None
    if len(table.rows) < 2 and not (table.rows and _NUMBER.match(table.rows[0][0])):
        raise InputError(problem(path, expected="a table with rows", found="a header alone"))
    return table


def make_table(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], metadata: Mapping[str, str]
) -> Table:
    """Make a table of a header and rows of equal length.

    Raises
    ------
    InputError
        A row has another number of fields than the header, or two columns have one name.
    """
    header = [name.strip() for name in header]
    width = len(header)
    for number, row in enumerate(rows):
        if len(row) != width and any(row[width:]):
            found = f"{len(row)} in row {number}"
            raise InputError(problem(path, expected=f"{width} fields in each row", found=found))
    if rows and len(rows[-1]) < width:
        found = f"{len(rows[-1])} in the last row (a truncated file?)"
        raise InputError(problem(path, expected=f"{width} fields in each row", found=found))
    even = all(len(row) == width for row in rows)
    by_column = list(zip(*rows, strict=True)) if even else _pad(rows, width)
    columns: dict[str, Sequence[str]] = {}
    for name, values in zip(header, by_column or [()] * width, strict=True):
        if name in columns:
            if name:
                expected = "columns with different names"
                raise InputError(problem(path, expected=expected, found=f"{name!r} twice"))
            continue
        columns[name] = values
    return Table(path, columns, metadata)


def _pad(rows: Sequence[Sequence[str]], width: int) -> list[tuple[str, ...]]:
    """Return the columns of rows of which some lack empty fields at the end."""
    return [tuple(row[n] if n < len(row) else "" for row in rows) for n in range(width)]
