"""Lifting of a whole signer: the body, then the face, then the hands."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from jaxtyping import Float

from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import Recording
from signlift.lifting.body_frames import Given
from signlift.lifting.face.face_lifter import add_face
from signlift.lifting.hands.hand_depth import HandLift, add_hands
from signlift.lifting.hands.hand_lifter import CausalHandLifter, lift_hands_offline
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import Network
from signlift.lifting.offline import lift_offline
from signlift.lifting.skeleton_mapping import map_from_network, map_to_network
from signlift.lifting.stream import lift_causal


def lift_signer(
    network: Network,
    hands: HandNetwork | None,
    recording: Recording,
    fps: float,
    given: Given,
    *,
    causal: bool,
    complete: bool,
) -> tuple[Recording, BodyProportions | None]:
    """Lift the body of a recording, and the face and the hands that it has.

    Parameters
    ----------
    network
        The network of the body.
    hands
        The network of the hands; None leaves fingers without depth.
    recording
        At least one frame, on any skeleton.
    fps
        Frames per second.
    given
        Given proportions and angles.
    causal
        Predict each frame from itself and those before it alone.
    complete
        Complete missing keypoints.

    Returns
    -------
    lifted
        The recording with depth, uncertainty and the proportions of the person.
    proportions
        The proportions that were used; None for a recording without any keypoint.
    """
    frames = map_to_network(recording, network.skeleton, fps)
    keypoints = frames.keypoints
    result = (lift_causal if causal else lift_offline)(network, frames, given)
    prediction = result.prediction if complete else replace(result.prediction, refined=None)
    prediction = map_from_network(prediction, keypoints, network.skeleton, recording.skeleton)
    prediction = add_face(prediction, result, network.skeleton, recording)
    if hands is not None:
        lift_hands: HandLift = partial(lift_hands_offline, hands)
        if causal:
            lift_hands = CausalHandLifter(hands).step
        prediction = add_hands(
            prediction, result, keypoints, network.skeleton, recording, fps, lift_hands
        )
    if prediction.refined is not None:
        recording = _complete(recording, prediction.refined)
    observed = not np.isnan(keypoints).all()
    lifted = replace(
        recording,
        depth=prediction.depth,
        depth_uncertainty=prediction.uncertainty,
        proportions=result.person if observed else None,
    )
    return lifted, result.proportions if observed else None


def _complete(recording: Recording, refined: Float[np.ndarray, "T J 2"]) -> Recording:
    """Set missing keypoints to refined ones, with confidence 0."""
    observed = recording.observed
    confidence = recording.confidence
    if confidence is None:
        confidence = np.ones(observed.shape, np.float32)
    completed = replace(
        recording,
        keypoints=np.where(observed[..., None], recording.keypoints, refined),
        confidence=np.where(observed, confidence, np.float32(0)),
    )
    count = int(completed.observed.sum() - observed.sum())
    return completed.with_note(f"{count} missing keypoints completed") if count else completed
