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
from signlift.errors import InputError, parameter_problem
from signlift.lifting.body_frames import BodyFrames, Given
from signlift.lifting.face.face_lifter import add_face
from signlift.lifting.hands.hand_depth import add_hands
from signlift.lifting.hands.hand_lifter import CausalHandLifter
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.lanes import WINDOW
from signlift.lifting.network import (
    FrameWindow,
    LiftingNetwork,
    Network,
    Prediction,
    Predictor,
    State,
)
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

#: Largest difference between the frame rates of a stream and of its frames, as a fraction.
_FPS_TOLERANCE = 0.01

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
    given
        Given proportions and angles.
    size
        Width and height of the image, for frames that do not have it.
    hands
        The network of hands; None for frames without hands.

    Attributes
    ----------
    skeleton
        The skeleton of the J keypoints of a frame.
    fps
        Frames per second.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> stream = sl.load().stream("coco17", fps=25)
    >>> rng = np.random.default_rng(0)
    >>> keypoints, confidence = rng.normal(300, 50, (3, 17, 2)), rng.uniform(0, 1, (3, 17))
    >>> recording = sl.Recording(keypoints, "coco17", confidence=confidence, fps=25)
    >>> for frame in recording:
    ...     depth = stream.step(frame)
    >>> depth.shape, stream.uncertainty.shape
    ((17,), (17,))
    >>> depth = stream.step(keypoints[0], confidence[0])
    """

    def __init__(
        self,
        network: Network,
        skeleton: Skeleton,
        fps: float,
        given: Given = NOTHING,
        size: tuple[float, float] | None = None,
        hands: HandNetwork | None = None,
    ) -> None:
        self._network = network
        self._hands = None if hands is None else CausalHandLifter(hands)
        self._lifter = CausalLifter(network, given)
        self._size = size
        self._uncertainty: NDArray[np.float32] | None = None
        self._proportions: BodyProportions | None = None
        self._has_keypoints = False
        self.skeleton = skeleton
        self.fps = fps

    def step(
        self, frame: Recording | NDArray[Any], confidence: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        """Lift the next frame.

        Parameters
        ----------
        frame
            A recording of one frame (`recording[t]`, or `for frame in recording`), which has its
            confidence. Or an array: [J, 2], x and y, NaN where a keypoint was not observed, or
            [J, 3] with the confidence. Pass frames without any keypoint too, all NaN: the stream
            counts time in frames.
        confidence
            [J] in 0 ... 1, of an array [J, 2]. Without it all keypoints count as certain, which
            gives another depth where the detector was not.

        Returns
        -------
        Depth [J] float32 in the unit of x and y, relative to MidHip, positive away from the
        camera, for missing keypoints too. NaN in a frame without any keypoint, and for keypoints
        that the network's skeleton does not have.

        Raises
        ------
        InputError
            An array of the wrong shape, or values that are infinite or not real numbers; a
            recording of more than one frame, of another skeleton or frame rate, or with a
            confidence beside it.
        """
        recording = self._to_recording(frame, confidence)
        network = self._network.skeleton
        frames = map_to_network(recording, network, self.fps)
        keypoints = frames.keypoints
        if frames.size is None:
            frames = replace(frames, size=self._size)
        result = self._lifter.step(frames)
        prediction = map_from_network(
            replace(result.prediction, refined=None), keypoints, network, self.skeleton
        )
        sized = replace(recording, size=frames.size)
        prediction = add_face(prediction, result, network, sized)
        if self._hands is not None:
            prediction = add_hands(
                prediction, result, keypoints, network, sized, self.fps, self._hands.step
            )
        uncertainty = prediction.uncertainty
        self._uncertainty = None if uncertainty is None else uncertainty[0]
        self._has_keypoints = self._has_keypoints or not np.isnan(keypoints).all()
        self._proportions = result.proportions if self._has_keypoints else None
        return prediction.depth[0]

    def _to_recording(
        self, frame: Recording | NDArray[Any], confidence: NDArray[Any] | None
    ) -> Recording:
        """Check a frame, and return it as a recording of one frame."""
        if isinstance(frame, Recording):
            if confidence is not None:
                expected = "none beside a Recording, which has its own"
                raise InputError(parameter_problem("confidence", expected=expected, found="both"))
            self._check_frame(frame)
            return frame
        values = np.asarray(frame)
        J = len(self.skeleton)
        if values.ndim != 2:
            expected = f"shape [{J}, 2] or [{J}, 3] ({self.skeleton.name})"
            found = f"shape {list(values.shape)}"
            raise InputError(parameter_problem("frame", expected=expected, found=found))
        if values.shape == (J, 3) and confidence is None:
            values, confidence = values[:, :2], values[:, 2]
            values = np.where(confidence[:, None] > 0, values, np.nan)
        scores = None if confidence is None else np.asarray(confidence)[None]
        return Recording(values[None], self.skeleton, confidence=scores, name="frame")

    def _check_frame(self, frame: Recording) -> None:
        """Raise InputError if a recording is not the next frame of this stream."""
        checks = (
            ("one frame", f"{len(frame)} frames", len(frame) == 1),
            (
                f"keypoints of {self.skeleton.name}",
                frame.skeleton.name,
                frame.skeleton.keypoints == self.skeleton.keypoints,
            ),
            (
                f"{self.fps:g} frames per second, as the stream has",
                f"{frame.fps or 0:g}",
                frame.fps is None or abs(frame.fps / self.fps - 1) <= _FPS_TOLERANCE,
            ),
        )
        problems = [
            parameter_problem("frame", expected=expected, found=found)
            for expected, found, valid in checks
            if not valid
        ]
        if problems:
            raise InputError(problems)

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
