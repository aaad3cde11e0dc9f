"""The recordings of one file, each read when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import index
from typing import SupportsIndex, overload

from signlift.core.recording import Recording

_SUFFIX = re.compile(r"(\.[A-Za-z][A-Za-z0-9]{0,6})+(?=$|/person\d+$)")
_UNUSUAL = re.compile(r"[^\w.()@=+-]+")

#: Maximum number of characters of a title, so that names of files stay short enough.
_MAX_TITLE = 100


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
    change_all
        Applied to the recordings in turn after that (see `map_all`).
    titles
        Names that distinguish recordings whose file names them (`clips.zip/wave` is "wave"), as
        parts of file names; None where the file does not, or not each of them differently.

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
    titles: tuple[str, ...] | None = None
    change_all: Callable[[Iterable[Recording]], Iterator[Recording]] | None = None

    @classmethod
    def from_list(cls, recordings: Sequence[Recording]) -> Recordings:
        """Take recordings that are in memory."""
        lengths = tuple(len(recording) for recording in recordings)
        shape: tuple[int, ...] | None = None
        if len(lengths) == 1:
            shape = lengths
        elif len({recording.skeleton for recording in recordings}) == 1:
            shape = (len(lengths), max(lengths))
        titles = distinct_titles([recording.name for recording in recordings])
        return cls(recordings, lengths, shape, titles=titles)

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
        return next(self._change([self.source[index(v)]]))

    def __iter__(self) -> Iterator[Recording]:
        """Read one recording after the other."""
        return self._change(self.source)

    def _change(self, recordings: Iterable[Recording]) -> Iterator[Recording]:
        if self.change is not None:
            recordings = map(self.change, recordings)
        return iter(recordings) if self.change_all is None else self.change_all(recordings)

    def select(self, numbers: Sequence[int]) -> Recordings:
        """Take some of the recordings, which keep their titles."""
        lengths = tuple(self.lengths[number] for number in numbers)
        shape = None if self.shape is None else (len(numbers), max(lengths, default=0))
        return replace(
            self,
            source=[self.source[number] for number in numbers],
            lengths=lengths,
            shape=shape if len(numbers) != 1 else lengths,
            titles=None if self.titles is None else tuple(self.titles[v] for v in numbers),
        )

    def map(self, change: Callable[[Recording], Recording]) -> Recordings:
        """Apply a function to each recording when it is read, after what is applied already."""
        first = self.change
        if self.change_all is not None:
            return self.map_all(partial(map, change))
        if first is None:
            return replace(self, change=change)
        return replace(self, change=lambda recording: change(first(recording)))

    def map_all(self, change: Callable[[Iterable[Recording]], Iterator[Recording]]) -> Recordings:
        """Apply a function to the recordings in turn when they are read, such as `Lifter.lift_all`.

        Parameters
        ----------
        change
            A function of recordings that returns as many, in order. It may take some ahead.

        Examples
        --------
        >>> import signlift as sl
        >>> recordings = sl.read_all("body_data.npy")                        # doctest: +SKIP
        >>> sl.write_all(recordings.map_all(sl.load().lift_all), "depth.npy")  # doctest: +SKIP
        """
        first = self.change_all
        if first is None:
            return replace(self, change_all=change)
        return replace(self, change_all=lambda recordings: change(first(recordings)))


def distinct_titles(names: Sequence[str]) -> tuple[str, ...] | None:
    """Shorten names SOURCE/NAME of recordings to parts of file names.

    Parameters
    ----------
    names
        Names of recordings.

    Returns
    -------
    The part after the source, without a file's suffix and with _ for unusual characters. None for
    a single recording, for names without a common source, and for parts that are not distinct.

    Examples
    --------
    >>> distinct_titles(["clips.zip/wave.pose", "clips.zip/a/run.pose"])
    ('wave', 'a_run')
    >>> distinct_titles(["clip.pose/person0", "clip.pose/person1"])
    ('person0', 'person1')
    >>> distinct_titles(["video 0", "video 1"])
    """
    sources = {name.partition("/")[0] for name in names}
    if len(names) < 2 or len(sources) > 1:
        return None
    parts = [_SUFFIX.sub("", name.partition("/")[2]) for name in names]
    titles = tuple(_UNUSUAL.sub("_", part)[:_MAX_TITLE] for part in parts)
    # Some file systems do not distinguish case.
    if not all(titles) or len({title.casefold() for title in titles}) < len(titles):
        return None
    return titles
