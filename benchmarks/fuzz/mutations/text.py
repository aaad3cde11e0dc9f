"""Mutations of text files: tokens, lines, and bytes that are not text."""

from __future__ import annotations

import re
from random import Random

from benchmarks.fuzz.mutations.interesting import NUMBERS, TEXTS

_NUMBER = re.compile(rb"-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
_TOKEN = re.compile(rb"[^\s,;=:<>\[\]{}\"']+")
_ENTITIES = (
    b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
    b"<!ENTITY c SYSTEM 'file:///etc/passwd'>]>"
)


def replace_numbers(data: bytes, random: Random) -> bytes:
    """Replace one to three numbers by special ones."""
    for _ in range(random.randint(1, 3)):
        data = _replace(_NUMBER, data, _number(random), random)
    return data


def replace_token(data: bytes, random: Random) -> bytes:
    """Replace a word or number by another word of the file, or by a special text."""
    words = _TOKEN.findall(data)
    choices = [random.choice(TEXTS).encode("utf-8", "surrogatepass"), _number(random)]
    return _replace(_TOKEN, data, random.choice([*choices, random.choice(words or [b""])]), random)


def change_lines(data: bytes, random: Random) -> bytes:
    """Remove, repeat, move or empty a line, or change the ends of all."""
    lines = data.split(b"\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    kind = random.randrange(6)
    if kind == 0:
        del lines[first]
    elif kind == 1:
        lines[first:first] = [lines[second]] * random.choice((1, 2, 300))
    elif kind == 2:
        lines[first], lines[second] = lines[second], lines[first]
    elif kind == 3:
        lines[first] = b""
    elif kind == 4:
        lines[first] += lines[first][: random.randint(1, 50)]
    return (
        random.choice((b"\r", b"\r\n", b"\n\n", b"\0")).join(lines)
        if kind == 5
        else (b"\n".join(lines))
    )


def encode_otherwise(data: bytes, random: Random) -> bytes:
    """Encode the text in another way, or make it no text."""
    kind = random.randrange(6)
    if kind == 0:
        return b"\xef\xbb\xbf" + data
    if kind < 4:
        name = ("utf-16", "utf-32", "utf-16-be")[kind - 1]
        return data.decode("latin-1").encode(name)
    start = random.randrange(len(data) + 1)
    return (
        data[:start] + random.choice((b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\0")) + data[start:]
    )


def nest(data: bytes, random: Random) -> bytes:
    """Insert many brackets, or a very long line."""
    start = random.choice((0, random.randrange(len(data) + 1)))
    bracket = random.choice((b"[", b"{", b"(", b'{"a":', b"<a>", b"JOINT a {\n", b"9", b"a", b" "))
    return data[:start] + bracket * random.choice((50, 2000, 100_000)) + data[start:]


def insert_entities(data: bytes, random: Random) -> bytes:
    """Insert the declaration of XML entities, and use one."""
    start = data.find(b"?>") + 2
    data = data[:start] + _ENTITIES + data[start:]
    return _replace(_NUMBER, data, random.choice((b"&b;", b"&c;")), random)


def _number(random: Random) -> bytes:
    return repr(random.choice(NUMBERS)).encode()


def _replace(pattern: re.Pattern[bytes], data: bytes, value: bytes, random: Random) -> bytes:
    places = list(pattern.finditer(data[:200_000]))
    if not places:
        return data + value
    place = random.choice(places)
    return data[: place.start()] + value + data[place.end() :]


#: All of them; entities are for XML alone.
MUTATIONS = (replace_numbers, replace_numbers, replace_token, change_lines, encode_otherwise, nest)
