"""Mutations of .npy, .safetensors and other files with a header that describes what follows."""

from __future__ import annotations

import ast
import json
import struct
from random import Random

from benchmarks.fuzz.mutations.json_values import mutate_json

_MAGIC = b"\x93NUMPY"
_SHAPES = (
    "()", "(0,)", "(-1, 52)", "(True, 1, 52)", "(2**40, 3)", "(10**9, 26, 2)", "(10**400,)",
    "(1, 1, 1, 1, 1, 1, 1, 1, 26, 2)", "(0, 26, 2)", "(6, 0, 2)", "(6, 26, 0)", "(6.0, 26, 2)",
    "('6', 26, 2)", "(1,) * 99", "(" * 300, "-" * 5000 + "1", "None", "6", "[6, 26, 2]",
)  # fmt: skip
_TYPES = (
    "'|O'", "'<f2'", "'>f8'", "'<f16'", "'<c16'", "'|b1'", "'<i8'", "'|u1'", "'|S52'", "'<U7'",
    "'<M8[s]'", "'|V8'", "[('x', '<f4'), ('y', '<f4')]", "''", "'<f99999'", "None", "'|V0'",
    "('<f4', (10**9,))",
)  # fmt: skip


def change_npy_header(data: bytes, random: Random) -> bytes:
    """Let the header of a .npy file lie about shape, type or length, or damage it."""
    if not data.startswith(_MAGIC):
        return data
    (length,) = struct.unpack_from("<H", data, 8)
    body = data[10 + length :]
    try:
        header = ast.literal_eval(data[10 : 10 + length].decode())
        fields = {key: repr(value) for key, value in header.items()}
    except (ValueError, SyntaxError, AttributeError, RecursionError, MemoryError):
        return data
    kind = random.randrange(7)
    if kind < 2:
        fields["shape"] = random.choice(_SHAPES)
    elif kind == 2:
        fields["descr"] = random.choice(_TYPES)
    elif kind == 3:
        fields["fortran_order"] = random.choice(("True", "1", "None", "'False'"))
    elif kind == 4:
        fields.pop(random.choice(list(fields)))
    elif kind == 5:
        fields["extra"] = random.choice(("1", "9" * 4000, "'" + "a" * 4000 + "'"))
    text = "{" + ", ".join(f"{key!r}: {value}" for key, value in fields.items()) + "}"
    encoded = text.encode()
    if kind == 6:
        encoded = encoded[: random.randrange(len(encoded) + 1)]
    encoded += b" " * (-(len(encoded) + 11) % 64) + b"\n"
    version = random.choice((b"\1\0",) * 6 + (b"\2\0", b"\3\0", b"\7\0"))
    size = struct.pack("<H" if version == b"\1\0" else "<I", len(encoded) & 0xFFFF)
    return _MAGIC + version + size + encoded + body


def change_safetensors_header(data: bytes, random: Random) -> bytes:
    """Change the JSON header of a .safetensors file: names, shapes, offsets, metadata."""
    if len(data) < 9:
        return data
    (length,) = struct.unpack_from("<Q", data)
    header, body = data[8 : 8 + length], data[8 + length :]
    try:
        content = json.loads(header)
        metadata = content["__metadata__"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return data
    if random.random() < 0.6 and isinstance(metadata, dict) and metadata:
        # Metadata holds JSON in strings.
        key = random.choice(list(metadata))
        text = mutate_json(str(metadata[key]).encode("utf-8", "surrogatepass"), random)
        metadata[key] = text.decode("utf-8", "surrogatepass")
        header = json.dumps(content).encode()
    else:
        header = mutate_json(header, random)
    size = len(header) if random.random() < 0.95 else random.choice((0, 2**31, 2**63))
    return struct.pack("<Q", size) + header + body
