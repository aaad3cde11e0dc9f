"""DepthLSTM: an LSTM and a linear layer, from 2D keypoints to the depth of each."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from signlift.core.reference_frame import ReferenceFrame
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, problem

#: The hidden and the cell state, each [num_layers, B, hidden_size].
State = tuple[Float[Tensor, "layers B hidden"], Float[Tensor, "layers B hidden"]]


@dataclass(frozen=True)
class ModelConfig:
    """All that is needed to build a DepthLSTM and to know what it may be given.

    Attributes
    ----------
    skeleton
        The name of the skeleton whose J keypoints go in and come out.
    frame
        The frame of reference it was trained in.
    hidden_size, num_layers
        Of the LSTM.
    observed_mask
        Whether it is told which keypoints are observed, by J further inputs of 0 and 1.
    """

    skeleton: str = "panoptic26"
    frame: ReferenceFrame = "camera"
    hidden_size: int = 256
    num_layers: int = 1
    observed_mask: bool = True

    def __post_init__(self) -> None:
        problems = [
            problem(name, expected="a number above 0", found=str(value))
            for name, value in (
                ("hidden_size", self.hidden_size),
                ("num_layers", self.num_layers),
            )
            if value < 1
        ]
        if problems:
            raise InputError(problems)

    def on(self) -> Skeleton:
        """The skeleton itself."""
        return get_skeleton(self.skeleton)

    def build(self) -> DepthLSTM:
        """A model with fresh weights, drawn from torch's generator."""
        return DepthLSTM(
            len(self.on()), self.hidden_size, self.num_layers, observed_mask=self.observed_mask
        )


class DepthLSTM(nn.Module):
    """LSTM (2J -> hidden_size, num_layers) and Linear (hidden_size -> J), as in the seed.

    Free of batch size and length; the state goes in and comes out.

    Parameters
    ----------
    num_keypoints
        J.
    hidden_size, num_layers
        Of the LSTM (Hochreiter and Schmidhuber, 1997).
    observed_mask
        Give the LSTM J further inputs: 1 where a keypoint is observed, 0 where not. Without it a
        missing keypoint looks like one that lies at the centre of the frame.
    """

    def __init__(
        self,
        num_keypoints: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        observed_mask: bool = True,
    ) -> None:
        super().__init__()
        self.num_keypoints = num_keypoints
        self.observed_mask = observed_mask
        inputs = num_keypoints * (3 if observed_mask else 2)
        self.lstm = nn.LSTM(inputs, hidden_size, num_layers)
        self.linear = nn.Linear(hidden_size, num_keypoints)

    def forward(
        self, keypoints: Float[Tensor, "B T JJ"], state: State | None = None
    ) -> tuple[Float[Tensor, "B T J"], State]:
        """Depth of every keypoint in every frame, and the state to go on from.

        Parameters
        ----------
        keypoints
            [B, T, 2J]: x_1, y_1, ..., x_J, y_J, normalised; NaN where not observed. A missing
            keypoint changes nothing but what is known of it: no NaN comes out.
        state
            The state that an earlier call returned, for its next frames; None is zero, the
            state before the first frame.

        Returns
        -------
        depth
            [B, T, J], in the unit of the normalised keypoints.
        state
            The state after the last frame.
        """
        missing = torch.isnan(keypoints)
        missing = missing[..., ::2] | missing[..., 1::2]  # one coordinate alone tells nothing
        inputs = keypoints.masked_fill(missing.repeat_interleave(2, -1), 0)
        if self.observed_mask:
            observed = (~missing).to(inputs.dtype)
            inputs = torch.cat([inputs, observed], -1)
        # Time first, as the LSTM works: the hidden states then are one piece of memory for Linear.
        hidden, state = self.lstm(inputs.transpose(0, 1).contiguous(), state)
        return self.linear(hidden).transpose(0, 1), state
