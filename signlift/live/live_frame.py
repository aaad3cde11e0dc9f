"""Lifted keypoints of one camera frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.utils.array_types import Float


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """A lifted frame.

    Attributes
    ----------
    number
        The number of the frame in the session, from 0.
    time
        Seconds, as the source gives them; None if it gives none.
    keypoints
        [J, 2], x and y in pixels; NaN where missing.
    confidence
        [J], 0 to 1. None if unknown.
    depth
        [J], in pixels, relative to MidHip, positive away from the camera; for missing keypoints
        too. NaN in a frame without any keypoint, and for keypoints that the model does not have.
    detector_depth
        [J], as in the `KeypointFrame`. None if the detector estimates none.
    uncertainty
        [J], the half-width of the interval that is expected to hold 68 % of the true depths. None
        for a model that does not estimate it.
    proportions
        The body proportions as estimated so far, in pixels. None before the first keypoint.
    settling
        How far the proportions have settled, from 0 to 1 (see `signlift.live.settling`).
    settled
        Whether they have.
    latency
        The time that lifting took, in seconds.
    id
        As in the `KeypointFrame`.
    warning
        Why the depth may be wrong, in one line, in the frame that shows it; "" in all others.
    """

    number: int
    time: float | None
    keypoints: Float[np.ndarray, "J 2"]
    confidence: Float[np.ndarray, " J"] | None
    detector_depth: Float[np.ndarray, " J"] | None
    depth: Float[np.ndarray, " J"]
    uncertainty: Float[np.ndarray, " J"] | None
    proportions: BodyProportions | None
    settling: float
    settled: bool
    latency: float
    id: Any = None
    warning: str = ""
