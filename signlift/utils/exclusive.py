"""Exclusive use of a directory by one process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.utils.staging import try_lock


@contextlib.contextmanager
def exclusive(lock: Path, *, expected: str, found: str) -> Iterator[None]:
    """Keep other processes out while a block runs. The lock ends with the process.

    Parameters
    ----------
    lock
        A file that only serves as the lock; removed at the end.
    expected, found
        The message for the second process, about the directory of the lock.

    Raises
    ------
    InputError
        Another process is in the block.
    OSError
        The file cannot be written.
    """
    file = os.open(lock, os.O_RDWR | os.O_CREAT)
    while True:
        if try_lock(file) is False:  # None: the file system has no locks
            os.close(file)
            raise InputError(problem(lock.parent, expected=expected, found=found))
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), lock.stat()):
                break
        os.close(file)  # the process before has removed it
        file = os.open(lock, os.O_RDWR | os.O_CREAT)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(file)
