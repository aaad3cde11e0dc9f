"""One frame of an LSTM, with one matrix for each layer."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from signlift.model.steps.input_map import InputMap, make_linear
from signlift.utils.array_types import Float


class LSTMStep(nn.Module):
    """One frame of an `nn.LSTM`.

    Parameters
    ----------
    lstm
        The LSTM, in one direction and with biases; its weights are copied.
    inputs
        The map of its inputs, which are the results of a residual block.
    """

    def __init__(self, lstm: nn.LSTM, inputs: InputMap) -> None:
        super().__init__()
        self.hidden_size = lstm.hidden_size
        self.layers = nn.ModuleList(
            _gates(lstm, number, None if number else inputs) for number in range(lstm.num_layers)
        )

    def forward(
        self,
        frame: Float[Tensor, "B inputs"],
        hidden: Float[Tensor, "states H"],
        cell: Float[Tensor, "states H"],
    ) -> tuple[Float[Tensor, "B H"], Float[Tensor, "states H"], Float[Tensor, "states H"]]:
        """Return the output, and hidden and cell state after the frame.

        The states are those of the B lanes of the first layer, then those of the next one.
        """
        count = len(self.layers)
        before = ([hidden], [cell]) if count == 1 else (hidden.chunk(count), cell.chunk(count))
        outputs, cells = [], []
        for layer, last, memory in zip(self.layers, *before, strict=True):
            gates = layer(torch.cat([frame, last], 1))
            opened, candidate = torch.split(gates, [3 * self.hidden_size, self.hidden_size], 1)
            enter, keep, leave = torch.split(torch.sigmoid(opened), self.hidden_size, 1)
            after = keep * memory + enter * torch.tanh(candidate)
            frame = leave * torch.tanh(after)
            outputs.append(frame)
            cells.append(after)
        if count == 1:
            return frame, frame, after
        return frame, torch.cat(outputs), torch.cat(cells)


def _gates(lstm: nn.LSTM, number: int, inputs: InputMap | None) -> nn.Linear:
    """Return the gates of a layer as one matrix: input, forget and output gate, and the cell."""

    def ordered(values: Tensor) -> Tensor:
        enter, keep, candidate, leave = values.detach().chunk(4)
        return torch.cat([enter, keep, leave, candidate])

    def get(name: str, kind: str) -> Tensor:
        return ordered(getattr(lstm, f"{name}_{kind}_l{number}"))

    weight, bias = get("weight", "ih"), get("bias", "ih") + get("bias", "hh")
    if inputs is not None:
        weight = inputs.fold_after_residual(weight)
    return make_linear(torch.cat([weight, get("weight", "hh")], 1), bias)
