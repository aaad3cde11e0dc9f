"""The pose of a head from the landmarks of its face."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from signlift.animation.head import FACE_OFFSETS, MIN_SPAN_RATIO
from signlift.core.face.face_landmarks import face_layout, has_face
from signlift.core.skeleton import Skeleton
from signlift.geometry.rotations import are_off_line, nearest_rotation
from signlift.utils.array_types import Float, Int

#: Number of landmarks from which the head is placed.
_MIN_LANDMARKS = 8

#: Frames that are fitted at a time. It affects the memory, not the result.
_WINDOW = 1024

#: From the axes of the canonical face (x left, y down, z backwards) to those of the animation.
_TO_ANIMATION = np.array([1.0, -1.0, -1.0])


def place_head_keypoints(
    points: Float[np.ndarray, "T J 3"],
    weights: Float[np.ndarray, "T J"],
    skeleton: Skeleton,
    stature: float,
    scale: float | None = None,
) -> tuple[Float[np.ndarray, "T 5 3"], float]:
    """Place nose, eyes and ears by the landmarks of a face.

    The canonical face is turned, moved and scaled to the landmarks by weighted least squares, in
    each frame by itself; its scale is then that of the median frame. Lips, brows and the outline
    count less than eyes and nose, as they move or are marked differently.

    Parameters
    ----------
    points, weights
        [T, J, 3] in the animation frame, and [T, J]; NaN where missing.
    skeleton
        The skeleton of J keypoints.
    stature
        The person's height in the unit of the points.
    scale
        The scale of the face, if it was measured in other frames.

    Returns
    -------
    places
        [T, 5, 3], the keypoints of `head.FACE_OFFSETS` on a rigid head; NaN in frames with too few
        landmarks, and everywhere if the skeleton has no face.
    scale
        The scale of the face; NaN if no frame has enough landmarks.
    """
    T = len(points)
    out = np.full((T, len(FACE_OFFSETS), 3), np.nan)
    if not has_face(skeleton) or not T:
        return out, np.nan
    fits = [
        _fit_faces(points[start : start + _WINDOW], weights[start : start + _WINDOW], skeleton)
        for start in range(0, T, _WINDOW)
    ]
    rotation, scales, middle, place = (np.concatenate(parts) for parts in zip(*fits, strict=True))
    if np.isnan(scales).all():
        return out, np.nan if scale is None else scale
    scale = float(np.nanmedian(scales)) if scale is None or np.isnan(scale) else scale
    origin = middle - scale * np.einsum("tij,tj->ti", rotation, place)
    offsets = np.array(list(FACE_OFFSETS.values())) * stature
    return np.asarray(np.einsum("tij,kj->tki", rotation, offsets) + origin[:, None]), scale


@lru_cache(maxsize=16)
def without_free_landmarks(skeleton: Skeleton) -> tuple[Int[np.ndarray, " K"], Skeleton]:
    """Leave out the landmarks of a face mesh that have no place on the canonical face.

    Returns
    -------
    The numbers of the K other keypoints, and their skeleton, without bones.

    Examples
    --------
    >>> from signlift.core.skeleton import MEDIAPIPE543
    >>> numbers, skeleton = without_free_landmarks(MEDIAPIPE543)
    >>> len(numbers) == len(skeleton) < 250
    True
    """
    free = face_layout(skeleton).free
    if not len(free):
        return np.arange(len(skeleton)), skeleton
    numbers = np.setdiff1d(np.arange(len(skeleton)), free)
    names = tuple(skeleton.keypoints[number] for number in numbers)
    return numbers, Skeleton(skeleton.name, names)


def _fit_faces(
    points: Float[np.ndarray, "T J 3"], weights: Float[np.ndarray, "T J"], skeleton: Skeleton
) -> tuple[
    Float[np.ndarray, "T 3 3"],
    Float[np.ndarray, " T"],
    Float[np.ndarray, "T 3"],
    Float[np.ndarray, "T 3"],
]:
    """Fit the canonical face to each frame.

    Returns
    -------
    Its rotation [T, 3, 3] and scale [T], the middle of the landmarks [T, 3], and the same middle
    on the canonical face [T, 3]; NaN where too few landmarks are observed.
    """
    layout = face_layout(skeleton)
    places = layout.places * _TO_ANIMATION
    landmarks = points[:, layout.columns]
    observed = ~np.isnan(landmarks).any(-1)
    counts = np.where(observed, np.maximum(weights[:, layout.columns], 1e-3), 0.0)
    counts /= layout.deviations**2
    total = np.maximum(counts.sum(1), 1e-12)[:, None]
    filled = np.where(observed[..., None], landmarks, 0.0)
    middle = np.einsum("tk,tki->ti", counts, filled) / total
    place = counts @ places / total
    offsets = np.where(observed[..., None], filled - middle[:, None], 0.0)
    weighted = np.swapaxes(counts[..., None] * offsets, 1, 2)
    correlation = weighted @ places
    squares = np.tensordot(counts, places[:, :, None] * places[:, None], 1)
    squares -= total[..., None] * place[:, :, None] * place[:, None]
    determined = observed.sum(1) >= _MIN_LANDMARKS
    determined &= are_off_line(weighted @ offsets, MIN_SPAN_RATIO)
    determined &= are_off_line(squares, MIN_SPAN_RATIO)
    rotation = nearest_rotation(np.where(determined[:, None, None], correlation, np.eye(3)))
    scale = np.einsum("tij,tij->t", rotation, correlation) / np.maximum(
        np.trace(squares, axis1=1, axis2=2), 1e-12
    )
    determined &= scale > 0
    valid = np.where(determined, 1.0, np.nan)
    return rotation * valid[:, None, None], scale * valid, middle * valid[:, None], place
