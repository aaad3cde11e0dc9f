"""Keypoints without a confidence at (0, 0) or (-1, -1), which stand for missing ones.

Programs that do not store a confidence mark missing keypoints by a fixed point. It is recognised by
how often it occurs, and by where all other keypoints are.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import InputWarning
from signlift.utils.array_types import Bool, Float, Int

#: The points that stand for missing keypoints.
PLACEHOLDERS = ((0.0, 0.0), (-1.0, -1.0))

#: Fraction of negative coordinates above which the origin is not the corner of an image, but a
#: point of the person, as MidHip in centred data.
_MAX_NEGATIVE = 0.05

#: Smallest fraction of the frames with a placeholder for one keypoint of centred data.
_MIN_FRAMES = 0.05

#: Fraction of the frames in which the origin of centred data is at (0, 0).
_ORIGIN_FRAMES = 0.9

#: Keypoints that data is centred on, if several are at (0, 0) all the time.
_ORIGINS = ("MidHip", "Neck", "Nose")


@dataclass
class PlaceholderCounts:
    """Counts of keypoints at `PLACEHOLDERS`, taken part by part.

    Attributes
    ----------
    frames
        Number of frames with a keypoint.
    counts
        [2, J], number of frames in which a keypoint is at each of `PLACEHOLDERS`.
    values, negative
        Number of coordinates of all other keypoints, and of those that are negative.
    """

    frames: int
    counts: Int[np.ndarray, "2 J"]
    values: int = 0
    negative: int = 0

    def decide(self, skeleton: Skeleton) -> Bool[np.ndarray, "2 J"]:
        """Decide for each keypoint whether it is missing where it is at each of `PLACEHOLDERS`.

        Those of an image count if there are two or more: no keypoint is exactly at its corner. In
        data with negative coordinates they count if one keypoint has them in a twentieth of the
        frames; the keypoint that is always at (0, 0), its origin, is left out.

        Returns
        -------
        [2, J].
        """
        counts = self.counts.copy()
        if self.values == 0:  # nothing to compare with
            return np.zeros(counts.shape, bool)
        centred = self.negative > _MAX_NEGATIVE * self.values
        if centred:
            origin = self._find_origin(skeleton)
            if origin is not None:
                counts[0, origin] = 0
        decided = counts > 0
        for kind, columns in enumerate(counts):
            often = columns.max(initial=0) >= max(2, _MIN_FRAMES * self.frames)
            if not (often if centred else columns.sum() >= 2):
                decided[kind] = False
        return decided

    def _find_origin(self, skeleton: Skeleton) -> int | None:
        """Find the keypoint that centred data has its origin at."""
        columns = np.flatnonzero(self.counts[0] >= max(1, _ORIGIN_FRAMES * self.frames)).tolist()
        if len(columns) == 1:
            return int(columns[0])
        numbers = (skeleton.find(name) for name in _ORIGINS)
        return next((number for number in numbers if number in columns), None)


@dataclass
class PlaceholderCounter:
    """Counter of placeholders in arrays that are read part by part."""

    skeleton: Skeleton
    total: PlaceholderCounts = field(init=False)

    def __post_init__(self) -> None:
        self.total = PlaceholderCounts(0, np.zeros((2, len(self.skeleton)), np.int64))

    def add(
        self, keypoints: NDArray[Any], columns: slice = slice(None), *, frames: int | None = None
    ) -> NDArray[np.bool_]:
        """Add keypoints [..., j, 2] of some columns; NaN where they have a confidence.

        Parameters
        ----------
        keypoints
            x and y.
        columns
            The j keypoints that these are.
        frames
            Number of frames with a keypoint, if they are counted elsewhere.

        Returns
        -------
        [..., j], True for keypoints that have x and y and are no placeholders.
        """
        x, y = keypoints[..., 0], keypoints[..., 1]
        real = (x == x) & (y == y)  # not NaN
        self.total.frames += int(real.any(-1).sum()) if frames is None else frames
        axes = tuple(range(real.ndim - 1))
        for kind, place in enumerate(find_placeholders(keypoints)):
            if place.any():
                self.total.counts[kind, columns] += np.count_nonzero(place, axis=axes)
                real &= ~place
        self.total.values += 2 * int(np.count_nonzero(real))
        self.total.negative += sum(int(np.count_nonzero((part < 0) & real)) for part in (x, y))
        return real


def find_placeholders(keypoints: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Find the keypoints [..., 2] that are exactly at each of `PLACEHOLDERS`: two masks [...]."""
    x, y = keypoints[..., 0], keypoints[..., 1]
    first, second = ((x == place[0]) & (y == place[1]) for place in PLACEHOLDERS)
    return first, second


def mask_placeholders(
    keypoints: NDArray[np.floating], missing: Bool[np.ndarray, "2 J"]
) -> NDArray[np.bool_]:
    """Find the keypoints [..., J, 2] that are missing by `PlaceholderCounts.decide`: [..., J]."""
    if not missing.any():
        return np.zeros(keypoints.shape[:-1], bool)
    first, second = find_placeholders(keypoints)
    return (first & missing[0]) | (second & missing[1])


def decide_placeholders(
    keypoints: Float[np.ndarray, "D J 2"], skeleton: Skeleton, name: str, *, keep: bool
) -> Bool[np.ndarray, "D J"]:
    """Find the missing keypoints of a recording, and warn of them.

    Parameters
    ----------
    keypoints
        [D, J, 2], NaN where missing, or where they have a confidence.
    skeleton
        The J keypoints.
    name
        The recording, for the warning.
    keep
        Take them for observed.

    Warns
    -----
    InputWarning
        Some are found.
    """
    counter = PlaceholderCounter(skeleton)
    counter.add(keypoints)
    missing = np.zeros((2, len(skeleton)), bool) if keep else counter.total.decide(skeleton)
    warn_of_placeholders(counter.total, missing, name)
    return mask_placeholders(keypoints, missing)


def warn_of_placeholders(
    counts: PlaceholderCounts, missing: Bool[np.ndarray, "2 J"], name: str
) -> None:
    """Warn, in one line, of placeholders that are treated as missing."""
    numbers = np.where(missing, counts.counts, 0).sum(1)
    places = [
        f"{number:,} keypoint{'s' if number > 1 else ''} at ({x:g}, {y:g})"
        for number, (x, y) in zip(numbers.tolist(), PLACEHOLDERS, strict=True)
        if number
    ]
    if places:
        line = f"{name}: {' and '.join(places)} treated as missing (`keep_zeros` keeps them)"
        warnings.warn(InputWarning(line, name), stacklevel=3)
