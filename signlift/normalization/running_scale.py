"""The scale of a stream, from the frames so far."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Sequence

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.normalization.scale import (
    MIN_OBSERVED_FRACTION,
    SCALE_REFERENCES,
    measure_extent,
    quantile,
)
from signlift.utils.array_types import Float


class RunningScale:
    """Running `recording_scale` of the frames so far.

    It stores three lengths per frame in sorted order: 12 bytes and some microseconds a frame.

    Parameters
    ----------
    skeleton
        The skeleton of the J keypoints.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.skeleton import PANOPTIC26
    >>> from signlift.normalization.running_scale import RunningScale
    >>> keypoints = np.zeros((2, 26, 2))
    >>> keypoints[:, PANOPTIC26.index("MidHip"), 1] = [100, 200]
    >>> RunningScale(PANOPTIC26).update(keypoints)
    array([100., 150.])
    """

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._lengths = [array("f") for _ in SCALE_REFERENCES]
        self._frames = 0
        shape = (2, len(skeleton))
        self._minimum = np.full(shape, np.nan, np.float32)
        self._maximum = np.full(shape, np.nan, np.float32)

    def update(self, keypoints: Float[np.ndarray, "T J 2"]) -> Float[np.ndarray, " T"]:
        """Add frames, and compute the scale after each of them.

        Parameters
        ----------
        keypoints
            [T, J, 2], the next T frames; NaN where not observed.

        Returns
        -------
        [T], the scales.
        """
        scales = np.empty(len(keypoints))
        frame_lengths = measure_extent(keypoints, self._skeleton).lengths.tolist()
        observed = ~np.isnan(keypoints).any(-1, keepdims=True)
        has_keypoints = observed.any((1, 2))
        places = np.where(observed, keypoints, np.nan).swapaxes(1, 2)
        for frame, lengths in enumerate(frame_lengths):
            if has_keypoints[frame]:
                self.add_frame(lengths, places[frame])
            scales[frame] = self.current
        return scales

    def add_frame(
        self,
        lengths: Sequence[float],
        keypoints: Float[np.ndarray, "2 J"],
    ) -> None:
        """Add a frame with keypoints.

        Parameters
        ----------
        lengths
            The 2D lengths of `SCALE_REFERENCES`; NaN where not observed.
        keypoints
            x and y; NaN where not observed.
        """
        self._frames += 1
        np.fmin(self._minimum, keypoints, out=self._minimum)
        np.fmax(self._maximum, keypoints, out=self._maximum)
        for ordered, length in zip(self._lengths, lengths, strict=True):
            if length == length:  # not NaN
                insort(ordered, length)

    @property
    def current(self) -> float:
        """The scale of the frames so far, above 0."""
        for lengths, reference in zip(self._lengths, SCALE_REFERENCES, strict=True):
            if len(lengths) == 0 or len(lengths) < MIN_OBSERVED_FRACTION * self._frames:
                continue
            length = reference.torso_ratio * quantile(lengths, reference.percentile / 100)
            if length > 0:
                return length
        if self._frames == 0:
            return 1.0
        extent = np.nanmax(self._maximum, 1) - np.nanmin(self._minimum, 1)
        return float(np.linalg.norm(extent.astype(np.float64))) / 2 or 1.0
