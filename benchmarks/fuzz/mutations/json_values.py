"""Mutations of the structure of JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks.fuzz.mutations.interesting import NUMBERS, TEXTS

_OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], [None], "", {"": None})


def mutate_json(data: bytes, random: Random) -> bytes:
    """Change one to three values or keys of a JSON text; bytes that are not JSON stay."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return data
    box = [content]
    for _ in range(random.choice((1, 1, 2, 3))):
        holder, key = _draw_place(box, random)
        holder[key] = random.choice(_CHANGES)(holder[key], random)
    try:
        text = json.dumps(box[0])
    except (RecursionError, ValueError):  # wrapped too often
        return b"[" * 2000
    if random.random() < 0.1:
        text = _repeat_key(text, random)
    return text.encode("utf-8", "surrogatepass")


def _draw_place(box: list[Any], random: Random) -> tuple[Any, Any]:
    """Walk down from the top, and stop at a random depth."""
    holder: Any = box
    key: Any = 0
    while True:
        value = holder[key]
        if not isinstance(value, (list, dict)) or not value or random.random() < 0.2:
            return holder, key
        keys = list(value) if isinstance(value, dict) else range(len(value))
        holder, key = value, random.choice(keys)


def _set_number(_: Any, random: Random) -> Any:
    return random.choice(NUMBERS)


def _set_text(_: Any, random: Random) -> Any:
    return random.choice(TEXTS)


def _set_other(_: Any, random: Random) -> Any:
    return copy.deepcopy(random.choice(_OTHERS))  # as it may be changed afterwards


def _wrap(value: Any, random: Random) -> Any:
    """Put a value into lists or objects, many of them at times."""
    for _ in range(random.choice((1, 1, 2, 90, 500))):
        value = [value] if random.random() < 0.5 else {"a": value}
    return value


def _convert(value: Any, random: Random) -> Any:
    """Give a value another type with the same content."""
    if isinstance(value, dict):
        return list(value.values()) if random.random() < 0.5 else list(value.items())
    if isinstance(value, list):
        return {str(number): item for number, item in enumerate(value)}
    return random.choice((str(value), [value]))


def _resize(value: Any, random: Random) -> Any:
    """Change the number of items of a list or the keys of an object."""
    if isinstance(value, list) and value:
        length = random.choice((1, len(value) - 1, len(value) // 2, len(value) + 1, 2000))
        return (value * (length // len(value) + 1))[:length]
    if isinstance(value, dict) and value:
        key = random.choice(list(value))
        changed = dict(value)
        moved = changed.pop(key)
        if random.random() < 0.5:
            changed[random.choice([*value, *TEXTS])] = moved
        return changed
    return value


def _shuffle(value: Any, random: Random) -> Any:
    if isinstance(value, list):
        return random.sample(value, len(value))
    return value


def _repeat_key(text: str, random: Random) -> str:
    start = text.find("{", random.randrange(len(text) + 1))
    end = text.find(",", start)
    if start < 0 or end < 0:
        return text
    return text[: start + 1] + text[start + 1 : end] + "," + text[start + 1 :]


_CHANGES: tuple[Callable[[Any, Random], Any], ...] = (
    _set_number, _set_number, _set_text, _set_other, _wrap, _convert, _resize, _resize, _shuffle,
)  # fmt: skip
