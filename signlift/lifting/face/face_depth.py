"""Depth of the landmarks of a face: the canonical face, placed on the lifted head.

The rotation, the scale and the place of the head come from all its landmarks (see `head_pose`), its
depth as a whole from the nose, the eyes and the ears that the network of the body lifts. Brows,
lids, lips and jaw move: a landmark that is off its place has slid along the surface, whose slope
there gives its depth. Each frame is lifted from itself alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from signlift.core.bone_lengths import STATURE_FRACTIONS
from signlift.core.face.face_landmarks import (
    HEAD_KEYPOINTS,
    FaceLayout,
    face_layout,
    landmark_places,
)
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.detector_guess import guess_depth
from signlift.lifting.face.head_pose import HeadPose, fit_head
from signlift.lifting.face.head_surface import head_surface, intersect
from signlift.lifting.face.lifted_head import LiftedHead, Sight, mean_of_frames

#: Torso length of the average adult in millimetres, whose face is the canonical one.
TORSO_MM = STATURE_FRACTIONS["torso"] * 1690

#: Number of frames that are lifted at once. It affects the memory, not the result.
_BLOCK = 512

#: Deviation in millimetres of the keypoints of the head that the network refined.
REFINED_DEVIATION = 14.0

#: How far a landmark may slide from its place, and how much its depth may change by that, in
#: millimetres.
MAX_SLIDE, MAX_CHANGE = 30.0, 15.0

#: Softens the slope of the surface where it is seen from the side.
SOFTENING = 0.15

#: Standard deviations of the depth of the surface in millimetres: at a landmark with a place, as a
#: fraction of its deviation; of a landmark without; and of one that is missing.
PLACE_FRACTION, _FREE_DEVIATION, _MISSING_DEVIATION = 0.8, 6.0, 35.0

#: [5, 3], the places of `HEAD_KEYPOINTS` on the canonical face.
HEAD_PLACES = np.array([landmark_places()[name][0] for name in HEAD_KEYPOINTS], np.float64)


@dataclass(frozen=True, eq=False)
class FaceDepth:
    """Depth of the keypoints on a face.

    Attributes
    ----------
    columns
        [N], the numbers of the keypoints.
    depth
        [T, N], relative to the same point as the depth of the head; NaN where the head has none.
    uncertainty
        [T, N], the half-width of the central 68 % interval, or None.
    keypoints
        [T, N, 2], where the canonical face has them in the image; NaN for landmarks without a
        place on it.
    """

    columns: np.ndarray
    depth: Float[np.ndarray, "T N"]
    uncertainty: Float[np.ndarray, "T N"] | None
    keypoints: Float[np.ndarray, "T N 2"]

    def select(self, start: int, end: int) -> FaceDepth:
        """Return the frames from `start` to before `end`."""
        uncertainty = None if self.uncertainty is None else self.uncertainty[start:end]
        return FaceDepth(
            self.columns, self.depth[start:end], uncertainty, self.keypoints[start:end]
        )


def lift_face(
    keypoints: Float[np.ndarray, "T J 2"],
    skeleton: Skeleton,
    head: LiftedHead,
    detector_depth: Float[np.ndarray, "T J"] | None = None,
) -> FaceDepth:
    """Predict the depth of all landmarks of a face, and of the head's own keypoints.

    Parameters
    ----------
    keypoints
        [T, J, 2], NaN where missing.
    skeleton
        Their skeleton.
    head
        The head as the network of the body lifted it.
    detector_depth
        [T, J], the depth that the detector estimated, NaN where there is none; None if there is
        none at all.

    Returns
    -------
    Depth of each keypoint on the face or the head, for missing ones too, in the unit of the
    keypoints. Where the size of the head is unknown (no torso, and too few landmarks), all have
    the depth of the head.
    """
    layout = face_layout(skeleton)
    blocks = []
    for start in range(0, max(1, len(keypoints)), _BLOCK):
        frames = slice(start, start + _BLOCK)
        detector = None if detector_depth is None else detector_depth[frames]
        part = head.select(start, _BLOCK)
        blocks.append(_lift_block(keypoints[frames], layout, part, detector))
    uncertainties = [block.uncertainty for block in blocks if block.uncertainty is not None]
    return FaceDepth(
        blocks[0].columns,
        np.concatenate([block.depth for block in blocks]),
        np.concatenate(uncertainties) if uncertainties else None,
        np.concatenate([block.keypoints for block in blocks]),
    )


def _lift_block(
    keypoints: Float[np.ndarray, "T J 2"],
    layout: FaceLayout,
    head: LiftedHead,
    detector: Float[np.ndarray, "T J"] | None,
) -> FaceDepth:
    """Lift some frames."""
    keypoints = keypoints.astype(np.float32, copy=False)
    columns = np.concatenate([layout.columns, layout.free])
    observed = keypoints[:, columns]
    landmarks, others = np.split(observed, [len(layout.columns)], 1)
    sight = Sight.of_head(observed, head)
    pose = fit_head(
        np.concatenate([landmarks, head.keypoints.astype(np.float32)], 1),
        np.concatenate([layout.places, HEAD_PLACES]),
        np.concatenate([layout.deviations, np.full(len(HEAD_PLACES), REFINED_DEVIATION)]),
        sight.from_root(head.depth, head.keypoints),
        HEAD_PLACES,
        head.torso / TORSO_MM / sight.magnification,
    )
    placed = pose.place(layout.places)
    depth, deviation = _lift_placed(landmarks, placed, pose, layout)
    flat = np.full(observed.shape, np.nan, np.float32)
    flat[:, : len(layout.columns)] = placed[:, :2].swapaxes(1, 2)
    if len(layout.free):
        guess = None
        if detector is not None:
            guess = guess_depth(detector[:, layout.free], detector[:, layout.columns], depth)
        free, free_deviation = lift_free(others, pose, guess)
        depth = np.concatenate([depth, free], 1)
        deviation = np.concatenate([deviation, free_deviation], 1)
    points = observed.copy()
    np.copyto(points, flat, where=np.isnan(observed))
    depth = sight.to_root(depth, points)
    depth = np.where(np.isnan(depth), mean_of_frames(head.depth).astype(np.float32), depth)
    uncertainty = None
    if head.uncertainty is not None:
        uncertainty = _combine(head.uncertainty, pose, deviation, points)
    return FaceDepth(columns, depth.astype(np.float32), uncertainty, flat)


def _lift_placed(
    keypoints: Float[np.ndarray, "T K 2"],
    placed: Float[np.ndarray, "T 3 K"],
    pose: HeadPose,
    layout: FaceLayout,
) -> tuple[Float[np.ndarray, "T K"], Float[np.ndarray, "T K"]]:
    """Return the depth of landmarks near their places, and its deviation in millimetres."""
    scale = pose.scale[:, None].astype(np.float32)
    slide_x, slide_y = _slides(keypoints, placed, scale)
    normals = place_normals(layout)
    turned = pose.rotation.reshape(-1, 3).astype(np.float32) @ normals
    nx, ny, nz = turned.reshape(-1, 3, normals.shape[1]).swapaxes(0, 1)
    change = -(nx * slide_x + ny * slide_y) * nz / (nz**2 + SOFTENING)
    depth = placed[:, 2] + scale * np.clip(change, -MAX_CHANGE, MAX_CHANGE)
    return depth, np.broadcast_to(np.float32(PLACE_FRACTION * layout.deviations), depth.shape)


@lru_cache(maxsize=16)
def place_normals(layout: FaceLayout) -> Float[np.ndarray, "3 K"]:
    """Return the normals of the surface at the places of the landmarks."""
    return head_surface().normals(layout.places).T.astype(np.float32)


def _slides(
    keypoints: Float[np.ndarray, "T K 2"],
    placed: Float[np.ndarray, "T 3 K"],
    scale: Float[np.ndarray, "T 1"],
) -> tuple[Float[np.ndarray, "T K"], Float[np.ndarray, "T K"]]:
    """Return how far landmarks are from their places, in millimetres; 0 where missing.

    What is too long to be the motion of a face is shortened.
    """
    unit = 1 / np.where(scale > 0, scale, np.nan)
    x, y = (
        np.nan_to_num((keypoints[..., axis] - placed[:, axis]) * unit, nan=0) for axis in (0, 1)
    )
    fraction = MAX_SLIDE / np.sqrt(np.maximum(x**2 + y**2, MAX_SLIDE**2))
    return x * fraction, y * fraction


def lift_free(
    keypoints: Float[np.ndarray, "T F 2"],
    pose: HeadPose,
    guess: Float[np.ndarray, "T F"] | None,
) -> tuple[Float[np.ndarray, "T F"], Float[np.ndarray, "T F"]]:
    """Return the depth of the surface at landmarks, and its deviation in millimetres.

    Where a line of sight grazes the surface, the deviation is larger; where it misses it, that of
    a missing landmark.
    """
    scale = pose.scale[:, None]
    unit = 1 / np.where(scale > 0, scale, np.nan)
    sights = (keypoints - pose.position[:, None, :2]) * unit[..., None]
    missing = np.isnan(sights[..., 0])
    sights = np.where(missing[..., None], 0, sights)
    if guess is not None:
        guess = (guess - pose.position[:, 2, None]) * unit
    depth, steepness = intersect(head_surface(), pose.rotation, sights, guess)
    deviation = _FREE_DEVIATION / np.maximum(steepness, _FREE_DEVIATION / _MISSING_DEVIATION)
    face = -80.0 * pose.rotation[:, 2, 2, None]
    depth = pose.position[:, 2, None] + scale * np.where(missing, face, depth)
    return depth, np.where(missing, _MISSING_DEVIATION, deviation)


def _combine(
    head: Float[np.ndarray, "T 5"],
    pose: HeadPose,
    deviation: Float[np.ndarray, "T N"],
    points: Float[np.ndarray, "T N 2"],
) -> Float[np.ndarray, "T N"]:
    """Combine the uncertainty of the head's depth with that of the face and of its rotation."""
    centre = pose.place(HEAD_PLACES.mean(0, keepdims=True))
    x, y = (np.nan_to_num(points[..., axis] - centre[:, axis]) for axis in (0, 1))
    turned = pose.deviation.astype(np.float32)[:, None] ** 2 * (x**2 + y**2)
    own = np.nan_to_num(pose.scale.astype(np.float32)[:, None] * deviation)
    common = mean_of_frames(head**2).astype(np.float32)
    return np.sqrt(common + own**2 + np.nan_to_num(turned)).astype(np.float32)
