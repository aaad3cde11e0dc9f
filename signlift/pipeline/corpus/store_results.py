"""The results of a job in an object store: stored, removed and measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from signlift.errors import InputError
from signlift.pipeline.corpus.shards import SUFFIX
from signlift.pipeline.corpus.stores import Store, url_of
from signlift.pipeline.corpus.tasks import Outcome, Task


def store_results(
    store: Store, directory: Path, task: Task, outcomes: Iterable[Outcome]
) -> list[Outcome]:
    """Store all files that a task has written, those last that a row of the manifest names.

    Files of an earlier result that is a directory are removed, and a table without a recording.

    Parameters
    ----------
    store
        The directory of the results.
    directory
        Where the task has written them.
    task, outcomes
        The task, and what became of its recordings.

    Returns
    -------
    The outcomes, whose messages name the store.

    Raises
    ------
    InputError
        A file cannot be written: all others would fail, too.
    """
    outcomes = list(outcomes)
    results = {name for each in outcomes for name in each.outputs}
    files = {
        path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()
    }
    for name in (*sorted(files - results), *sorted(files & results)):
        store.put(directory / name, name)
    for name in results - files:
        for entry in store.list(name):
            if f"{name}/{entry['name']}" not in files:
                store.remove(f"{name}/{entry['name']}")
    table = f"{task.shard}{SUFFIX}"
    if task.shard and not task.probe and table not in files:
        store.remove(table)
    place = str(directory)
    return [
        replace(
            each,
            message=each.message.replace(place, store.url),
            warnings=tuple(
                (line.replace(place, store.url), where.replace(place, store.url))
                for line, where in each.warnings
            ),
        )
        for each in outcomes
    ]


def remove_result(out: Path, name: str) -> None:
    """Remove a file below the directory of the results, if it is there.

    Raises
    ------
    InputError
        It cannot be removed from a store.
    OSError
        It cannot be removed.
    """
    url = url_of(out)
    if url is None:
        (out / name).unlink(missing_ok=True)
    else:
        Store(url).remove(name)


class ResultSizes:
    """The sizes of results in a store, listed directory by directory.

    Parameters
    ----------
    url
        The directory of the results.
    """

    #: Directories whose listing is kept.
    _KEPT = 16

    def __init__(self, url: str) -> None:
        self._store = Store(url)
        self._store.refresh()
        self._listings: dict[str, dict[str, int]] = {}

    def __call__(self, outputs: Sequence[str]) -> int | None:
        """Add up the bytes of results; None if one is missing. A directory counts nothing."""
        size = 0
        for output in outputs:
            place, _, name = output.rpartition("/")
            listing = self._list(place)
            if name not in listing:
                return None
            size += listing[name]
        return size

    def _list(self, place: str) -> dict[str, int]:
        if place not in self._listings:
            try:
                entries = self._store.list(place)
            except InputError as error:
                if not isinstance(error.__cause__, FileNotFoundError):
                    raise
                entries = []
            if len(self._listings) == self._KEPT:
                del self._listings[next(iter(self._listings))]
            self._listings[place] = {
                each["name"]: 0 if each["type"] == "directory" else each["size"] for each in entries
            }
        return self._listings[place]
