"""Causal lifting of a whole recording, frame by frame, as a stream of its frames is lifted."""

from __future__ import annotations

import numpy as np

from signlift.core.recording import Recording
from signlift.lifting.network_data import Prediction
from signlift.lifting.steps.signer_step import SignerStep


def lift_in_steps(step: SignerStep, recording: Recording, *, complete: bool) -> Prediction:
    """Lift a recording.

    Parameters
    ----------
    step
        What lifts its frames, before the first one.
    recording
        At least one frame, on the skeleton of `step`.
    complete
        Return refined keypoints as well.

    Returns
    -------
    [T, K], on the recording's skeleton.
    """
    T, K = recording.keypoints.shape[:2]
    out = np.empty((2, T, K), np.float32)
    refined = np.empty((T, K, 2), np.float32) if complete else None
    confidence, detector_depth = recording.confidence, recording.detector_depth
    for frame in range(T):
        out[:, frame] = step.step(
            recording.keypoints[frame],
            None if confidence is None else confidence[frame],
            None if detector_depth is None else detector_depth[frame],
            recording.size,
        )
        if refined is not None:
            refined[frame] = step.refined_keypoints()
    return Prediction(out[0], out[1], refined)
