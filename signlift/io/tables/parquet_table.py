"""Tables in Parquet files. Needs pyarrow (extra `tables`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from signlift.errors import InputError, problem
from signlift.io.tables.column_names import parse_wide_column
from signlift.io.tables.table import Table

#: First bytes of a Parquet file.
PARQUET_MAGIC = b"PAR1"

#: Number of fields beyond which a table is not read.
_MAX_CELLS = 200_000_000


def read_parquet(path: Path, file: BinaryIO, *, face: bool = False) -> Table:
    """Read a Parquet file.

    Columns that are neither text nor numbers are not read.

    Parameters
    ----------
    path
        The file, for messages.
    file
        The same, open.
    face
        Read columns of MediaPipe's face mesh, too.

    Raises
    ------
    InputError
        The file is damaged or too large.
    ModuleNotFoundError
        pyarrow is not installed (extra `tables`).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file.seek(0)
        with pq.ParquetFile(file) as parquet:
            schema, rows = parquet.schema_arrow, parquet.metadata.num_rows
        names = [field.name for field in schema if _is_read(field, face)]
        texts = [name for name in names if pa.types.is_string(schema.field(name).type)]
        if rows * len(names) > _MAX_CELLS:
            found = f"{rows * len(names):,}"
            raise InputError(problem(path, expected=f"at most {_MAX_CELLS:,} fields", found=found))
        file.seek(0)
        # As dictionaries, texts take no more memory than in the file.
        with pq.ParquetFile(file, read_dictionary=texts) as parquet:
            table = parquet.read(columns=names).unify_dictionaries()
        columns = {name: _to_values(table[name].combine_chunks()) for name in names}
    except (pa.ArrowException, OSError, ValueError, LookupError, MemoryError) as error:
        message = "".join(c for c in str(error).partition("\n")[0] if c.isprintable())[:100]
        found = f"one that is damaged ({message})"
        raise InputError(problem(path, expected="a Parquet file", found=found)) from None
    metadata = {
        key.decode("utf-8", "replace"): value.decode("utf-8", "replace")
        for key, value in (schema.metadata or {}).items()
        if key not in (b"pandas", b"ARROW:schema")
    }
    return Table(path, columns, metadata)


def _is_read(field: Any, face: bool) -> bool:
    """Return whether a column may belong to a table of keypoints."""
    import pyarrow as pa

    column = None if face else parse_wide_column(field.name)
    if column is not None and isinstance(column.key, tuple) and column.key[0] == "face":
        return False
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_boolean)
    return pa.types.is_floating(kind) or pa.types.is_integer(kind) or any(t(kind) for t in tests)


def _to_values(array: Any) -> Any:
    """Convert an array of Arrow to numbers, or to text and None."""
    import pyarrow as pa

    if isinstance(array, pa.ChunkedArray):  # of more text than one array holds
        array = array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays(array.chunks)
    if pa.types.is_dictionary(array.type):
        values = np.array([*array.dictionary.to_pylist(), None], object)
        numbers = array.indices.fill_null(len(values) - 1)
        return values[numbers.to_numpy(zero_copy_only=False)]
    if pa.types.is_floating(array.type) or pa.types.is_integer(array.type):
        return array.to_numpy(zero_copy_only=False)
    return array.to_pylist()
