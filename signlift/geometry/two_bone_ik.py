"""Rotations and two-bone inverse kinematics, over any number of frames at once."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

#: A limb never stretches further than this part of its length: joints do not lock.
REACH = 0.995

#: From this part of its length on, `ease_reach` draws a limb's targets in.
_EASE = 0.9

_TINY = 1e-9


def unit(vectors: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 3"]:
    """The vectors at length 1; those of no length stay as they are."""
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return vectors / np.where(length > _TINY, length, 1.0)


def ramp(part: Float[np.ndarray, "*rest"]) -> Float[np.ndarray, "*rest"]:
    """From 0 below 0 to 1 above 1, smoothly."""
    part = np.clip(part, 0.0, 1.0)
    return part**2 * (3 - 2 * part)


def rotation(angles: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 3 3"]:
    """Rotation matrices of a body part that looks along +z, with y up and its left at +x.

    Parameters
    ----------
    angles
        [..., 3] in radians: turn (to the person's left), nod (the top goes forward) and tilt
        (the top goes to the person's right). Tilt is done first, then nod, then turn.

    Returns
    -------
    [..., 3, 3], to be applied to columns: `rotated = matrix @ point`.
    """
    cos, sin = np.cos(angles), np.sin(angles)
    ct, cn, cr = cos[..., 0], cos[..., 1], cos[..., 2]
    st, sn, sr = sin[..., 0], sin[..., 1], sin[..., 2]
    matrix = np.empty((*angles.shape, 3))
    matrix[..., 0, 0] = ct * cr + st * sn * sr
    matrix[..., 0, 1] = st * sn * cr - ct * sr
    matrix[..., 0, 2] = st * cn
    matrix[..., 1, 0] = cn * sr
    matrix[..., 1, 1] = cn * cr
    matrix[..., 1, 2] = -sn
    matrix[..., 2, 0] = ct * sn * sr - st * cr
    matrix[..., 2, 1] = st * sr + ct * sn * cr
    matrix[..., 2, 2] = ct * cn
    return matrix


def rotate(
    matrix: Float[np.ndarray, "*rest 3 3"], points: Float[np.ndarray, "*#rest J 3"]
) -> Float[np.ndarray, "*rest J 3"]:
    """Each frame's points, turned by each frame's rotation (see `rotation`)."""
    return points @ np.swapaxes(matrix, -1, -2)


def two_bones(
    start: Float[np.ndarray, "*rest 3"],
    target: Float[np.ndarray, "*rest 3"],
    lengths: tuple[float, float],
    towards: Float[np.ndarray, "*#rest 3"],
    swivel: Float[np.ndarray, "*#rest"],
) -> tuple[Float[np.ndarray, "*rest 3"], Float[np.ndarray, "*rest 3"]]:
    """Where the middle joint and the end of a limb of two bones are.

    Parameters
    ----------
    start, target
        [..., 3], the limb's first joint and where its end should be, in metres.
    lengths
        The bones' lengths in metres, from the first joint outwards.
    towards
        [..., 3], the direction that the middle joint bends to at a swivel of 0: elbows down,
        knees forward.
    swivel
        [...] in radians, by which the middle joint turns about the line from start to end,
        as a right-handed screw along it. For an arm that reaches along +z with `towards` down
        this lifts the elbow to +x.

    Returns
    -------
    middle, end
        [..., 3] each. The end is the target, or the nearest point on the way to it that the
        limb reaches; the bones have their lengths either way.
    """
    first, second = lengths
    line = target - start
    far = np.sqrt(np.einsum("...i,...i->...", line, line))[..., None]
    # A target at the very start has no direction: the limb folds away along `towards`.
    axis = np.where(far > _TINY, line / np.where(far > _TINY, far, 1.0), unit(towards))
    distance = np.clip(far, abs(first - second) + 1e-3 * first, REACH * (first + second))
    bend = _perpendicular(axis, np.broadcast_to(unit(towards), axis.shape))
    # np.cross written out: it is slow on small arrays.
    (a, b, c), (d, e, f) = ((v[..., 0], v[..., 1], v[..., 2]) for v in (axis, bend))
    aside = np.stack([b * f - c * e, c * d - a * f, a * e - b * d], -1)
    angle = np.asarray(swivel)[..., None]
    along = (distance**2 + first**2 - second**2) / (2 * distance)
    height = np.sqrt(np.maximum(first**2 - along**2, 0.0))
    middle = start + along * axis + height * (np.cos(angle) * bend + np.sin(angle) * aside)
    return middle, start + distance * axis


def ease_reach(
    start: Float[np.ndarray, "*rest 3"], target: Float[np.ndarray, "*rest 3"], length: float
) -> Float[np.ndarray, "*rest 3"]:
    """Targets drawn in, so that a limb comes to its full reach smoothly.

    A limb that is stopped at its reach makes its middle joint jerk.

    Parameters
    ----------
    start, target
        [..., 3], the limb's first joint and where its end should be, in metres.
    length
        The length of the stretched limb, in metres.

    Returns
    -------
    [..., 3]: the target itself up to nine tenths of the length, from there on ever nearer to it,
    and never as far as `REACH` of the length.
    """
    line = target - start
    far = np.sqrt(np.einsum("...i,...i->...", line, line))[..., None]
    near, room = _EASE * length, (REACH - _EASE) * length
    drawn_in = near + room * -np.expm1(-np.maximum(far - near, 0.0) / room)
    return np.where(far > near, start + line * (drawn_in / np.maximum(far, _TINY)), target)


def _perpendicular(
    axis: Float[np.ndarray, "*rest 3"], towards: Float[np.ndarray, "*rest 3"]
) -> Float[np.ndarray, "*rest 3"]:
    """The part of `towards` at right angles to unit axes, as unit vectors.

    Where the axis runs along `towards` itself, any direction at right angles is as good.
    """
    across = towards - np.einsum("...i,...i->...", axis, towards)[..., None] * axis
    parallel = np.einsum("...i,...i->...", across, across) < 1e-12
    if parallel.any():
        other = np.eye(3)[np.argmin(np.abs(axis[parallel]), -1)]
        across[parallel] = np.cross(axis[parallel], other)
    return unit(across)
