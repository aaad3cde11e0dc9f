"""A random mutation of an input, chosen by what its files hold."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from random import Random

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.mutations import arrays, directories, raw_bytes, text
from benchmarks.fuzz.mutations.archives import change_gzip, change_zip
from benchmarks.fuzz.mutations.json_values import mutate_json

Mutation = Callable[[bytes, Random], bytes]

#: Largest file that a mutation may leave, but for bombs; longer ones are cut.
_MAX_BYTES = 8 << 20


def mutate(given: FuzzInput, random: Random) -> FuzzInput:
    """Make one to three random mutations.

    Parameters
    ----------
    given
        The input; it is left as it is.
    random
        Random generator: equal ones give equal mutations.
    """
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        draw = random.random()
        if draw < 0.06:
            given = _named(directories.change_name(given, random), "change_name")
        elif draw < (0.3 if given.entry not in given.files else 0.1):
            given = _named(directories.change_files(given, random), "change_files")
        else:
            given = _change_content(given, random)
    return given


def _change_content(given: FuzzInput, random: Random) -> FuzzInput:
    names = [name for name, content in given.files.items() if isinstance(content, bytes)]
    if not names:
        return given
    name = random.choice(names)
    content = given.files[name]
    assert isinstance(content, bytes)
    mutation = random.choice(_find_mutations(content))
    try:
        changed = mutation(content, random)[:_MAX_BYTES]
    except (struct.error, ValueError, IndexError, OverflowError, RecursionError):
        return given  # damaged already, so that the mutation does not understand it
    return _named(replace(given, files={**given.files, name: changed}), mutation.__name__)


def _named(given: FuzzInput, change: str) -> FuzzInput:
    return replace(given, changes=(*given.changes, change))


def _find_mutations(data: bytes) -> list[Mutation]:
    """List the mutations for a content; those that know its structure come often."""
    general: list[Mutation] = list(raw_bytes.MUTATIONS)
    if data.startswith(b"PK"):
        return [*general, *[_change_zip] * 16]
    if data.startswith(b"\x1f\x8b"):
        return [*general, *[_change_gzip] * 16]
    if data.startswith(b"\x93NUMPY"):
        return [*general, *[arrays.change_npy_header] * 8]
    if data[8:9] == b"{" and data[4:8] == b"\0\0\0\0":
        return [*general, *[arrays.change_safetensors_header] * 16]
    if b"\0" in data[:1000]:
        return general
    words: list[Mutation] = [*general, *text.MUTATIONS, *text.MUTATIONS]
    if data.lstrip()[:1] in (b"{", b"["):
        words += [mutate_json] * 24
    if data.lstrip()[:1] == b"<":
        words.append(text.insert_entities)
    return words


def _mutate_bytes(data: bytes, random: Random) -> bytes:
    return random.choice(_find_mutations(data))(data, random)


def _change_zip(data: bytes, random: Random) -> bytes:
    return change_zip(data, random, _mutate_bytes)


def _change_gzip(data: bytes, random: Random) -> bytes:
    return change_gzip(data, random, _mutate_bytes)
