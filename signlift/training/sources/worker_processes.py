"""Worker processes that make the batches of coming epochs while the trainer computes."""

from __future__ import annotations

import multiprocessing
import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from signlift.training.sources.data_source import DataSource, TrainingBatch
from signlift.training.sources.shared_objects import receive_object, send_object

#: Epochs that each process makes ahead.
_AHEAD = 3

#: Seconds between checks whether a process still runs.
_CHECK_EVERY = 5.0

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
    context = multiprocessing.get_context("spawn")
    queues: list[Any] = [context.Queue(_AHEAD) for _ in range(workers)]
    processes = [
        context.Process(
            target=_make_epochs,
            args=(source, numbers[number::workers], selection, queues[number]),
            daemon=True,
        )
        for number in range(workers)
    ]
    for process in processes:
        process.start()

    def receive(position: int) -> list[TrainingBatch]:
        worker = position % workers
        while True:
            try:
                return receive_object(queues[worker].get(timeout=_CHECK_EVERY))
            except queue.Empty:
                if not processes[worker].is_alive():
                    raise RuntimeError("a worker process ended too early") from None

    def take() -> Epochs:
        # The next epoch is received while the trainer computes on this one.
        with ThreadPoolExecutor(1) as thread:
            coming = thread.submit(receive, 0)
            for position, number in enumerate(numbers):
                batches = coming.result()
                if position + 1 < len(numbers):
                    coming = thread.submit(receive, position + 1)
                yield number, batches

    try:
        yield take() if numbers else iter(())
    finally:
        for process in processes:
            process.terminate()
            process.join()
        for channel in queues:
            _discard(channel)


def _make_epochs(source: DataSource, numbers: range, selection: slice, out: Any) -> None:
    """Make epochs in a process of its own."""
    for number in numbers:
        out.put(send_object(list(source.epoch(number, selection))))


def _discard(channel: Any) -> None:
    """Free the memory of epochs that nobody receives."""
    while True:
        try:
            receive_object(channel.get(timeout=0.05))
        except (queue.Empty, EOFError, OSError):
            return
