"""Causal lifting in windows of frames, by the graphs of whole recordings.

For networks without graphs of one frame: those that PyTorch runs, a DepthLSTM, and exports of
earlier versions. Others are lifted by `signlift.lifting.steps`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.lifting.body_frames import BodyFrames, Given
from signlift.lifting.face.face_lifter import add_face
from signlift.lifting.hands.hand_depth import add_hands
from signlift.lifting.hands.hand_lifter import CausalHandLifter
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.lanes import WINDOW
from signlift.lifting.network import LiftingNetwork, Network, Predictor, State
from signlift.lifting.network_data import FrameWindow, Prediction
from signlift.lifting.offline import (
    NOTHING,
    LiftResult,
    concatenate_predictions,
    describe_person,
)
from signlift.lifting.proportions_fusion import to_body_proportions
from signlift.lifting.skeleton_mapping import map_from_network, map_to_network
from signlift.lifting.view import FrameSizes, View, fuse_given
from signlift.normalization.normalize import denormalize, frame_centers
from signlift.normalization.running_scale import RunningScale
from signlift.utils.array_types import Float

#: Proportions, person, view and sizes of a `LiftResult`.
_Estimates = tuple[BodyProportions | None, BodyProportions | None, View | None, FrameSizes | None]


class CausalLifter:
    """Causal lifting of one recording, with its recurrent state.

    Parameters
    ----------
    network
        The network.
    given
        Given proportions and angles.
    """

    def __init__(self, network: Network, given: Given = NOTHING) -> None:
        self._network = network
        self._given = given
        self._scale = RunningScale(network.skeleton)
        self._neck: Float[np.ndarray, " 2"] | None = None
        self._state = network.initial_state(1)
        self._proportions_state: State = ()
        if isinstance(network, LiftingNetwork):
            self._proportions_state = network.initial_proportions_state(1)

    def step(self, frames: BodyFrames) -> LiftResult:
        """Lift the next T frames.

        Parameters
        ----------
        frames
            At least one frame, on the network's skeleton.

        Returns
        -------
        The prediction [T, J] in the unit of the keypoints, and the proportions and the view after
        the last frame.
        """
        keypoints = frames.keypoints
        scales = self._scale.update(keypoints)
        centers, self._neck = frame_centers(keypoints, self._network.skeleton, self._neck)
        window = frames.normalize(self._network.skeleton, centers, scales)
        predictor, last = self._condition(window, scales, frames.size)
        prediction, self._state = predictor.predict(window, self._state)
        uncertainty, refined = prediction.uncertainty, prediction.refined
        if refined is not None:
            refined = denormalize(refined[0][:, None], centers[:, None], scales)[:, 0]
        in_units = Prediction(
            prediction.depth[0] * scales[:, None],
            None if uncertainty is None else uncertainty[0] * scales[:, None],
            refined,
        )
        return LiftResult(in_units, *last)

    def _condition(
        self, window: FrameWindow, scales: Float[np.ndarray, " T"], size: tuple[float, float] | None
    ) -> tuple[Predictor, _Estimates]:
        """Return the predictor for a window; and proportions, person and view after its end."""
        network, given = self._network, self._given
        if not isinstance(network, LiftingNetwork):
            return network, (None, None, None, None)
        estimate, self._proportions_state = network.estimate_proportions(
            window, self._proportions_state
        )
        fused = fuse_given(estimate, given, scales, size)
        last, scale = fused.at(0, -1), float(scales[-1])
        person = describe_person(estimate.at(0, -1), last, scale, given.proportions)
        proportions, view = to_body_proportions(last, scale), View.from_estimate(last)
        sizes = FrameSizes.from_estimate(fused.lane(0), scales)
        return network.condition_on(fused), (proportions, person, view, sizes)


def lift_causal(network: Network, frames: BodyFrames, given: Given = NOTHING) -> LiftResult:
    """Lift a whole recording causally, as a stream of its frames is lifted.

    Parameters
    ----------
    network
        The network.
    frames
        At least one frame, on its skeleton.
    given
        Given proportions and angles.
    """
    lifter = CausalLifter(network, given)
    results = [lifter.step(frames.select(start, WINDOW)) for start in range(0, len(frames), WINDOW)]
    prediction = concatenate_predictions([result.prediction for result in results], axis=0)
    last = results[-1]
    sizes = [result.sizes for result in results if result.sizes is not None]
    joined = FrameSizes.join(sizes) if sizes else None
    return LiftResult(prediction, last.proportions, last.person, last.view, joined)


class WindowStream:
    """Lifting of one person's frames as they arrive.

    Parameters
    ----------
    network, skeleton, fps, given, hands
        As for `signlift.lifting.stream.Stream`.

    Attributes
    ----------
    proportions
        As of a `Stream`.
    """

    def __init__(
        self,
        network: Network,
        skeleton: Skeleton,
        fps: float,
        given: Given,
        hands: HandNetwork | None,
    ) -> None:
        self._network = network
        self._hands = None if hands is None else CausalHandLifter(hands)
        self._lifter = CausalLifter(network, given)
        self._skeleton, self._fps = skeleton, fps
        self._has_keypoints = False
        self.proportions: BodyProportions | None = None

    def step(self, recording: Recording) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Lift a recording of one frame, and return depth [J] and its uncertainty, if any."""
        network = self._network.skeleton
        frames = map_to_network(recording, network, self._fps)
        keypoints = frames.keypoints
        result = self._lifter.step(frames)
        prediction = map_from_network(
            replace(result.prediction, refined=None), keypoints, network, self._skeleton
        )
        add_face(prediction, result, network, recording)
        if self._hands is not None:
            add_hands(
                prediction, result, keypoints, network, recording, self._fps, self._hands.step
            )
        self._has_keypoints = self._has_keypoints or not np.isnan(keypoints).all()
        self.proportions = result.proportions if self._has_keypoints else None
        uncertainty = prediction.uncertainty
        return prediction.depth[0], None if uncertainty is None else uncertainty[0]
