"""Tasks: some recordings of a corpus that one worker lifts, and what became of them.

Everything here can be pickled, as tasks and outcomes travel between processes and machines.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

State = Literal["pending", "done", "failed", "skipped"]


@dataclass(frozen=True)
class Item:
    """One recording of the corpus.

    Attributes
    ----------
    number
        Its number in the manifest.
    source
        The file or directory.
    member
        Name in the archive `source`; "" for none.
    name
        Name of its result below the directory of results, without a suffix.
    files
        Names of the files of a directory that belong to it; None for all.
    reserved
        Names of other recordings that the files of this one could be taken for.
    replaces
        An earlier run may have written its result, so that a directory of it is replaced.
    """

    number: int
    source: str
    member: str
    name: str
    files: tuple[str, ...] | None = None
    reserved: tuple[str, ...] = ()
    replaces: bool = False


@dataclass(frozen=True)
class Task:
    """Recordings that one worker handles, one after the other.

    Attributes
    ----------
    items
        The recordings.
    shard
        Name of the table that they are written to together; "" where each has its own files.
    probe
        Lift, but write nothing: it finds the recording of a shard that kills its worker.
    """

    items: tuple[Item, ...]
    shard: str = ""
    probe: bool = False

    def split(self) -> list[Task]:
        """Make a task of each recording; of those of a shard, without writing."""
        return [replace(self, items=(item,), probe=bool(self.shard)) for item in self.items]


@dataclass(frozen=True)
class Outcome:
    """Result of a recording.

    Attributes
    ----------
    number
        Its number in the manifest.
    state
        "done", "failed" or "skipped"; "pending" if nothing was written: with a message the disk is
        full, and the job has to stop; without one the recording was only measured or tried.
    message
        Why it failed, in one line or several.
    outputs
        Paths of the files that were written, relative to the directory of results.
    size
        Bytes of these files.
    frames, people
        Number of frames of all people, and of people (recordings) in the source.
    seconds
        Time that it took.
    warnings
        Lines of warnings, each with the recording that it begins with.
    """

    number: int
    state: State
    message: str = ""
    outputs: tuple[str, ...] = ()
    size: int = 0
    frames: int = 0
    people: int = 0
    seconds: float = 0.0
    warnings: tuple[tuple[str, str], ...] = field(default=())
