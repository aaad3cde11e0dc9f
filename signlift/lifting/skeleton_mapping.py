"""From a recording's skeleton to the network's, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT, Skeleton, convert, subtract_root_depth
from signlift.lifting.network import Prediction


def to_network(
    recording: Recording, skeleton: Skeleton
) -> tuple[Float[np.ndarray, "T J 2"], Float[np.ndarray, "T J"]]:
    """Keypoints [T, J, 2] and confidence [T, J] on the network's skeleton, by name.

    Confidence is 1 where there is none.
    """
    there = replace(recording, depth=None, depth_uncertainty=None)
    if recording.skeleton != skeleton:
        there = there.convert(skeleton)
    if there.confidence is None:
        return there.keypoints, np.ones(there.keypoints.shape[:2], np.float32)
    return there.keypoints, np.nan_to_num(there.confidence, nan=1.0)


def from_network(
    told: Prediction, keypoints: Float[np.ndarray, "T J 2"], skeleton: Skeleton, target: Skeleton
) -> Prediction:
    """What was told on the network's skeleton, on a recording's.

    Parameters
    ----------
    told
        [T, J] on the network's skeleton.
    keypoints
        [T, J, 2], likewise: frames without any are given NaN.
    skeleton, target
        The network's and the recording's.

    Returns
    -------
    [T, K] float32. Depth is relative to the target's MidHip, which has depth and error 0; NaN for
    keypoints that the network does not have.
    """
    nobody = np.isnan(keypoints).all((1, 2))
    depth = _carry(subtract_root_depth(told.depth, skeleton), nobody, skeleton, target)
    if skeleton != target and target.has(ROOT):
        depth = subtract_root_depth(depth, target)
    error = None
    if told.error is not None:
        error = _carry(told.error, nobody, skeleton, target)
        root = target.find(ROOT)
        if root is not None:
            error[~nobody, root] = 0
    points = None
    if told.points is not None:
        points = np.stack(
            [_carry(told.points[..., axis], nobody, skeleton, target) for axis in (0, 1)], -1
        )
    return Prediction(depth, error, points)


def _carry(
    values: NDArray[np.floating], nobody: NDArray[np.bool_], source: Skeleton, target: Skeleton
) -> NDArray[np.float32]:
    values = np.where(nobody[:, None], np.nan, values).astype(np.float32)
    return values if source == target else convert(values[..., None], source, target)[..., 0]
