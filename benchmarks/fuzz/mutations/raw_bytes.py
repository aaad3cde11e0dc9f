"""Mutations of any bytes: flips, cuts, repetitions, and numbers at random places."""

from __future__ import annotations

from random import Random

from benchmarks.fuzz.mutations.interesting import PATTERNS


def flip_bits(data: bytes, random: Random) -> bytes:
    """Flip one to eight bits, more often near the beginning, where headers are."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 8) if changed else 0):
        changed[_place(len(changed), random)] ^= 1 << random.randrange(8)
    return bytes(changed)


def truncate(data: bytes, random: Random) -> bytes:
    """Cut off the end."""
    return data[: _place(len(data) + 1, random)]


def cut(data: bytes, random: Random) -> bytes:
    """Cut out a piece."""
    start = _place(len(data) + 1, random)
    return data[:start] + data[start + random.choice((1, 2, 4, 8, 100, 1000)) :]


def repeat(data: bytes, random: Random) -> bytes:
    """Repeat a piece, or everything."""
    if random.random() < 0.2:
        return data * random.choice((2, 3))
    start = _place(len(data) + 1, random)
    piece = data[start : start + random.choice((1, 4, 64, 1000))]
    return data[:start] + piece * random.choice((1, 2, 50)) + data[start:]


def overwrite(data: bytes, random: Random) -> bytes:
    """Write a special number over the bytes at a random place."""
    pattern = random.choice(PATTERNS)
    start = _place(len(data) + 1, random)
    return data[:start] + pattern + data[start + len(pattern) :]


def insert(data: bytes, random: Random) -> bytes:
    """Insert special or random bytes."""
    start = _place(len(data) + 1, random)
    piece = random.choice((random.choice(PATTERNS), random.randbytes(random.randint(1, 40))))
    return data[:start] + piece + data[start:]


def empty(data: bytes, random: Random) -> bytes:
    """Leave nothing, or only bytes of one kind."""
    return random.choice((b"", b"\0" * len(data), b" " * len(data), b"\n", data[:1]))


def _place(length: int, random: Random) -> int:
    limit = length if random.random() < 0.5 else min(length, random.choice((16, 64, 256, 2000)))
    return random.randrange(max(limit, 1))


#: All of them.
MUTATIONS = (flip_bits, truncate, cut, repeat, overwrite, overwrite, insert, empty)
