"""Training of a HandNet: its losses and its task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from signlift.model.hands.hand_inputs import HandInputs
from signlift.model.hands.hand_net import HandNet, HandNetConfig, HandOutput
from signlift.model.recurrent_state import RecurrentState
from signlift.training.sources.hand_batch import HandBatch
from signlift.training.tasks.losses import COVERAGE, LossTerms
from signlift.utils.array_types import Float

#: Terms of the loss of a HandNet, in order, and their weights in the sum.
HAND_TERMS = {
    "depth": 1.0,
    "velocity": 0.5,
    "keypoints": 0.3,
    "lengths": 0.05,
    "uncertainty": 0.5,
}


def hand_losses(
    output: HandOutput,
    keypoints: Float[Tensor, "T B 21 2"],
    depth: Float[Tensor, "T B 21"],
    lengths: Float[Tensor, "T B 20"],
) -> LossTerms:
    """Compare the predictions of a HandNet with the truth.

    The terms, in the order of `HAND_TERMS`, in hand units, over all keypoints but the root:

    - depth: mean absolute error of the depth relative to the root;
    - velocity: that of its change from frame to frame;
    - keypoints: that of the refined 2D keypoints;
    - lengths: negative log-likelihood of the bone lengths (Laplace distribution);
    - uncertainty: pinball loss of the uncertainty at `COVERAGE`.

    Parameters
    ----------
    output
        The predictions.
    keypoints, depth, lengths
        [T, B, ...], see `HandBatch`; NaN where unknown.

    Returns
    -------
    The terms. Their count is the number of frames of recordings.
    """
    frames = (~torch.isnan(lengths[..., :1])).float()
    # NaN is replaced before anything else is computed, as its gradient would be NaN.
    known = (~torch.isnan(depth[..., 1:])).float()
    error = torch.where(known > 0, output.depth[..., 1:] - depth[..., 1:], 0)
    change, both = error[1:] - error[:-1], known[1:] * known[:-1]
    in_image = (~torch.isnan(keypoints[..., 0])).float()
    correction = torch.where(in_image[..., None] > 0, output.refined - keypoints, 0)
    deviation = torch.where(frames > 0, output.mean - lengths, 0)
    likelihood = deviation.abs() * torch.exp(-output.log_scale) + output.log_scale
    excess = error.detach().abs() - output.uncertainty[..., 1:]
    pinball = torch.maximum(COVERAGE * excess, (COVERAGE - 1) * excess)
    means = torch.stack(
        [
            _mean(error.abs(), known),
            _mean(change.abs(), both),
            _mean(correction.abs().sum(-1), in_image),
            _mean(likelihood, frames.expand_as(likelihood)),
            _mean(pinball, known),
        ]
    )
    return LossTerms(means, frames.sum().expand(len(HAND_TERMS)))


@dataclass(frozen=True)
class HandTask:
    """Training of a HandNet on several losses (see `hand_losses`).

    Attributes
    ----------
    config
        The configuration of the network.
    """

    config: HandNetConfig

    terms: ClassVar[dict[str, float]] = HAND_TERMS
    loss_name: ClassVar[str] = "absolute depth error (hand units)"

    def build(self) -> HandNet:
        """Build a network with new weights."""
        return self.config.build()

    def compute_losses(
        self, model: Callable[..., Any], batch: Any, state: RecurrentState, device: torch.device
    ) -> tuple[LossTerms, RecurrentState]:
        """Run a batch through the network (see `TrainingTask`)."""
        values = {
            name: torch.as_tensor(value).to(device, non_blocking=True)
            for name, value in vars(batch).items()
            if name not in ("lanes", "continued", "origin")
        }
        inputs = HandInputs(**{name: values[name] for name in HandInputs._fields})
        output: HandOutput = model(inputs, state, values["source"], values["estimate_frame"])
        terms = hand_losses(
            output,
            values["true_keypoints"].transpose(0, 1),
            values["depth"].transpose(0, 1),
            values["proportions"].transpose(0, 1),
        )
        return terms, output.state

    def padding_batch(self) -> HandBatch:
        """Return a batch of one lane in which nothing is known."""
        return HandBatch.padding(1)


def _mean(values: Float[Tensor, "*shape"], weights: Float[Tensor, "*shape"]) -> Float[Tensor, ""]:
    return (values * weights).sum() / weights.sum().clamp(min=1)
