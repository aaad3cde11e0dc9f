"""Checks of the arrays of a recording, which list all problems at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import problem
from signlift.utils.array_types import Float


def checked_keypoints(
    keypoints: NDArray[Any], skeleton: Skeleton, where: str, problems: list[str]
) -> NDArray[Any]:
    """Return float32 keypoints [T, J, 2] whose x and y are both NaN where one is.

    Parameters
    ----------
    keypoints
        Any array.
    skeleton
        The J keypoints.
    where
        What the messages name.
    problems
        Gets a line for each problem.
    """
    keypoints = as_floats(keypoints, where, problems)
    J = len(skeleton)
    if keypoints.ndim != 3 or keypoints.shape[1:] != (J, 2):
        expected, found = f"shape [T, {J}, 2] ({skeleton.name})", f"shape {list(keypoints.shape)}"
        problems.append(problem(where, expected=expected, found=found))
        return keypoints
    checked = keypoints.copy()
    missing = np.isnan(keypoints)
    half = missing[..., 0] != missing[..., 1]
    if half.any():
        checked[half] = np.nan
    return checked


def checked_values(
    values: NDArray[Any] | None, keypoints: NDArray[Any], where: str, problems: list[str]
) -> NDArray[Any] | None:
    """Return float32 values [T, J] of the keypoints [T, J, 2], or None where there are none."""
    if values is None:
        return None
    floats = as_floats(values, where, problems)
    if floats.shape != keypoints.shape[:2]:
        problems.append(_shape_problem(where, keypoints.shape[:2], floats))
    return floats


def keep_observed(
    values: Float[np.ndarray, "T J"], keypoints: Float[np.ndarray, "T J 2"]
) -> Float[np.ndarray, "T J"]:
    """Set values of keypoints that were not observed to NaN."""
    return np.where(np.isnan(keypoints[..., 0]), np.float32("nan"), values)


def checked_times(
    times: NDArray[Any] | None, frames: int, where: str, problems: list[str]
) -> NDArray[Any] | None:
    """Return float64 times [T] that increase strictly, or None where there are none."""
    if times is None:
        return None
    times = as_floats(times, where, problems, np.float64)
    if times.shape != (frames,):
        problems.append(_shape_problem(where, (frames,), times))
        return times
    # Negated, so that NaN is found, too.
    decreases = ~(np.diff(times) > 0)
    if decreases.any():
        frame = int(np.argmax(decreases)) + 1
        found = f"{times[frame]:g} after {times[frame - 1]:g} at frame {frame}"
        problems.append(problem(where, expected="strictly increasing seconds", found=found))
    return times


def _shape_problem(where: str, expected: tuple[int, ...], array: NDArray[Any]) -> str:
    return problem(where, expected=f"shape {list(expected)}", found=f"shape {list(array.shape)}")


def as_floats(
    values: object, where: str, problems: list[str], dtype: type[np.floating] = np.float32
) -> NDArray[Any]:
    """Convert values to floats, with NaN for infinite ones, and append problems to `problems`.

    Values that are not numbers give an empty array.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        problems.append(problem(where, expected="real numbers", found=f"dtype {array.dtype}"))
        return np.empty(0, dtype)
    if array.dtype == np.float32:
        too_large = np.isinf(array)
    else:
        too_large = ~(np.abs(array) <= np.finfo(np.float32).max) & ~np.isnan(array)
    if too_large.any():
        index = np.argwhere(too_large)[0].tolist()
        found = f"{array[tuple(index)]:g} at index {index}"
        problems.append(problem(where, expected="finite float32 numbers or NaN", found=found))
        array = np.where(too_large, np.nan, array)
    return array.astype(dtype, copy=False)
