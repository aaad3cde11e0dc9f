"""Interpolation of gaps and smoothing of recordings."""

from __future__ import annotations

from signlift.filtering.interpolate import interpolate_gaps
from signlift.filtering.one_euro import OneEuro, one_euro_filter
from signlift.filtering.one_euro_stream import OneEuroStream
from signlift.filtering.savitzky_golay import SavitzkyGolay, savitzky_golay_filter

__all__ = [
    "OneEuro",
    "OneEuroStream",
    "SavitzkyGolay",
    "interpolate_gaps",
    "one_euro_filter",
    "savitzky_golay_filter",
]
