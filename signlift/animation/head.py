"""How a head is turned: a rigid face, laid onto what is seen of it.

The rotation is the least-squares one (W. Kabsch, A solution for the best rotation to relate two
sets of vectors, Acta Crystallographica A32, 1976).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from signlift.animation.motion_gaps import held, ways_back
from signlift.geometry.interpolation import slerp
from signlift.geometry.rotations import nearest_rotation

#: The face's keypoints and their places from the middle of the ears, as parts of stature, in the
#: axes of the head: x to its left, y up, z ahead. As the synthetic signer has them, so that what
#: is level here is what it calls level.
FACE = {
    "Nose": (0.0, -0.008, 0.062),
    "LEye": (0.018, 0.012, 0.045),
    "REye": (-0.018, 0.012, 0.045),
    "LEar": (0.043, 0.0, 0.0),
    "REar": (-0.043, 0.0, 0.0),
}

_ROUNDS = 3

#: How much the head's usual direction counts beside the keypoints where they are too few.
_PRIOR = 0.1

#: A face of which the second singular value of its places is below this part of the first does
#: not tell all three angles.
_FLAT = 0.15


@dataclass(frozen=True, eq=False)
class Head:
    """A head over time.

    Attributes
    ----------
    rotation
        [T, 3, 3], its axes as columns, in the frame of the points.
    middle
        [T, 3], the middle of the ears; NaN where nothing of the face is seen.
    """

    rotation: Float[np.ndarray, "T 3 3"]
    middle: Float[np.ndarray, "T 3"]


def head_pose(
    points: Float[np.ndarray, "T 5 3"],
    neck: Float[np.ndarray, "T 3"],
    chest: Float[np.ndarray, "T 3 3"],
    lengths: dict[str, float],
    stature: float,
    back: int,
) -> Head:
    """The head of each frame.

    Parameters
    ----------
    points
        [T, 5, 3], the keypoints of `FACE` in its order; NaN for what is missing.
    neck
        [T, 3], the middle of the shoulders.
    chest
        [T, 3, 3], the axes of the chest as columns.
    lengths
        `neck`, from there to the middle of the ears when nobody has seen a face.
    stature
        The person's height in the unit of the points.
    back
        How many frames before it is seen again a face that is not seen sets out.

    Returns
    -------
    From three keypoints or more, as far as they do not lie in a line, by them alone. From fewer
    by those and the neck, as near as they allow to how the head was last turned against the
    chest; the last frames before three are seen go to what those tell. Without any it stays as it
    was, until it sets out to how it will be seen again; before it was ever seen it looks straight
    ahead.
    """
    face = np.array(list(FACE.values())) * stature
    seen = ~np.isnan(points[..., 0])
    shape = face.copy()
    for _ in range(_ROUNDS):  # the face of this person: the one that fits on all frames
        rotation, well = _fit(points, seen, shape)
        if not well.any():
            break
        own = _own_shape(points[well], seen[well], rotation[well], shape)
        shape = _level(own, face)
    rotation, well = _fit(points, seen, shape)
    usual = _kept(rotation, well, chest, back)
    few = ~well & seen.any(-1)
    if few.any():
        # The neck and the head as one piece, on what is seen.
        stalk = shape + np.array([0.0, lengths["neck"], 0.0])
        offsets = np.where(seen[few, :, None], points[few] - neck[few, None], 0.0)
        scatter = np.einsum("tki,kj->tij", offsets, stalk)
        size = _PRIOR * (stalk**2).sum() / len(stalk)
        rotation[few] = nearest_rotation(scatter + size * usual[few])
        for _, first, end, part in ways_back(well, back):
            some = slice(first, end)
            rotation[some] = slerp(rotation[some], usual[some], part)
    rotation = _kept(rotation, well | few, chest, back)
    placed = points - np.einsum("tij,kj->tki", rotation, shape)
    count = seen.sum(-1, keepdims=True)
    total = np.where(seen[..., None], placed, 0.0).sum(1)
    return Head(rotation, total / np.where(count > 0, count, np.nan))


def _kept(
    rotation: Float[np.ndarray, "T 3 3"],
    known: Bool[np.ndarray, " T"],
    chest: Float[np.ndarray, "T 3 3"],
    back: int,
) -> Float[np.ndarray, "T 3 3"]:
    """Rotations where they are known, and else as they last were against the chest."""
    against = np.where(known[:, None, None], np.swapaxes(chest, 1, 2) @ rotation, np.nan)
    usual = chest @ held(against, np.eye(3), back, slerp)
    return np.where(known[:, None, None], rotation, usual)


def _fit(
    points: Float[np.ndarray, "T K 3"],
    seen: Bool[np.ndarray, "T K"],
    shape: Float[np.ndarray, "K 3"],
) -> tuple[Float[np.ndarray, "T 3 3"], Bool[np.ndarray, " T"]]:
    """The best rotation of a shape onto each frame's points, and where they tell it well."""
    count = np.maximum(seen.sum(-1), 1)[:, None]
    weights = seen[..., None].astype(np.float64)
    found = np.where(weights > 0, points, 0.0)
    offsets = (found - (found.sum(1) / count)[:, None]) * weights
    own = (shape * weights - ((shape * weights).sum(1) / count)[:, None]) * weights
    # Both what is seen and what of the shape is to be laid on it must span a plane.
    spans = [np.linalg.svd(one, compute_uv=False) for one in (offsets, own)]
    well = seen.sum(-1) >= 3
    for span in spans:
        well &= span[:, 1] > _FLAT * span[:, 0]
    return nearest_rotation(np.einsum("tki,tkj->tij", offsets, own)), well


def _own_shape(
    points: Float[np.ndarray, "T K 3"],
    seen: Bool[np.ndarray, "T K"],
    rotation: Float[np.ndarray, "T 3 3"],
    shape: Float[np.ndarray, "K 3"],
) -> Float[np.ndarray, "K 3"]:
    """The median face in its own axes, mirrored onto itself; the old one for what is unseen."""
    turned = np.einsum("tji,tkj->tki", rotation, points)
    expected = np.where(seen[..., None], shape, np.nan)
    shift = np.nanmean(turned - expected, axis=1, keepdims=True)
    own = shape.copy()
    known = seen.any(0)
    own[known] = np.nanmedian((turned - shift)[:, known], axis=0)
    mirrored = own[[0, 2, 1, 4, 3]] * [-1, 1, 1]
    return (own + mirrored) / 2


def _level(
    own: Float[np.ndarray, "K 3"], face: Float[np.ndarray, "K 3"]
) -> Float[np.ndarray, "K 3"]:
    """A face with its ears' middle at the origin, turned as the usual one is."""
    own = own - (own[3] + own[4]) / 2
    rotation, well = _fit(own[None], np.ones((1, len(own)), bool), face)
    return own @ rotation[0] if well[0] else face
