"""Keypoints of one camera frame, as a detector gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.io.people.detector_rules import find_rule
from signlift.io.people.observation import mask_below, mask_missing, mask_outside
from signlift.io.people.placeholders import PlaceholderCounter, mask_placeholders
from signlift.utils.array_types import Float


@dataclass(frozen=True, eq=False)
class KeypointFrame:
    """Keypoints of one signer in one camera frame.

    Attributes
    ----------
    keypoints
        [J, 2], x and y in pixels; NaN where missing.
    confidence
        [J], 0 to 1. None if unknown.
    depth
        [J], depth that the detector itself estimated, as `Recording.detector_depth`. None if it
        estimates none.
    time
        Seconds since any fixed time. None if frames are evenly spaced.
    id
        A string or a number, which comes back with the lifted frame.
    """

    keypoints: Float[np.ndarray, "J 2"]
    confidence: Float[np.ndarray, " J"] | None = None
    depth: Float[np.ndarray, " J"] | None = None
    time: float | None = None
    id: Any = None

    @classmethod
    def empty(
        cls, skeleton: Skeleton, time: float | None = None, id: object = None
    ) -> KeypointFrame:
        """Make a frame without a person."""
        return cls(np.full((len(skeleton), 2), np.nan, np.float32), time=time, id=id)

    @classmethod
    def from_recording(cls, recording: Recording, frame: int = 0) -> KeypointFrame:
        """Take a frame out of a recording."""
        confidence, depth, times = recording.confidence, recording.detector_depth, recording.times
        rate = recording.frame_rate
        time = frame / rate if rate else None
        return cls(
            recording.keypoints[frame],
            None if confidence is None else confidence[frame],
            None if depth is None else depth[frame],
            time if times is None else float(times[frame]),
        )


def observe_frame(
    values: Float[np.ndarray, "J 3"],
    depth: Float[np.ndarray, " J"] | None,
    skeleton: Skeleton,
    size: tuple[float, float] | None,
    min_confidence: float | None = None,
    **more: Any,
) -> KeypointFrame:
    """Make a frame of what counts as observed by the rule of the detector.

    Parameters
    ----------
    values
        [J, 3], x and y in pixels, and confidence, NaN where there is none.
    depth
        [J], the detector's own depth in pixels; None for none.
    skeleton
        The J keypoints.
    size
        Width and height of the image in pixels; None if unknown.
    min_confidence
        Smallest confidence of an observed keypoint; None for that of the detector (see
        `signlift.io.people.detector_rules`).
    more
        Other attributes of the frame.
    """
    values = values.astype(np.float32)
    rule = find_rule(skeleton, min_confidence)
    mask_missing(values)
    _mask_placeholders(values, skeleton)
    np.minimum(values[:, 2], 1, out=values[:, 2])
    mask_below(values, rule.min_confidence)
    mask_outside(values, size, rule.margin)
    confidence = values[:, 2]
    if depth is not None:
        depth = np.where(np.isnan(values[:, 0]), np.nan, depth).astype(np.float32)
        if np.isnan(depth).all():
            depth = None
    return KeypointFrame(
        values[:, :2], None if np.isnan(confidence).all() else confidence, depth, **more
    )


def _mask_placeholders(values: Float[np.ndarray, "J 3"], skeleton: Skeleton) -> None:
    """Set keypoints without a confidence at (0, 0) or (-1, -1) to NaN, in place, as in files."""
    keypoints = np.where(np.isnan(values[:, 2:]), values[:, :2], np.nan)
    counter = PlaceholderCounter(skeleton)
    counter.add(keypoints[None])
    missing = mask_placeholders(keypoints, counter.total.decide(skeleton))
    values[missing] = (np.nan, np.nan, 0)
