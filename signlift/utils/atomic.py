"""Atomic files: they appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from signlift.errors import InputError, problem


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path that is renamed to `path` when the block succeeds.

    The temporary file is in the directory of `path`, which is created if it does not exist, and
    has the suffix of `path`, as some writers choose the format by it. If the block raises, the
    temporary file is removed, and a file that was at `path` before is left unchanged.

    Parameters
    ----------
    path
        The path of the finished file.
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
    """Write a text to a file as UTF-8, atomically."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextmanager
def staging_directory(parent: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary directory whose content moves to `parent` when the block succeeds.

    `parent` is created if it does not exist. A directory is merged into an existing one of the
    same name, file by file. If the block raises, the temporary directory is removed, and `parent`
    is left unchanged.

    Parameters
    ----------
    parent
        The directory of the finished files.
    """
    parent = Path(parent)
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".signlift-", suffix=".part", dir=parent) as name:
        staging = Path(name)
        yield staging
        _move_content(staging, parent)


def _move_content(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir()):
        destination = target / path.name
        if path.is_dir() and destination.is_dir():
            _move_content(path, destination)
        else:
            path.replace(destination)


def check_new_directory(path: Path) -> None:
    """Raise InputError if a path is a file, or a directory with files in it."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        found = "a directory with files in it" if path.is_dir() else "a file"
        raise InputError(problem(path, expected="a new or empty directory", found=found))
