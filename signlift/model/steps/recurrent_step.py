"""One frame of a BoneLSTM or a HandLSTM: the layers before, in and after the LSTM."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from signlift.model.bone_lstm import Residual
from signlift.model.steps.input_map import InputMap, make_linear
from signlift.model.steps.lstm_step import LSTMStep
from signlift.utils.array_types import Float


class RecurrentStep(nn.Module):
    """The layers of a network that sees frames one by one, with fewer and other matrices.

    The map of the inputs is part of the layers. The last layer and the residual block before it,
    between which nothing is nonlinear, are one matrix.

    Parameters
    ----------
    inputs
        The map of the inputs.
    encode, lstm, head
        The layers of the network.
    outputs, factors
        The numbers of its outputs, in the order of the results, and what they are multiplied with.
    """

    def __init__(
        self,
        inputs: InputMap,
        encode: Residual,
        lstm: nn.LSTM,
        head: nn.Sequential,
        outputs: list[int],
        factors: Float[Tensor, " outputs"],
    ) -> None:
        super().__init__()
        self.first_layer = make_linear(*inputs.fold(encode.first.weight, encode.first.bias))
        self.second_layer = make_linear(
            *inputs.fold_residual(encode.second.weight, encode.second.bias)
        )
        self.lstm = LSTMStep(lstm, inputs)
        before, _, residual, last = head
        assert isinstance(before, nn.Linear)
        assert isinstance(residual, Residual)
        assert isinstance(last, nn.Linear)
        H = lstm.hidden_size
        weight = inputs.fold_after_residual(before.weight[:, H:])
        weight = torch.cat([before.weight[:, :H].detach(), weight], 1)
        self.head = make_linear(weight, before.bias.detach())
        self.residual = residual.first
        weight = last.weight.detach()[outputs].double() * factors[:, None]
        bias = last.bias.detach()[outputs].double() * factors
        both = torch.cat([weight, weight @ residual.second.weight.detach().double()], 1)
        self.last = make_linear(both, bias + weight @ residual.second.bias.detach().double())

    def forward(
        self,
        frame: Float[Tensor, "B inputs"],
        hidden: Float[Tensor, "states H"],
        cell: Float[Tensor, "states H"],
    ) -> tuple[Float[Tensor, "B outputs"], Float[Tensor, "states H"], Float[Tensor, "states H"]]:
        """Return the outputs, and the states after the frame."""
        encoded = frame + self.second_layer(nn.functional.silu(self.first_layer(frame)))
        output, hidden, cell = self.lstm(encoded, hidden, cell)
        features = nn.functional.silu(self.head(torch.cat([output, encoded], 1)))
        rest = nn.functional.silu(self.residual(features))
        return self.last(torch.cat([features, rest], 1)), hidden, cell


def measure_fractions(
    lengths: Float[Tensor, "B N"], in_image: Float[Tensor, "B N"], both: Float[Tensor, "B N"]
) -> tuple[Float[Tensor, "B N"], Float[Tensor, "B N"], Float[Tensor, "B N"]]:
    """Compute how long bones appear: as fractions, across these, and the fractions up to 1.

    Parameters
    ----------
    lengths, in_image
        Their lengths, and those in the image (0 where unknown).
    both
        1 where both ends are observed, 0 elsewhere.
    """
    fraction = (in_image / lengths).clamp(max=2.0)
    limited = fraction.clamp(max=1.0)
    across = torch.sqrt((1 + 1e-6) - limited * limited) * lengths * both
    return fraction, across, limited
