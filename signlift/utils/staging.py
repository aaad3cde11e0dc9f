"""Staging directories: hidden, beside the finished files, and held by one process.

Files are written into a staging directory and then renamed, which is immediate within a file
system. Its name is random, so that threads, and containers with a common volume, never share one.
The process that uses it keeps a lock on a file in it. The lock ends with the process, however that
ends: a staging directory without its lock is left over, and the next process that writes beside it
removes it. That holds, too, for one that was killed before it had made the file, or while it
removed the directory. A process whose new directory is removed before it has the lock makes
another.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"\.signlift-[0-9a-f]{8}\.part")
_LOCK = ".signlift.lock"

#: Age in seconds from which a staging directory counts as left over where there are no locks.
_OLD = 86400.0

#: A search for leftovers that takes longer (in seconds) is not repeated before 100 times its
#: duration have passed.
_LONG_SEARCH = 1e-3
_next_search: dict[Path, float] = {}


class Staging:
    """A staging directory. `remove` must be called at the end.

    Parameters
    ----------
    parent
        Directory of the finished files; created if missing, and removed again if it stays empty.

    Attributes
    ----------
    path
        The staging directory.
    """

    def __init__(self, parent: Path) -> None:
        self._created = [path for path in (parent, *parent.parents) if not path.exists()]
        parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(parent)
        lock = None
        while lock is None:  # until no other process has taken the new directory for a leftover
            parent.mkdir(parents=True, exist_ok=True)
            self.path = parent / f".signlift-{os.urandom(4).hex()}.part"
            with contextlib.suppress(FileNotFoundError, FileExistsError):
                self.path.mkdir(mode=0o700)
                lock = _lock_new(self.path)
        self._lock = lock

    def remove(self) -> None:
        """Remove the staging directory with all that is left in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)
        shutil.rmtree(self.path, ignore_errors=True)  # where an open file cannot be removed
        with contextlib.suppress(OSError):
            for path in self._created:
                path.rmdir()


@contextlib.contextmanager
def temporary_directory() -> Iterator[Path]:
    """Yield an empty directory for temporary files, which is removed at the end of the block.

    That of a process that is killed is removed by the next one that makes such a directory.
    """
    staging = Staging(Path(tempfile.gettempdir()))
    try:
        place = staging.path / "files"
        place.mkdir()
        yield place
    finally:
        staging.remove()


def is_staging(path: Path) -> bool:
    """Return whether a path has the name of a staging directory."""
    return _NAME.fullmatch(path.name) is not None


def without_staging(text: str) -> str:
    """Remove staging directories from the paths in a text, which then name the finished files.

    Examples
    --------
    >>> without_staging("out/.signlift-0a1b2c3d.part/signer.npy: no space")
    'out/signer.npy: no space'
    """
    return re.sub(rf"[/\\]?{_NAME.pattern}", "", re.sub(rf"{_NAME.pattern}[/\\]", "", text))


def remove_leftovers(parent: Path, *, always: bool = False) -> None:
    """Remove the staging directories that killed processes have left in a directory.

    Parameters
    ----------
    parent
        The directory.
    always
        Search it even if a search has taken long a moment ago.
    """
    start = time.monotonic()
    if start < _next_search.get(parent, start) and not always:
        return
    paths: list[Path] = []
    with contextlib.suppress(OSError):
        paths += [Path(entry) for entry in os.scandir(parent) if _NAME.fullmatch(entry.name)]
    for path in paths:
        with contextlib.suppress(OSError):  # of another user, or removed by now
            lock = _lock_leftover(path)
            if lock is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(lock)
                if sys.platform == "win32":  # an open file cannot be removed
                    shutil.rmtree(path, ignore_errors=True)
    duration = time.monotonic() - start
    if duration > _LONG_SEARCH:
        _next_search[parent] = start + 100 * duration


def _lock_new(directory: Path) -> int | None:
    """Lock a new staging directory; None if another process removes it."""
    lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT)
    try_lock(lock, wait=True)
    with contextlib.suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(lock), (directory / _LOCK).stat()):
            return lock
    os.close(lock)
    return None


def _lock_leftover(directory: Path) -> int | None:
    """Lock a staging directory that no process uses any more; None if one does.

    The file of the lock is made if there is none, so that a process which has made the directory a
    moment ago, and one that searches, too, wait for each other.
    """
    age = _age(directory)
    lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT)
    locked = try_lock(lock)
    if locked or (locked is None and age > _OLD):
        return lock
    os.close(lock)
    return None


def try_lock(file: int, *, wait: bool = False) -> bool | None:
    """Lock an open file; False if another process has it, None if there are no locks here."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _age(directory: Path) -> float:
    """Return the seconds since anything in a directory was written."""
    with contextlib.suppress(OSError):
        times = [path.lstat().st_mtime for path in (directory, *directory.rglob("*"))]
        return time.time() - max(times)
    return 0.0
