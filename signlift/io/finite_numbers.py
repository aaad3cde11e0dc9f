"""Numbers from files: conversion of nested lists to arrays, and limits of their magnitude."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem

#: Numbers of this magnitude or more count as infinite, as their squares would be in float32. (A
#: NumPy number, because comparing a float16 array with a Python number this large fails.)
MAX_NUMBER = np.float64(1e18)

#: Numbers of this magnitude or more are not lengths or angles of people, in any unit of motion
#: capture.
MAX_MOTION = 1e9


def find_excessive(array: NDArray[Any], limit: float = MAX_NUMBER) -> NDArray[np.bool_]:
    """Find the numbers that are infinite, or whose magnitude is `limit` or more; NaN is not.

    Examples
    --------
    >>> find_excessive(np.array([1.0, np.nan, -np.inf]))
    array([False, False,  True])
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(~(np.abs(array) < limit) & ~np.isnan(array))


def to_numbers(value: object, where: str, what: str, *, finite: bool = True) -> NDArray[np.float64]:
    """Convert nested lists of numbers to an array; null becomes NaN.

    Parameters
    ----------
    value
        A number, or nested lists of equal length that hold numbers.
    where, what
        The place and the name of the numbers, for messages.
    finite
        Refuse numbers whose magnitude is `MAX_NUMBER` or more.

    Raises
    ------
    InputError
        The value holds something other than numbers, lists of different lengths, or numbers that
        are not finite.

    Examples
    --------
    >>> to_numbers([[1, 2], [3, None]], "frame 0", "keypoints")
    array([[ 1.,  2.],
           [ 3., nan]])
    """
    try:
        array = np.array(value, np.float64)
    except (ValueError, TypeError, OverflowError, RecursionError):
        expected, found = f"{what}: numbers in lists of equal length", _describe(value)
        raise InputError(problem(where, expected=expected, found=found)) from None
    if finite:
        _require_finite(array, where, what)
    return array


def to_keypoints(
    values: NDArray[np.float64], confidence: NDArray[np.float64] | None, where: str, what: str
) -> NDArray[np.float64]:
    """Set infinite and excessive numbers of missing keypoints to NaN, in place.

    Parameters
    ----------
    values
        [K, C], the numbers of each keypoint.
    confidence
        [K]; keypoints with 0 or less are missing. None if it is the last of C > 2 numbers, if any.
    where, what
        As for `to_numbers`.

    Raises
    ------
    InputError
        Others are infinite or excessive, or a keypoint has lists in place of numbers.

    Examples
    --------
    >>> to_keypoints(np.array([[1, np.inf, 0], [1, 2, 1]]), None, "frame 0", "keypoints")
    array([[ 1., nan,  0.],
           [ 1.,  2.,  1.]])
    """
    if values.ndim != 2:
        found = f"shape {list(values.shape)}" if values.size else "none"
        raise InputError(
            problem(where, expected=f"{what}: a list of numbers for each", found=found)
        )
    excessive = find_excessive(values)
    if excessive.any():
        if confidence is None and values.shape[1] > 2:
            confidence = values[:, -1]
        if confidence is not None:
            values[excessive & (confidence <= 0)[:, None]] = np.nan
        _require_finite(values, where, what)
    return values


def _require_finite(array: NDArray[np.float64], where: str, what: str) -> None:
    excessive = find_excessive(array)
    if excessive.any():
        expected, found = f"{what}: finite numbers", f"{array[excessive][0]:g}"
        raise InputError(problem(where, expected=expected, found=found))


def _describe(value: object) -> str:
    """Describe the first item that is not a number, or else the lists."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(reversed(item))
        elif isinstance(item, dict):
            return "an object"
        elif item is not None:
            try:
                float(item)  # type: ignore[arg-type]
            except OverflowError:
                return "a number that is too large"
            except (TypeError, ValueError):
                return repr(item)[:40]
    return "lists of different lengths or depths"
