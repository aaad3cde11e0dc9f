"""Keypoints that rigs do not have: a face and feet that turn with their joints.

Motion capture for avatars has a joint for the head and one for each foot, with rotations, but
neither noses nor heels. They are placed where people have them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import PANOPTIC26
from signlift.geometry.rotations import frame_from_two_vectors, unit_vectors

#: Places in parts of stature, in axes x to the left, y up and z ahead, from the joint on which
#: the head turns and from the ankles (there x is outwards); as the synthetic signer has them
#: (see `signlift.simulation.signer.body`).
HEAD = {
    "Nose": (0.0, 0.017, 0.068),
    "LEye": (0.018, 0.036, 0.050),
    "REye": (-0.018, 0.036, 0.050),
    "LEar": (0.043, 0.025, 0.006),
    "REar": (-0.043, 0.025, 0.006),
    "Keypoint26": (0.0, 0.098, 0.016),
}
FOOT = {
    "BigToe": (-0.009, -0.039, 0.112),
    "SmallToe": (0.030, -0.039, 0.091),
    "Heel": (0.0, -0.039, -0.036),
}

_UPRIGHT = 0.7


def add_landmarks(
    points: Float[np.ndarray, "T 26 3"],
    rest: Float[np.ndarray, "1 26 3"],
    turned: Mapping[str, tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3 3"]]],
    stature: float,
    up: Float[np.ndarray, "3"],
) -> Float[np.ndarray, "T 26 3"]:
    """Place the keypoints of face and feet that are missing throughout.

    Parameters
    ----------
    points
        [T, 26, 3] on panoptic26, any frame and unit.
    rest
        [1, 26, 3], the same in the rest pose. Where that is a person who stands upright, it
        tells where the head and the feet point to; otherwise they are taken to point ahead, as
        the body does, on the mean over the frames.
    turned
        Of "Head", "LFoot" and "RFoot", as far as known: where the joint is, [T, 3], and how it is
        turned against the rest pose, [T, 3, 3].
    stature
        The person's height in the unit of the points.
    up
        [3], the world's up.

    Returns
    -------
    [T, 26, 3] with what could be placed.
    """
    out = points.copy()
    for name, (place, rotation) in turned.items():
        own = _axes_at_rest(rest, name) if _stands(rest) else None
        if own is None or np.isnan(own).any():
            own = _usual_axes(points, rotation, name, up)
        if np.isnan(own).any():
            continue
        for keypoint, offset in (HEAD if name == "Head" else FOOT).items():
            side = 1.0 if name == "Head" or name[0] == "L" else -1.0
            full = keypoint if name == "Head" else name[0] + keypoint
            number = PANOPTIC26.index(full)
            if np.isnan(points[:, number]).all():
                local = own @ (np.array(offset) * [side, 1, 1] * stature)
                out[:, number] = place + np.einsum("tij,j->ti", rotation, local)
    return out


def _at(points: Float[np.ndarray, "T 26 3"], name: str) -> Float[np.ndarray, "T 3"]:
    return points[:, PANOPTIC26.index(name)]


def _stands(rest: Float[np.ndarray, "1 26 3"]) -> bool:
    """Whether the rest pose is a person with straight legs below an upright trunk."""
    up = unit_vectors(_at(rest, "Neck") - _at(rest, "MidHip"))
    thighs = [unit_vectors(_at(rest, f"{side}Hip") - _at(rest, f"{side}Knee")) for side in "LR"]
    return all(bool((thigh * up).sum() > _UPRIGHT) for thigh in thighs)


def _body_axes(points: Float[np.ndarray, "T 26 3"], name: str) -> Float[np.ndarray, "T 3 3"]:
    """The axes of the trunk: of the shoulders for the head, of the hips for the feet."""
    part = "Shoulder" if name == "Head" else "Hip"
    left = _at(points, f"L{part}") - _at(points, f"R{part}")
    return frame_from_two_vectors(left, _at(points, "Neck") - _at(points, "MidHip"))


def _axes_at_rest(rest: Float[np.ndarray, "1 26 3"], name: str) -> Float[np.ndarray, "3 3"]:
    """The axes of a head or foot in an upright rest pose."""
    body = _body_axes(rest, name)
    if name != "Head":
        ahead = _at(rest, f"{name[0]}BigToe") - _at(rest, f"{name[0]}Ankle")
        foot = _level_axes(ahead, body[..., 1])
        body = np.where(np.isnan(foot), body, foot)
    return body[0]


def _level_axes(
    ahead: Float[np.ndarray, "T 3"], up: Float[np.ndarray, "T 3"]
) -> Float[np.ndarray, "T 3 3"]:
    """Axes with y up and z as near to `ahead` as that allows."""
    found = frame_from_two_vectors(up, ahead)  # up, ahead, and up across ahead: the left
    return found[..., [2, 0, 1]]


def _usual_axes(
    points: Float[np.ndarray, "T 26 3"],
    rotation: Float[np.ndarray, "T 3 3"],
    name: str,
    up: Float[np.ndarray, "3"],
) -> Float[np.ndarray, "3 3"]:
    """The axes, in the joint's own, that on the mean point ahead and up."""
    upright = np.broadcast_to(up, (len(points), 3))
    ahead = np.cross(_body_axes(points, name)[..., 0], upright)
    if name != "Head":
        toes = _at(points, f"{name[0]}BigToe") - _at(points, f"{name[0]}Ankle")
        ahead = np.where(np.isnan(toes), ahead, toes)
    both = []
    for world in (unit_vectors(ahead), upright):
        own = np.einsum("tji,tj->ti", rotation, world)
        known = own[~np.isnan(own).any(-1)]
        both.append(known.mean(0) if len(known) else np.full(3, np.nan))
    return _level_axes(both[0][None], unit_vectors(both[1])[None])[0]
