"""Depth of the landmarks of a face: the canonical face, placed on the lifted head.

The rotation, the scale and the place of the head come from all its landmarks (see `head_pose`), its
depth as a whole from the nose, the eyes and the ears that the network of the body lifts. Brows,
lids, lips and jaw move: a landmark that is off its place has slid along the surface, whose slope
there gives its depth. Each frame is lifted from itself alone.

Inside, the frames are the last axis (see `head_pose`), and landmarks are in millimetres from the
origin of the face.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signlift.core.bone_lengths import STATURE_FRACTIONS
from signlift.core.face.face_fit import (
    HEAD_PLACES,
    HEAD_WEIGHT,
    MAX_CHANGE,
    MAX_DISTANCE,
    MAX_SLIDE,
    SOFTENING,
)
from signlift.core.face.face_landmarks import FaceLayout, face_layout
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.detector_guess import guess_depth
from signlift.lifting.face.free_landmarks import lift_free
from signlift.lifting.face.head_model import HeadModel
from signlift.lifting.face.head_pose import FittedHeads, fit_heads, weigh_distances
from signlift.lifting.face.head_surface import head_surface
from signlift.lifting.face.lifted_head import LiftedHead, Sight, mean_of_frames
from signlift.utils.array_types import Float

#: Torso length of the average adult in millimetres, whose face is the canonical one.
TORSO_MM = STATURE_FRACTIONS["torso"] * 1690

#: Number of frames that are lifted at once. It affects the memory, not the result.
_BLOCK = 2048

#: Deviation in millimetres of the keypoints of the head that the network refined.
REFINED_DEVIATION = 14.0

#: Standard deviation of the depth of the surface at a landmark with a place, as a fraction of that
#: of the landmark.
PLACE_FRACTION = 0.8


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
        place on it. None if they were not asked for.
    """

    columns: np.ndarray
    depth: Float[np.ndarray, "T N"]
    uncertainty: Float[np.ndarray, "T N"] | None
    keypoints: Float[np.ndarray, "T N 2"] | None

    def select(self, start: int, end: int) -> FaceDepth:
        """Return the frames from `start` to before `end`."""
        uncertainty = None if self.uncertainty is None else self.uncertainty[start:end]
        keypoints = None if self.keypoints is None else self.keypoints[start:end]
        return FaceDepth(self.columns, self.depth[start:end], uncertainty, keypoints)


def lift_face(
    keypoints: Float[np.ndarray, "T J 2"],
    skeleton: Skeleton,
    head: LiftedHead,
    detector_depth: Float[np.ndarray, "T J"] | None = None,
    *,
    place: bool = True,
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
    place
        Also return where the canonical face has the landmarks.

    Returns
    -------
    Depth of each keypoint on the face or the head, for missing ones too, in the unit of the
    keypoints. Where the size of the head is unknown (no torso, and too few landmarks), all have
    the depth of the head.
    """
    layout = face_layout(skeleton)
    T, N = len(keypoints), len(layout.columns) + len(layout.free)
    face = FaceDepth(
        np.concatenate([layout.columns, layout.free]),
        np.empty((T, N), np.float32),
        None if head.uncertainty is None else np.empty((T, N), np.float32),
        np.full((T, N, 2), np.nan, np.float32) if place else None,
    )
    for start in range(0, T, _BLOCK):
        frames = slice(start, start + _BLOCK)
        detector = None if detector_depth is None else detector_depth[frames]
        part, out = head.select(start, _BLOCK), face.select(start, start + _BLOCK)
        _lift_block(keypoints[frames], layout, part, detector, out)
    return face


def _lift_block(
    keypoints: Float[np.ndarray, "T J 2"],
    layout: FaceLayout,
    head: LiftedHead,
    detector: Float[np.ndarray, "T J"] | None,
    out: FaceDepth,
) -> None:
    """Lift some frames into the arrays of `out`."""
    K, T = len(layout.columns), len(keypoints)
    points = np.empty((2, K + len(HEAD_PLACES), T), np.float32)
    points[:, :K] = keypoints.take(layout.columns, 1).transpose(2, 1, 0)
    points[:, K:] = head.keypoints.transpose(2, 1, 0)
    others = keypoints.take(layout.free, 1).astype(np.float32, copy=False)
    middle = _middle(points[:, :K], others)
    sight = Sight.of_points(middle, head)
    size = head.torso / TORSO_MM / sight.magnification
    if _leave_out_far(middle, points, others.transpose(2, 1, 0), size):
        sight = Sight.of_points(middle, head)
    fitted = fit_heads(
        points, _head_model(layout), sight.from_root(head.depth, head.keypoints).T, size
    )
    local, depth = _slide(fitted, layout)
    deviations: NDArray[np.floating] = PLACE_FRACTION * layout.deviations[:, None]
    if out.keypoints is not None:
        out.keypoints[:, :K] = fitted.pose().place(layout.places)[:, :2].swapaxes(1, 2)
    if len(layout.free):
        pose = fitted.pose()
        guess, unit = None, 1 / pose.scale
        if detector is not None:
            known = pose.position[:, 2:] + pose.scale[:, None] * depth.T
            guess = guess_depth(detector[:, layout.free], detector[:, layout.columns], known)
        free, free_deviations = lift_free(others, pose, guess)
        depth = np.concatenate([depth, (free.T - pose.position[:, 2]) * unit])
        deviations = np.concatenate([np.broadcast_to(deviations, (K, T)), free_deviations.T])
        offsets = (others - pose.position[:, None, :2]).transpose(2, 1, 0) * unit
        local = np.concatenate([local, offsets], 1)
    depth = depth.astype(np.float32, copy=False)
    local = local.astype(np.float32, copy=False)
    out.depth[:] = _from_root(depth, local, fitted, sight, head).T
    if head.uncertainty is not None and out.uncertainty is not None:
        common = mean_of_frames(head.uncertainty**2)[:, 0]
        out.uncertainty[:] = _combine(common, fitted, deviations.astype(np.float32), local).T


@lru_cache(maxsize=16)
def _head_model(layout: FaceLayout) -> HeadModel:
    """Return what the landmarks of a layout, and those of the lifted head, are fitted with."""
    refined = np.full(len(HEAD_PLACES), REFINED_DEVIATION)
    return HeadModel(
        np.concatenate([layout.places, HEAD_PLACES]),
        np.concatenate([layout.deviations, refined]),
        HEAD_PLACES,
    )


def _middle(
    points: Float[np.ndarray, "2 K T"], others: Float[np.ndarray, "T F 2"]
) -> Float[np.ndarray, "T 2"]:
    """Return the mean of the observed landmarks; NaN where there are none."""
    observed = ~np.isnan(points[0])
    count = np.count_nonzero(observed, 0)
    total = np.where(observed, points, np.float32(0)).sum(1)
    if others.shape[1]:
        observed = ~np.isnan(others[..., 0])
        count = count + np.count_nonzero(observed, 1)
        total = total + np.where(observed[..., None], others, np.float32(0)).sum(1).T
    middle: NDArray[np.float64] = total / np.where(count > 0, count, np.nan)
    return middle.T


def _leave_out_far(
    middle: Float[np.ndarray, "T 2"],
    points: Float[np.ndarray, "2 N T"],
    others: Float[np.ndarray, "2 F T"],
    size: Float[np.ndarray, " T"],
) -> bool:
    """Take landmarks that are far from the lifted head out of their mean, in place.

    Parameters
    ----------
    middle
        The mean of the landmarks.
    points, others
        Landmarks with places, of which the last ones are those of the lifted head; and the others.
    size
        [T], the size of a millimetre at the head, NaN where unknown.

    Returns
    -------
    Whether there were any.
    """
    heads = len(HEAD_PLACES)
    head = points[:, -heads:].mean(1)
    unit = (size * MAX_DISTANCE).astype(np.float32)
    far = np.zeros(len(middle), bool)
    for landmarks in (points, others):
        if landmarks.shape[1]:
            highest, lowest = (each.reduce(landmarks, 1) for each in (np.fmax, np.fmin))
            far |= (np.maximum(highest - head, head - lowest) > unit / 2).any(0)
    if not far.any():  # nearly always
        return False
    offsets = np.concatenate([points[:, :-heads, far], others[..., far]], 1) - head[:, None, far]
    weights = weigh_distances(offsets, unit[far])
    weights[np.isnan(weights)] = 0
    offsets[np.isnan(offsets)] = 0
    total = weights.sum(0) + heads * HEAD_WEIGHT
    middle[far] = (head[:, far] + (weights * offsets).sum(1) / total).T
    return True


def _slide(
    fitted: FittedHeads, layout: FaceLayout
) -> tuple[Float[np.ndarray, "2 K T"], Float[np.ndarray, "K T"]]:
    """Return x and y of the landmarks that have places, and their depth.

    What is too long to be the motion of a face is shortened. Missing landmarks are at their places.
    """
    K = len(layout.columns)
    rotation = fitted.rotation.astype(np.float32)
    placed = np.matmul(layout.places.astype(np.float32), rotation)
    local = fitted.landmarks[:, :K] - fitted.position[:2, None].astype(np.float32)
    local *= (1 / fitted.scale).astype(np.float32)
    observed = fitted.observed[:K]
    if not observed.all():
        np.copyto(local, placed[:2], where=~observed)
    slides = local - placed[:2]
    across, down, away = np.matmul(place_normals(layout).T, rotation)
    along = across * slides[0]
    along += down * slides[1]
    along *= away
    slides *= slides
    squares = np.add(slides[0], slides[1], out=slides[0])
    lengths = np.sqrt(np.maximum(squares, MAX_SLIDE**2, out=squares), out=squares)
    away *= away
    away += SOFTENING
    away *= lengths
    along /= away
    along *= -MAX_SLIDE
    change = np.clip(along, -MAX_CHANGE, MAX_CHANGE, out=along)
    change += placed[2]
    return local, change


@lru_cache(maxsize=16)
def place_normals(layout: FaceLayout) -> Float[np.ndarray, "3 K"]:
    """Return the normals of the surface at the places of the landmarks."""
    return head_surface().normals(layout.places).T.astype(np.float32)


def _from_root(
    depth: Float[np.ndarray, "N T"],
    local: Float[np.ndarray, "2 N T"],
    fitted: FittedHeads,
    sight: Sight,
    head: LiftedHead,
) -> Float[np.ndarray, "N T"]:
    """Return depth relative to the root, in the unit of the keypoints (undo `Sight.from_root`)."""
    position, size = fitted.position, sight.magnification * fitted.scale
    tilt = np.where(np.isnan(position[:2]), 0, sight.tilt.T)  # of no landmarks
    offset = np.nan_to_num(position[:2] + fitted.middle - sight.middle.T)
    start = sight.depth[:, 0] + sight.magnification * position[2]
    leans = sight.magnification * (offset * tilt).sum(0)
    tilt = (size * tilt).astype(np.float32)
    lean = local[0] * tilt[0]
    lean += local[1] * tilt[1]
    lean += leans.astype(np.float32)
    if len(depth) > len(fitted.observed):
        np.nan_to_num(lean, copy=False)  # of missing landmarks without a place
    out = depth * size.astype(np.float32)
    out -= lean
    out += start.astype(np.float32)
    unknown = np.isnan(size) | np.isnan(start)
    if unknown.any():
        out[:, unknown] = mean_of_frames(head.depth)[unknown, 0]
    return out


def _combine(
    head: Float[np.ndarray, " T"],
    fitted: FittedHeads,
    deviations: Float[np.ndarray, "N _"],
    local: Float[np.ndarray, "2 N T"],
) -> Float[np.ndarray, "N T"]:
    """Combine the variance of the head's depth with that of the face and of its rotation."""
    centre = np.einsum("rct,c->rt", fitted.rotation[:2], HEAD_PLACES.mean(0))
    known = ~np.isnan(fitted.position[0]) & ~np.isnan(fitted.deviation)
    turn = np.where(known, fitted.deviation, 0).astype(np.float32)
    offsets = local - centre[:, None].astype(np.float32)
    offsets *= turn
    offsets *= offsets
    variance = np.add(offsets[0], offsets[1], out=offsets[0])
    np.nan_to_num(variance, copy=False)
    variance += deviations**2
    variance *= np.nan_to_num(fitted.scale**2).astype(np.float32)
    variance += head.astype(np.float32)
    out: NDArray[np.float32] = np.sqrt(variance, out=variance)
    return out
