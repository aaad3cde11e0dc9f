"""What counts: the checks of what measures are given, and means over what is not missing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem


def counted_mean(values: NDArray[np.floating], axis: int | None = None) -> NDArray[np.float64]:
    """The mean of what is not NaN; NaN where that is nothing, without a warning."""
    counted = ~np.isnan(values)
    total = values.sum(axis, where=counted)
    number = counted.sum(axis)
    return np.asarray(total / np.where(number > 0, number, np.nan))


def hits(errors: NDArray[np.floating], threshold: float) -> NDArray[np.float64]:
    """1 where an error is below the threshold, 0 where it is not, NaN where it is missing."""
    return np.where(np.isnan(errors), np.nan, errors < threshold)


def checked_torso(torso: float) -> float:
    """A length of a torso, or InputError when it is not a finite number above 0."""
    if not 0 < torso < np.inf:
        raise InputError(problem("torso", expected="a finite length above 0", found=str(torso)))
    return torso


def checked_numbers(name: str, values: NDArray[Any], problems: list[str]) -> NDArray[np.float64]:
    """The values as float64; what is not a finite real number or NaN is added to `problems`."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        problems.append(problem(name, expected="real numbers", found=f"dtype {array.dtype}"))
        return np.full(array.shape, np.nan)
    array = array.astype(np.float64, copy=False)
    if np.isinf(array).any():
        first = [int(i) for i in np.argwhere(np.isinf(array))[0]]
        found = f"infinity at {first}"
        problems.append(problem(name, expected="finite numbers or NaN", found=found))
    return array


def checked_pair(
    predicted: NDArray[Any], true: NDArray[Any], *, coordinates: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both as float64, of shape [..., J], or [..., J, 3] when they are points (`coordinates`).

    Raises
    ------
    InputError
        Lists what is wrong: they are not finite real numbers or NaN, or not of such a shape, or
        not of one shape.
    """
    problems: list[str] = []
    predicted = checked_numbers("predicted", predicted, problems)
    true = checked_numbers("true", true, problems)
    form, least = ("[..., J, 3]", 2) if coordinates else ("[..., J]", 1)
    shape = predicted.shape
    if len(shape) < least or (coordinates and shape[-1] != 3):
        problems.append(problem("predicted", expected=f"shape {form}", found=str(list(shape))))
    if true.shape != shape:
        expected = f"the shape of predicted, {list(shape)}"
        problems.append(problem("true", expected=expected, found=str(list(true.shape))))
    if problems:
        raise InputError(problems)
    return predicted, true
