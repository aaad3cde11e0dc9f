"""Arrays of a recording as short texts: quantised, coded as differences in time, compressed.

Each function returns an object for JSON. Its `data` is Base64 of gzip, which browsers unpack by
themselves (`viewer/src/decode.ts`). Arrays are stored with the frames last, as a keypoint moves
little from one frame to the next.
"""

from __future__ import annotations

import base64
import gzip
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Bool, Float, UInt8

#: The stored number of a missing value.
MISSING = -32768

#: The largest stored number.
_LARGEST = 32767

Packed = dict[str, Any]


def pack_points(points: Float[np.ndarray, "T J 3"], precision: float, extent: float) -> Packed:
    """Pack x, y and depth as numbers of 16 bits.

    Parameters
    ----------
    points
        [T, J, 3], in any unit; NaN where missing.
    precision
        The step between two stored numbers, above 0. It is larger where the points need more than
        65 535 steps.
    extent
        Values farther than this from the median of their axis are stored as missing, so that a
        few of them do not make all others coarse.

    Returns
    -------
    `data`, the differences in time of [3, J, T], first all low bytes and then all high bytes;
    `step`; and `middle`, the value of the number 0 for each axis. A value is
    `middle + step * number`, and wrong by at most half a step.
    """
    values = points.astype(np.float64)
    median = [_median(values[..., axis]) for axis in range(3)]
    with np.errstate(invalid="ignore"):
        values = np.where(np.abs(values - median) <= extent, values, np.nan)
    low = np.array([_extreme(values[..., axis], np.nanmin) for axis in range(3)])
    high = np.array([_extreme(values[..., axis], np.nanmax) for axis in range(3)])
    middle = (low + high) / 2
    step = max(precision, float((high - low).max()) / (2 * _LARGEST))
    numbers = np.round((values - middle) / step)
    numbers = np.where(np.isnan(numbers), MISSING, np.clip(numbers, -_LARGEST, _LARGEST))
    steps = np.diff(numbers.transpose(2, 1, 0).astype(np.int16), axis=-1, prepend=np.int16(0))
    # Small differences of either sign become small numbers: 0, -1, 1, -2 are 0, 1, 2, 3.
    unsigned = ((steps << 1) ^ (steps >> 15)).astype(np.uint16)
    planes = np.stack([unsigned & 0xFF, unsigned >> 8]).astype(np.uint8)
    return {"data": _compress(planes), "step": step, "middle": middle.tolist()}


def pack_uncertainty(uncertainty: Float[np.ndarray, "T J"]) -> Packed:
    """Pack uncertainties as numbers of 8 bits, on a logarithmic scale.

    Parameters
    ----------
    uncertainty
        [T, J], in any unit; NaN where unknown.

    Returns
    -------
    `data`, the differences in time of [J, T]; and `low` and `high`, the values of the numbers 1 and
    255. The number 0 is a missing value. Values are wrong by at most half a step: the 508th root of
    `high / low`.
    """
    with np.errstate(invalid="ignore"):
        positive = np.where(uncertainty > 0, uncertainty, np.nan).astype(np.float64)
    low, high = _extreme(positive, np.nanmin, 1.0), _extreme(positive, np.nanmax, 1.0)
    span = max(np.log(high / low), 1e-9)
    numbers = 1 + np.round(254 * np.log(positive / low) / span)
    stored = np.where(np.isnan(numbers), 0, numbers).astype(np.uint8).T
    return {
        "data": _compress(np.diff(stored, axis=-1, prepend=np.uint8(0))),
        "low": low,
        "high": high,
    }


def pack_mask(mask: Bool[np.ndarray, "T J"]) -> Packed:
    """Pack a mask as bits.

    Parameters
    ----------
    mask
        [T, J].

    Returns
    -------
    `data`, the bits of [J, T], the lowest of each byte first.
    """
    return {"data": _compress(np.packbits(mask.T, axis=None, bitorder="little"))}


def pack_times(times: Float[np.ndarray, " T"]) -> Packed:
    """Pack the times of frames, [T] in seconds, as numbers of 64 bits, lowest byte first."""
    return {"data": _compress(np.frombuffer(times.astype("<f8").tobytes(), np.uint8))}


def _compress(values: UInt8[np.ndarray, "..."]) -> str:
    packed = gzip.compress(np.ascontiguousarray(values).tobytes(), compresslevel=6, mtime=0)
    return base64.b64encode(packed).decode("ascii")


def _median(values: NDArray[np.float64]) -> float:
    present = values[~np.isnan(values)]
    return float(np.median(present)) if len(present) else 0.0


def _extreme(values: NDArray[np.float64], reduce: Any, default: float = 0.0) -> float:
    present = values[~np.isnan(values)]
    return float(reduce(present)) if len(present) else default
