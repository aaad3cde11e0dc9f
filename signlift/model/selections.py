"""Selection of keypoints: by index, or in exported graphs by products with constant matrices.

ONNX Runtime selects one keypoint of one frame after the other, which takes as long as a layer of
the network. A product with a matrix of zeros and ones takes a fifth of that, and is as exact. In
training it would not be: half-precision products round positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import torch
from torch import Tensor, nn

from signlift.model import constants
from signlift.utils.array_types import Float

_BY_PRODUCTS = ContextVar("_BY_PRODUCTS", default=False)


@contextmanager
def selection_by_products() -> Iterator[None]:
    """Select by products; all frames must be on one axis, the first, and without NaN."""
    token = _BY_PRODUCTS.set(True)
    try:
        yield
    finally:
        _BY_PRODUCTS.reset(token)


def take(values: Float[Tensor, "*batch J"], numbers: Sequence[int]) -> Float[Tensor, "*batch K"]:
    """Return the values of some keypoints or bones.

    Parameters
    ----------
    values
        [..., J].
    numbers
        K numbers below J.
    """
    if not _BY_PRODUCTS.get():
        return constants.take(values, tuple(numbers))
    matrix = np.zeros((int(values.shape[-1]), len(numbers)), np.float32)
    matrix[list(numbers), range(len(numbers))] = 1
    return values @ torch.tensor(matrix)


def coordinates(
    points: Float[Tensor, "*batch J 2"], numbers: Sequence[int]
) -> tuple[Float[Tensor, "*batch K"], Float[Tensor, "*batch K"]]:
    """Return x and y of some points."""
    if not _BY_PRODUCTS.get():
        x, y = constants.take(points, tuple(numbers), -2).unbind(-1)
        return x, y
    return _planes(points, numbers)


def differences(
    points: Float[Tensor, "*batch J 2"], ends: Sequence[int], starts: Sequence[int]
) -> tuple[Float[Tensor, "*batch K"], Float[Tensor, "*batch K"]]:
    """Return x and y of some points relative to others."""
    if not _BY_PRODUCTS.get():
        first, second = (constants.take(points, tuple(each), -2) for each in (ends, starts))
        x, y = (first - second).unbind(-1)
        return x, y
    return _planes(points, ends, starts)


def _planes(
    points: Float[Tensor, "N J 2"], ends: Sequence[int], starts: Sequence[int] = ()
) -> tuple[Float[Tensor, "N K"], Float[Tensor, "N K"]]:
    J, K = int(points.shape[1]), len(ends)
    matrix = np.zeros((2 * J, 2 * K), np.float32)
    for sign, numbers in ((1, ends), (-1, starts)):
        for column, number in enumerate(numbers):
            for axis in (0, 1):
                matrix[2 * number + axis, axis * K + column] += sign
    x, y = torch.split(points.reshape(-1, 2 * J) @ torch.tensor(matrix), K, -1)
    return x, y


def on_both_axes(values: Float[Tensor, "*batch J"]) -> Float[Tensor, "*batch J 2"]:
    """Return values of points as values of their coordinates."""
    if not _BY_PRODUCTS.get():
        return values[..., None].expand(*values.shape, 2)
    J = int(values.shape[-1])
    matrix = np.eye(J, dtype=np.float32).repeat(2, 1)
    return (values @ torch.tensor(matrix)).reshape(-1, J, 2)


def apply_to_parts(
    layers: nn.Sequential, *parts: Float[Tensor, "*batch _"]
) -> Float[Tensor, "*batch N"]:
    """Apply layers, the first of which is linear, to vectors that come in parts."""
    if not _BY_PRODUCTS.get():
        applied: Tensor = layers(torch.cat(parts, -1))
        return applied
    first, *others = layers
    assert isinstance(first, nn.Linear)
    weights = torch.split(first.weight, [int(part.shape[-1]) for part in parts], 1)
    total = nn.functional.linear(parts[0], weights[0], first.bias)
    for part, weight in zip(parts[1:], weights[1:], strict=True):
        total = total + nn.functional.linear(part, weight)
    for layer in others:
        total = layer(total)
    return total


def zero_missing(
    points: Float[Tensor, "*batch J 2"],
) -> tuple[Float[Tensor, "*batch J 2"], Float[Tensor, "*batch J"]]:
    """Replace the points of which x or y is NaN by 0.

    Returns
    -------
    points
        [..., J, 2], without NaN.
    observed
        [..., J], 1 where observed and 0 where missing.
    """
    if not _BY_PRODUCTS.get():
        missing = torch.isnan(points).any(-1)
        observed = 1 - missing.to(points.dtype)
        return torch.where(missing[..., None], torch.zeros_like(points), points), observed
    J = int(points.shape[1])
    flat = points.reshape(-1, 2 * J)
    missing = torch.isnan(flat)
    count = missing.to(points.dtype) @ torch.tensor(np.eye(J, dtype=np.float32).repeat(2, 0))
    observed = 1 - count.clamp(max=1)
    known = torch.where(missing, torch.zeros_like(flat), flat).reshape(-1, J, 2)
    return known * on_both_axes(observed), observed
