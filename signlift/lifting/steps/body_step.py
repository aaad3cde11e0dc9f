"""BodyStep: the networks of the body, one frame at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.core.skeleton import Skeleton
from signlift.lifting.body_frames import Given, trusted_offset
from signlift.lifting.network import LiftingNetwork, StepGraph
from signlift.lifting.network_data import ProportionsEstimate
from signlift.lifting.offline import describe_person
from signlift.lifting.proportions_fusion import to_body_proportions
from signlift.lifting.steps.bound_graph import BoundGraph, lstm_states, pool_states
from signlift.lifting.steps.frame_points import FramePoints
from signlift.lifting.steps.keypoint_plan import KeypointPlan
from signlift.lifting.view import fuse_given
from signlift.model.graph_metadata import REFERENCE_FPS
from signlift.normalization.running_scale import RunningScale
from signlift.utils.array_types import Float

_NAN = float("nan")


class BodyNumbers(NamedTuple):
    """Places of keypoints among `BodyStep.numbers`.

    Attributes
    ----------
    depth, uncertainty
        Depth relative to MidHip and its uncertainty, in units of `scale`.
    x, y
        Refined keypoints relative to `center`, in units of `scale`.
    """

    depth: tuple[int, ...]
    uncertainty: tuple[int, ...]
    x: tuple[int, ...]
    y: tuple[int, ...]

    @classmethod
    def of(cls, skeleton: Skeleton, names: Sequence[str]) -> BodyNumbers:
        """Return those of some keypoints of the network's skeleton."""
        numbers, J = [skeleton.index(name) for name in names], len(skeleton)
        return cls(*(tuple(row * J + number for number in numbers) for row in range(4)))


def proportion_number(skeleton: Skeleton, number: int) -> int:
    """Return the place of one of the proportions among `BodyStep.numbers`."""
    return 4 * len(skeleton) + number


class BodyStep:
    """Prediction of the body of one person, frame by frame, with its recurrent state.

    Parameters
    ----------
    network
        The network.
    graphs
        Its graphs of one frame: that of the proportions, that of the depth, and others.
    frame
        Where its frames are read to.
    plan
        The plan.
    mapped
        [2, K], where depth and uncertainty of the frame's keypoints are written to.
    fps
        Frames per second.
    given
        Given proportions and angles.

    Attributes
    ----------
    numbers
        Results of the frame, at the places of `BodyNumbers` and of `proportion_number`.
    refined
        [2, J], refined keypoints relative to `center`, in units of `scale`.
    rate
        The log of the frame rate over `REFERENCE_FPS`.
    scale, center
        The scale of the frames so far, and the center of the frame.
    observed
        Whether the frame has a keypoint.
    """

    def __init__(
        self,
        network: LiftingNetwork,
        graphs: Sequence[StepGraph],
        frame: FramePoints,
        plan: KeypointPlan,
        mapped: Float[np.ndarray, "2 K"],
        fps: float,
        given: Given,
    ) -> None:
        J, P = len(network.skeleton), NUM_PROPORTIONS
        proportions, depth, *_ = graphs
        self._frame = frame
        self._given = given
        self._running = RunningScale(network.skeleton)
        self.rate = math.log(fps / REFERENCE_FPS)
        self._neck = (_NAN, _NAN)
        self._count = 0
        self.scale = 1.0
        self.center = (_NAN, _NAN)
        self.observed = False
        # Depth, uncertainty, x and y of refined keypoints, and the proportions.
        self._outputs = outputs = np.zeros(4 * J + P, np.float32)
        self.refined = outputs[2 * J : 4 * J].reshape(2, J)
        self.numbers: list[float] = []
        self._mean, self._log_scale = outputs[4 * J :].reshape(1, P), np.zeros((1, P), np.float32)
        self._estimate = self._mean, self._log_scale
        self._is_given = given != Given()
        if self._is_given:
            self._estimate = (np.zeros((1, P), np.float32), np.zeros((1, P), np.float32))
        self._unit_std: NDArray[np.float32] | None = None
        # The inputs of a frame are views of one array, which is set at once.
        self._inputs = inputs = np.zeros(15, np.float32)
        context = inputs[8:12].reshape(1, 4)
        values = np.zeros((1, int(depth.input_shapes[0][1])), np.float32)
        self._proportions = BoundGraph(
            proportions,
            [
                frame.body.reshape(1, 4, J),
                inputs[:4].reshape(1, 4, 1),
                inputs[4:8].reshape(1, 4, 1),
                context,
                inputs[12:13].reshape(1, 1),
                inputs[13:14].reshape(1, 1),
            ],
            [values, *self._estimate],
            pool_states(1, network.proportions_state_size),
        )
        self._depth = BoundGraph(
            depth,
            [
                *(values, self._mean, self._log_scale, inputs[8:10].reshape(1, 2, 1)),
                *(inputs[14:].reshape(1, 1), plan.depth, plan.uncertainty),
            ],
            [
                *(outputs[:J].reshape(1, J), outputs[J : 2 * J].reshape(1, J)),
                *(self.refined.reshape(1, 2, J), mapped[:1], mapped[1:]),
            ],
            lstm_states(network.num_layers, network.hidden_size),
        )

    def step(self, size: tuple[float, float] | None) -> None:
        """Lift the frame that was read, in an image of a size."""
        self._place(size)
        self._proportions.run()
        if self._is_given:
            self._fuse(size)
        self._depth.run()
        self.numbers = self._outputs.tolist()

    def _place(self, size: tuple[float, float] | None) -> None:
        """Compute the scale and the center of the frame."""
        body = self._frame.body
        neck, hip, left_shoulder, right_shoulder, _, _, left_ear, right_ear = self._frame.rows[:8]
        has_neck = neck[0] == neck[0]
        self.observed = has_neck or not np.isnan(body[0]).all()
        if self.observed:
            lengths = (
                math.hypot(neck[0] - hip[0], neck[1] - hip[1]),
                math.hypot(
                    left_shoulder[0] - right_shoulder[0], left_shoulder[1] - right_shoulder[1]
                ),
                math.hypot(left_ear[0] - right_ear[0], left_ear[1] - right_ear[1]),
            )
            self._running.add_frame(lengths, body[:2])
        if has_neck:
            self._neck = (neck[0], neck[1])
        self.scale = scale = self._running.current
        self.center = center = self._neck
        if center[0] != center[0] and self.observed:
            self.center = center = (
                float(np.nanmean(body[0], dtype=np.float64)),
                float(np.nanmean(body[1], dtype=np.float64)),
            )
        x = y = _NAN
        if size is not None:
            x, y = trusted_offset(
                (center[0] - size[0] / 2) / scale, (center[1] - size[1] / 2) / scale
            )
        offset = (0.0, 0.0, 0.0) if x != x else (x, y, 1.0)
        self._count += 1
        unit = 1 / scale
        self._inputs[:] = (
            *(*center, 0.0, neck[3]),
            *(unit, unit, 1.0, unit),
            *(*offset, self.rate),
            float(self.observed),
            self._count,
            scale,
        )

    def _fuse(self, size: tuple[float, float] | None) -> None:
        """Replace the estimates by what is given."""
        estimate = ProportionsEstimate(*self._estimate)
        fused = fuse_given(estimate, self._given, np.float64(self.scale), size)
        self._mean[:], self._log_scale[:] = fused.mean, fused.log_scale
        self._unit_std = fused.unit_std

    def bound_graphs(self) -> list[BoundGraph]:
        """Return the graphs that run for a frame, in order."""
        return [self._proportions, self._depth]

    @property
    def fused(self) -> ProportionsEstimate:
        """The proportions [P] that the last frame was lifted with."""
        unit_std = None if self._unit_std is None else self._unit_std[0]
        return ProportionsEstimate(self._mean[0], self._log_scale[0], unit_std)

    @property
    def proportions(self) -> BodyProportions:
        """The body proportions that the last frame was lifted with, in the keypoints' unit."""
        return to_body_proportions(self.fused, self.scale)

    @property
    def person(self) -> BodyProportions:
        """The same without given averages (see `signlift.lifting.offline.describe_person`)."""
        estimate = ProportionsEstimate(self._estimate[0][0], self._estimate[1][0])
        return describe_person(estimate, self.fused, self.scale, self._given.proportions)
