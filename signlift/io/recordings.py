"""The recordings of one file, each read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import index
from typing import SupportsIndex, overload

from signlift.core.recording import Recording


@dataclass(frozen=True, eq=False)
class Recordings(Sequence[Recording]):
    """The recordings of one file, as `signlift.read_all` returns them.

    Attributes
    ----------
    source
        Any sequence of recordings; a mapped file holds none of them in memory.
    lengths
        The frames of each recording.
    shape
        Leading axes of an array that holds all of them: (T,) for one recording, (V, T) for V
        recordings of up to T frames. T counts the padding of the file. None when the recordings
        are on different skeletons, so that no array can hold them.
    change
        Applied to each recording when it is read.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> short, long = (sl.Recording(np.zeros((T, 26, 2))) for T in (3, 5))
    >>> recordings = Recordings.from_list([short, long])
    >>> recordings.shape
    (2, 5)
    >>> [len(recording) for recording in recordings]
    [3, 5]
    """

    source: Sequence[Recording]
    lengths: tuple[int, ...]
    shape: tuple[int, ...] | None
    change: Callable[[Recording], Recording] | None = None

    @classmethod
    def from_list(cls, recordings: Sequence[Recording]) -> Recordings:
        """Take recordings that are in memory."""
        lengths = tuple(len(recording) for recording in recordings)
        shape: tuple[int, ...] | None = None
        if len(lengths) == 1:
            shape = lengths
        elif len({recording.skeleton for recording in recordings}) == 1:
            shape = (len(lengths), max(lengths))
        return cls(recordings, lengths, shape)

    def __len__(self) -> int:
        """V, the number of recordings."""
        return len(self.source)

    @overload
    def __getitem__(self, v: SupportsIndex) -> Recording: ...

    @overload
    def __getitem__(self, v: slice) -> list[Recording]: ...

    def __getitem__(self, v: SupportsIndex | slice) -> Recording | list[Recording]:
        """Read recording v, or those of a slice."""
        if isinstance(v, slice):
            return [self[number] for number in range(len(self))[v]]
        recording = self.source[index(v)]
        return recording if self.change is None else self.change(recording)

    def map(self, change: Callable[[Recording], Recording]) -> Recordings:
        """Apply a function to each recording when it is read, after what is applied already."""
        first = self.change
        if first is None:
            return replace(self, change=change)
        return replace(self, change=lambda recording: change(first(recording)))
