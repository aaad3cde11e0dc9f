"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its name when the block ends well.

    The temporary name keeps the suffix of `path`, as some writers choose the format by it.
    The folder is made where it is missing. When the block raises, the temporary file is removed
    and what stood at `path` before stays as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` to `path` as UTF-8, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextmanager
def staging_directory(parent: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary directory whose content moves to `parent` when the block ends well.

    `parent` is made where it is missing. A directory goes into an existing one of its name, file
    by file. When the block raises, all of it is removed, and what was in `parent` stays.
    """
    parent = Path(parent)
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".signlift-", suffix=".part", dir=parent) as name:
        staging = Path(name)
        yield staging
        _move_content(staging, parent)


def _move_content(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir()):
        place = target / path.name
        if path.is_dir() and place.is_dir():
            _move_content(path, place)
        else:
            path.replace(place)
