"""The canonical frame: every body upright and facing the same way, for study and augmentation.

It needs the depth of the keypoints, so that new 2D input cannot be brought into it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton, get_skeleton
from signlift.errors import InputError, problem

# Frames worked on at a time: many for what is one number a frame, fewer for whole bodies, so
# that either stays in the processor's cache.
_FRAMES, _BODIES = 6144, 1024


def rotate_skeleton(
    points: NDArray[Any], skeleton: str | Skeleton = PANOPTIC26
) -> Float[np.ndarray, "*frames J 3"]:
    """Turn the body of every frame into the canonical frame.

    MidHip goes to the origin, the column (MidHip -> Neck) onto +Y by the shortest turn, and then
    the face (Neck -> Nose without its part along the column) about Y onto +X. Depth is then axis
    0: x is where the person faces, y is up along the column, z is lateral. Every frame is moved
    and turned as a whole: no distance changes and nothing is mirrored.

    Parameters
    ----------
    points
        [..., J, 3], x, y and z in one unit, with any leading axes. Finite, or NaN for what is
        missing.
    skeleton
        What the J keypoints are. Where it has no Neck or MidHip, or where they are missing, the
        middle of the shoulders and of the hips stands in for them.

    Returns
    -------
    [..., J, 3] in the unit of `points`; float32 stays float32, anything wider is float64.

    A missing keypoint (one with any coordinate missing) stays missing and changes no other. A
    frame is NaN throughout if its MidHip, Neck or Nose is missing or its column has no length,
    as it then has no canonical frame. In a frame whose nose is straight above (or below) the
    neck, up to rounding, the second turn is left out. A column that points straight down is
    turned by 180 degrees; without a face that is done about X.

    Raises
    ------
    InputError
        `points` are not real numbers of shape [..., J, 3].
    """
    skeleton = get_skeleton(skeleton)
    points = checked_points(points, skeleton)
    frames = points.reshape(-1, *points.shape[-2:])
    out = np.empty_like(frames)
    with np.errstate(all="ignore"):  # what cannot be turned becomes NaN, without a word
        for start in range(0, len(frames), _FRAMES):
            chunk = slice(start, start + _FRAMES)
            root, axes = _canonical_axes(frames[chunk], skeleton)
            _turn(frames[chunk], root, axes, out[chunk])
    return out.reshape(points.shape)


def canonical_rotation(
    points: NDArray[Any], skeleton: str | Skeleton = PANOPTIC26
) -> Float[np.ndarray, "*frames 3 3"]:
    """The rotation that `rotate_skeleton` turns each frame by.

    Parameters
    ----------
    points, skeleton
        As for `rotate_skeleton`.

    Returns
    -------
    [..., 3, 3], matrices R of determinant +1 that turn a column vector by `R @ vector`: the rows
    are the canonical X, Y and Z in the axes of `points`. NaN for frames without a canonical
    frame.

    Raises
    ------
    InputError
        `points` are not real numbers of shape [..., J, 3].
    """
    skeleton = get_skeleton(skeleton)
    points = checked_points(points, skeleton)
    with np.errstate(all="ignore"):
        _, axes = _canonical_axes(points.reshape(-1, *points.shape[-2:]), skeleton)
    return axes.swapaxes(-1, -2).reshape(*points.shape[:-2], 3, 3).astype(points.dtype)


def checked_points(points: NDArray[Any], skeleton: Skeleton) -> Float[np.ndarray, "*frames J 3"]:
    """`points` as float32 or float64, after checking their type and shape.

    Raises
    ------
    InputError
        `points` are not real numbers of shape [..., J, 3].
    """
    points = np.asarray(points)
    if points.dtype.kind not in "fiu":
        raise InputError(problem("points", expected="real numbers", found=f"dtype {points.dtype}"))
    if points.ndim < 2 or points.shape[-2:] != (len(skeleton), 3):
        raise InputError(
            problem(
                "points",
                expected=f"shape [..., {len(skeleton)}, 3] ({skeleton.name})",
                found=str(list(points.shape)),
            )
        )
    return points.astype(np.float64 if points.dtype.itemsize > 4 else np.float32, copy=False)


def _turn(
    points: Float[np.ndarray, "n J 3"],
    root: Float[np.ndarray, "3 n"],
    axes: Float[np.ndarray, "n 3 3"],
    out: Float[np.ndarray, "n J 3"],
) -> None:
    """Write `(points - root) @ axes`, computed in float64, into `out`."""
    centred = np.empty((min(_BODIES, len(points)), *points.shape[1:]))
    turned = np.empty_like(centred)
    for start in range(0, len(points), _BODIES):
        chunk = slice(start, start + _BODIES)
        count = len(points[chunk])
        for axis in range(3):  # a whole plane at a time, for the sake of long inner loops
            np.subtract(
                points[chunk, :, axis], root[axis, chunk, None], out=centred[:count, :, axis]
            )
        out[chunk] = np.matmul(centred[:count], axes[chunk], out=turned[:count])


def _canonical_axes(
    points: Float[np.ndarray, "n J 3"], skeleton: Skeleton
) -> tuple[Float[np.ndarray, "3 n"], Float[np.ndarray, "n 3 3"]]:
    """MidHip, and the canonical X, Y and Z as columns, so that `points @ axes` is turned.

    The two turns together are the one rotation that takes the column to +Y and the face to +X.
    Its axes are built from the two directions: no angle is ever computed, so that none is lost
    to rounding near 0 or 180 degrees.
    """
    root, neck, nose = (_planes(points, skeleton, name) for name in (ROOT, "Neck", "Nose"))
    up, face = neck - root, nose - neck
    length, reach = _length(up), _length(face)
    up /= length  # no column: NaN, which spreads from here
    _make_level(face, up)
    level = _length(face)
    # What is left of a face straight above the neck is the rounding of the coordinates.
    size = np.abs((root, neck, nose)).max((0, 1))
    faceless = level <= 4 * np.finfo(points.dtype).eps * size * (1 + reach / length)
    face /= level
    if faceless.any():
        face[:, faceless] = _front_of_shortest_turn(up[:, faceless])
    _make_level(face, up)  # once more: the first time lost digits where the face is steep
    face /= _length(face)
    axes = np.empty((len(points), 3, 3))
    axes[..., 0] = face.T
    axes[..., 1] = np.where(np.isnan(level), np.nan, up).T
    for axis, (i, j) in enumerate(((1, 2), (2, 0), (0, 1))):
        axes[:, axis, 2] = face[i] * up[j] - face[j] * up[i]
    return root, axes


def _planes(
    points: Float[np.ndarray, "n J 3"], skeleton: Skeleton, name: str
) -> Float[np.ndarray, "3 n"]:
    """One point of every frame, its x, y and z each in one piece: several times faster to read."""
    out = np.empty((3, len(points)))
    for axis in range(3):
        out[axis] = skeleton.point(points[..., axis, None], name)[:, 0]
    return out


def _front_of_shortest_turn(up: Float[np.ndarray, "3 n"]) -> Float[np.ndarray, "3 n"]:
    """The direction that lands on +X when `up` is turned onto +Y by the shortest way.

    By Rodrigues' formula, written so that it holds from 0 to 180 degrees: the axis of the turn
    is horizontal, at a right angle to the direction (east, north) in which `up` leans.
    """
    x, y, z = up
    lean = np.hypot(x, z)
    upright = lean == 0
    lean[upright] = 1
    east, north = x / lean, np.where(upright, 1.0, z / lean)
    return np.stack([1 - (1 - y) * east**2, -x, -(1 - y) * east * north])


def _length(vectors: Float[np.ndarray, "3 n"]) -> Float[np.ndarray, " n"]:
    return np.sqrt(np.einsum("cn,cn->n", vectors, vectors))


def _make_level(vectors: Float[np.ndarray, "3 n"], up: Float[np.ndarray, "3 n"]) -> None:
    """Take away, in place, the part of the vectors that lies along `up`."""
    vectors -= np.einsum("cn,cn->n", vectors, up) * up
