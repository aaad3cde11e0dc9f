"""Hands in a lifted recording: depth, uncertainty and completion of the fingers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from signlift.core.hands import NEARNESS
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.core.skeleton_arrays import as_slice, insert_columns, subtract_root_depth
from signlift.lifting.hands.hand_frames import (
    HandFrames,
    LiftedArms,
    hand_columns,
    prepare_hands,
)
from signlift.lifting.hands.hand_network import HandPrediction, HandWindow
from signlift.lifting.network_data import Prediction
from signlift.lifting.offline import LiftResult
from signlift.lifting.view import FrameSizes
from signlift.utils.array_types import Float

#: What lifts both hands, offline or causally.
HandLift = Callable[[HandWindow], HandPrediction]


def add_hands(
    mapped: Prediction,
    result: LiftResult,
    observed: Float[np.ndarray, "T K 2"],
    skeleton: Skeleton,
    recording: Recording,
    fps: float,
    lift: HandLift,
) -> None:
    """Add depth, uncertainty and refined keypoints of hands to a prediction, in place.

    Frames without depth stay so.

    Parameters
    ----------
    mapped
        [T, J], the prediction on the recording's skeleton (see
        `signlift.lifting.skeleton_mapping`), whose arrays are changed.
    result, observed, skeleton
        What the body's network says, the keypoints [T, K, 2] that it was given, and its
        skeleton.
    recording, fps
        The recording, and its frames per second.
    lift
        What lifts the hands.
    """
    hands = frame_hands(mapped, result, observed, skeleton, recording, fps)
    if hands is not None:
        insert_hands(mapped, hands, lift(hands.window), recording.skeleton)


def frame_hands(
    mapped: Prediction,
    result: LiftResult,
    observed: Float[np.ndarray, "T K 2"],
    skeleton: Skeleton,
    recording: Recording,
    fps: float,
) -> HandFrames | None:
    """Return the hands of a recording as their network takes them; None if it has none.

    Parameters
    ----------
    mapped, result, observed, skeleton, recording, fps
        As for `add_hands`.
    """
    columns = hand_columns(recording.skeleton)
    if not len(columns.outputs) or result.sizes is None:
        return None
    arms = lifted_arms(
        mapped,
        result.prediction,
        observed,
        skeleton,
        recording.skeleton,
        result.sizes,
        recording.size,
    )
    return prepare_hands(
        recording.keypoints, recording.confidence, recording.detector_depth, columns, arms, fps
    )


def insert_hands(
    mapped: Prediction, hands: HandFrames, prediction: HandPrediction, skeleton: Skeleton
) -> None:
    """Insert the lifted hands into a prediction on a recording's skeleton (see `add_hands`)."""
    columns = hand_columns(skeleton)
    depth, uncertainty, refined = hands.in_recording_units(prediction)
    lifted = ~np.isnan(mapped.depth).all(1)
    places = as_slice(columns.places)

    def insert(values: NDArray[np.floating], inserted: NDArray[np.floating]) -> None:
        insert_columns(values, columns.outputs, inserted[:, places], lifted)

    insert(mapped.depth, depth)
    if mapped.uncertainty is not None:
        insert(mapped.uncertainty, uncertainty)
    if mapped.refined is not None and refined is not None:
        insert(mapped.refined, refined)


def lifted_arms(
    mapped: Prediction,
    prediction: Prediction,
    observed: Float[np.ndarray, "T K 2"],
    skeleton: Skeleton,
    target: Skeleton,
    sizes: FrameSizes,
    size: tuple[float, float] | None,
) -> LiftedArms:
    """Return what the body's network says of the arms.

    Parameters
    ----------
    mapped, target
        The prediction on the recording's skeleton, and that skeleton: depths are relative to its
        MidHip.
    prediction, observed, skeleton
        The network's own prediction with its refined keypoints, the keypoints that it was given,
        and its skeleton.
    sizes
        Sizes of each frame.
    size
        Width and height of the image, if they are known.
    """
    refined = prediction.refined
    assert refined is not None
    own = subtract_root_depth(prediction.depth, skeleton)
    numbers = [skeleton.find(side + name) for name in ("Wrist", "Elbow") for side in "LR"]
    known = [number for number in numbers if number is not None]
    wrists, elbows = known[:2], known[2:]
    shift = np.zeros((len(own), 1), np.float32)
    column = target.find("LWrist")
    if column is not None:
        shift = mapped.depth[:, [column]] - own[:, wrists[:1]]
        shift = np.where(np.isnan(shift), np.float32(0), shift)
    uncertainty = prediction.uncertainty
    if size is None:
        centre = np.asarray(skeleton.point(refined, "Neck"))
    else:
        centre = np.broadcast_to(np.array(size, np.float64) / 2, (len(own), 2))
    if uncertainty is None:
        uncertainty = np.zeros_like(own)
    return LiftedArms(
        wrists=refined[:, wrists],
        elbows=refined[:, elbows],
        observed_wrists=observed[:, wrists],
        wrist_depth=own[:, wrists] + shift,
        elbow_depth=own[:, elbows] + shift,
        wrist_uncertainty=np.zeros((len(own), 2))
        if uncertainty is None
        else uncertainty[:, wrists],
        arm=sizes.arm,
        inverse_distance=NEARNESS * sizes.inverse_distance,
        centre=centre,
    )
