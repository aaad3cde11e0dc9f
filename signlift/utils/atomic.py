"""Atomic files: they appear whole or not at all, alone or together with others."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from signlift.errors import InputError, Problem, problem
from signlift.utils.output_target import resolve_output, write_directly
from signlift.utils.staging import Staging, is_staging, remove_leftovers, without_staging

#: Errors of a file that is being written, which do not name it.
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_active: ContextVar[AtomicGroup | None] = ContextVar("active group", default=None)


class AtomicGroup:
    """Files that belong together: all of them appear when the group is closed, or none.

    Files that `atomic_path` and `atomic_directory` write in blocks of `active` are held back until
    then. First all files that they replace are put aside; then the new ones are renamed, in the
    order in which they were finished. A process that is killed in between leaves files missing,
    never new ones beside old ones. `atomic_group` makes a group for one block.
    """

    def __init__(self) -> None:
        self._stagings: dict[Path, Staging] = {}
        self._finished: dict[Path, Path] = {}  # temporary path by target
        self._direct: dict[Path, Path] = {}  # the same for devices, FIFOs and descriptors

    @contextmanager
    def active(self) -> Iterator[None]:
        """Hold back the files that a block writes; drop them if it raises."""
        outer, before = _active.get(), (dict(self._finished), dict(self._direct))
        _active.set(self)
        try:
            yield
        except BaseException:
            self._finished, self._direct = before
            raise
        finally:
            _active.set(outer)

    def stage(self, path: Path) -> tuple[Path, Path, bool]:
        """Return a temporary path for a file, the file itself, and whether it is written directly.

        Raises
        ------
        InputError
            A directory, a block device or a socket.
        OSError
            The parent directory cannot be written to.
        """
        target, direct = resolve_output(path)
        if target.is_dir():
            raise InputError(problem(path, expected="a file to write", found="a directory"))
        parent = Path(tempfile.gettempdir()) if direct else target.parent
        return self._staging(parent).path / target.name, target, direct

    def stage_directory(self, path: Path) -> tuple[Path, Path]:
        """Return a temporary path for a directory, and the directory itself."""
        target, _ = resolve_output(path)
        parent = target if target.is_dir() else target.parent
        return self._staging(parent).path / target.name, target

    def finish(self, temporary: Path, target: Path, *, direct: bool = False) -> None:
        """Note that a temporary file or directory is complete."""
        if target.is_dir():  # into a directory that exists: it may be a link or a mount point
            self._finished |= {target / path.name: path for path in temporary.iterdir()}
        else:
            (self._direct if direct else self._finished)[target] = temporary

    def close(self, *, commit: bool) -> None:
        """Let all finished files appear, or none; remove everything temporary."""
        try:
            if commit:
                for target, temporary in self._direct.items():
                    with _named(target):
                        write_directly(temporary, target)
                self._rename()
        finally:
            for staging in reversed(self._stagings.values()):
                staging.remove()

    def _rename(self) -> None:
        if len(self._finished) == 1:
            ((target, temporary),) = self._finished.items()
            with _named(target):
                temporary.replace(target)
            return
        aside: dict[Path, Path] = {}
        try:
            for number, target in enumerate(self._finished):
                if target.exists():
                    replaced = self._staging(target.parent).path / f".replaced-{number}"
                    with _named(target):
                        target.replace(replaced)
                    aside[target] = replaced
            for target, temporary in self._finished.items():
                with _named(target):
                    temporary.replace(target)
        except BaseException:
            for target, replaced in aside.items():
                replaced.replace(target)
            for target, temporary in self._finished.items():
                if target not in aside and not temporary.exists():
                    target.unlink()
            raise

    def _staging(self, parent: Path) -> Staging:
        if parent not in self._stagings:
            self._stagings[parent] = Staging(parent)
        return self._stagings[parent]


@contextmanager
def open_group() -> Iterator[AtomicGroup]:
    """Yield the active group, or a new one that is closed at the end of the block.

    It is not active in the block: only what runs in its `active` writes into it.
    """
    outer = _active.get()
    if outer is not None:
        yield outer
        return
    group, commit = AtomicGroup(), False
    try:
        yield group
        commit = True
    finally:
        group.close(commit=commit)


@contextmanager
def atomic_group() -> Iterator[None]:
    """Let all files that a block writes appear together at its end, or none if it raises.

    Within another group they appear at the end of that. Finish the file last that a reader opens
    first (see `AtomicGroup`).

    Examples
    --------
    >>> with atomic_group():                                                 # doctest: +SKIP
    ...     write_text("walk.bvh.json", metadata)
    ...     write_text("walk.bvh", motion)
    """
    with open_group() as group, group.active():
        yield


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path; what is written there appears at `path` when the block succeeds.

    The temporary file has the name of the file, and is in a hidden directory beside it. The
    directory of the file is created if missing. If the block raises, the temporary file is
    removed, and a file that was at `path` before is left unchanged. Within an `AtomicGroup` the
    file appears at the end of the group.

    A link is followed: the file that it leads to is replaced, and the link stays. Character
    devices, FIFOs and descriptors such as /dev/stdout are written to and not replaced.

    Parameters
    ----------
    path
        The path of the finished file.

    Raises
    ------
    InputError
        A block device or a socket, or a FIFO that no program reads.
    OSError
        The file cannot be written, or the block wrote nothing. It names `path`.
    """
    path = Path(path)
    with _named(path), open_group() as group:
        temporary, target, direct = group.stage(path)
        try:
            yield temporary
            if not temporary.exists():
                raise FileNotFoundError(errno.ENOENT, "nothing was written", str(temporary))
            group.finish(temporary, target, direct=direct)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def atomic_directory(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield an empty temporary directory that appears as `path` when the block succeeds.

    If the block raises, the temporary directory is removed.

    Parameters
    ----------
    path
        The finished directory. It must be new or empty.

    Raises
    ------
    InputError
        The path is a file, or a directory with files in it.
    OSError
        The directory cannot be written. It names `path`.
    """
    path = Path(path)
    check_new_directory(path)
    with _named(path), open_group() as group:
        temporary, target = group.stage_directory(path)
        temporary.mkdir()
        yield temporary
        group.finish(temporary, target)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text to a file as UTF-8, atomically."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def is_new_directory(path: Path) -> bool:
    """Return whether a path is free, or a directory without files; remove leftovers in it."""
    if not path.is_dir():
        return not path.exists()
    remove_leftovers(path)
    return all(is_staging(content) for content in path.iterdir())


def check_new_directory(path: Path) -> None:
    """Raise InputError if a path is a file, or a directory with files in it."""
    if not is_new_directory(path):
        found = "a directory with files in it" if path.is_dir() else "a file"
        raise InputError(problem(path, expected="a new or empty directory", found=found))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name the finished file, not the temporary one, in what goes wrong."""
    try:
        yield
    except InputError as error:
        lines = [_rename_line(line) for line in error.problems]
        if lines == list(error.problems):
            raise
        raise InputError(lines) from error
    except UnicodeEncodeError as error:
        found = repr(error.object[error.start : error.end])
        raise InputError(problem(path, expected="text of Unicode", found=found)) from error
    except OSError as error:
        name = error.filename
        if (name is None and error.errno in _NO_SPACE) or without_staging(str(name)) != str(name):
            error.filename, error.filename2 = str(path), None
        raise


def _rename_line(line: str) -> str:
    parameter = line.parameter if isinstance(line, Problem) else None
    return Problem(without_staging(line), parameter)
