"""Prediction of a recording, by models of the camera frame and of the canonical frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from signlift.core.frame_rate import check_fps
from signlift.core.recording import Recording
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.lifting.lifter import Lifter
from signlift.lifting.network import DepthLSTMNetwork
from signlift.lifting.network_data import FrameWindow
from signlift.lifting.offline import predict_frames


def predict_recording(
    lifter: Lifter, recording: Recording, fps: float | None, *, causal: bool
) -> Recording:
    """Predict the depth of a recording in the reference frame of the model.

    Parameters
    ----------
    lifter
        The model.
    recording
        In its reference frame; true depth is not used.
    fps
        Frames per second, if the recording does not have it; 30 by default.
    causal
        Predict each frame from itself and those before it alone.

    Returns
    -------
    The recording with predicted depth [T, J], relative to MidHip.
    """
    unlabelled = replace(recording, depth=None, depth_uncertainty=None)
    network = lifter.network
    if network.reference_frame == "camera":
        if fps is not None and unlabelled.frame_rate is None:
            unlabelled = replace(unlabelled, fps=fps)
        return lifter.lift(unlabelled, causal=causal)
    assert isinstance(network, DepthLSTMNetwork)
    keypoints = unlabelled.keypoints
    window = FrameWindow(
        keypoints[None],
        np.ones((1, *keypoints.shape[:2]), np.float32),
        np.array([check_fps(fps)], np.float32),
    )
    depth = subtract_root_depth(predict_frames(network, window).depth[0], network.skeleton)
    empty = np.isnan(keypoints).all((1, 2))
    return unlabelled.with_depth(np.where(empty[:, None], np.nan, depth))
