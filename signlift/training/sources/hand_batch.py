"""HandBatch: what a HandNet is trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.core.bone_lengths import OFFLINE
from signlift.core.recording import DEFAULT_FPS
from signlift.model.hands.hand_inputs import HAND_BONES, HAND_KEYPOINTS
from signlift.utils.array_types import Bool, Float, Int


@dataclass(frozen=True, eq=False)
class HandBatch:
    """Windows of B hands; right hands are mirrored. Lengths are in hand units.

    Attributes
    ----------
    lanes, continued
        [B], see `TrainingBatch`.
    origin
        [B], where the motion of each lane comes from: a number of `ORIGINS`.
    keypoints, confidence, detector_depth, forearm, sight, wrist, fps
        See `signlift.model.hands.hand_inputs.HandInputs`.
    source, estimate_frame
        [B], see `HandNet.forward`.
    true_keypoints
        [B, T, 21, 2], without the detector's errors, relative to the same origin.
    depth
        [B, T, 21], relative to the root; NaN where unknown.
    proportions
        [B, T, 20], the logs of the bone lengths; NaN behind the end of a recording.
    """

    lanes: Int[np.ndarray, " B"]
    continued: Bool[np.ndarray, " B"]
    origin: Int[np.ndarray, " B"]
    keypoints: Float[np.ndarray, "B T 21 2"]
    confidence: Float[np.ndarray, "B T 21"]
    detector_depth: Float[np.ndarray, "B T 21"]
    forearm: Float[np.ndarray, "B T 3"]
    sight: Float[np.ndarray, "B T 3"]
    wrist: Float[np.ndarray, "B T 2"]
    fps: Float[np.ndarray, " B"]
    source: Int[np.ndarray, " B"]
    estimate_frame: Int[np.ndarray, " B"]
    true_keypoints: Float[np.ndarray, "B T 21 2"]
    depth: Float[np.ndarray, "B T 21"]
    proportions: Float[np.ndarray, "B T 20"]

    @classmethod
    def padding(cls, lanes: int) -> HandBatch:
        """Return a batch of one frame in each lane in which nothing is known."""

        def missing(*shape: int) -> Float[np.ndarray, "B 1 *shape"]:
            return np.full((lanes, 1, *shape), np.nan, np.float32)

        return cls(
            lanes=np.arange(lanes),
            continued=np.zeros(lanes, bool),
            origin=np.zeros(lanes, np.int64),
            keypoints=missing(HAND_KEYPOINTS, 2),
            confidence=np.zeros((lanes, 1, HAND_KEYPOINTS), np.float32),
            detector_depth=missing(HAND_KEYPOINTS),
            forearm=missing(3),
            sight=np.zeros((lanes, 1, 3), np.float32),
            wrist=missing(2),
            fps=np.full(lanes, DEFAULT_FPS, np.float32),
            source=np.full(lanes, OFFLINE),
            estimate_frame=np.zeros(lanes, np.int64),
            true_keypoints=missing(HAND_KEYPOINTS, 2),
            depth=missing(HAND_KEYPOINTS),
            proportions=missing(HAND_BONES),
        )

    @property
    def num_frames(self) -> int:
        """Frames of recordings in all lanes, padding left out."""
        return int((~np.isnan(self.proportions).all(-1)).sum())
