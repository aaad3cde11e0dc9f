"""Rotations of the joints of a finger by its angles, and their limits.

Frame of a hand: x along it, y towards the thumb's side, z out of the palm. In the rest pose the
fingers are straight along x, and the thumb points between x and y.

A finger has five angles: at its base (the knuckle, or the wrist end of the thumb) two that determine
the direction of the first bone, and the twist about it; and the flexion of the two other joints,
which are hinges. For fingers the first two are flexion and abduction (towards the thumb's side), for
the thumb palmar and radial abduction (out of the palm, and away from the index finger).
"""  # noqa: E501

from __future__ import annotations

from functools import lru_cache

import numpy as np

from signlift.core import hand_proportions as hand
from signlift.geometry.rotations import cross_product, orthogonal_component, twist_frames
from signlift.utils.array_types import Float

#: The numbers of the five angles.
FIRST, SECOND, TWIST, MIDDLE, END = range(5)

#: The axes of a left hand in the rest pose, as columns: along it to the left, the thumb's side to
#: the front, out of the palm downwards.
REST_AXES = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])

#: The angle between the thumb and the fingers in the rest pose, in radians.
REST_THUMB = np.radians(45)

# The directions of stretched fingers differ by up to 12 degrees from that of the hand. People's
# knuckles turn by some degrees about the finger when it bends; the base of the thumb by more.
_SPREAD, _TWISTS = np.radians(12), np.radians([35, 20, 20, 20, 20])

#: The maximum of the twist with which a person's fingers, or those of a rig, always bend.
MAX_NATURAL_TWISTS = np.radians([40, 25, 25, 25, 25])


def _join(limits: Float[np.ndarray, "5 4"], sign: int) -> Float[np.ndarray, "5 5"]:
    joined = np.insert(limits, TWIST, sign * _TWISTS, axis=1)
    joined[1:, SECOND] += sign * _SPREAD
    return joined


#: Smallest and largest angles of the five fingers, [5, 5], in radians; those of the twist are
#: relative to the natural one of the person's finger.
MIN_ANGLES, MAX_ANGLES = _join(hand.MIN_ANGLES, -1), _join(hand.MAX_ANGLES, 1)

#: [5, 5], the angles of a relaxed hand: that of a person whose hands are not observed.
RELAXED = np.radians(
    [
        [28, 24, 0, 14, 16],
        [28, 2, 0, 30, 20],
        [28, 0, 0, 30, 20],
        [28, -2, 0, 30, 20],
        [28, -4, 0, 30, 20],
    ]
)


def base_frames(
    finger: int, first: Float[np.ndarray, "*batch"], second: Float[np.ndarray, "*batch"]
) -> Float[np.ndarray, "*batch 3 3"]:
    """Compute the frames of the first bone of a finger without twist.

    Parameters
    ----------
    finger
        The number of the finger; 0 for the thumb.
    first, second
        [...], the first two angles in radians.

    Returns
    -------
    [..., 3, 3] in the axes of the hand, with columns along the bone, along the hinges (towards the
    thumb's side), and in the direction to which the finger bends.
    """
    cos, sin = np.cos(first), np.sin(first)
    cos_second, sin_second = np.cos(second), np.sin(second)
    frames = np.zeros((*first.shape, 3, 3))
    if finger:
        # The rotation by -first about y, and by second about z.
        frames[..., 0, 0], frames[..., 0, 1] = cos * cos_second, -cos * sin_second
        frames[..., 1, 0], frames[..., 1, 1] = sin_second, cos_second
        frames[..., 2, 0], frames[..., 2, 1] = sin * cos_second, -sin * sin_second
        frames[..., 0, 2], frames[..., 2, 2] = -sin, cos
        return frames
    along, across, inwards = frames[..., 0], frames[..., 1], frames[..., 2]
    along[..., 0], along[..., 1], along[..., 2] = cos * cos_second, cos * sin_second, sin
    inwards[..., 1], inwards[..., 2] = -1, hand.THUMB_PLANE - hand.THUMB_TURN * first
    inwards[...] = orthogonal_component(inwards, along)
    across[...] = cross_product(inwards, along)
    return frames


def all_base_frames(
    first: Float[np.ndarray, "*batch 5"], second: Float[np.ndarray, "*batch 5"]
) -> Float[np.ndarray, "*batch 5 3 3"]:
    """Compute the frames of the first bones of all fingers (see `base_frames`)."""
    frames = np.empty((*first.shape, 3, 3))
    frames[..., 0, :, :] = base_frames(0, first[..., 0], second[..., 0])
    frames[..., 1:, :, :] = base_frames(1, first[..., 1:], second[..., 1:])
    return frames


@lru_cache(maxsize=5)
def rest_frame(finger: int) -> Float[np.ndarray, "3 3"]:
    """Return the frame of a finger's bones in the rest pose, as `base_frames` does."""
    frame = base_frames(finger, np.zeros(1), np.full(1, 0.0 if finger else REST_THUMB))[0]
    frame.flags.writeable = False
    return frame


def finger_rotations(
    angles: Float[np.ndarray, "*batch 5 5"], *, in_animation: bool = False
) -> Float[np.ndarray, "*batch 5 3 3 3"]:
    """Compute the rotations of the three joints of each finger from the rest pose.

    Parameters
    ----------
    angles
        [..., 5, 5] in radians, of the five fingers.
    in_animation
        Return them in the axes of the animation (see `REST_AXES`), and not in those of the hand.

    Returns
    -------
    [..., 5, 3, 3, 3], for each joint the matrix of its rotation relative to the joint before.
    """
    axes, rest, (still, cosine, sine) = _rest_frames(in_animation)
    base = all_base_frames(angles[..., FIRST], angles[..., SECOND])
    out = np.empty((*angles.shape[:-1], 3, 3, 3))
    base = twist_frames(base, angles[..., TWIST]) @ np.swapaxes(rest, 1, 2)
    out[..., 0, :, :] = axes @ base if in_animation else base
    hinges = angles[..., [MIDDLE, END], None, None]
    out[..., 1:, :, :] = still + np.cos(hinges) * cosine + np.sin(hinges) * sine
    return out


@lru_cache(maxsize=2)
def _rest_frames(
    in_animation: bool,
) -> tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "5 3 3"], Float[np.ndarray, "3 5 1 3 3"]]:
    """Return the axes, the frames of all fingers in the rest pose in them, and parts of hinges.

    A hinge that turns x towards z by an angle is the sum of three matrices: one that is constant,
    one times the cosine of the angle and one times its sine.
    """
    axes = REST_AXES if in_animation else np.eye(3)
    rest = axes @ np.stack([rest_frame(finger) for finger in range(5)])
    products = np.einsum("fia,fjb->abfij", rest, rest)
    still, cosine = products[1, 1], products[0, 0] + products[2, 2]
    parts = np.stack([still, cosine, products[2, 0] - products[0, 2]])[:, :, None]
    return axes, rest, parts
