"""Mutations of zip archives and gzip files."""

from __future__ import annotations

import gzip
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from random import Random

from benchmarks.fuzz.mutations.interesting import TEXTS

#: Unpacked size of a bomb in MiB; it is packed a thousandfold.
_BOMB = 1500

#: Largest member that is unpacked here, as bombs are not mutated again.
_MAX_MEMBER = 64 << 20

Mutate = Callable[[bytes, Random], bytes]


def change_zip(data: bytes, random: Random, mutate: Mutate) -> bytes:
    """Change the members of an archive, or what its directory says of them.

    Parameters
    ----------
    data
        The archive. Bytes that are no archive are returned as they are.
    random
        Random generator.
    mutate
        Mutation of the content of a member.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(info.file_size > _MAX_MEMBER for info in archive.infolist()):
                return data
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error):
        return data
    if not members:
        return data
    number = random.randrange(len(members))
    name, content = members[number]
    kind = random.randrange(12)
    method = zipfile.ZIP_DEFLATED if random.random() < 0.5 else zipfile.ZIP_STORED
    if kind < 5:
        members[number] = (name, mutate(content, random))
    elif kind == 5:
        members[number] = (_other_name(name, random), content)
    elif kind == 6:
        members.append((name, mutate(content, random)))
    elif kind == 7:
        del members[number]
    elif kind == 8:
        members += [(f"{n}{name}", content) for n in range(random.choice((1, 300)))]
    elif kind == 9:
        return _bomb(name, content)
    elif kind == 10:
        members[number] = (name, _pack(members, method))
    changed = _pack(members, method)
    return _change_directory(changed, random) if kind == 11 else changed


def change_gzip(data: bytes, random: Random, mutate: Mutate) -> bytes:
    """Change what a gzip file holds, or make it a bomb."""
    if int.from_bytes(data[-4:], "little") > _MAX_MEMBER:
        return data
    try:
        content = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return data
    kind = random.randrange(8)
    if kind == 0:
        return _gzip_bomb(content)
    if kind == 1:
        return data + data
    return gzip.compress(mutate(content, random), 1, mtime=0)


def _other_name(name: str, random: Random) -> str:
    text = random.choice(TEXTS).replace("\0", "_")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "a"
    return random.choice((text or "a", f"../{name}", f"/{name}", f"{text}/{name}", f"{name}/"))


def _pack(members: list[tuple[str, bytes]], method: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of names that occur twice
        for name, content in members:
            info = zipfile.ZipInfo(name or "a")
            info.compress_type = method
            archive.open(info, "w").close() if not content else archive.writestr(info, content)
    return file.getvalue()


def _change_directory(data: bytes, random: Random) -> bytes:
    """Change flags, method, sizes, or offset of a member in the central directory."""
    start = data.find(b"PK\1\2")
    field, size = random.choice(
        ((8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (32, 2), (38, 4), (42, 4))
    )
    value = random.choice((0, 1, 8, 12, 14, 99, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0xA1ED0000))
    place = start + field
    return data[:place] + struct.pack("<I", value)[:size] + data[place + size :]


def _deflate_bomb(content: bytes) -> bytes:
    """Pack content and a thousand times a MiB of spaces, without making them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + block * _BOMB + packer.flush(zlib.Z_FINISH)


def _bomb(name: str, content: bytes) -> bytes:
    """Make an archive of one member that is far larger than it says, or than its file."""
    packed, size = _deflate_bomb(content), len(content) + (_BOMB << 20)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), packed)
    data = bytearray(file.getvalue())
    for magic, method, unpacked in ((b"PK\3\4", 8, 22), (b"PK\1\2", 10, 24)):
        start = data.find(magic)
        struct.pack_into("<H", data, start + method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", data, start + unpacked, size)
    return bytes(data)


def _gzip_bomb(content: bytes) -> bytes:
    header = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
    return header + _deflate_bomb(content) + struct.pack("<II", 0, len(content) + (_BOMB << 20))
