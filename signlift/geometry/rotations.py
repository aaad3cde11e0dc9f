"""Rotation matrices: from and to Euler angles, between directions, for any number at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

_TINY = 1e-9

#: Below this cosine of the middle angle the outer two cannot be told apart.
_GIMBAL = 1e-6

_AXES = "XYZ"


def unit(vectors: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 3"]:
    """The vectors at length 1; NaN for those without a length."""
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return vectors / np.where(length > _TINY, length, np.nan)


def aside(
    vectors: Float[np.ndarray, "*#rest 3"], axis: Float[np.ndarray, "*#rest 3"]
) -> Float[np.ndarray, "*rest 3"]:
    """What of the vectors is at right angles to unit axes, at length 1; NaN where nothing is."""
    along = np.einsum("...i,...i->...", vectors, axis)[..., None]
    return unit(vectors - along * axis)


def axes(
    first: Float[np.ndarray, "*#rest 3"], second: Float[np.ndarray, "*#rest 3"]
) -> Float[np.ndarray, "*rest 3 3"]:
    """A right-handed frame: `first`, `second` as far as it is at right angles to it, and a third.

    Returns
    -------
    [..., 3, 3] with the three unit vectors as columns; NaN where the two are parallel or have no
    length.
    """
    one = unit(first)
    other = aside(second, one)
    one = np.broadcast_to(one, other.shape)
    return np.stack([one, other, np.cross(one, other)], -1)


def swing(
    source: Float[np.ndarray, "*#rest 3"], target: Float[np.ndarray, "*#rest 3"]
) -> Float[np.ndarray, "*rest 3 3"]:
    """The shortest turns that take unit vectors to others.

    Returns
    -------
    [..., 3, 3], to be applied to columns. Opposite vectors are half a turn apart about any axis;
    the same one is taken every time.
    """
    source, target = np.broadcast_arrays(source, target)
    cos = np.einsum("...i,...i->...", source, target)[..., None, None]
    cross = _cross(np.cross(source, target))
    opposite = cos < -1 + _TINY
    turned = np.eye(3) + cross + cross @ cross / np.where(opposite, 1.0, 1 + cos)
    if opposite.any():
        other = np.eye(3)[np.argmin(np.abs(source), -1)]
        about = aside(other, source)
        half = 2 * about[..., :, None] * about[..., None, :] - np.eye(3)
        turned = np.where(opposite, half, turned)
    return turned


def _cross(vectors: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 3 3"]:
    """The matrices whose product with another vector is the cross product."""
    x, y, z = np.moveaxis(vectors, -1, 0)
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*x.shape, 3, 3)


def part_way(
    first: Float[np.ndarray, "*#rest 3 3"],
    second: Float[np.ndarray, "*#rest 3 3"],
    part: Float[np.ndarray, "*#rest"],
) -> Float[np.ndarray, "*rest 3 3"]:
    """The rotations between two, on the shortest way and at an even speed.

    Parameters
    ----------
    first, second
        [..., 3, 3].
    part
        [...], how much of the way: 0 is the first, 1 the second.

    Returns
    -------
    [..., 3, 3]. Between rotations half a turn apart either way is as short; one of them is taken.
    """
    turn = np.swapaxes(first, -1, -2) @ second
    cross = (turn - np.swapaxes(turn, -1, -2)) / 2
    axis = np.stack([cross[..., 2, 1], cross[..., 0, 2], cross[..., 1, 0]], -1)
    sin, cos = np.sqrt((axis**2).sum(-1)), (np.trace(turn, axis1=-2, axis2=-1) - 1) / 2
    angle = np.arctan2(sin, cos)
    # Near half a turn only the symmetric part tells the axis, but for its sign.
    outer = (turn + np.swapaxes(turn, -1, -2)) / 2 - cos[..., None, None] * np.eye(3)
    longest = np.argmax(np.diagonal(outer, axis1=-2, axis2=-1), -1)
    other = np.take_along_axis(outer, longest[..., None, None], -1)[..., 0]
    other = np.where((other * axis).sum(-1, keepdims=True) < 0, -other, other)
    axis = np.nan_to_num(unit(np.where(cos[..., None] < 0, other, axis)))
    cross = _cross(axis)
    sin, cos = (f(part * angle)[..., None, None] for f in (np.sin, np.cos))
    return first @ (np.eye(3) + sin * cross + (1 - cos) * cross @ cross)


def part_way_turned(
    first: Float[np.ndarray, "*#rest 3"],
    second: Float[np.ndarray, "*#rest 3"],
    part: Float[np.ndarray, "*#rest"],
) -> Float[np.ndarray, "*rest 3"]:
    """The unit vectors between two, as `part_way` has it of rotations."""
    turn = part_way(np.eye(3), swing(first, second), part)
    return np.einsum("...ij,...j->...i", turn, first)


def part_way_straight(
    first: Float[np.ndarray, "*#rest n"],
    second: Float[np.ndarray, "*#rest n"],
    part: Float[np.ndarray, "*#rest"],
) -> Float[np.ndarray, "*rest n"]:
    """What lies between two on the straight line."""
    return first + part[..., None] * (second - first)


def euler_matrices(
    degrees: Float[np.ndarray, "*rest n"], order: Sequence[str]
) -> Float[np.ndarray, "*rest 3 3"]:
    """Rotation matrices of Euler angles.

    Parameters
    ----------
    degrees
        [..., n], in the order of `order`.
    order
        n of X, Y and Z. The matrix is the product of the elementary ones in this order, so that
        the last is done first, as BVH has it.
    """
    matrix = np.broadcast_to(np.eye(3), (*degrees.shape[:-1], 3, 3))
    radians = np.radians(degrees)
    cos, sin = np.cos(radians), np.sin(radians)
    for number, axis in enumerate(order):
        i, j = (_AXES.index(axis) + 1) % 3, (_AXES.index(axis) + 2) % 3
        one = np.zeros((*degrees.shape[:-1], 3, 3))
        one[..., 3 - i - j, 3 - i - j] = 1
        one[..., i, i] = one[..., j, j] = cos[..., number]
        one[..., j, i], one[..., i, j] = sin[..., number], -sin[..., number]
        matrix = matrix @ one
    return matrix


def euler_zxy(matrices: Float[np.ndarray, "T *rest 3 3"]) -> Float[np.ndarray, "T *rest 3"]:
    """Euler angles of rotations over time, as curves that are as smooth as they can be.

    Parameters
    ----------
    matrices
        [T, ..., 3, 3], without NaN.

    Returns
    -------
    [T, ..., 3] in degrees: about Z, X and Y, so that `euler_matrices(degrees, "ZXY")` gives the
    matrices. A rotation has two sets of angles, and each angle any number of full turns more:
    that next to the frame before is taken. The first frame's lie from -180 to 180, the middle
    one from -90 to 90. Where the middle one is at 90 degrees (gimbal lock) the last one stays
    as it was.
    """
    sin = np.clip(matrices[..., 2, 1], -1, 1)
    cos = np.sqrt(np.maximum(matrices[..., 0, 1] ** 2 + matrices[..., 1, 1] ** 2, 0))
    one = np.stack(
        [
            np.arctan2(-matrices[..., 0, 1], matrices[..., 1, 1]),
            np.arctan2(sin, cos),
            np.arctan2(-matrices[..., 2, 0], matrices[..., 2, 2]),
        ],
        -1,
    )
    locked = cos < _GIMBAL
    both = np.arctan2(matrices[..., 1, 0], matrices[..., 0, 0])  # Z and Y together
    sides = np.sign(sin)
    out = np.empty_like(one)
    before = np.zeros(one.shape[1:])
    for t in range(len(one)):
        angles = one[t]
        if locked[t].any():
            stays = np.stack([both[t] - sides[t] * before[..., 2], angles[..., 1], before[..., 2]])
            angles = np.where(locked[t][..., None], np.moveaxis(stays, 0, -1), angles)
        if t:
            angles = _nearest(angles, before)
        out[t] = before = angles
    return np.degrees(out)


def _nearest(
    angles: Float[np.ndarray, "*rest 3"], before: Float[np.ndarray, "*rest 3"]
) -> Float[np.ndarray, "*rest 3"]:
    """Of all angles of the same rotations those nearest to others, in radians."""
    turn = 2 * np.pi
    sets = np.stack([angles, angles * [1, -1, 1] + np.pi])
    sets -= turn * np.round((sets - before) / turn)
    far = np.abs(sets - before).sum(-1)
    return np.where((far[1] < far[0] - _TINY)[..., None], sets[1], sets[0])
