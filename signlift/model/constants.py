"""Constant tensors on the device of a computation.

An index as a list would be copied to the device in every call, and the device waits for it.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor


@cache
def constant(values: tuple[float, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """Return numbers as a tensor, the same one in every call.

    Parameters
    ----------
    values
        The numbers.
    dtype, device
        Type and device of the tensor.
    """
    # A tensor that is made in inference mode could not be used in training.
    with torch.inference_mode(False):
        return torch.tensor(values, dtype=dtype, device=device)


def take(values: Tensor, numbers: tuple[int, ...], dim: int = -1) -> Tensor:
    """Return the entries of these numbers along an axis.

    Examples
    --------
    >>> import torch
    >>> take(torch.arange(6.0).reshape(2, 3), (2, 0))
    tensor([[2., 0.],
            [5., 3.]])
    """
    return values.index_select(dim, constant(numbers, torch.int64, values.device))
