"""The weights in an .onnx file, read without the package onnx, which the base install lacks.

ONNX Runtime's LSTM turns NaN into plausible numbers, so that damaged weights cannot be found in its
outputs. The numbers of the fields are those of onnx.proto (https://github.com/onnx/onnx).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_GRAPH, _INITIALIZER = 7, 5  # in ModelProto and GraphProto
_DATA_TYPE, _FLOAT_DATA, _RAW_DATA = 2, 4, 9  # in TensorProto
_FLOAT_SIZES: dict[object, int] = {1: 4, 10: 2}  # bytes of float32 and float16
_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}


def has_finite_weights(content: bytes) -> bool:
    """Return True if all float32 and float16 arrays of a model are finite.

    Parameters
    ----------
    content
        The bytes of an .onnx file that ONNX Runtime has opened.
    """
    for graph in _messages(memoryview(content), _GRAPH):
        for tensor in _messages(graph, _INITIALIZER):
            if not np.isfinite(_floats(tensor)).all():
                return False
    return True


def _floats(tensor: memoryview) -> NDArray[np.float32]:
    """Read the numbers of a TensorProto; none if they are of another type."""
    fields = {field: value for field, value, _ in read_fields(tensor)}
    data = fields.get(_RAW_DATA, fields.get(_FLOAT_DATA, b""))
    size = _FLOAT_SIZES.get(fields.get(_DATA_TYPE))
    if size is None or isinstance(data, int) or len(data) % size:
        return np.zeros(0, np.float32)
    values: NDArray[np.floating] = np.frombuffer(data, f"<f{size}")
    return values.astype(np.float32)


def _messages(message: memoryview, number: int) -> Iterator[memoryview]:
    """Read the messages in a field of a message."""
    for field, value, _ in read_fields(message):
        if field == number and isinstance(value, memoryview):
            yield value


def read_fields(message: memoryview) -> Iterator[tuple[int, memoryview | int, memoryview]]:
    """Read the numbers of fields, their values (bytes, or a whole number), and all their bytes."""
    position = 0
    while position < len(message):
        start = position
        key, position = _varint(message, position)
        kind = key & 7
        if kind == _VARINT:
            value, position = _varint(message, position)
            yield key >> 3, value, message[start:position]
            continue
        size = _FIXED.get(kind, 0)
        if kind == _BYTES:
            size, position = _varint(message, position)
        elif not size:
            return  # groups, which ONNX has none of
        end = position + size
        yield key >> 3, message[position:end], message[start:end]
        position = end


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    """Read a whole number of any length; return it and the position after it."""
    value = shift = 0
    while position < len(message):
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            break
    return value, position
