"""What a simulated detector finds in a case, with errors as real ones have them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from benchmarks.held_out.cases import Case, count_detected
from signlift.normalization.scale import recording_scale
from signlift.simulation.detector.detector_depth import DepthSettings, simulate_detector_depth
from signlift.simulation.detector.simulated_detector import DetectorSettings, simulate_detections

_BODY_SETTINGS = DetectorSettings(clean_probability=0.0)
_NO_DEPTH, _DEPTH = DepthSettings(probability=0.0), DepthSettings(probability=1.0)


def simulate_case(rng: np.random.Generator, case: Case, *, depth: bool = False) -> Case:
    """Replace the keypoints of a case by those that a simulated detector finds.

    Parameters
    ----------
    rng
        Random generator of the detector and of its errors.
    case
        A case with the true keypoints.
    depth
        Also simulate the depth that the detector estimates. The keypoints are the same as without.
    """
    recording, skeleton = case.recording, case.skeleton
    detecting, deep = rng.spawn(2)
    fps = recording.fps or 30.0
    scale = recording_scale(recording.keypoints, skeleton)
    size = None if recording.size is None else np.array([recording.size], np.float64)
    keypoints, confidence = simulate_detections(
        detecting, recording.keypoints[None], skeleton, fps, scale, _BODY_SETTINGS, size
    )
    estimate: Float[np.ndarray, "1 T J"] | None = None
    if depth:
        estimate = simulate_detector_depth(
            deep, case.depth[None], skeleton, fps, scale, _DEPTH, keypoints
        )
    recording = replace(
        recording,
        keypoints=keypoints[0],
        confidence=confidence[0],
        detector_depth=None if estimate is None else estimate[0],
    )
    return replace(case, recording=recording, counted=count_detected(recording))
