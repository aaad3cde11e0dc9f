"""Lifting of a whole signer: the body, then the face, then the hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import Recording
from signlift.filtering.gaussian import smooth_over_time
from signlift.lifting.body_frames import Given
from signlift.lifting.face.face_lifter import add_faces
from signlift.lifting.hands.hand_depth import frame_hands, insert_hands
from signlift.lifting.hands.hand_frames import HandFrames
from signlift.lifting.hands.hand_lifter import CausalHandLifter, lift_all_hands_offline
from signlift.lifting.hands.hand_network import HandNetwork, HandPrediction, HandWindow
from signlift.lifting.network import LiftingNetwork, Network
from signlift.lifting.network_data import Prediction
from signlift.lifting.offline import lift_all_offline
from signlift.lifting.skeleton_mapping import map_all_to_network, map_from_network
from signlift.lifting.steps.lift_steps import lift_in_steps
from signlift.lifting.steps.signer_step import open_signer_step
from signlift.lifting.window_stream import lift_causal
from signlift.utils.array_types import Float

#: A lifted recording, and the proportions that were used (see `lift_signers`).
LiftedSigner = tuple[Recording, BodyProportions | None]

#: Standard deviation in seconds of the Gaussian that smooths depth offline. The errors of detectors
#: change from frame to frame; longer ones flatten movements (see docs/experiments.md).
SMOOTHING = 0.05


def lift_signers(
    network: Network,
    hands: HandNetwork | None,
    recordings: Sequence[Recording],
    rates: Sequence[float],
    given: Given,
    *,
    causal: bool,
    complete: bool,
) -> list[LiftedSigner]:
    """Lift the body in each recording, and the face and the hands that it has, side by side.

    The depth of a LiftingNet that is not causal is smoothed over `SMOOTHING` seconds.

    Parameters
    ----------
    network
        The network of the body.
    hands
        The network of the hands; None leaves fingers without depth.
    recordings
        At least one frame each, on any skeleton.
    rates
        Frames per second of each.
    given
        Given proportions and angles.
    causal
        Predict each frame from itself and those before it alone.
    complete
        Complete missing keypoints.

    Returns
    -------
    For each recording:

    lifted
        The recording with depth, uncertainty and the proportions of the person.
    proportions
        The proportions that were used; None for a recording without any keypoint.
    """
    if causal and len(recordings) > 1:
        return [
            each
            for recording, fps in zip(recordings, rates, strict=True)
            for each in lift_signers(
                network, hands, [recording], [fps], given, causal=True, complete=complete
            )
        ]
    if causal and recordings:
        step = open_signer_step(network, hands, recordings[0].skeleton, rates[0], given)
        if step is not None:
            prediction = lift_in_steps(step, recordings[0], complete=complete)
            return [_finish(recordings[0], prediction, step.person, step.proportions)]
    skeleton = network.skeleton
    bodies = map_all_to_network(recordings, skeleton, rates)
    if causal:
        results = [lift_causal(network, frames, given) for frames in bodies]
    else:
        results = lift_all_offline(network, bodies, given)
    predictions = []
    for recording, frames, result in zip(recordings, bodies, results, strict=True):
        prediction = result.prediction if complete else replace(result.prediction, refined=None)
        prediction = map_from_network(prediction, frames.keypoints, skeleton, recording.skeleton)
        predictions.append(prediction)
    add_faces(predictions, results, skeleton, recordings)
    if hands is not None:
        framed: dict[int, HandFrames] = {}
        for place, (recording, frames) in enumerate(zip(recordings, bodies, strict=True)):
            hand_frames = frame_hands(
                predictions[place],
                results[place],
                frames.keypoints,
                skeleton,
                recording,
                frames.fps,
            )
            if hand_frames is not None:
                framed[place] = hand_frames
        windows = [each.window for each in framed.values()]
        lifted = _lift_hands(hands, windows, causal=causal, complete=complete)
        for (place, hand_frames), hand in zip(framed.items(), lifted, strict=True):
            insert_hands(predictions[place], hand_frames, hand, recordings[place].skeleton)
    if isinstance(network, LiftingNetwork) and not causal:
        predictions = [
            replace(each, depth=smooth_over_time(each.depth, SMOOTHING * frames.fps))
            for each, frames in zip(predictions, bodies, strict=True)
        ]
    lifted_signers = []
    for recording, frames, result, prediction in zip(
        recordings, bodies, results, predictions, strict=True
    ):
        observed = not np.isnan(frames.keypoints).all()
        person, proportions = (result.person, result.proportions) if observed else (None, None)
        lifted_signers.append(_finish(recording, prediction, person, proportions))
    return lifted_signers


def _lift_hands(
    network: HandNetwork, windows: Sequence[HandWindow], *, causal: bool, complete: bool
) -> list[HandPrediction]:
    if causal:
        return [CausalHandLifter(network).step(window) for window in windows]
    return lift_all_hands_offline(network, windows, refine=complete) if windows else []


def _finish(
    recording: Recording,
    prediction: Prediction,
    person: BodyProportions | None,
    proportions: BodyProportions | None,
) -> LiftedSigner:
    """Return a recording with its prediction, on its own skeleton, and the proportions."""
    if prediction.refined is not None:
        recording = _complete(recording, prediction.refined)
    lifted = replace(
        recording,
        depth=prediction.depth,
        depth_uncertainty=prediction.uncertainty,
        proportions=person,
    )
    return lifted, proportions


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
