"""Mutations of names, and of the files in a directory."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from benchmarks.fuzz.fuzz_input import Content, FuzzInput, Link, Pipe
from benchmarks.fuzz.mutations.interesting import TEXTS

_SPECIAL: tuple[Content, ...] = (
    b"", Link("itself"), Link("/dev/zero"), Link("/dev/null"), Link(".."), Link("nowhere"), Pipe(),
)  # fmt: skip


def change_name(given: FuzzInput, random: Random) -> FuzzInput:
    """Give the input another name: escape sequences, bytes that are not UTF-8, digits, 250 letters.

    The suffix stays at times.
    """
    text = random.choice((*TEXTS, "1", "000000000000", "a" * 250, "-", "-o", ".hidden", "a b"))
    text = text.replace("/", "_").replace("\0", "_").replace("..", "_")
    _, dot, suffix = given.entry.rpartition(".")
    end = f".{suffix}" if dot and random.random() < 0.7 else ""
    # File systems allow 255 bytes, and no character that is half a pair.
    start = text.replace("\ud800", "?").encode("utf-8", "surrogateescape")[: 250 - len(end)]
    name = (start.decode("utf-8", "surrogateescape") or "a") + end
    files = {
        name + key[len(given.entry) :] if key.split("/")[0] == given.entry else key: content
        for key, content in given.files.items()
    }
    return replace(given, entry=name, files=files)


def change_files(given: FuzzInput, random: Random) -> FuzzInput:
    """Remove, exchange, repeat or rename a file of a directory, or put a special one into it."""
    files = dict(given.files)
    if not files:
        return given
    name = random.choice(list(files))
    kind = random.randrange(7)
    if kind == 0 and len(files) > 1:
        del files[name]
    elif kind == 1:
        other = random.choice(list(files))
        files[name], files[other] = files[other], files[name]
    elif kind == 2:
        place = f"{given.entry}/{random.choice(('1.json', 'b/1.json', 'a_0007.json', 'x.npy'))}"
        files[place if _is_directory(given) else name] = files[name]
    elif kind == 3 and _is_directory(given):
        digits = str(random.choice((0, 10**6, 10**11, 10**30)))
        renamed = "".join(digits if c.isdigit() else c for c in name[len(given.entry) :])
        files[given.entry + renamed] = files.pop(name)
    elif kind == 4 and _is_directory(given):
        special = random.choice(_SPECIAL)
        target = f"{given.entry}/itself"
        files[target if special == Link("itself") else f"{target}.json"] = special
    elif kind == 5:
        files[name] = random.choice(_SPECIAL)
    else:
        files = {key: content for key, content in files.items() if random.random() < 0.7}
    return replace(given, files=files)


def _is_directory(given: FuzzInput) -> bool:
    return given.entry not in given.files
