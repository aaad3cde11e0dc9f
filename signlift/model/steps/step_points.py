"""Keypoints of one frame as the vectors that the networks of one frame take."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import torch
from torch import Tensor, nn

from signlift.utils.array_types import Float


class StepPoints(nn.Module):
    """Normalisation of the keypoints of B bodies or hands, their bones, and what is missing.

    It replaces `network_inputs.FrameInputs` and `hand_inputs.HandFrames` with a third of their
    operations, each of which costs more than what it computes. The same numbers come in another
    order (see `InputMap`).

    Parameters
    ----------
    num_keypoints
        J.
    starts, ends
        The keypoints at the ends of each bone.
    with_depth
        Keypoints of which it counts whether they have a detector's depth.
    num_context
        C, further numbers.

    Attributes
    ----------
    parts
        The columns of the results, by name: x, y, confidence and depth [J] and lengths (of the
        bones in the image), 0 where missing; observed [J], has_depth and both (ends of a bone are
        observed), 1 or 0; and the context.
    size
        Their number, V.
    """

    starts: Tensor
    ends: Tensor
    keypoint_of: Tensor
    masks: Tensor

    def __init__(
        self,
        num_keypoints: int,
        starts: Sequence[int],
        ends: Sequence[int],
        with_depth: Sequence[int],
        num_context: int,
    ) -> None:
        super().__init__()
        J, B = num_keypoints, len(starts)
        names = ("x", "y", "confidence", "depth", "lengths", "observed", "has_depth", "both")
        sizes = (J, J, J, J, B, J, len(with_depth), B, num_context)
        bounds = [0, *accumulate(sizes)]
        self.parts = {
            name: list(range(bounds[number], bounds[number + 1]))
            for number, name in enumerate((*names, "context"))
        }
        self.sizes = list(sizes)
        self.size = bounds[-1]
        x, y, depth, lengths = (self.parts[name] for name in ("x", "y", "depth", "lengths"))

        def ends_of(bones: Sequence[int]) -> Tensor:
            return torch.tensor([[axis[number] for number in bones] for axis in (x, y)])

        self.register_buffer("starts", ends_of(starts))
        self.register_buffer("ends", ends_of(ends))
        # Whose absence makes each number missing.
        self.register_buffer("keypoint_of", torch.tensor([*x, *x, *x, *depth, *lengths]))
        has_depth = [depth[number] for number in with_depth]
        self.register_buffer("masks", torch.tensor([*x, *has_depth, *lengths]))

    def forward(
        self,
        points: Float[Tensor, "B 4 J"],
        origin: Float[Tensor, "B 4 1"],
        factor: Float[Tensor, "B 4 1"],
        context: Float[Tensor, "B C"],
    ) -> Float[Tensor, "B V"]:
        """Compute the numbers of a frame.

        Parameters
        ----------
        points
            [B, 4, J]: x, y, confidence and detector depth; NaN where missing.
        origin, factor
            [B, 4, 1], what is subtracted from them, and what they are multiplied with then.
        context
            [B, C], further numbers without NaN.
        """
        flat = torch.flatten((points - origin) * factor, 1)
        steps = flat[:, self.ends] - flat[:, self.starts]
        vector = torch.cat([flat, torch.linalg.vector_norm(steps, dim=1)], 1)
        missing = torch.isnan(vector)
        zero, one = torch.zeros(()), torch.ones(())
        values = torch.where(missing[:, self.keypoint_of], zero, vector)
        masks = torch.where(missing[:, self.masks], zero, one)
        return torch.cat([values, masks, context], 1)
