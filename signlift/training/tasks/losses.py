"""Losses: the terms that training minimises, for each architecture."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from signlift.model.constants import constant
from signlift.model.lifting_net import LiftingOutput
from signlift.model.network_inputs import SKELETON
from signlift.utils.array_types import Bool, Float

#: Fraction of the true depths within the uncertainty: that of a normal distribution within one
#: standard deviation.
COVERAGE = 0.683

#: Terms of the loss of a LiftingNet, in order, and their weights in the sum.
LIFTING_TERMS = {
    "depth": 1.0,
    "velocity": 0.5,
    "keypoints": 0.3,
    "proportions": 0.05,
    "uncertainty": 0.5,
}

_NECK = SKELETON.index("Neck")

# Weights of keypoints: the hands carry the signing and are the hardest; legs carry little.
_WEIGHTS = {"LHand": 2.5, "RHand": 2.5, "LElbow": 1.5, "RElbow": 1.5, "MidHip": 0.7}
_LEGS = ("Knee", "Ankle", "BigToe", "SmallToe", "Heel")
_LEG_WEIGHT = 0.3
_KEYPOINT_WEIGHTS = tuple(
    _LEG_WEIGHT if name[1:] in _LEGS else _WEIGHTS.get(name, 1.0) for name in SKELETON.keypoints
)


class LossTerms(NamedTuple):
    """The terms of a loss over a batch.

    Attributes
    ----------
    means
        [terms], the mean of each term over what counts in it; 0 where nothing counts.
    counts
        [terms], the weight of each mean beside those of other batches: the number of known
        depths, or of frames. 0 where nothing counts.
    """

    means: Float[Tensor, " terms"]
    counts: Float[Tensor, " terms"]


def depth_loss(
    depth: Float[Tensor, "B T J"], targets: Float[Tensor, "B T J"], loss: str
) -> LossTerms:
    """Compute the mean squared or absolute error of depth.

    Parameters
    ----------
    depth
        [B, T, J], predicted.
    targets
        [B, T, J], true; NaN for unknown depth and padding, which do not count.
    loss
        mse or l1.

    Returns
    -------
    A single term; its count is the number of known depths.

    Examples
    --------
    >>> import torch
    >>> targets = torch.tensor([[[0.0, torch.nan]]])
    >>> depth_loss(torch.tensor([[[3.0, 1.0]]]), targets, "mse")
    LossTerms(means=tensor([9.]), counts=tensor([1.]))
    """
    known = ~torch.isnan(targets)
    error = torch.where(known, depth - targets, 0)
    total = error.square().sum() if loss == "mse" else error.abs().sum()
    count = known.sum().to(total.dtype)
    return LossTerms((total / count.clamp(min=1))[None], count[None])


def lifting_losses(
    output: LiftingOutput,
    keypoints: Float[Tensor, "T B J 2"],
    depth: Float[Tensor, "T B J"],
    proportions: Float[Tensor, "T B P"],
    visible: Float[Tensor, "T B"],
) -> LossTerms:
    """Compare the predictions of a LiftingNet with the truth.

    The terms, in the order of `LIFTING_TERMS`, in torso lengths:

    - depth: mean absolute error of the depth relative to the Neck;
    - velocity: that of its change from frame to frame;
    - keypoints: that of the refined 2D keypoints;
    - proportions: negative log-likelihood of the proportions (Laplace distribution);
    - uncertainty: pinball loss of the uncertainty at `COVERAGE`.

    Parameters
    ----------
    output
        The predictions.
    keypoints
        [T, B, J, 2], the true ones, normalised; NaN where unknown.
    depth
        [T, B, J], relative to MidHip; NaN where unknown.
    proportions
        [T, B, P], logs; NaN where unknown, and in frames behind the end of a recording.
    visible
        [T, B], 1 for frames with any keypoint. Only these count, except for the proportions.

    Returns
    -------
    The terms. Their count is the number of frames of recordings.
    """
    weights = keypoint_weights(depth)
    visible = visible > 0
    error, known = _compare(output.depth, depth)
    neck_error = error - error[..., _NECK : _NECK + 1]
    neck_known = known & known[..., _NECK : _NECK + 1] & visible[..., None]
    change = neck_error[1:] - neck_error[:-1]
    correction, keypoints_known = _compare(output.refined, keypoints)
    deviation, proportions_known = _compare(output.mean, proportions)
    likelihood = deviation.abs() * torch.exp(-output.log_scale) + output.log_scale
    excess = error.detach().abs() - output.uncertainty
    pinball = torch.maximum(COVERAGE * excess, (COVERAGE - 1) * excess)
    terms = {
        "depth": _mean(neck_error.abs() * weights, neck_known),
        "velocity": _mean(change.abs() * weights, neck_known[1:] & neck_known[:-1]),
        "keypoints": _mean(
            correction.abs().sum(-1) * weights, keypoints_known.all(-1) & visible[..., None]
        ),
        "proportions": _mean(likelihood, proportions_known),
        "uncertainty": _mean(pinball, known & visible[..., None]),
    }
    means, has_values = zip(*(terms[name] for name in LIFTING_TERMS), strict=True)
    frames = (proportions_known.any(-1) | visible).sum()
    return LossTerms(torch.stack(means), torch.stack(has_values) * frames)


def keypoint_weights(like: Tensor) -> Float[Tensor, " J"]:
    """Return the weight of each keypoint, with the type and on the device of a tensor."""
    return constant(_KEYPOINT_WEIGHTS, like.dtype, like.device)


def _compare(
    predicted: Float[Tensor, "*shape"], true: Float[Tensor, "*shape"]
) -> tuple[Float[Tensor, "*shape"], Bool[Tensor, "*shape"]]:
    """Return the differences, 0 where the truth is NaN, and where it is known."""
    known = ~torch.isnan(true)
    # NaN is replaced before anything else is computed, as its gradient would be NaN.
    return torch.where(known, predicted - true, 0), known


def _mean(
    values: Float[Tensor, "T B K"], known: Bool[Tensor, "T B K"]
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Return the mean of the known values, and 1 if there is any, 0 otherwise."""
    count = known.sum()
    total = torch.where(known, values, 0).sum()
    return total / count.clamp(min=1), (count > 0).to(values.dtype)
