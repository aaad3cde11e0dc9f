"""Unpack what the viewer's page holds, as its front end does."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import numpy as np
from numpy.typing import NDArray

MISSING = -32768


def unpack(data: str) -> NDArray[np.uint8]:
    return np.frombuffer(gzip.decompress(base64.b64decode(data)), np.uint8)


def unpack_points(packed: dict[str, Any], joints: int, frames: int) -> NDArray[np.float64]:
    """Return [T, J, 3], NaN where missing."""
    planes = unpack(packed["data"]).astype(np.uint16).reshape(2, 3, joints, frames)
    code = planes[0] | planes[1] << 8
    steps = (code >> 1).astype(np.int32) ^ -(code & 1).astype(np.int32)
    numbers = np.cumsum(steps, axis=-1).astype(np.int16)
    middle = np.array(packed["middle"])[:, None, None]
    values = np.where(numbers == MISSING, np.nan, middle + packed["step"] * numbers)
    return values.transpose(2, 1, 0)


def unpack_uncertainty(packed: dict[str, Any], joints: int, frames: int) -> NDArray[np.float64]:
    """Return [T, J], NaN where unknown."""
    steps = unpack(packed["data"]).reshape(joints, frames)
    numbers = np.cumsum(steps, axis=-1, dtype=np.uint8)
    low, high = packed["low"], packed["high"]
    values = low * (high / low) ** ((numbers.astype(float) - 1) / 254)
    return np.where(numbers == 0, np.nan, values).T


def unpack_mask(packed: dict[str, Any], joints: int, frames: int) -> NDArray[np.bool_]:
    """Return [T, J]."""
    bits = np.unpackbits(unpack(packed["data"]), bitorder="little")[: joints * frames]
    return bits.reshape(joints, frames).T.astype(bool)
