"""Files that are packed with gzip (RFC 1952), from untrusted sources."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO

from signlift.errors import InputError, problem
from signlift.io.safe_zip import LIMITS

GZIP_MAGIC = b"\x1f\x8b"

#: Window bits that make zlib read gzip's header.
_GZIP = 31

#: Bytes that are unpacked at once, and bytes that are unpacked whatever the ratio.
_CHUNK, _FREE_BYTES = 1 << 20, 1 << 20


def unpack_gzip(data: bytes, where: str, max_bytes: int) -> bytes:
    """Unpack the members of a gzip file.

    Parameters
    ----------
    data
        The packed bytes.
    where
        The file, for messages.
    max_bytes
        Maximum number of unpacked bytes.

    Raises
    ------
    InputError
        The file is damaged, has more than `max_bytes`, or more than `LIMITS.ratio` times its packed
        bytes (a bomb). No more than that is unpacked.
    """
    limit = min(max_bytes, max(_FREE_BYTES, LIMITS.ratio * len(data)))
    total = 0
    for chunk in _unpack_chunks(data, where):  # nothing is kept yet, so that a bomb takes no memory
        total += len(chunk)
        if total > limit:
            raise InputError(_too_large(where, len(data), limit, max_bytes))
    buffer = BytesIO()
    for chunk in _unpack_chunks(data, where):
        buffer.write(chunk)
    return buffer.getvalue()


def _unpack_chunks(data: bytes, where: str) -> Iterator[bytes]:
    rest = data
    while rest:
        unpacker = zlib.decompressobj(_GZIP)
        try:
            while not unpacker.eof:
                chunk = unpacker.decompress(rest, _CHUNK)
                rest = unpacker.unconsumed_tail
                if not chunk and not rest and not unpacker.eof:
                    raise InputError(_damaged(where, "it ends too early"))
                yield chunk
        except zlib.error as error:
            raise InputError(_damaged(where, str(error))) from None
        rest = unpacker.unused_data.lstrip(b"\0")


def gzip_head(head: bytes, size: int) -> bytes:
    """Unpack the first bytes of a file from its first packed bytes; b"" if they are no gzip."""
    try:
        return zlib.decompressobj(_GZIP).decompress(head, size)
    except zlib.error:
        return b""


def _damaged(where: str, reason: str) -> str:
    return problem(where, expected="a gzip file", found=f"a damaged one ({reason})")


def _too_large(where: str, packed: int, limit: int, max_bytes: int) -> str:
    if limit == max_bytes:
        return problem(where, expected=f"at most {max_bytes:,} bytes unpacked", found="more")
    found = f"{packed:,} packed bytes that become more than {limit:,} (a gzip bomb?)"
    return problem(where, expected="a gzip file of keypoints", found=found)
