"""One frame of a BoneLSTM, from the numbers of a ProportionsStep."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from signlift.core.bone_lengths import INVERSE_DISTANCE, NUM_PROPORTIONS
from signlift.model import bone_lstm
from signlift.model.bone_geometry import MAX_MAGNIFICATION, MIN_MAGNIFICATION, SOFTENING
from signlift.model.bone_lstm import MAX_CORRECTION, MAX_PLACEMENT, MAX_RESIDUAL, BoneLSTM
from signlift.model.network_inputs import LENGTH_OF_BONE, NUM_BONES, SKELETON
from signlift.model.steps.bone_step import BoneTerms
from signlift.model.steps.proportions_step import body_inputs, body_points
from signlift.model.steps.recurrent_step import RecurrentStep, measure_fractions
from signlift.utils.array_types import Float

_J, _P = len(SKELETON), NUM_PROPORTIONS

#: Bones whose depth is computed, and groups of the values from which it is: shoulders, hips and
#: knees etc. are four each.
_BONES = len(bone_lstm.BONE_ENDS)
_LIMBS = 4


class DepthStep(nn.Module):
    """One frame of a BoneLSTM."""

    lengths: Tensor
    bones: Tensor
    limit: Tensor
    max_placement: Tensor
    max_residual: Tensor
    middle: Tensor
    to_roots: Tensor
    to_keypoints: Tensor
    uncertainty_scale: Tensor

    def __init__(self, net: BoneLSTM) -> None:
        super().__init__()
        points = body_points()
        V, B, C = points.size, NUM_BONES, len(points.parts["context"])
        self.sizes = [2 * _J, 2 * _J, B, _J, _J, B, C]
        start = [V, V + _P, V + 2 * _P, V + 2 * _P + B, V + 2 * _P + 2 * B]
        mean, log_scale, fraction, across, limited = (
            list(range(first, first + count))
            for first, count in zip(start, (_P, _P, B, B, B), strict=True)
        )
        inputs = body_inputs(points, limited[-1] + 1)
        inputs.add(mean, offsets=(-net.mean).tolist())
        inputs.add(log_scale, 0.3, [-0.3 * bone_lstm.REFERENCE_LOG_SCALE] * _P)
        inputs.add(fraction)
        inputs.add(across)
        inputs.add_differences(fraction, limited)
        outputs = [
            *range(0, 2 * _J, 2),
            *range(1, 2 * _J, 2),
            *range(4 * _J, 4 * _J + _BONES),
            *(2 * _J + number for number in bone_lstm.COMPUTED),
            *range(3 * _J, 4 * _J),
        ]
        factors = [1 / MAX_PLACEMENT] * 2 * _J + [1.0] * _BONES + [1 / MAX_RESIDUAL] * _J
        factors += [1.0] * _J
        self.layers = RecurrentStep(
            inputs,
            net.encode,
            net.lstm,
            net.head,
            outputs,
            torch.tensor(factors, dtype=torch.float64),
        )
        for name, value in _constants().items():
            self.register_buffer(name, value)
        self.register_buffer("uncertainty_scale", net.uncertainty_scale * math.exp(-3))

    def forward(
        self,
        values: Float[Tensor, "1 V"],
        mean: Float[Tensor, "1 P"],
        log_scale: Float[Tensor, "1 P"],
        offset: Float[Tensor, "1 2 1"],
        scale: Float[Tensor, "1 1"],
        depth_map: Float[Tensor, "J K"],
        uncertainty_map: Float[Tensor, "J K"],
        hidden: Float[Tensor, "layers H"],
        cell: Float[Tensor, "layers H"],
    ) -> tuple[
        Float[Tensor, "1 J"],
        Float[Tensor, "1 J"],
        Float[Tensor, "1 2 J"],
        Float[Tensor, "1 K"],
        Float[Tensor, "1 K"],
        Float[Tensor, "layers H"],
        Float[Tensor, "layers H"],
    ]:
        """Predict the depth.

        Parameters
        ----------
        values
            From the graph of proportions.
        mean, log_scale
            [1, P], the proportions.
        offset
            That of `ProportionsStep.forward`.
        scale
            A torso length in the keypoints' unit.
        depth_map, uncertainty_map
            [J, K], what gives the depth of the frame's K keypoints, and its uncertainty.
        hidden, cell
            The state.

        Returns
        -------
        depth, uncertainty
            [1, J], in torso lengths.
        refined
            [1, 2, J], refined keypoints, normalised.
        mapped_depth, mapped_uncertainty
            [1, K], in the keypoints' unit.
        hidden, cell
            The state after the frame.
        """
        keypoints, _, in_image, observed, _, both, _ = torch.split(values, self.sizes, 1)
        sizes = [NUM_BONES, _BONES, 1]
        lengths, squares, perspective = torch.split(torch.exp(mean @ self.lengths), sizes, 1)
        fractions = measure_fractions(lengths, in_image, both)
        frame = torch.cat([values, mean, log_scale, *fractions], 1)
        output, hidden, cell = self.layers(frame, hidden, cell)
        bounded, log_uncertainty = torch.split(output, [3 * _J + _BONES, _J], 1)
        bounded = torch.tanh(bounded)
        sizes = [2 * _J, _BONES, _J]
        correction, direction, residual = torch.split(bounded, sizes, 1)
        limit = torch.addmm(self.max_placement, observed, self.limit)
        refined = (keypoints + limit * correction).reshape(1, 2, _J)
        steps, ends = torch.split(refined @ self.bones, _BONES, 2)
        slope = (ends + offset) * perspective
        terms = BoneTerms.measure(steps, slope, squares, direction, SOFTENING)
        depth = self._depth(terms, perspective, residual * self.max_residual)
        uncertainty = torch.exp(log_uncertainty.clamp(-4, 3)) * self.uncertainty_scale
        mapped = (depth * scale) @ depth_map, (uncertainty * scale) @ uncertainty_map
        return depth, uncertainty, refined, *mapped, hidden, cell

    def _depth(
        self,
        terms: BoneTerms,
        perspective: Float[Tensor, "1 1"],
        residual: Float[Tensor, "1 J"],
    ) -> Float[Tensor, "1 J"]:
        """Compute depths as `BoneLSTM` does; sums of them are products with constant matrices."""
        torso, pairs, upper, lower = terms.split(bone_lstm.GROUPS)
        sizes = [1, 1, _LIMBS, _LIMBS, _J - 2 - 2 * _LIMBS]
        neck, hip, at_roots, at_joints, rest = torch.split(residual, sizes, 1)
        hip = hip + torso.step_from_root(SOFTENING)

        def magnify(depth: Tensor) -> Tensor:
            return (depth * perspective + 1).clamp(MIN_MAGNIFICATION, MAX_MAGNIFICATION)

        step = pairs.step(magnify(hip * self.middle), SOFTENING)
        roots = torch.addmm(at_roots, torch.cat([hip, neck, step], 1), self.to_roots)
        joints = roots + upper.step(magnify(roots), SOFTENING) + at_joints
        step = lower.step(magnify(joints), SOFTENING)
        return torch.cat([hip, roots, joints, step, rest], 1) @ self.to_keypoints


def _constants() -> dict[str, Tensor]:
    """Return the constant matrices of a DepthStep by the names of its buffers."""
    lengths = torch.zeros(_P, NUM_BONES + _BONES + 1)
    for column, number in enumerate(LENGTH_OF_BONE):
        lengths[number, column] = 1
    for column, number in enumerate(bone_lstm.LENGTH_NUMBERS):
        lengths[number, NUM_BONES + column] = 2  # the squares
    lengths[INVERSE_DISTANCE, -1] = 1
    bones = torch.zeros(_J, 2 * _BONES)
    ends = zip(bone_lstm.BONE_STARTS, bone_lstm.BONE_ENDS, strict=True)
    for column, (start, end) in enumerate(ends):
        bones[start, column] = -1
        bones[end, column] = bones[end, _BONES + column] = 1
    return {
        "lengths": lengths,
        "bones": bones,
        "limit": (MAX_CORRECTION - MAX_PLACEMENT) * torch.cat([torch.eye(_J)] * 2, 1),
        "max_placement": torch.full((2 * _J,), MAX_PLACEMENT),
        "max_residual": torch.full((1,), MAX_RESIDUAL),
        "middle": torch.tensor([[0.0, 1.0]]),
        # From the hip, the neck's residual, and the steps of shoulders and hips.
        "to_roots": torch.tensor(
            [[0, 1, 0, 1], [0.5, 0, -0.5, 0], [0.5, 0, -0.5, 0], [0, 0.5, 0, -0.5]]
        ),
        "to_keypoints": _to_keypoints(),
    }


def _to_keypoints() -> Float[Tensor, "parts J"]:
    """Return what depths of parts are multiplied with to give those relative to MidHip.

    The parts are the hip, the roots and the joints of limbs, the steps to their ends; then the
    residuals of ends, feet and head.
    """
    parts = torch.eye(1 + 3 * _LIMBS + _J - 2 - 2 * _LIMBS)
    hip, roots, joints, steps, at_ends, rest = torch.split(
        parts, [1, _LIMBS, _LIMBS, _LIMBS, _LIMBS, _J - 2 - 3 * _LIMBS]
    )
    ends = joints + steps + at_ends
    feet = ends[list(bone_lstm.FEET_ANKLES)]
    rest = rest + torch.cat([feet, torch.zeros(len(bone_lstm.HEAD), len(parts))])
    # The Neck's own depth is 0.
    computed = torch.cat([torch.zeros_like(hip), hip, roots, joints, ends, rest]) - hip
    out = torch.zeros(len(parts), _J)
    out[:, list(bone_lstm.COMPUTED)] = computed.T
    return out
