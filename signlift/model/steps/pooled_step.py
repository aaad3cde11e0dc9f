"""One frame of a network that estimates lengths from all frames so far."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from signlift.model.pooling import MAX_LOG_WEIGHT, MAX_TRAINED_FRAMES
from signlift.model.steps.input_map import InputMap, make_linear
from signlift.utils.array_types import Float


class PooledStep(nn.Module):
    """One frame of a ProportionsNet or a HandProportionsNet, for B lanes.

    Parameters
    ----------
    inputs
        The map of the inputs.
    frame
        The layers that see a frame by itself.
    evidence
        Weights and biases of the two layers after them: values, and logs of their weights.
    estimate
        The layers that estimate lengths.
    reference
        [P], what is added to the estimates.
    log_scale
        The same of the logs of their scales.
    max_deviation
        Largest difference of an estimate from the reference.
    order
        The order of the P estimates in the results.
    """

    reference: Tensor

    def __init__(
        self,
        inputs: InputMap,
        frame: nn.Sequential,
        evidence: tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]],
        estimate: nn.Sequential,
        reference: Float[Tensor, " P"],
        log_scale: float,
        max_deviation: float,
        order: Sequence[int],
    ) -> None:
        super().__init__()
        first, _, second, _ = frame
        assert isinstance(first, nn.Linear)
        self.first_layer = make_linear(*inputs.fold(first.weight, first.bias))
        self.second_layer = second
        value, log_weight = ((weight.detach(), bias.detach()) for weight, bias in evidence)
        self.evidence = make_linear(
            torch.cat([log_weight[0] / MAX_LOG_WEIGHT, value[0]]),
            torch.cat([log_weight[1] / MAX_LOG_WEIGHT, value[1]]),
        )
        self.num_values = K = len(value[1])
        before, _, last = estimate
        assert isinstance(before, nn.Linear)
        assert isinstance(last, nn.Linear)
        weight = before.weight.detach().clone()
        weight[:, K : 2 * K] /= MAX_LOG_WEIGHT
        weight[:, 2 * K] /= 5
        self.before_estimate = make_linear(weight, before.bias.detach())
        P = len(reference)
        rows = [*order, *(P + number for number in order)]
        weight, bias = last.weight.detach()[rows], last.bias.detach()[rows]
        scales = torch.cat([torch.full((P,), 1 / max_deviation), torch.ones(P)])
        bias = bias * scales + torch.cat([torch.zeros(P), torch.full((P,), log_scale)])
        self.estimate = make_linear(weight * scales[:, None], bias)
        self.register_buffer("reference", reference[list(order)])
        self.max_deviation = max_deviation
        self.log_scales = log_scale - 3.0, log_scale + 3.0

    def weigh(
        self, values: Float[Tensor, "B V"], visible: Float[Tensor, "B 1"]
    ) -> tuple[Float[Tensor, "B K"], Float[Tensor, "B K"]]:
        """Compute what a frame adds to the sums of values and of weights.

        Parameters
        ----------
        values
            The inputs.
        visible
            1 where a keypoint is observed, 0 where none is.
        """
        hidden = nn.functional.silu(self.first_layer(values))
        hidden = nn.functional.silu(self.second_layer(hidden))
        log_weight, value = torch.split(self.evidence(hidden), self.num_values, 1)
        weight = torch.exp(torch.tanh(log_weight) * MAX_LOG_WEIGHT) * visible
        return weight * value, weight

    def estimate_from(
        self,
        sums: Float[Tensor, "B K"],
        weights: Float[Tensor, "B K"],
        count: Float[Tensor, "B 1"],
    ) -> tuple[Float[Tensor, "B P"], Float[Tensor, "B P"]]:
        """Estimate the logs of lengths, and the logs of their scales.

        Parameters
        ----------
        sums, weights
            The sums over the frames so far, the weights beginning with
            `graph_metadata.FIRST_WEIGHT`.
        count
            The number of frames, 1 or more.
        """
        counted = count.clamp(max=MAX_TRAINED_FRAMES)
        evidence = torch.log(weights * (counted / count))
        means = torch.cat([sums / weights, evidence, torch.log(counted)], 1)
        estimate = self.estimate(nn.functional.silu(self.before_estimate(means)))
        deviation, log_scale = torch.split(estimate, len(self.reference), 1)
        mean = torch.tanh(deviation) * self.max_deviation + self.reference
        return mean, log_scale.clamp(*self.log_scales)
