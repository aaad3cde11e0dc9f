"""Objects with large arrays, passed between processes through shared memory."""

from __future__ import annotations

import pickle
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from typing import Any, NamedTuple


class SharedObject(NamedTuple):
    """An object in shared memory.

    Attributes
    ----------
    content
        The object without the content of its arrays.
    memory
        Name of the memory that holds them; empty if there are none.
    sizes
        Bytes of each array.
    """

    content: bytes
    memory: str
    sizes: tuple[int, ...]


def send_object(value: Any) -> SharedObject:
    """Copy an object to shared memory, for exactly one `receive_object`.

    Parameters
    ----------
    value
        An object that can be pickled. Its arrays do not pass the pipe between the processes.
    """
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    views = [buffer.raw() for buffer in buffers]
    sizes = tuple(view.nbytes for view in views)
    if not sum(sizes):
        return SharedObject(pickle.dumps(value, protocol=5), "", ())
    memory = SharedMemory(create=True, size=sum(sizes))
    # The process that receives it frees it, so this one must not.
    resource_tracker.unregister(memory._name, "shared_memory")  # type: ignore[attr-defined]
    start, target = 0, memory.buf
    assert target is not None
    for view, size in zip(views, sizes, strict=True):
        target[start : start + size] = view
        start += size
    del target
    name = memory.name
    memory.close()
    return SharedObject(content, name, sizes)


def receive_object(shared: SharedObject) -> Any:
    """Copy an object from shared memory, and free the memory.

    Only objects of `send_object` in another process of this program may be passed.
    """
    if not shared.memory:
        return pickle.loads(shared.content)
    memory = SharedMemory(shared.memory)
    assert memory.buf is not None
    content = bytearray(memory.buf)
    memory.close()
    memory.unlink()
    view, start, buffers = memoryview(content), 0, []
    for size in shared.sizes:
        buffers.append(view[start : start + size])
        start += size
    return pickle.loads(shared.content, buffers=buffers)
