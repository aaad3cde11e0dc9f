"""One frame of a ProportionsNet, from the keypoints as they are."""

from __future__ import annotations

import math

from torch import Tensor, nn

from signlift.model.network_inputs import BONE_ENDS, BONE_STARTS, SKELETON
from signlift.model.proportions_net import MAX_DEVIATION, ProportionsNet
from signlift.model.steps.input_map import InputMap
from signlift.model.steps.pooled_step import PooledStep
from signlift.model.steps.step_points import StepPoints
from signlift.utils.array_types import Float

_J = len(SKELETON)


def body_points() -> StepPoints:
    """Return the normalisation of the keypoints of a body."""
    return StepPoints(_J, BONE_STARTS, BONE_ENDS, range(_J), num_context=4)


def body_inputs(points: StepPoints, size: int) -> InputMap:
    """Return the map of the numbers of `FrameInputs`; further inputs may be added to it."""
    parts = points.parts
    inputs = InputMap(size)
    inputs.add([column for pair in zip(parts["x"], parts["y"], strict=True) for column in pair])
    for name in ("observed", "confidence", "depth", "has_depth", "context"):
        inputs.add(parts[name])
    return inputs


class ProportionsStep(nn.Module):
    """One frame of a ProportionsNet."""

    def __init__(self, net: ProportionsNet) -> None:
        super().__init__()
        self.points = body_points()
        inputs = body_inputs(self.points, self.points.size)
        inputs.add(self.points.parts["lengths"])
        self.pooled = PooledStep(
            inputs,
            net.frame,
            ((net.value.weight, net.value.bias), (net.weight.weight, net.weight.bias)),
            net.estimate,
            net.mean,
            math.log(0.2),
            MAX_DEVIATION,
            range(len(net.mean)),
        )

    def forward(
        self,
        points: Float[Tensor, "1 4 J"],
        origin: Float[Tensor, "1 4 1"],
        factor: Float[Tensor, "1 4 1"],
        context: Float[Tensor, "1 4"],
        visible: Float[Tensor, "1 1"],
        count: Float[Tensor, "1 1"],
        sums: Float[Tensor, "1 K"],
        weights: Float[Tensor, "1 K"],
    ) -> tuple[
        Float[Tensor, "1 V"],
        Float[Tensor, "1 P"],
        Float[Tensor, "1 P"],
        Float[Tensor, "1 K"],
        Float[Tensor, "1 K"],
    ]:
        """Estimate the proportions.

        Parameters
        ----------
        points, origin, factor
            See `StepPoints.forward`.
        context
            The Neck's offset x and y from the image's centre (normalised; 0 where unknown), whether
            it is known, and the log of the frame rate over `REFERENCE_FPS`.
        visible
            1 if a keypoint is observed, 0 if none is.
        count
            The number of frames so far, with this one.
        sums, weights
            The state (see `PooledStep`).

        Returns
        -------
        values
            The numbers of the frame (see `StepPoints`).
        mean, log_scale
            The estimates.
        sums, weights
            The state after the frame.
        """
        values = self.points(points, origin, factor, context)
        added, weight = self.pooled.weigh(values, visible)
        sums, weights = sums + added, weights + weight
        mean, log_scale = self.pooled.estimate_from(sums, weights, count)
        return values, mean, log_scale, sums, weights
