"""Recordings made steady and whole: gaps filled, jitter smoothed."""

from __future__ import annotations

from signlift.filtering.interpolate import fill
from signlift.filtering.one_euro import OneEuro, one_euro
from signlift.filtering.one_euro_stream import OneEuroStream
from signlift.filtering.savitzky_golay import SavitzkyGolay, savitzky_golay

__all__ = ["OneEuro", "OneEuroStream", "SavitzkyGolay", "fill", "one_euro", "savitzky_golay"]
