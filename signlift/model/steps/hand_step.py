"""A HandNet for one frame of both hands, from the keypoints as they are to depth in their unit.

The same computation as `signlift.lifting.hands.hand_frames` and the graphs of a HandNet, in one
graph. Lengths are in torso lengths until the last line.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from signlift.core.bone_lengths import ESTIMATES, INVERSE_DISTANCE
from signlift.core.hands import HAND_UNIT, NEARNESS, SWAPPED_DISTANCE, WRIST_MAGNIFICATIONS
from signlift.model.constants import take
from signlift.model.hands.hand_inputs import HAND_KEYPOINTS, HandFrames, measure_frames
from signlift.model.hands.hand_net import HandNet
from signlift.model.network_inputs import SKELETON
from signlift.model.steps.lstm_step import LSTMStep

_J = len(SKELETON)
_NECK = SKELETON.index("Neck")
_WRISTS = (SKELETON.index("LHand"), SKELETON.index("RHand"))
_ARMS = (*_WRISTS, SKELETON.index("LElbow"), SKELETON.index("RElbow"))
_ARM_LENGTHS = (ESTIMATES.index("upper_arm"), ESTIMATES.index("forearm"))


class HandStep(nn.Module):
    """One frame of a HandNet."""

    mirror: Tensor

    def __init__(self, net: HandNet) -> None:
        super().__init__()
        self.net = net
        self.lstm = LSTMStep(net.depth.lstm)
        # Left hands are those that the network knows: x of right ones is mirrored.
        self.register_buffer("mirror", torch.tensor([[[1.0], [-1.0]], [[1.0], [1.0]]]))

    def forward(
        self,
        points: Float[Tensor, "4 N"],
        placement: Float[Tensor, " 7"],
        hand_placement: Float[Tensor, " 6"],
        prediction: Float[Tensor, "1 J2"],
        refined: Float[Tensor, "1 J 2"],
        mean: Float[Tensor, "1 P"],
        root_shift: Float[Tensor, "J 1"],
        pool: Float[Tensor, "1 S"],
        hidden: Float[Tensor, "layers 2 H"],
        cell: Float[Tensor, "layers 2 H"],
    ) -> tuple[
        Float[Tensor, "2 42"],
        Float[Tensor, "42 2"],
        Float[Tensor, "1 S"],
        Float[Tensor, "layers 2 H"],
        Float[Tensor, "layers 2 H"],
    ]:
        """Predict the depth of both hands.

        Parameters
        ----------
        points
            [4, N], as for the body; the last 42 columns are the keypoints of both hands.
        placement
            See `graph_metadata.PLACEMENT_SIZE`.
        hand_placement
            See `graph_metadata.HAND_PLACEMENT_SIZE`. The detector took one hand for the other where
            the distance of swapped hands is more than `SWAPPED_DISTANCE` hand units.
        prediction, refined, mean
            Depth and uncertainty, and refined keypoints of the body, and its proportions.
        root_shift
            [J, 1], what the depth of the body is multiplied with to give that of the network's root
            relative to the root of the keypoints' skeleton.
        pool, hidden, cell
            The state.

        Returns
        -------
        hands
            [2, 42], depth and uncertainty in the unit of the keypoints.
        refined
            [42, 2], refined keypoints in that unit.
        pool, hidden, cell
            The state after the frame.
        """
        center, per_unit, rest = torch.split(placement, [2, 1, 4])
        centre, swap_distance, scale, origin_of_frame = torch.split(hand_placement, [2, 1, 1, 2])
        depth, uncertainty = torch.split(prediction, _J, -1)
        # Of the arms: left and right wrist, left and right elbow. Rows are x and y.
        arms = take(refined, _ARMS, 1)[0].transpose(0, 1)
        wrists, _ = torch.split(arms, 2, -1)
        arm_depth = take(depth, _ARMS) + depth @ root_shift
        wrist_depth, _ = torch.split(arm_depth, 2, -1)
        wrist_uncertainty = take(uncertainty, _WRISTS)
        inverse = NEARNESS * torch.exp(mean[:, INVERSE_DISTANCE : INVERSE_DISTANCE + 1])
        unit = HAND_UNIT * torch.exp(take(mean, _ARM_LENGTHS)).sum(-1, keepdim=True)
        centre = torch.where(torch.isnan(centre), refined[0, _NECK], centre)[:, None]

        flat = (points[:2] - center[:, None]) * per_unit
        measured = take(flat, _WRISTS)
        hands = flat[:, -2 * HAND_KEYPOINTS :].reshape(2, 2, HAND_KEYPOINTS)
        scores, detector = points[2:, -2 * HAND_KEYPOINTS :].reshape(2, 2, HAND_KEYPOINTS)
        detector = (detector - detector[:, :1]) * per_unit
        joined = torch.cat([hands, scores[None], detector[None]])
        order = torch.where(
            swap_distance > SWAPPED_DISTANCE * unit[0],
            torch.tensor([1, 0]),
            torch.tensor([0, 1]),
        )
        joined = joined.index_select(1, order)
        hands, scores, detector = joined[:2], joined[2], joined[3]

        magnification = (1 + inverse * wrist_depth).clamp(*WRIST_MAGNIFICATIONS)
        image_unit = unit / magnification
        per_hand_unit = 1 / image_unit
        roots = hands[:, :, 0]
        origin = torch.where(torch.isnan(measured), wrists, measured)
        origin = torch.where(torch.isnan(roots), origin, roots)
        missing = torch.isnan(hands[0])
        observed = 1 - missing.to(hands.dtype)
        local = (hands - origin[..., None]) * (per_hand_unit[..., None] * self.mirror)
        local = torch.where(missing, torch.zeros_like(local), local).permute(1, 2, 0)
        sure = torch.where(torch.isnan(scores), torch.ones_like(scores), scores) * observed
        across = (arms - centre) * (1 + inverse * arm_depth)
        reach = torch.cat([across, arm_depth])
        reach = reach[:, :2] - reach[:, 2:]
        reach = reach / torch.sqrt((reach * reach).sum(0, keepdim=True))
        sides = self.mirror[..., 0]
        upright = torch.cat([sides, torch.ones_like(sides[:1])])
        sight = torch.cat([(origin - centre) * inverse, inverse * image_unit]) * upright
        frames = measure_frames(
            local,
            observed,
            sure,
            detector * per_hand_unit[0][:, None],
            (reach * upright).transpose(0, 1),
            sight.transpose(0, 1),
            ((measured - origin) * per_hand_unit * sides).transpose(0, 1),
            rest[2:3].expand(2, 1),
        )
        pool, mean, log_scale = self._estimate_lengths(frames, pool)
        encoded = self.net.depth.encode_frames(frames, mean, log_scale)
        output, hidden, cell = self.lstm(encoded, hidden, cell)
        local, depth, spread = self.net.depth.predict(frames, encoded, output, mean)

        column = unit.reshape(1, 1)
        depth = depth * column + wrist_depth.reshape(2, 1)
        spread = spread * column
        spread = torch.sqrt(spread * spread + (wrist_uncertainty**2).reshape(2, 1))
        both = torch.stack([depth, spread]) * scale
        local = local * (image_unit[..., None] * self.mirror).permute(1, 2, 0)
        places = (local + origin.transpose(0, 1)[:, None]) * scale + origin_of_frame
        both, places = both.index_select(1, order), places.index_select(0, order)
        hands, refined = both.reshape(2, -1), places.reshape(-1, 2)
        return hands, refined, pool, hidden, cell

    def _estimate_lengths(
        self, frames: HandFrames, pool: Float[Tensor, "1 S"]
    ) -> tuple[Float[Tensor, "1 S"], Float[Tensor, "2 20"], Float[Tensor, "2 20"]]:
        """Return the state after both hands, and the lengths that both have then."""
        net = self.net.proportions
        pool = pool + net.weigh_frames(frames).sum(0, keepdim=True)
        mean, log_scale = net.estimate_from(pool)
        return pool, mean.expand(2, -1), log_scale.expand(2, -1)
