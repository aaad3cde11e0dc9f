"""Tables of keypoints: the kind of a table, and its recordings."""

from __future__ import annotations

from collections.abc import Sequence

from signlift.core.recording import Recording
from signlift.core.skeleton import mesh_landmarks
from signlift.errors import InputError, problem
from signlift.io.detectors.json_document import unpack_head
from signlift.io.people.assemble import NO_METADATA, FileMetadata
from signlift.io.reader import ReadOptions
from signlift.io.safe_gzip import GZIP_MAGIC, unpack_gzip
from signlift.io.source import Source
from signlift.io.tables.column_names import count_wide_columns, find_wide_columns
from signlift.io.tables.description import read_description
from signlift.io.tables.detections import assemble_recordings
from signlift.io.tables.long_table import is_long, read_long
from signlift.io.tables.numbered_table import (
    MIN_FIELDS,
    has_numbers,
    list_numbered,
    read_numbered,
    read_rows,
)
from signlift.io.tables.parquet_table import PARQUET_MAGIC, read_parquet
from signlift.io.tables.recording_table import is_recording_table, read_recording_table
from signlift.io.tables.table import (
    KEYPOINT_COLUMNS,
    MAX_TEXT_BYTES,
    Table,
    list_columns,
    make_table,
    parse_head,
    read_text,
)
from signlift.io.tables.wide_table import is_deeplabcut, read_deeplabcut, read_wide
from signlift.utils.bounded_json import is_json, paused_garbage_collection

#: Smallest number of keypoints of a wide table.
_MIN_KEYPOINTS = 5


def is_text_table(source: Source) -> bool:
    """Recognise a table of keypoints in text by its header, also packed with gzip."""
    if source.is_directory or source.is_zip or source.head.startswith(PARQUET_MAGIC):
        return False
    head = unpack_head(source.head)
    if is_json(head):
        return False
    rows = parse_head(head, 2)
    return bool(rows) and len(rows[0]) > 2 and _is_known_header(rows)


def _is_known_header(rows: Sequence[Sequence[str]]) -> bool:
    names = [name.strip() for name in rows[0]]
    if is_deeplabcut(rows) or is_recording_table(names) or is_long(names):
        return True
    if len(names) >= MIN_FIELDS and (has_numbers(names[:-1]) or list_numbered(names[:-1])):
        return True
    if len(rows) > 1:
        return len(find_wide_columns(names)) >= _MIN_KEYPOINTS
    counts = count_wide_columns(names)  # the header is longer than what was read
    return max(counts.values()) >= _MIN_KEYPOINTS


def is_parquet(source: Source) -> bool:
    """Recognise a Parquet file by its first bytes."""
    return source.head.startswith(PARQUET_MAGIC)


def read_text_table(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read a table in text.

    Parameters
    ----------
    source
        CSV with commas, semicolons, tabs or bars: signlift's own, a long or wide table of
        keypoints, DeepLabCut's, SLEAP's analysis, or rows of numbers without a header.
    options
        `skeleton` where keypoints are numbered, `person`, `fps`, and `size` if x and y are
        normalised image coordinates.

    Returns
    -------
    The recordings: one for each value of a column sequence_id or video, of the main person or of
    `person`.

    Raises
    ------
    InputError
        A line for each problem.
    """
    path = source.path
    data = source.read(MAX_TEXT_BYTES)
    if data.startswith(GZIP_MAGIC):
        data = unpack_gzip(data, str(path), MAX_TEXT_BYTES)
    text = read_text(path, data)
    if is_deeplabcut(text.rows):
        detections = read_deeplabcut(path, text)
        return assemble_recordings(detections, path.name, options, NO_METADATA)
    if has_numbers(text.rows[0]) and not list_numbered(text.rows[0]):
        return read_rows(path, text.rows, options)
    with paused_garbage_collection():
        table = make_table(path, text.rows[0], text.rows[1:], text.metadata)
    del text
    return read_table(table, options)


def read_parquet_table(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read a Parquet file, as `read_text_table` does.

    Raises
    ------
    InputError
        A line for each problem.
    ModuleNotFoundError
        pyarrow is not installed (extra `tables`).
    """
    assert source.file is not None
    return read_table(
        read_parquet(source.path, source.file, face=mesh_landmarks(options.skeleton) > 0), options
    )


def read_table(table: Table, options: ReadOptions) -> Sequence[Recording]:
    """Read the recordings of a table by the names of its columns.

    Raises
    ------
    InputError
        The columns are not those of keypoints, or a line for each other problem.
    """
    names = list(table.columns)
    if len(table) == 0:
        raise InputError(problem(table.path, expected="a table with rows", found="a header alone"))
    if is_recording_table(names):
        return [read_recording_table(table, options)]
    if list_numbered(names):
        return read_numbered(table, options)
    face = mesh_landmarks(options.skeleton) > 0
    if is_long(names):
        detections = read_long(table, face=face)
    elif len(find_wide_columns(names)) >= _MIN_KEYPOINTS:
        detections = read_wide(table, face=face)
    else:
        raise InputError(problem(table.path, expected=KEYPOINT_COLUMNS, found=list_columns(names)))
    description = read_description(table.path)
    metadata = NO_METADATA
    if description is not None:
        metadata = FileMetadata(fps=description.fps, size=description.size)
    return assemble_recordings(detections, table.path.name, options, metadata)
