"""The scale of a recording, as far as it is known after each frame."""

from __future__ import annotations

from array import array
from bisect import insort

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import Skeleton
from signlift.normalization.normalize import MIN_SHARE, PARTS, measure_extent


class RunningScale:
    """`recording_scale` of the frames so far, frame by frame.

    It keeps three lengths of each frame in order: 12 bytes a frame, some microseconds each.

    Parameters
    ----------
    skeleton
        What the J keypoints are.
    """

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._parts = [array("f") for _ in PARTS]
        self._frames = 0
        self._least = np.full(2, np.inf)
        self._largest = np.full(2, -np.inf)

    def update(self, keypoints: Float[np.ndarray, "T J 2"]) -> Float[np.ndarray, " T"]:
        """Go on by T frames [T, J, 2], NaN where not observed; the scale after each, [T]."""
        scales = np.empty(len(keypoints))
        parts = measure_extent(keypoints, self._skeleton).parts.tolist()
        seen = ~np.isnan(keypoints).any(-1, keepdims=True)
        some = seen.any((1, 2))
        least = np.where(seen, keypoints, np.inf).min(1, initial=np.inf)
        largest = np.where(seen, keypoints, -np.inf).max(1, initial=-np.inf)
        for frame, lengths in enumerate(parts):
            if some[frame]:
                self._frames += 1
                self._least = np.minimum(self._least, least[frame])
                self._largest = np.maximum(self._largest, largest[frame])
                for kept, length in zip(self._parts, lengths, strict=True):
                    if length == length:  # not NaN
                        insort(kept, length)
            scales[frame] = self._scale()
        return scales

    def _scale(self) -> float:
        for kept, (_, _, percentile, factor) in zip(self._parts, PARTS, strict=True):
            if len(kept) == 0 or len(kept) < MIN_SHARE * self._frames:
                continue
            length = factor * _percentile(kept, percentile / 100)
            if length > 0:
                return length
        if self._frames == 0:
            return 1.0
        return float(np.linalg.norm(self._largest - self._least)) / 2 or 1.0


def _percentile(values: array[float], share: float) -> float:
    """As `np.percentile` of values in order."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)
