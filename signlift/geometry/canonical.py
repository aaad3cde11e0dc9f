"""The canonical frame: every body upright, facing the same way, in units of its trunk.

The canonical frame needs the depth of the keypoints. It is for analysis and training; 2D keypoints
without depth cannot be transformed to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.utils.array_types import Float


def rotate_skeleton(
    points: NDArray[Any], skeleton: str | Skeleton = PANOPTIC26
) -> Float[np.ndarray, "*frames J 3"]:
    """Rotate the body of every frame into the canonical frame.

    MidHip moves to the origin. The shortest rotation turns the trunk (MidHip to Neck) onto +y.
    A rotation about y then turns the face (Neck to Nose, without its component along the trunk)
    onto +x. Afterwards x is the depth (the person faces +x), y is up along the trunk and z is
    lateral. Each frame is moved as a whole: distances stay the same, and nothing is mirrored.

    Parameters
    ----------
    points
        [..., J, 3], x, y and z in one unit; NaN where missing.
    skeleton
        The skeleton of the J keypoints, or its name. Where Neck or MidHip is missing, the middle
        of the shoulders or of the hips takes its place.

    Returns
    -------
    [..., J, 3] in the unit of `points`; float32 for float32, else float64.

    A missing keypoint (one with a missing coordinate) stays missing and changes no other. A frame
    is NaN throughout if its MidHip, Neck or Nose is missing or its trunk has no length. Where the
    Nose is straight above or below the Neck, up to rounding, the second rotation is left out. A
    trunk that points straight down turns by 180 degrees, about x if there is no second rotation.

    Raises
    ------
    InputError
        The points are not real numbers of shape [..., J, 3].

    Examples
    --------
    >>> import numpy as np
    >>> from signlift import PANOPTIC26, rotate_skeleton
    >>> points = np.zeros((26, 3))
    >>> neck, nose = PANOPTIC26.index("Neck"), PANOPTIC26.index("Nose")
    >>> points[neck], points[nose] = (0, -5, 0), (0, -7, -2)  # y down, facing the camera
    >>> rotate_skeleton(points)[[neck, nose]]
    array([[0., 5., 0.],
           [2., 7., 0.]])
    """
    skeleton = get_skeleton(skeleton)
    points = _checked_points(points, skeleton)
    wide = points.astype(np.float64, copy=False)
    with np.errstate(all="ignore"):  # frames without a canonical frame become NaN
        centred = wide - skeleton.point(wide, ROOT)[..., None, :]
        rotated = centred @ _canonical_axes(wide, skeleton, np.finfo(points.dtype).eps)
    return rotated.astype(points.dtype, copy=False)


def canonical_rotation(
    points: NDArray[Any], skeleton: str | Skeleton = PANOPTIC26
) -> Float[np.ndarray, "*frames 3 3"]:
    """Compute the rotation of each frame in `rotate_skeleton`.

    Parameters
    ----------
    points, skeleton
        As for `rotate_skeleton`.

    Returns
    -------
    [..., 3, 3], to be applied to columns; the rows are the canonical x, y and z in the axes of
    `points`. NaN for frames without a canonical frame.

    Raises
    ------
    InputError
        The points are not real numbers of shape [..., J, 3].
    """
    skeleton = get_skeleton(skeleton)
    points = _checked_points(points, skeleton)
    wide = points.astype(np.float64, copy=False)
    with np.errstate(all="ignore"):
        axes = _canonical_axes(wide, skeleton, np.finfo(points.dtype).eps)
    return axes.swapaxes(-1, -2).astype(points.dtype)


def scale_axes(
    points: NDArray[Any], skeleton: str | Skeleton = PANOPTIC26
) -> Float[np.ndarray, "*frames J 3"]:
    """Divide x, y and z of each frame by the 2D length of its trunk (MidHip to Neck).

    Each frame has its own divisor, so that the noise of the keypoints changes the scale from frame
    to frame.

    Parameters
    ----------
    points
        [..., J, 3], x, y and z in one unit; NaN where missing. The length of the trunk is
        measured in x and y.
    skeleton
        The skeleton of the J keypoints, or its name. Where Neck or MidHip is missing, the middle
        of the shoulders or of the hips takes its place.

    Returns
    -------
    [..., J, 3] in 2D lengths of the trunk; float32 for float32, else float64. Missing coordinates
    stay NaN. A frame is NaN throughout if its trunk is missing, has no length in x and y, or is so
    short that the result would overflow.

    Raises
    ------
    InputError
        The points are not real numbers of shape [..., J, 3].

    Examples
    --------
    >>> import numpy as np
    >>> from signlift import PANOPTIC26, scale_axes
    >>> points = np.zeros((26, 3))
    >>> neck, hand = PANOPTIC26.index("Neck"), PANOPTIC26.index("LHand")
    >>> points[neck], points[hand] = (3, 4, 1), (10, -5, 20)
    >>> scale_axes(points)[hand]
    array([ 2., -1.,  4.])
    """
    skeleton = get_skeleton(skeleton)
    points = _checked_points(points, skeleton)
    image_points = points[..., :2]
    with np.errstate(invalid="ignore", over="ignore"):  # not finite: not usable below
        trunk = skeleton.point(image_points, "Neck") - skeleton.point(image_points, ROOT)
    length = np.hypot(trunk[..., 0], trunk[..., 1])
    largest = np.abs(points).max(axis=(-2, -1), initial=0, where=~np.isnan(points))
    usable = length > largest / np.finfo(points.dtype).max
    return points / np.where(usable, length, points.dtype.type("nan"))[..., None, None]


def _checked_points(points: NDArray[Any], skeleton: Skeleton) -> Float[np.ndarray, "*frames J 3"]:
    """Convert points to float32 or float64, after checking their type and shape."""
    points = np.asarray(points)
    if points.dtype.kind not in "fiu":
        raise InputError(problem("points", expected="real numbers", found=f"dtype {points.dtype}"))
    if points.ndim < 2 or points.shape[-2:] != (len(skeleton), 3):
        expected = f"shape [..., {len(skeleton)}, 3] ({skeleton.name})"
        found = f"shape {list(points.shape)}"
        raise InputError(problem("points", expected=expected, found=found))
    return points.astype(np.float64 if points.dtype.itemsize > 4 else np.float32, copy=False)


def _canonical_axes(
    points: Float[np.ndarray, "*frames J 3"], skeleton: Skeleton, eps: np.floating
) -> Float[np.ndarray, "*frames 3 3"]:
    """Compute the canonical x, y and z as columns; `eps` is the precision of the coordinates.

    The two rotations together are the one that takes the trunk to +y and the face to +x. Its axes
    follow from the two directions without an angle, and so lose no digits near 0 or 180 degrees.
    """
    root, neck, nose = (skeleton.point(points, name) for name in (ROOT, "Neck", "Nose"))
    up, face = neck - root, nose - neck
    length, reach = _norm(up), _norm(face)
    up = up / length  # a trunk without length gives NaN
    level_face = _reject(face, up)
    level = _norm(level_face)
    # A face straight above the neck leaves nothing but the rounding of the coordinates.
    size = np.abs([root, neck, nose]).max((0, -1))[..., None]
    faceless = level <= 4 * eps * size * (1 + reach / length)
    front = np.where(faceless, _front_of_shortest_rotation(up), level_face / level)
    # Once more, as a steep face has lost digits the first time.
    front = _reject(front, up)
    front = front / _norm(front)
    up = np.where(np.isnan(level), np.nan, up)
    return np.stack([front, up, np.cross(front, up)], -1)


def _front_of_shortest_rotation(up: Float[np.ndarray, "*frames 3"]) -> NDArray[np.float64]:
    """Compute the direction that the shortest rotation of `up` onto +y takes to +x.

    By Rodrigues' formula, in a form that holds from 0 to 180 degrees: the axis of the rotation is
    horizontal, at a right angle to the direction (east, north) in which `up` leans.
    """
    x, y, z = np.moveaxis(up, -1, 0)
    lean = np.hypot(x, z)
    upright = lean == 0
    lean = np.where(upright, 1.0, lean)
    east, north = x / lean, np.where(upright, 1.0, z / lean)
    return np.stack([1 - (1 - y) * east**2, -x, -(1 - y) * east * north], -1)


def _norm(vectors: Float[np.ndarray, "*frames 3"]) -> Float[np.ndarray, "*frames 1"]:
    return np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]


def _reject(
    vectors: Float[np.ndarray, "*frames 3"], axis: Float[np.ndarray, "*frames 3"]
) -> Float[np.ndarray, "*frames 3"]:
    """Subtract the component of the vectors that is parallel to unit axes."""
    return vectors - np.einsum("...i,...i->...", vectors, axis)[..., None] * axis
