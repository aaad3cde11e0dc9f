"""Parts of an .onnx file: the operations that some of its outputs need, and no others.

ONNX Runtime computes all outputs of a graph, also those that nobody asks for. The file is changed
without the package onnx, which the base install lacks (see `onnx_weights`).
"""

from __future__ import annotations

from collections.abc import Iterator

from signlift.lifting.backends.onnx_weights import read_fields

_GRAPH = 7  # in ModelProto
_NODE, _INITIALIZER, _OUTPUT = 1, 5, 12  # in GraphProto
_NODE_INPUT, _NODE_OUTPUT = 1, 2
_VALUE_NAME, _TENSOR_NAME = 1, 8


def keep_last_outputs(content: bytes, count: int) -> bytes:
    """Return a model with its last outputs alone, and what they need.

    Parameters
    ----------
    content
        The bytes of an .onnx file that ONNX Runtime has opened. Its operations must hold no graphs
        of their own, as conditions and loops do.
    count
        The number of outputs, 1 or more.
    """
    parts = []
    for number, value, raw in read_fields(memoryview(content)):
        if number == _GRAPH and isinstance(value, memoryview):
            raw = memoryview(_field(_GRAPH, _prune(value, count)))
        parts.append(raw)
    return b"".join(parts)


def _prune(graph: memoryview, count: int) -> bytes:
    """Return a GraphProto without the operations and weights that its last outputs do not need."""
    fields = list(read_fields(graph))
    outputs = [place for place, (number, *_) in enumerate(fields) if number == _OUTPUT]
    needed = {name for place in outputs[-count:] for name in _names(fields[place][1], _VALUE_NAME)}
    dropped = set(outputs[:-count])
    for place in reversed(range(len(fields))):  # operations follow those whose results they take
        number, value, _ = fields[place]
        if number == _NODE:
            if needed.isdisjoint(_names(value, _NODE_OUTPUT)):
                dropped.add(place)
            else:
                needed.update(_names(value, _NODE_INPUT))
    for place, (number, value, _) in enumerate(fields):
        if number == _INITIALIZER and needed.isdisjoint(_names(value, _TENSOR_NAME)):
            dropped.add(place)
    return b"".join(raw for place, (*_, raw) in enumerate(fields) if place not in dropped)


def _names(message: memoryview | int, number: int) -> Iterator[str]:
    """Read the texts in a field of a message."""
    if isinstance(message, memoryview):
        for field, value, _ in read_fields(message):
            if field == number and isinstance(value, memoryview):
                yield bytes(value).decode()


def _field(number: int, value: bytes) -> bytes:
    """Return a field that holds bytes."""
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
