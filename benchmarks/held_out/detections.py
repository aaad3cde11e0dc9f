"""What simulated detectors of body and hands find in a case, with errors as real ones have them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.held_out.cases import Case, count_detected, hand_columns
from signlift.normalization.scale import recording_scale
from signlift.simulation.detector.detector_depth import DepthSettings, simulate_detector_depth
from signlift.simulation.detector.simulated_detector import DetectorSettings, simulate_detections
from signlift.simulation.hands.hand_detector import (
    DetectedHands,
    HandDetectorSettings,
    detect_hands,
)

_BODY = DetectorSettings(clean_probability=0.0, coco_probability=0.0)
_BODY_DEPTH = DepthSettings(probability=1.0)
_HANDS = HandDetectorSettings(clean_probability=0.0, depth_probability=1.0)

#: The middle finger's knuckle among the 21 keypoints of a hand.
_KNUCKLE = 9


def simulate_case(rng: np.random.Generator, case: Case, *, depth: bool = False) -> Case:
    """Replace the keypoints of a case by those that simulated detectors find.

    Parameters
    ----------
    rng
        Random generator of the detectors and of their errors.
    case
        A case with the true keypoints.
    depth
        Also simulate the depth that the detectors estimate. The keypoints are the same as without.
    """
    recording, skeleton = case.recording, case.skeleton
    body_rng, depth_rng, *hand_rngs = rng.spawn(4)
    fps, scale = recording.fps or 30.0, recording_scale(recording.keypoints, skeleton)
    size = None if recording.size is None else np.array([recording.size], np.float64)
    detections, scores = simulate_detections(
        body_rng, recording.keypoints[None], skeleton, fps, scale, _BODY, size
    )
    estimates = simulate_detector_depth(
        depth_rng, case.depth[None], skeleton, fps, scale, _BODY_DEPTH, detections
    )
    keypoints, confidence, estimate = detections[0], scores[0], estimates[0]
    for hand_rng, hand in zip(hand_rngs, hand_columns(skeleton), strict=False):
        detected = _detect_hand(hand_rng, case, hand)
        # Where the body's detector finds nothing of a hand, the image does not show it.
        hidden = np.isnan(keypoints[:, hand, 0]).all(1)
        keypoints[:, hand] = _hide(detected.points[0], hidden, np.nan)
        confidence[:, hand] = _hide(detected.confidence[0], hidden, 0.0)
        estimate[:, hand] = _hide(detected.depth[0], hidden, np.nan)
    recording = replace(
        recording,
        keypoints=keypoints,
        confidence=confidence,
        detector_depth=estimate if depth else None,
    )
    return replace(case, recording=recording, counted=count_detected(recording))


def _detect_hand(rng: np.random.Generator, case: Case, hand: list[int]) -> DetectedHands:
    """Detect one hand, given the numbers of its keypoints."""
    keypoints = case.keypoints[:, hand].astype(np.float32)
    depth = (case.depth[:, hand] - case.depth[:, hand[:1]]).astype(np.float32)
    to_knuckle = np.concatenate(
        [keypoints[:, _KNUCKLE] - keypoints[:, 0], depth[:, [_KNUCKLE]]], axis=-1
    )
    width, height = case.recording.size or (np.inf, np.inf)
    inside = (keypoints >= 0) & (keypoints <= (width, height))
    hand_size = np.linalg.norm(to_knuckle, axis=-1)
    return detect_hands(
        rng,
        keypoints[None],
        depth[None],
        hand_size[None],
        (inside[..., 0] & inside[..., 1])[None],
        _HANDS,
    )


def _hide(
    values: NDArray[np.floating], hidden: NDArray[np.bool_], value: float
) -> NDArray[np.floating]:
    """Set the values [T, ...] of some frames [T] to one value."""
    return np.where(hidden.reshape(-1, *[1] * (values.ndim - 1)), np.float32(value), values)
