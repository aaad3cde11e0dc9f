"""What the lifting networks are trained for."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from jaxtyping import Float
from torch import Tensor

from signlift.model.lifting_net import LiftingOutput
from signlift.model.network_inputs import SKELETON

#: The part of the true depths that lie within one estimated error: that of a normal
#: distribution within one standard deviation.
WITHIN = 0.683

_NECK, _ROOT = SKELETON.index("Neck"), SKELETON.index("MidHip")

# What counts more: the hands are what signing is about, and the hardest. Legs count little.
_WEIGHTS = {"LHand": 2.5, "RHand": 2.5, "LElbow": 1.5, "RElbow": 1.5, "MidHip": 0.7}
_LEGS = ("Knee", "Ankle", "BigToe", "SmallToe", "Heel")
_LEG_WEIGHT = 0.3


@dataclass(frozen=True, eq=False)
class Losses:
    """The parts of the loss, each a single number.

    Attributes
    ----------
    depth
        Mean absolute error of the depth relative to the Neck, in torso lengths.
    velocity
        That of its change from frame to frame.
    keypoints
        That of the mended 2D keypoints.
    proportions
        The negative log likelihood of the proportions, Laplace's.
    error
        The pinball loss of the error that is told, at `WITHIN`.
    """

    depth: Float[Tensor, ""]
    velocity: Float[Tensor, ""]
    keypoints: Float[Tensor, ""]
    proportions: Float[Tensor, ""]
    error: Float[Tensor, ""]

    def total(self) -> Float[Tensor, ""]:
        """Their weighted sum."""
        return (
            self.depth
            + 0.5 * self.velocity
            + 0.3 * self.keypoints
            + 0.05 * self.proportions
            + 0.5 * self.error
        )

    def numbers(self) -> dict[str, float]:
        """Name and value of each."""
        return {field.name: float(getattr(self, field.name).detach()) for field in fields(self)}


def keypoint_weights(like: Tensor) -> Float[Tensor, " J"]:
    """How much each keypoint counts."""
    weights = torch.ones(len(SKELETON), dtype=like.dtype, device=like.device)
    for name, weight in _WEIGHTS.items():
        weights[SKELETON.index(name)] = weight
    for letter in "LR":
        for name in _LEGS:
            weights[SKELETON.index(letter + name)] = _LEG_WEIGHT
    return weights


def losses(
    lifted: LiftingOutput,
    keypoints: Float[Tensor, "T B J 2"],
    depth: Float[Tensor, "T B J"],
    proportions: Float[Tensor, "T B P"],
    visible: Float[Tensor, "T B"],
) -> Losses:
    """Compare what was lifted with what is true.

    Parameters
    ----------
    lifted
        What a `LiftingNet` told.
    keypoints
        [T, B, J, 2], the true ones, normalised.
    depth
        [T, B, J], relative to MidHip.
    proportions
        [T, B, P].
    visible
        [T, B], 1 for frames with any keypoint: only these count, but for the proportions.
    """
    weights = keypoint_weights(depth)
    frames = _share(visible)
    off = lifted.depth - depth
    from_neck = off - off[..., [_NECK]]
    change = (from_neck[1:] - from_neck[:-1]).abs()
    placed = (lifted.refined - keypoints).abs().sum(-1)
    wrong = (lifted.mean - proportions).abs()
    likelihood = wrong * torch.exp(-lifted.log_scale) + lifted.log_scale
    beyond = off.detach().abs() - lifted.uncertainty
    pinball = torch.maximum(WITHIN * beyond, (WITHIN - 1) * beyond)
    return Losses(
        depth=((from_neck.abs() * weights).mean(-1) * frames).mean(),
        velocity=((change * weights).mean(-1) * _share(visible[1:] * visible[:-1])).mean()
        if len(change)
        else off.sum() * 0,
        keypoints=((placed * weights).mean(-1) * frames).mean(),
        proportions=likelihood.mean(),
        error=(pinball.mean(-1) * frames).mean(),
    )


def _share(visible: Float[Tensor, "T B"]) -> Float[Tensor, "T B"]:
    """By how much each frame counts, so that the mean is one of the visible frames."""
    return visible / visible.mean().clamp(min=1e-6)
