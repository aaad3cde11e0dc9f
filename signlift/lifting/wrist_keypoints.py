"""Wrists from the hands, where the body's own are missing."""

from __future__ import annotations

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Float

#: The wrist of the body and the one of the hand.
_WRISTS = {"LHand": "LHandRoot", "RHand": "RHandRoot"}


def add_wrist_keypoints(
    recording: Recording,
    skeleton: Skeleton,
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
) -> tuple[Float[np.ndarray, "T J 2"], Float[np.ndarray, "T J"]]:
    """Add the wrists that are missing, where the wrist of the hand is observed.

    A detector of hands finds them where that of the body is not sure of the wrist.

    Parameters
    ----------
    recording
        Its hands.
    skeleton
        The skeleton of the network.
    keypoints, confidence
        [T, J, 2] and [T, J], the keypoints of the recording on that skeleton.

    Returns
    -------
    Both with the wrists that were added, whose confidence is that of the hand's wrist. The same
    arrays where nothing is missing, or the recording has no hands.
    """
    for wrist, root in _WRISTS.items():
        target, source = skeleton.find(wrist), recording.skeleton.find(root)
        if target is None or source is None:
            continue
        added = np.isnan(keypoints[:, target, 0]) & ~np.isnan(recording.keypoints[:, source, 0])
        if not added.any():
            continue
        keypoints, confidence = keypoints.copy(), confidence.copy()
        keypoints[added, target] = recording.keypoints[added, source]
        score = np.ones(int(added.sum()), confidence.dtype)
        if recording.confidence is not None:
            score = np.nan_to_num(recording.confidence[added, source], nan=1.0)
        confidence[added, target] = score
    return keypoints, confidence
