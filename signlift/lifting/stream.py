"""Lifting frame by frame: what is known at a frame comes from it and those before it."""

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
from signlift.lifting.network import Estimate, Frames, Network, Prediction
from signlift.lifting.offline import WINDOW, Lifted
from signlift.lifting.proportions_fusion import lengths_of, use_lengths
from signlift.lifting.skeleton_mapping import from_network, to_network
from signlift.normalization.normalize import denormalize, frame_centers, normalize
from signlift.normalization.running_scale import RunningScale


class CausalLifter:
    """Everything that is carried from frame to frame of one recording.

    Parameters
    ----------
    network
        The model.
    fps
        Frames per second.
    given
        What is known of how the signer is built.
    """

    def __init__(self, network: Network, fps: float, given: BodyProportions | None = None) -> None:
        self._network = network
        self._fps = np.array([fps], np.float32)
        self._given = given
        self._scale = RunningScale(network.skeleton)
        self._neck: Float[np.ndarray, " 2"] | None = None
        self._pool = () if network.proportions is None else network.proportions.start(1)
        self._state = network.depth.start(1)

    def advance(
        self, keypoints: Float[np.ndarray, "T J 2"], confidence: Float[np.ndarray, "T J"]
    ) -> Lifted:
        """Lift the next T frames, [T, J, 2] and [T, J] on the network's skeleton.

        Returns
        -------
        [T, J] in the unit of the keypoints; the lengths after the last frame.
        """
        scales = self._scale.update(keypoints)
        centers, self._neck = frame_centers(keypoints, self._network.skeleton, self._neck)
        # Every frame has a scale of its own here, and so goes as a recording of one frame.
        inputs = normalize(keypoints[:, None], centers[:, None], scales)[:, 0].astype(np.float32)
        frames = Frames(inputs[None], confidence[None], self._fps)
        estimate = self._estimate(frames)
        told, self._state = self._network.depth.tell(frames, estimate, self._state)
        points = None
        if told.points is not None:
            points = denormalize(told.points[0][:, None], centers[:, None], scales)[:, 0]
        error = None if told.error is None else told.error[0] * scales[:, None]
        lengths = None
        if estimate is not None:
            lengths = lengths_of(estimate.after(0, -1), float(scales[-1]))
        return Lifted(Prediction(told.depth[0] * scales[:, None], error, points), lengths)

    def _estimate(self, frames: Frames) -> Estimate | None:
        if self._network.proportions is None:
            return None
        estimate, self._pool = self._network.proportions.tell(frames, self._pool)
        return use_lengths(estimate, self._given)


def lift_causal(
    network: Network,
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
    fps: float,
    given: BodyProportions | None = None,
) -> Lifted:
    """Lift a recording as a stream of its frames is lifted (see `two_pass.lift_whole`)."""
    follower = CausalLifter(network, fps, given)
    windows = [
        follower.advance(keypoints[start : start + WINDOW], confidence[start : start + WINDOW])
        for start in range(0, len(keypoints), WINDOW)
    ]
    told = [window.told for window in windows]
    errors = [one.error for one in told if one.error is not None]
    points = [one.points for one in told if one.points is not None]
    return Lifted(
        Prediction(
            np.concatenate([one.depth for one in told]),
            np.concatenate(errors) if errors else None,
            np.concatenate(points) if points else None,
        ),
        windows[-1].lengths,
    )


class Stream:
    """The lifting of one person's frames as they come (from `Lifter.stream`).

    Parameters
    ----------
    network
        The model.
    skeleton
        What the J keypoints of a frame are.
    fps
        Frames per second.
    given
        What is known of how the signer is built.
    """

    def __init__(
        self,
        network: Network,
        skeleton: Skeleton,
        fps: float,
        given: BodyProportions | None = None,
    ) -> None:
        self._network = network
        self._follower = CausalLifter(network, fps, given)
        self._error: NDArray[np.float32] | None = None
        self._proportions: BodyProportions | None = None
        self._anybody = False
        #: What the J keypoints of a frame are.
        self.skeleton = skeleton

    def step(self, frame: NDArray[Any], confidence: NDArray[Any] | None = None) -> NDArray[Any]:
        """Lift the next frame.

        Parameters
        ----------
        frame
            [J, 2], x and y, NaN where a keypoint was not observed. A frame without anybody is
            given too, as NaN: frames are what time is told by.
        confidence
            [J] in 0 ... 1; taken as 1 when it is not given.

        Returns
        -------
        Depth [J] float32, in the unit of x and y, relative to MidHip, positive away from the
        camera; for keypoints that were not observed too. NaN where nobody is seen, and for
        keypoints that the model does not know.

        Raises
        ------
        InputError
            A wrong shape, or numbers that are not finite.
        """
        frame = np.asarray(frame)
        if frame.ndim != 2:
            expected = f"shape [{len(self.skeleton)}, 2] ({self.skeleton.name})"
            raise InputError(problem("frame", expected=expected, found=str(list(frame.shape))))
        sure = None if confidence is None else np.asarray(confidence)[None]
        recording = Recording(frame[None], self.skeleton, confidence=sure, name="frame")
        on = self._network.skeleton
        keypoints, sure = to_network(recording, on)
        lifted = self._follower.advance(keypoints, sure)
        told = from_network(replace(lifted.told, points=None), keypoints, on, self.skeleton)
        self._error = None if told.error is None else told.error[0]
        self._anybody = self._anybody or not np.isnan(keypoints).all()
        self._proportions = lifted.lengths if self._anybody else None
        return told.depth[0]

    @property
    def error(self) -> NDArray[np.float32] | None:
        """[J], about how far off the depth of the last frame may be, in the unit of x and y.

        None before the first frame, and for a model that does not tell.
        """
        return self._error

    @property
    def proportions(self) -> BodyProportions | None:
        """How the signer is built, as far as it is known after the last frame.

        In the unit of x and y. None before the first frame with a keypoint, and for a model that
        does not go by it.
        """
        return self._proportions
