"""DepthLSTM: the network of the original repository, from 2D keypoints to their depth."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from signlift.core.reference_frame import ReferenceFrame
from signlift.core.skeleton import get_skeleton
from signlift.errors import check_fields
from signlift.model.recurrent_state import RecurrentState
from signlift.utils.array_types import Float


@dataclass(frozen=True)
class DepthLSTMConfig:
    """Sizes, skeleton and reference frame of a DepthLSTM.

    Attributes
    ----------
    skeleton
        Name of the skeleton of its J keypoints.
    frame
        Reference frame of the data that it is trained on.
    hidden_size, num_layers
        Sizes of the LSTM.
    observed_mask
        Whether J further inputs of 0 and 1 say which keypoints are observed.

    Raises
    ------
    InputError
        A size below 1.
    """

    skeleton: str = "panoptic26"
    frame: ReferenceFrame = "camera"
    hidden_size: int = 256
    num_layers: int = 1
    observed_mask: bool = True

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("hidden_size", self.hidden_size >= 1, "a number above 0"),
            ("num_layers", self.num_layers >= 1, "a number above 0"),
        )

    def build(self) -> DepthLSTM:
        """Build a model with new weights, drawn from PyTorch's generator."""
        J = len(get_skeleton(self.skeleton))
        return DepthLSTM(J, self.hidden_size, self.num_layers, observed_mask=self.observed_mask)


class DepthLSTM(nn.Module):
    """LSTM (2J -> hidden_size, num_layers) and Linear (hidden_size -> J).

    The network of the original repository. The recurrent state goes in and comes out, so that
    the model is independent of batch size and length.

    Parameters
    ----------
    num_keypoints
        J.
    hidden_size, num_layers
        Sizes of the LSTM (Hochreiter and Schmidhuber, 1997).
    observed_mask
        Add J inputs: 1 where a keypoint is observed, 0 where it is missing. Without them a
        missing keypoint looks like one at the centre of the frame.

    Examples
    --------
    >>> import torch
    >>> model = DepthLSTM(num_keypoints=26, hidden_size=8)
    >>> depth, state = model(torch.zeros(1, 5, 52))
    >>> depth.shape
    torch.Size([1, 5, 26])
    >>> depth, state = model(torch.zeros(1, 3, 52), state)  # the next three frames
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

    def initial_state(self, lanes: int) -> RecurrentState:
        """Return the state of a number of recordings before their first frame: zeros."""
        zeros = self.linear.weight.new_zeros(self.lstm.num_layers, lanes, self.lstm.hidden_size)
        return RecurrentState(zeros, zeros.clone())

    def forward(
        self, keypoints: Float[Tensor, "B T JJ"], state: RecurrentState | None = None
    ) -> tuple[Float[Tensor, "B T J"], RecurrentState]:
        """Predict the depth of every keypoint in every frame.

        Parameters
        ----------
        keypoints
            [B, T, 2J]: x_1, y_1, ..., x_J, y_J, normalised; NaN where missing. A missing
            keypoint never makes a result NaN.
        state
            The state that an earlier call returned; None before the first frame.

        Returns
        -------
        depth
            [B, T, J], in the unit of the normalised keypoints.
        state
            The state after the last frame.
        """
        missing = torch.isnan(keypoints)
        missing = missing[..., ::2] | missing[..., 1::2]  # a keypoint needs both coordinates
        inputs = keypoints.masked_fill(missing.repeat_interleave(2, -1), 0)
        if self.observed_mask:
            observed = (~missing).to(inputs.dtype)
            inputs = torch.cat([inputs, observed], -1)
        # Time first, as in the LSTM: the hidden states are then contiguous for the linear layer.
        inputs = inputs.transpose(0, 1).contiguous()
        lstm_state = None if state is None else (state.hidden, state.cell)
        hidden, lstm_state = self.lstm(inputs, lstm_state)
        return self.linear(hidden).transpose(0, 1), RecurrentState(*lstm_state)
