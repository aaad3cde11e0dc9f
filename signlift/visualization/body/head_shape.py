"""The head of a drawn body: two ellipsoids, skull and jaw, placed by the landmarks of the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.core.face.face_landmarks import face_layout
from signlift.core.skeleton import Skeleton
from signlift.geometry.rotations import nearest_rotation
from signlift.utils.array_types import Bool, Float, Int

#: Centres and semi-axes of skull and jaw in millimetres, in the frame of the canonical face (see
#: `signlift.core.face.canonical_face`): x to the person's left, y down, z backwards.
_CENTRES = np.array([[0.0, -44.0, 4.0], [0.0, 28.0, -38.0]])
_SEMI_AXES = np.array([[82.0, 86.0, 96.0], [71.0, 71.0, 58.0]])

#: Where the neck meets the head.
_BASE = np.array([0.0, 10.0, 15.0])

#: A head that faces the camera counts as much as this fraction of the landmarks' spread, so that
#: few landmarks, or those on a line, give a rotation.
_PRIOR = 0.03

#: Lowest and highest size of a head relative to that of an average person with the same torso.
_SIZE_RANGE = (0.8, 1.25)


@dataclass(frozen=True, eq=False)
class HeadShape:
    """A head over a whole recording.

    Attributes
    ----------
    centres
        [T, 2, 3], the middles of skull and jaw; NaN without a head.
    axes
        [T, 2, 3, 3], their semi-axes, as columns.
    base
        [T, 3], where the neck meets the head.
    detected
        [T], True where a landmark of the head was detected.
    columns
        [K], the numbers of the keypoints that are landmarks of the head.
    """

    centres: Float[np.ndarray, "T 2 3"]
    axes: Float[np.ndarray, "T 2 3 3"]
    base: Float[np.ndarray, "T 3"]
    detected: Bool[np.ndarray, " T"]
    columns: Int[np.ndarray, " K"]

    @property
    def corners(self) -> Float[np.ndarray, "T 12 3"]:
        """[T, 12, 3], the ends of all semi-axes: the extent of the head."""
        ends = np.concatenate([self.axes, -self.axes], -1)
        corners = self.centres[..., None] + ends
        return np.swapaxes(corners, -1, -2).reshape(len(corners), -1, 3)

    def uncertainty(self, values: Float[np.ndarray, "T J"]) -> Float[np.ndarray, "T 1"]:
        """Return the smallest uncertainty of a landmark in each frame; NaN where all are."""
        if not len(self.columns):
            return np.full((len(values), 1), np.nan)
        return np.fmin.reduce(values[:, self.columns], 1)[:, None]


def fit_head_shape(
    points: Float[np.ndarray, "T J 3"],
    detected: Bool[np.ndarray, "T J"],
    skeleton: Skeleton,
    unit: float,
) -> HeadShape:
    """Fit a head to the landmarks of the face in each frame.

    The canonical face is rotated and moved by least squares; its size is one for the recording.

    Parameters
    ----------
    points
        [T, J, 3] in the camera frame; NaN where missing.
    detected
        [T, J], False for completed keypoints.
    skeleton
        The skeleton of the J keypoints. Without eyes, a Nose is the joint below the head.
    unit
        Length of a centimetre of the person in the unit of the points.

    Returns
    -------
    The head; NaN in frames without a landmark.
    """
    layout = face_layout(skeleton)
    landmarks = points[:, layout.columns].astype(np.float64)
    weights = ~np.isnan(landmarks[..., 0]) / layout.deviations**2
    total = weights.sum(1)
    exists = total > 0
    shares = weights / np.where(exists, total, 1)[:, None]
    filled = np.where(np.isnan(landmarks), 0, landmarks)
    place, middle = shares @ layout.places, np.einsum("tk,tkc->tc", shares, filled)
    before = layout.places - place[:, None]
    after = np.where(shares[..., None] > 0, filled - middle[:, None], 0)
    covariance = np.einsum("tk,tki,tkj->tij", shares, after, before)
    spread = np.einsum("tk,tkc->t", shares, before**2)
    expected = unit / 10
    rotation = nearest_rotation(
        covariance + (_PRIOR * (spread + 1.0) * expected)[:, None, None] * np.eye(3)
    )
    aligned = np.einsum("tij,tij->t", rotation, covariance)
    sizes = (aligned / np.maximum(spread, 1e-9))[exists & (spread > 100)]
    size = float(np.median(sizes)) if sizes.size else expected
    size = float(np.clip(size, _SIZE_RANGE[0] * expected, _SIZE_RANGE[1] * expected))
    origin = middle - size * np.einsum("tij,tj->ti", rotation, place)
    origin[~exists] = np.nan
    centres = origin[:, None] + size * np.einsum("tij,cj->tci", rotation, _CENTRES)
    axes = size * rotation[:, None] * _SEMI_AXES[:, None]
    base = origin + size * rotation @ _BASE
    was_detected = np.asarray(detected[:, layout.columns].any(1))
    return HeadShape(centres, axes, base, was_detected, layout.columns)
