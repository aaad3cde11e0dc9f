"""Recordings made steady and whole: gaps filled, jitter smoothed."""

from __future__ import annotations

from signlift.cleaning.fill import fill
from signlift.cleaning.one_euro import OneEuro, one_euro
from signlift.cleaning.savitzky_golay import SavitzkyGolay, savitzky_golay
from signlift.cleaning.steady_stream import SteadyStream

__all__ = ["OneEuro", "SavitzkyGolay", "SteadyStream", "fill", "one_euro", "savitzky_golay"]
