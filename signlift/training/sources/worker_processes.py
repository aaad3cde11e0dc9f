"""Worker processes that make the batches of coming epochs while the trainer computes."""

from __future__ import annotations

import multiprocessing
import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from signlift.training.sources.data_source import DataSource, TrainingBatch
from signlift.training.sources.shared_objects import receive_object, send_object, shared_directory

#: Epochs that each process makes ahead.
_AHEAD = 3

#: Seconds between checks whether a process still runs.
_CHECK_EVERY = 5.0

#: New processes in place of forks: a fork would copy the threads' locks of this process, too.
_CONTEXT = multiprocessing.get_context("spawn")

Epochs = Iterator[tuple[int, Iterable[TrainingBatch]]]


@contextmanager
def open_epochs(
    source: DataSource, numbers: range, selection: slice, workers: int
) -> Iterator[Epochs]:
    """Iterate over the batches of several epochs, made here or by worker processes.

    Parameters
    ----------
    source
        The source of the batches.
    numbers
        The epochs, in order.
    selection
        The lanes of this process (see `DataSource.epoch`).
    workers
        Processes that make batches. With 0 they are made in this process, one at a time; worker
        processes hold all batches of an epoch in memory.

    Yields
    ------
    An iterator over the number of each epoch and its batches.

    Raises
    ------
    RuntimeError
        A worker process ended too early.
    """
    if workers == 0:
        yield ((number, source.epoch(number, selection)) for number in numbers)
        return
    with shared_directory() as directory:
        queues: list[Any] = [_CONTEXT.Queue(_AHEAD) for _ in range(workers)]
        processes = [
            _CONTEXT.Process(
                target=_make_epochs,
                args=(source, numbers[number::workers], selection, queues[number], directory),
                daemon=True,
            )
            for number in range(workers)
        ]
        for process in processes:
            process.start()
        try:
            yield _take(numbers, queues, processes)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.join()


def _take(numbers: range, queues: list[Any], processes: list[Any]) -> Epochs:
    """Receive the epochs in order, the next one while the trainer computes on this one."""
    received: queue.Queue[Any] = queue.Queue(1)

    def receive() -> None:
        try:
            for position in range(len(numbers)):
                worker = position % len(queues)
                received.put(_receive(queues[worker], processes[worker]))
        except Exception as error:  # it belongs to the thread of the trainer
            received.put(error)

    # A daemon, as a process that is stopped may leave it waiting for the rest of a message.
    threading.Thread(target=receive, daemon=True).start()
    for number in numbers:
        batches = received.get()
        if isinstance(batches, Exception):
            raise batches
        yield number, batches


def _receive(channel: Any, process: Any) -> list[TrainingBatch]:
    """Receive the batches of an epoch."""
    while True:
        try:
            batches: list[TrainingBatch] = receive_object(channel.get(timeout=_CHECK_EVERY))
            return batches
        except queue.Empty:
            if not process.is_alive():
                raise RuntimeError("a worker process ended too early") from None


def _make_epochs(
    source: DataSource, numbers: range, selection: slice, out: Any, directory: str
) -> None:
    """Make epochs in a process of its own."""
    for number in numbers:
        out.put(send_object(list(source.epoch(number, selection)), directory))
