"""Operations on arrays with values per keypoint: between skeletons, and relative to the root."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from signlift.core.skeleton import ROOT, Skeleton
from signlift.errors import InputError, problem
from signlift.utils.array_types import Bool, Float, Int


def convert(
    values: Float[np.ndarray, "*rest J C"], source: Skeleton, target: Skeleton
) -> Float[np.ndarray, "*rest K C"]:
    """Convert values per keypoint from one skeleton to another, by name.

    Parameters
    ----------
    values
        [..., J, C] on `source`, NaN where missing; C numbers per keypoint (coordinates, depth).
    source, target
        The skeletons to convert from and to.

    Returns
    -------
    [..., K, C] on `target`. Neck and MidHip are recomputed as the middles of the shoulders and of
    the hips; where one of the two is missing, they are the source's Neck or MidHip. Keypoints
    that the source does not have are NaN.

    Raises
    ------
    InputError
        `values` does not have the source's number of keypoints.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.skeleton import COCO17, OPENPOSE25
    >>> from signlift.core.skeleton_arrays import convert
    >>> keypoints = np.arange(34.0).reshape(17, 2)
    >>> convert(keypoints, COCO17, OPENPOSE25)[OPENPOSE25.index("Neck")]
    array([11., 12.])
    """
    if values.ndim < 2 or values.shape[-2] != len(source):
        expected = f"shape [..., {len(source)}, C]"
        found = f"shape {list(values.shape)}"
        raise InputError(problem(f"values for {source.name}", expected=expected, found=found))
    columns, derived = _conversion(source, target)
    known = columns >= 0
    if 2 * np.count_nonzero(known) > len(target):
        out = values.take(columns, -2, mode="wrap")
        out[..., ~known, :] = np.nan
    else:  # missing ones take longer to select than to fill in
        out = np.full((*values.shape[:-2], len(target), values.shape[-1]), np.nan, values.dtype)
        out[..., np.flatnonzero(known), :] = values[..., columns[known], :]
    for row, first, second in derived:
        middle = (values[..., first, :] + values[..., second, :]) / 2
        out[..., row, :] = np.where(np.isnan(middle), out[..., row, :], middle)
    return out


@lru_cache(maxsize=64)
def _conversion(
    source: Skeleton, target: Skeleton
) -> tuple[Int[np.ndarray, " K"], list[tuple[int, int, int]]]:
    """Find each keypoint in the source, -1 for none, and those that are middles of two."""
    numbers = [source.find(name) for name in target.keypoints]
    derived = [
        (row, *ends)
        for row, name in enumerate(target.keypoints)
        if (ends := source.find_ends(name)) is not None
    ]
    columns = [-1 if number is None else number for number in numbers]
    return np.array(columns, np.int64), derived


def insert_columns(
    values: Float[np.ndarray, "T J *rest"],
    columns: Int[np.ndarray, " K"],
    inserted: Float[np.ndarray, "T K *rest"],
    frames: Bool[np.ndarray, " T"],
) -> None:
    """Replace some keypoints in some frames, in place.

    Parameters
    ----------
    values
        [T, J, ...], which are changed.
    columns, inserted
        [K] numbers of keypoints, and their new values [T, K, ...].
    frames
        [T], the frames that are changed.
    """
    if frames.all():
        values[:, as_slice(columns)] = inserted
    else:
        values[np.ix_(frames, columns)] = inserted[frames]


def as_slice(numbers: Int[np.ndarray, " K"]) -> slice | Int[np.ndarray, " K"]:
    """Return numbers that follow each other as a slice, which selects several times as fast.

    Examples
    --------
    >>> as_slice(np.array([3, 4, 5])), as_slice(np.array([3, 5]))
    (slice(3, 6, None), array([3, 5]))
    """
    first = int(numbers[0]) if len(numbers) else 0
    if np.array_equal(numbers, np.arange(first, first + len(numbers))):
        return slice(first, first + len(numbers))
    return numbers


def subtract_root_depth(
    depth: Float[np.ndarray, "*rest J"], skeleton: Skeleton
) -> Float[np.ndarray, "*rest J"]:
    """Subtract the depth of the root (MidHip) in each frame.

    Parameters
    ----------
    depth
        [..., J], in any unit, positive away from the camera, NaN where missing.
    skeleton
        The skeleton of the J keypoints. Without a MidHip (as on coco17) the root is the middle of
        the hips.

    Returns
    -------
    [..., J], the depth relative to the root; NaN in all of a frame whose root is missing.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.skeleton import PANOPTIC26
    >>> from signlift.core.skeleton_arrays import subtract_root_depth
    >>> depth = np.full((1, 26), 5.0)
    >>> depth[0, PANOPTIC26.index("MidHip")] = 3
    >>> float(subtract_root_depth(depth, PANOPTIC26)[0, PANOPTIC26.index("Nose")])
    2.0
    """
    return depth - skeleton.point(depth[..., None], ROOT)
