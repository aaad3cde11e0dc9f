"""The two parts of a LiftingNet for one frame, from the keypoints as they are to predictions.

Both are traced as graphs (see `step_export`). They normalise the keypoints themselves, as that
costs less there than in NumPy.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from signlift.model.bone_lstm import BoneLSTM
from signlift.model.network_inputs import NUM_BONES, NUM_INPUTS, SKELETON, image_bone_lengths
from signlift.model.proportions_net import ProportionsNet
from signlift.model.steps.lstm_step import LSTMStep

_J = len(SKELETON)

#: Values that the graph of proportions hands to that of depth: those of `FrameInputs`, then the
#: lengths of the bones in the image, and whether both of their ends are observed.
VALUES_SIZE = NUM_INPUTS + 2 * NUM_BONES


class ProportionsStep(nn.Module):
    """One frame of a ProportionsNet."""

    def __init__(self, net: ProportionsNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self,
        points: Float[Tensor, "4 N"],
        placement: Float[Tensor, " 7"],
        pool: Float[Tensor, "1 S"],
    ) -> tuple[
        Float[Tensor, "1 values"], Float[Tensor, "1 P"], Float[Tensor, "1 P"], Float[Tensor, "1 S"]
    ]:
        """Estimate the proportions.

        Parameters
        ----------
        points
            [4, N]: x, y, confidence and detector depth of the J keypoints, which are the first of
            the N columns; NaN where missing.
        placement
            See `graph_metadata.PLACEMENT_SIZE`.
        pool
            The state.

        Returns
        -------
        values
            See `VALUES_SIZE`.
        mean, log_scale, pool
            The estimates, and the state after the frame.
        """
        center, per_unit, rest = torch.split(placement, [2, 1, 4])
        body = points[:, :_J]
        flat = (body[:2] - center[:, None]) * per_unit
        missing = torch.isnan(flat[:1])
        observed = 1 - missing.to(flat.dtype)
        flat = torch.where(missing, torch.zeros_like(flat), flat)
        # A keypoint without confidence is certain.
        confidence = torch.where(torch.isnan(body[2:3]), torch.ones_like(observed), body[2:3])
        depth = (body[3:] - rest[3]) * per_unit
        depth, has_depth = _zero_missing(depth)
        offset, frame_rate = torch.split(rest[None, :3], [2, 1], -1)
        offset, has_offset = _zero_missing(offset)
        keypoints = flat.transpose(0, 1)[None]
        inputs = (keypoints.flatten(1), observed, confidence * observed, depth, has_depth)
        values = torch.cat([*inputs, offset, has_offset[:, :1], frame_rate], -1)
        lengths, both_observed = image_bone_lengths(keypoints, observed)
        pool = pool + self.net.weigh_frames(values, observed, lengths)
        mean, log_scale = self.net.estimate_from(pool)
        return torch.cat([values, lengths, both_observed], -1), mean, log_scale, pool


class DepthStep(nn.Module):
    """One frame of a BoneLSTM."""

    def __init__(self, net: BoneLSTM) -> None:
        super().__init__()
        self.net = net
        self.lstm = LSTMStep(net.lstm)

    def forward(
        self,
        values: Float[Tensor, "1 values"],
        mean: Float[Tensor, "1 P"],
        log_scale: Float[Tensor, "1 P"],
        hidden: Float[Tensor, "layers 1 H"],
        cell: Float[Tensor, "layers 1 H"],
    ) -> tuple[
        Float[Tensor, "1 J2"],
        Float[Tensor, "1 J 2"],
        Float[Tensor, "layers 1 H"],
        Float[Tensor, "layers 1 H"],
    ]:
        """Predict the depth.

        Parameters
        ----------
        values
            From the graph of proportions.
        mean, log_scale
            [1, P], the proportions.
        hidden, cell
            The state.

        Returns
        -------
        prediction
            [1, 2 J], depth and uncertainty, in torso lengths.
        refined
            [1, J, 2], refined keypoints, normalised.
        hidden, cell
            The state after the frame.
        """
        inputs, lengths, both_observed = torch.split(values, [NUM_INPUTS, NUM_BONES, NUM_BONES], -1)
        frame = self.net.encode_frames(inputs, lengths, both_observed, mean, log_scale)
        output, hidden, cell = self.lstm(frame, hidden, cell)
        flat, observed, _, offset, _ = torch.split(inputs, [2 * _J, _J, 3 * _J, 2, 2], -1)
        keypoints = flat.reshape(1, _J, 2)
        refined, depth, uncertainty = self.net.predict(
            frame, output, keypoints, observed, offset, mean
        )
        return torch.cat([depth, uncertainty], -1), refined, hidden, cell


def _zero_missing(values: Tensor) -> tuple[Tensor, Tensor]:
    """Return values with 0 for NaN, and 1 where they are not NaN."""
    missing = torch.isnan(values)
    return torch.where(missing, torch.zeros_like(values), values), 1 - missing.to(values.dtype)
