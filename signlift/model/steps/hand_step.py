"""A HandNet for one frame of both hands, from the keypoints as they are to depth in their unit."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from signlift.core.hands import HAND_ORDER
from signlift.model.hands import hand_geometry
from signlift.model.hands.hand_geometry import MAX_MAGNIFICATION, MIN_MAGNIFICATION, SOFTENING
from signlift.model.hands.hand_inputs import FINGERS, HAND_BONES, HAND_KEYPOINTS, JOINTS
from signlift.model.hands.hand_lstm import MAX_CORRECTION, MAX_PLACEMENT, MAX_RESIDUAL
from signlift.model.hands.hand_net import HandNet
from signlift.model.hands.hand_proportions_net import MAX_DEVIATION, REFERENCE_LOG_SCALE
from signlift.model.steps.bone_step import BoneTerms
from signlift.model.steps.input_map import InputMap
from signlift.model.steps.pooled_step import PooledStep
from signlift.model.steps.recurrent_step import RecurrentStep, measure_fractions
from signlift.model.steps.step_points import StepPoints
from signlift.utils.array_types import Float

_K, _B = HAND_KEYPOINTS, HAND_BONES

#: Bones joint by joint: the order in which their depth is computed.
_BONES = hand_geometry.BONES

#: Forearm, whether it is known, sight, wrist, whether it is known, and frame rate (see
#: `hand_inputs.HandInputs`).
NUM_CONTEXT = 3 + 1 + 3 + 2 + 1 + 1


class HandStep(nn.Module):
    """One frame of a HandNet for both hands, of which right ones are mirrored."""

    seen: Tensor
    both_hands: Tensor
    bones: Tensor
    limit: Tensor
    max_placement: Tensor
    uncertainty_scale: Tensor

    def __init__(self, net: HandNet) -> None:
        super().__init__()
        starts, ends = hand_geometry.STARTS, hand_geometry.ENDS
        assert (0, *ends) == HAND_ORDER
        assert MAX_RESIDUAL == 1
        self.points = points = StepPoints(_K, starts, ends, [0], NUM_CONTEXT)
        inputs = _hand_inputs(points, points.size)
        inputs.add(_by_finger(points.parts["lengths"]))
        proportions, depth = net.proportions, net.depth
        evidence = proportions.evidence
        (value, log_weight), (value_bias, log_weight_bias) = (
            parameter.chunk(2) for parameter in (evidence.weight, evidence.bias)
        )
        self.pooled = PooledStep(
            inputs,
            proportions.frame,
            ((value, value_bias), (log_weight, log_weight_bias)),
            proportions.estimate,
            proportions.reference,
            REFERENCE_LOG_SCALE,
            MAX_DEVIATION,
            _BONES,
        )
        V = points.size
        columns = torch.arange(V, V + 5 * _B).reshape(5, _B).tolist()
        mean, log_scale, fraction, across, limited = map(_by_finger, columns)
        inputs = _hand_inputs(points, V + 5 * _B)
        inputs.add(mean, offsets=(-depth.reference).tolist())
        inputs.add(log_scale, 0.3, [-0.3 * REFERENCE_LOG_SCALE] * _B)
        inputs.add(fraction)
        inputs.add(across)
        inputs.add_differences(fraction, limited)
        outputs, factors = _outputs()
        self.layers = RecurrentStep(inputs, depth.encode, depth.lstm, depth.head, outputs, factors)
        seen = torch.zeros(V, 1)
        seen[points.parts["observed"]] = 1
        bones = torch.zeros(_K, 2 * _B)
        for column, (start, end) in enumerate(zip(starts, ends, strict=True)):
            bones[start, column] = -1
            bones[end, column] = bones[end, _B + column] = 1
        scale = depth.uncertainty_scale.clone()
        scale[0] = 0
        constants = {
            "seen": seen,
            "both_hands": torch.ones(2, 2),
            "bones": bones,
            "limit": (MAX_CORRECTION - MAX_PLACEMENT) * torch.cat([torch.eye(_K)] * 2, 1),
            "max_placement": torch.full((2 * _K,), MAX_PLACEMENT),
            "uncertainty_scale": scale[list(HAND_ORDER)] * math.exp(-2),
        }
        for name, value in constants.items():
            self.register_buffer(name, value)

    def forward(
        self,
        points: Float[Tensor, "2 4 21"],
        origin: Float[Tensor, "2 4 1"],
        factor: Float[Tensor, "2 4 1"],
        context: Float[Tensor, "2 C"],
        tangent: Float[Tensor, "2 2 1"],
        perspective: Float[Tensor, "2 1 1"],
        unit: Float[Tensor, "1 1"],
        wrist_depth: Float[Tensor, "2 1"],
        wrist_variance: Float[Tensor, "2 1"],
        count: Float[Tensor, "2 1"],
        sums: Float[Tensor, "2 K"],
        weights: Float[Tensor, "2 K"],
        hidden: Float[Tensor, "states H"],
        cell: Float[Tensor, "states H"],
    ) -> tuple[Tensor, ...]:
        """Predict the depth of both hands.

        Parameters
        ----------
        points, origin, factor
            See `StepPoints.forward`.
        context
            See `NUM_CONTEXT`; 0 where unknown.
        tangent, perspective
            The sight again: the tangents of the wrist's direction, and 1 over its distance.
        unit
            The length of a hand unit in the keypoints' unit, at the distance of MidHip.
        wrist_depth, wrist_variance
            Depth of the wrists and the square of its uncertainty, in the keypoints' unit.
        count, sums, weights
            The state: 1 and the number of hands so far, and that of `PooledStep`, the same in both
            rows.
        hidden, cell
            The state of the LSTM.

        Returns
        -------
        depth, uncertainty
            [2, 21], in the keypoints' unit, in the order of `HAND_ORDER`.
        refined
            [2, 2, 21], refined keypoints in hand units relative to the origin.
        count, sums, weights, hidden, cell
            The state after the frame.
        """
        values = self.points(points, origin, factor, context)
        visible = (values @ self.seen).clamp(max=1.0)
        added, weight = self.pooled.weigh(values, visible)
        count, sums, weights = (
            torch.addmm(state, self.both_hands, one)
            for state, one in ((count, visible), (sums, added), (weights, weight))
        )
        mean, log_scale = self.pooled.estimate_from(sums, weights, count)

        sizes = [2 * _K, 2 * _K, _B, _K, 1, _B, NUM_CONTEXT]
        keypoints, _, in_image, observed, _, both, _ = torch.split(values, sizes, 1)
        length = torch.exp(mean)
        fractions = measure_fractions(length, in_image, both)
        frame = torch.cat([values, mean, log_scale, *fractions], 1)
        output, hidden, cell = self.layers(frame, hidden, cell)
        bounded, log_uncertainty = torch.split(output, [2 * (_K + _B), _K], 1)
        sizes = [2 * _K, _B, _B]
        correction, direction, residual = torch.split(torch.tanh(bounded), sizes, 1)
        limit = torch.addmm(self.max_placement, observed, self.limit)
        refined = (keypoints + limit * correction).reshape(2, 2, _K)
        steps, ends = torch.split(refined @ self.bones, _B, 2)
        slope = ends * perspective + tangent
        terms = BoneTerms.measure(steps, slope, length * length, direction, SOFTENING)
        depth = _finger_depth(terms, perspective[:, :, 0], residual) * unit + wrist_depth
        spread = torch.exp(log_uncertainty.clamp(-4, 3)) * self.uncertainty_scale * unit
        uncertainty = torch.sqrt(spread * spread + wrist_variance)
        return depth, uncertainty, refined, count, sums, weights, hidden, cell


def _finger_depth(
    terms: BoneTerms, perspective: Float[Tensor, "2 1"], residual: Float[Tensor, "2 20"]
) -> Float[Tensor, "2 21"]:
    """Compute the depth of fingers as `hand_geometry.finger_depth`, joint by joint."""
    groups = [FINGERS] * JOINTS
    bones = terms.split(groups)
    rests = torch.split(residual, groups, 1)
    z = rests[0] + bones[0].step_from_root(SOFTENING)
    depths = [torch.zeros_like(perspective), z]
    for bone, rest in zip(bones[1:], rests[1:], strict=True):
        magnification = (z * perspective + 1).clamp(MIN_MAGNIFICATION, MAX_MAGNIFICATION)
        z = z + rest + bone.step(magnification, SOFTENING)
        depths.append(z)
    return torch.cat(depths, 1)


def _by_finger(columns: list[int]) -> list[int]:
    """Return columns of bones, which are joint by joint, finger by finger."""
    return [columns[_BONES.index(bone)] for bone in range(_B)]


def _hand_inputs(points: StepPoints, size: int) -> InputMap:
    """Return the map of `HandFrames.values`; further inputs may be added to it."""
    parts = points.parts
    inputs = InputMap(size)
    inputs.add([column for pair in zip(parts["x"], parts["y"], strict=True) for column in pair])
    for name in ("observed", "confidence", "depth", "has_depth", "context"):
        inputs.add(parts[name])
    return inputs


def _outputs() -> tuple[list[int], Float[Tensor, " outputs"]]:
    """Return the outputs of the network in the order of the results, and their factors."""
    bones = 2 * _K
    outputs = [
        *range(0, bones, 2),
        *range(1, bones, 2),
        *(bones + _B + bone for bone in _BONES),
        *(bones + bone for bone in _BONES),
        bones + 2 * _B,  # in place of the root, which has none
        *(bones + 2 * _B + bone for bone in _BONES),
    ]
    factors = [1 / MAX_PLACEMENT] * bones + [1.0] * 2 * _B + [0.0] + [1.0] * _B
    return outputs, torch.tensor(factors, dtype=torch.float64)
