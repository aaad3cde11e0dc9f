"""The recordings of a directory in an object store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from signlift.errors import InputError, problem
from signlift.io.reader_registry import READERS
from signlift.pipeline.corpus.archive_names import ARCHIVES
from signlift.pipeline.corpus.manifest import Input
from signlift.pipeline.corpus.stores import Store
from signlift.pipeline.found import stem_of

#: Suffixes of files that are recordings by themselves. A directory of JSON may hold a file for each
#: frame, and an archive many recordings: all of them would have to be read.
_PACKED = (".json", ".jsonl", ".json.gz", ".jsonl.gz", ".zip", *ARCHIVES)
_SUFFIXES = tuple(
    suffix for reader in READERS for suffix in reader.suffixes if suffix not in _PACKED
)
_VIDEOS = tuple(suffix for reader in READERS if reader.has_images for suffix in reader.suffixes)

#: Keys of the time of the last change, which differ from store to store.
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "created")


def search_store(url: str, *, recursive: bool | None = None) -> Iterator[Input]:
    """Search a directory of a store for recordings, or take a file.

    Parameters
    ----------
    url
        The file or directory.
    recursive
        As for `Search`.

    Raises
    ------
    InputError
        It cannot be read, or holds nothing to lift.
    """
    store = Store(url)
    about = store.describe()
    if about["type"] == "file":
        size, changed = _measure(about)
        yield Input(url, "", stem_of(Path(PurePosixPath(url).name)), size, changed)
        return
    is_empty = True
    for each in _search(store, "", recursive):
        is_empty = is_empty and bool(each.left_out)
        yield each
    if is_empty:
        expected = "a directory of files that signlift reads from a store"
        raise InputError(problem(url, expected=expected, found="none"))


def _search(store: Store, place: str, recursive: bool | None) -> Iterator[Input]:
    entries = [each for each in store.list(place) if not each["name"].startswith(".")]
    files = [each for each in entries if each["type"] == "file"]
    has_recordings = False
    for recording in _choose(store.url, place, files):
        has_recordings = has_recordings or not recording.left_out
        yield recording
    if recursive or (recursive is None and not has_recordings):
        for each in entries:
            if each["type"] == "directory":
                yield from _search(store, f"{place}{each['name']}/", recursive)


def _choose(url: str, place: str, files: Sequence[dict[str, Any]]) -> Iterator[Input]:
    """Choose the recordings among the files of a directory, and say why others are left out."""
    stems: dict[str, list[dict[str, Any]]] = {}
    for each in files:
        name = each["name"].lower()
        if name.endswith(_SUFFIXES):
            stems.setdefault(stem_of(Path(each["name"])), []).append(each)
        elif name.endswith(_PACKED):
            why = "not lifted, as JSON and archives are not read from a store"
            path = f"{url}/{place}{each['name']}"
            yield Input(path, "", path, *_measure(each), left_out=why)
    for stem, same in stems.items():
        keypoints = [each for each in same if not each["name"].lower().endswith(_VIDEOS)]
        for each in same:
            path = f"{url}/{place}{each['name']}"
            if keypoints and each not in keypoints:
                why = f"not lifted, as {url}/{place}{keypoints[0]['name']} holds its keypoints"
                yield Input(path, "", path, *_measure(each), left_out=why)
            else:
                end = stem if len(keypoints or same) == 1 else each["name"]
                yield Input(path, "", f"{place}{end}", *_measure(each))


def _measure(about: dict[str, Any]) -> tuple[int, int]:
    """Return the bytes of an object, and when it changed, in nanoseconds.

    Without a time it is a number that differs with the digest that the store gives.
    """
    size = int(about.get("size") or 0)
    for key in _TIMES:
        value = about.get(key)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.replace("Z", "+00:00"))
            except ValueError:
                continue
        if isinstance(value, datetime):
            value = value.timestamp()
        if isinstance(value, int | float):
            return size, int(value * 1e9)
    mark = about.get("ETag") or about.get("etag") or about.get("md5Hash")
    digest = hashlib.sha256(str(mark).encode()).digest() if mark else b""
    return size, int.from_bytes(digest[:7], "big")
