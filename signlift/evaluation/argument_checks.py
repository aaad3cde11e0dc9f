"""Checks of the arguments of measures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, problem


def check_torso_length(torso_length: float) -> float:
    """Check the length of a torso, and return it.

    Raises
    ------
    InputError
        The length is not a finite number above 0.
    """
    if not 0 < torso_length < np.inf:
        expected = "a finite length above 0"
        raise InputError(problem("torso_length", expected=expected, found=str(torso_length)))
    return torso_length


def check_numbers(name: str, values: NDArray[Any], problems: list[str]) -> NDArray[np.float64]:
    """Convert values to float64, and append a line for each problem to `problems`.

    Problems are values that are not real numbers, and infinity. NaN is allowed.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        problems.append(problem(name, expected="real numbers", found=f"dtype {array.dtype}"))
        return np.full(array.shape, np.nan)
    array = array.astype(np.float64, copy=False)
    if np.isinf(array).any():
        index = [int(i) for i in np.argwhere(np.isinf(array))[0]]
        found = f"infinity at {index}"
        problems.append(problem(name, expected="finite numbers or NaN", found=found))
    return array


def check_depths(
    predicted: NDArray[Any], true: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Convert predicted and true depth, [..., J] each, to float64.

    Raises
    ------
    InputError
        One line for each problem: values that are infinite or not real numbers, a shape that is
        not [..., J], or two different shapes.
    """
    return _check_pair(predicted, true, "[..., J]", min_axes=1)


def check_points(
    predicted: NDArray[Any], true: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Convert predicted and true points, [..., J, 3] each, to float64.

    Raises
    ------
    InputError
        One line for each problem: values that are infinite or not real numbers, a shape that is
        not [..., J, 3], or two different shapes.
    """
    return _check_pair(predicted, true, "[..., J, 3]", min_axes=2, last_axis=3)


def check_keypoint_count(values: NDArray[np.float64], skeleton: Skeleton, form: str) -> None:
    """Check that the last axis of predictions is that of a skeleton.

    Parameters
    ----------
    values
        [..., J].
    skeleton
        The skeleton of the J keypoints.
    form
        The expected shape, with {J} for the number of keypoints, for the message.

    Raises
    ------
    InputError
        The number of keypoints differs.
    """
    if values.shape[-1] != len(skeleton):
        expected = f"shape {form.format(J=len(skeleton))} ({skeleton.name})"
        found = f"{values.shape[-1]} keypoints"
        raise InputError(problem("predicted", expected=expected, found=found))


def _check_pair(
    predicted: NDArray[Any],
    true: NDArray[Any],
    form: str,
    *,
    min_axes: int,
    last_axis: int | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    problems: list[str] = []
    predicted = check_numbers("predicted", predicted, problems)
    true = check_numbers("true", true, problems)
    shape = predicted.shape
    if len(shape) < min_axes or (last_axis is not None and shape[-1] != last_axis):
        found = f"shape {list(shape)}"
        problems.append(problem("predicted", expected=f"shape {form}", found=found))
    if true.shape != shape:
        expected = f"the shape of predicted {list(shape)}"
        problems.append(problem("true", expected=expected, found=f"shape {list(true.shape)}"))
    if problems:
        raise InputError(problems)
    return predicted, true
