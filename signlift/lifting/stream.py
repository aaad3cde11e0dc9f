"""Causal lifting: each frame from itself and those before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, problem
from signlift.lifting.network import (
    FrameWindow,
    LiftingNetwork,
    Network,
    Prediction,
    Predictor,
    State,
)
from signlift.lifting.offline import WINDOW, LiftResult, concatenate_predictions
from signlift.lifting.proportions_fusion import fuse_proportions, to_body_proportions
from signlift.lifting.skeleton_mapping import map_from_network, map_to_network
from signlift.normalization.normalize import denormalize, frame_centers, normalize
from signlift.normalization.running_scale import RunningScale


class CausalLifter:
    """Causal lifting of one recording, with its recurrent state.

    Parameters
    ----------
    network
        The network.
    fps
        Frames per second.
    given
        Given proportions of the person.
    """

    def __init__(self, network: Network, fps: float, given: BodyProportions | None = None) -> None:
        self._network = network
        self._fps = np.array([fps], np.float32)
        self._given = given
        self._scale = RunningScale(network.skeleton)
        self._neck: Float[np.ndarray, " 2"] | None = None
        self._state = network.initial_state(1)
        self._proportions_state: State = ()
        if isinstance(network, LiftingNetwork):
            self._proportions_state = network.initial_proportions_state(1)

    def step(
        self, keypoints: Float[np.ndarray, "T J 2"], confidence: Float[np.ndarray, "T J"]
    ) -> LiftResult:
        """Lift the next T frames.

        Parameters
        ----------
        keypoints, confidence
            [T, J, 2] and [T, J] on the network's skeleton; at least one frame.

        Returns
        -------
        The prediction [T, J] in the unit of the keypoints, and the proportions after the last
        frame.
        """
        scales = self._scale.update(keypoints)
        centers, self._neck = frame_centers(keypoints, self._network.skeleton, self._neck)
        # Each frame has a scale of its own here, so it is normalised as a recording of one frame.
        inputs = normalize(keypoints[:, None], centers[:, None], scales)[:, 0].astype(np.float32)
        window = FrameWindow(inputs[None], confidence[None], self._fps)
        predictor, proportions = self._condition(window, float(scales[-1]))
        prediction, self._state = predictor.predict(window, self._state)
        uncertainty, refined = prediction.uncertainty, prediction.refined
        if refined is not None:
            refined = denormalize(refined[0][:, None], centers[:, None], scales)[:, 0]
        in_units = Prediction(
            prediction.depth[0] * scales[:, None],
            None if uncertainty is None else uncertainty[0] * scales[:, None],
            refined,
        )
        return LiftResult(in_units, proportions)

    def _condition(
        self, window: FrameWindow, scale: float
    ) -> tuple[Predictor, BodyProportions | None]:
        """Return the predictor for a window, and the proportions after its last frame."""
        network = self._network
        if not isinstance(network, LiftingNetwork):
            return network, None
        estimate, self._proportions_state = network.estimate_proportions(
            window, self._proportions_state
        )
        estimate = fuse_proportions(estimate, self._given)
        return network.condition_on(estimate), to_body_proportions(estimate.at(0, -1), scale)


def lift_causal(
    network: Network,
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
    fps: float,
    given: BodyProportions | None = None,
) -> LiftResult:
    """Lift a whole recording causally, as a stream of its frames is lifted.

    Parameters
    ----------
    network
        The network.
    keypoints, confidence
        [T, J, 2] and [T, J], on its skeleton; at least one frame.
    fps
        Frames per second.
    given
        Given proportions of the person.
    """
    lifter = CausalLifter(network, fps, given)
    results = [
        lifter.step(keypoints[start : start + WINDOW], confidence[start : start + WINDOW])
        for start in range(0, len(keypoints), WINDOW)
    ]
    prediction = concatenate_predictions([result.prediction for result in results], axis=0)
    return LiftResult(prediction, results[-1].proportions)


class Stream:
    """Lifting of one person's frames as they arrive. `Lifter.stream` makes one.

    Parameters
    ----------
    network
        The network.
    skeleton
        The skeleton of the J keypoints of a frame.
    fps
        Frames per second.
    proportions
        Given proportions of the person.

    Attributes
    ----------
    skeleton
        The skeleton of the J keypoints of a frame.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> stream = sl.load().stream("coco17", fps=25)
    >>> rng = np.random.default_rng(0)
    >>> for frame in rng.normal(300, 50, (3, 17, 2)):
    ...     depth = stream.step(frame)
    >>> depth.shape, stream.uncertainty.shape
    ((17,), (17,))
    """

    def __init__(
        self,
        network: Network,
        skeleton: Skeleton,
        fps: float,
        proportions: BodyProportions | None = None,
    ) -> None:
        self._network = network
        self._lifter = CausalLifter(network, fps, proportions)
        self._uncertainty: NDArray[np.float32] | None = None
        self._proportions: BodyProportions | None = None
        self._has_keypoints = False
        self.skeleton = skeleton

    def step(self, frame: NDArray[Any], confidence: NDArray[Any] | None = None) -> NDArray[Any]:
        """Lift the next frame.

        Parameters
        ----------
        frame
            [J, 2], x and y, NaN where a keypoint was not observed. Pass frames without any
            keypoint too, all NaN: the stream counts time in frames.
        confidence
            [J] in 0 ... 1; 1 by default.

        Returns
        -------
        Depth [J] float32 in the unit of x and y, relative to MidHip, positive away from the
        camera, for missing keypoints too. NaN in a frame without any keypoint, and for keypoints
        that the network's skeleton does not have.

        Raises
        ------
        InputError
            An array of the wrong shape, or values that are infinite or not real numbers.
        """
        frame = np.asarray(frame)
        if frame.ndim != 2:
            expected = f"shape [{len(self.skeleton)}, 2] ({self.skeleton.name})"
            found = f"shape {list(frame.shape)}"
            raise InputError(problem("frame", expected=expected, found=found))
        recording = Recording(
            frame[None],
            self.skeleton,
            confidence=None if confidence is None else np.asarray(confidence)[None],
            name="frame",
        )
        keypoints, scores = map_to_network(recording, self._network.skeleton)
        result = self._lifter.step(keypoints, scores)
        prediction = map_from_network(
            replace(result.prediction, refined=None),
            keypoints,
            self._network.skeleton,
            self.skeleton,
        )
        uncertainty = prediction.uncertainty
        self._uncertainty = None if uncertainty is None else uncertainty[0]
        self._has_keypoints = self._has_keypoints or not np.isnan(keypoints).all()
        self._proportions = result.proportions if self._has_keypoints else None
        return prediction.depth[0]

    @property
    def uncertainty(self) -> NDArray[np.float32] | None:
        """Uncertainty [J] of the depth of the last frame, in the unit of x and y.

        It is the half-width of the central 68 % interval. None before the first frame, and for a
        model that does not estimate it.
        """
        return self._uncertainty

    @property
    def proportions(self) -> BodyProportions | None:
        """Body proportions as estimated after the last frame, in the unit of x and y.

        None before the first frame with a keypoint, and for a model that does not estimate them.
        """
        return self._proportions
