"""Objects with large arrays, passed between processes through files in memory."""

from __future__ import annotations

import mmap
import os
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

#: A directory in memory, on systems that have one.
_MEMORY = Path("/dev/shm")


class SharedObject(NamedTuple):
    """An object whose arrays are in a file.

    Attributes
    ----------
    content
        The object without the content of its arrays.
    path
        The file that holds them; empty if there are none.
    sizes
        Bytes of each array.
    """

    content: bytes
    path: str
    sizes: tuple[int, ...]


@contextmanager
def shared_directory() -> Iterator[str]:
    """Make a directory for the files of `send_object`, and remove it with all that is left.

    Yields
    ------
    Its path, in memory on systems that have a file system there.
    """
    parent = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="signlift-", dir=parent) as directory:
        yield directory


def send_object(value: Any, directory: str) -> SharedObject:
    """Write the arrays of an object to a file, for exactly one `receive_object`.

    Parameters
    ----------
    value
        An object that can be pickled. Its arrays do not pass the pipe between the processes.
    directory
        The directory of the file (see `shared_directory`).
    """
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    views = [buffer.raw() for buffer in buffers]
    sizes = tuple(view.nbytes for view in views)
    if not sum(sizes):
        return SharedObject(pickle.dumps(value, protocol=5), "", ())
    with tempfile.NamedTemporaryFile(dir=directory, delete=False) as file:
        for view in views:
            file.write(view)
    return SharedObject(content, file.name, sizes)


def receive_object(shared: SharedObject) -> Any:
    """Read an object, and remove its file.

    Its arrays are those in the file's memory, which is freed with them. Only objects of
    `send_object` in another process of this program may be passed.
    """
    if not shared.path:
        return pickle.loads(shared.content)
    path = Path(shared.path)
    with path.open("rb") as file:
        memory = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    path.unlink()
    start, buffers = 0, []
    for size in shared.sizes:
        buffers.append(memory[start : start + size])
        start += size
    return pickle.loads(shared.content, buffers=buffers)
