"""A head as the network of the body lifts it, and the perspective in which it is filmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.face.face_fit import MAX_TILT
from signlift.utils.array_types import Float

#: Limits of the magnification.
MAGNIFICATIONS = (0.5, 1.6)


@dataclass(frozen=True, eq=False)
class LiftedHead:
    """Prediction of the head and the torso by the network of the body.

    Attributes
    ----------
    keypoints
        [T, 5, 2], refined nose, eyes and ears (`face_landmarks.HEAD_KEYPOINTS`);
        NaN where there are none.
    depth
        [T, 5], their depth, in the unit of the keypoints.
    uncertainty
        [T, 5], its uncertainty; None if the network does not estimate it.
    torso
        [T], the torso length in 3D, in the unit of the keypoints; NaN where unknown.
    inverse_distance
        [T], 1 over the distance from the camera to the root, in the unit of the keypoints; 0 where
        unknown, for a camera far away.
    centre
        [T, 2], the centre of the image; NaN where unknown.
    """

    keypoints: Float[np.ndarray, "T 5 2"]
    depth: Float[np.ndarray, "T 5"]
    uncertainty: Float[np.ndarray, "T 5"] | None
    torso: Float[np.ndarray, " T"]
    inverse_distance: Float[np.ndarray, " T"]
    centre: Float[np.ndarray, "T 2"]

    @classmethod
    def join(cls, heads: Sequence[LiftedHead]) -> LiftedHead:
        """Return the frames of all heads, each of which has an uncertainty, or none."""
        uncertainties = [head.uncertainty for head in heads if head.uncertainty is not None]
        return cls(
            join_frames([head.keypoints for head in heads]),
            join_frames([head.depth for head in heads]),
            join_frames(uncertainties) if uncertainties else None,
            join_frames([head.torso for head in heads]),
            join_frames([head.inverse_distance for head in heads]),
            join_frames([head.centre for head in heads]),
        )

    def select(self, start: int, length: int) -> LiftedHead:
        """Return up to `length` frames from frame `start` on."""
        frames = slice(start, start + length)
        return LiftedHead(
            self.keypoints[frames],
            self.depth[frames],
            None if self.uncertainty is None else self.uncertainty[frames],
            self.torso[frames],
            self.inverse_distance[frames],
            self.centre[frames],
        )


@dataclass(frozen=True, eq=False)
class Sight:
    """The perspective in which a head is filmed, to first order.

    A head that is nearer than the root is larger in the image, and one off the middle of the image
    is seen from the side: its rotation is relative to the line of sight.

    Attributes
    ----------
    middle, depth
        [T, 2] and [T, 1], a point of the head: in the image, and relative to the root.
    magnification
        [T], the distance of the head over that of the root.
    tilt
        [T, 2], the tangents of the angles between the line of sight and the axis of the camera.
    """

    middle: Float[np.ndarray, "T 2"]
    depth: Float[np.ndarray, "T 1"]
    magnification: Float[np.ndarray, " T"]
    tilt: Float[np.ndarray, "T 2"]

    @classmethod
    def of_points(cls, middle: Float[np.ndarray, "T 2"], head: LiftedHead) -> Sight:
        """Compute the sight of a head from the mean of its landmarks, NaN where there are none."""
        refined = np.stack([mean_of_frames(head.keypoints[..., axis])[:, 0] for axis in (0, 1)], -1)
        middle = np.where(np.isnan(middle), refined, middle)
        depth = mean_of_frames(head.depth)
        inverse = head.inverse_distance
        size = np.clip(1 + np.nan_to_num(inverse * depth[:, 0]), *MAGNIFICATIONS)
        tilt = np.nan_to_num(inverse[:, None] * (middle - head.centre))
        return cls(np.nan_to_num(middle), depth, size, np.clip(tilt, -MAX_TILT, MAX_TILT))

    def from_root(
        self, depth: Float[np.ndarray, "T N"], points: Float[np.ndarray, "T N 2"]
    ) -> Float[np.ndarray, "T N"]:
        """Return depth along the line of sight, in the image's unit at the head."""
        return (depth - self.depth) / self.magnification[:, None] + self._lean(points)

    def _lean(self, points: Float[np.ndarray, "T N 2"]) -> Float[np.ndarray, "T N"]:
        middle, tilt = self.middle.astype(np.float32), self.tilt.astype(np.float32)
        x, y = (points[..., axis] - middle[:, axis, None] for axis in (0, 1))
        return np.nan_to_num(x * tilt[:, :1] + y * tilt[:, 1:])


def join_frames(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return the frames of all arrays; a single one as it is."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def mean_of_frames(values: Float[np.ndarray, "T N"]) -> Float[np.ndarray, "T 1"]:
    """Return the mean of each frame, without NaN; NaN where all values are NaN."""
    present = ~np.isnan(values)
    count = present.sum(1, keepdims=True)
    total = np.where(present, values, 0).sum(1, keepdims=True)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
