"""One frame of an LSTM, with one matrix for each layer."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn


class LSTMStep(nn.Module):
    """One frame of an `nn.LSTM`.

    Parameters
    ----------
    lstm
        The LSTM, in one direction and with biases; its weights are copied.
    """

    def __init__(self, lstm: nn.LSTM) -> None:
        super().__init__()
        self.hidden_size = lstm.hidden_size
        self.layers = nn.ModuleList(_gates(lstm, number) for number in range(lstm.num_layers))

    def forward(
        self,
        frame: Float[Tensor, "B inputs"],
        hidden: Float[Tensor, "layers B H"],
        cell: Float[Tensor, "layers B H"],
    ) -> tuple[Float[Tensor, "B H"], Float[Tensor, "layers B H"], Float[Tensor, "layers B H"]]:
        """Return the output, and hidden and cell state after the frame."""
        states = []
        for number, layer in enumerate(self.layers):
            gates = layer(torch.cat([frame, hidden[number]], -1))
            opened, candidate = torch.split(gates, [3 * self.hidden_size, self.hidden_size], -1)
            enter, keep, leave = torch.chunk(torch.sigmoid(opened), 3, -1)
            after = keep * cell[number] + enter * torch.tanh(candidate)
            frame = leave * torch.tanh(after)
            states.append((frame, after))
        outputs, cells = (
            torch.stack(values) if len(values) > 1 else values[0][None]
            for values in zip(*states, strict=True)
        )
        return frame, outputs, cells


def _gates(lstm: nn.LSTM, number: int) -> nn.Linear:
    """Return the gates of a layer as one matrix: input, forget and output gate, and the cell."""

    def ordered(values: Tensor) -> Tensor:
        enter, keep, candidate, leave = values.chunk(4)
        return torch.cat([enter, keep, leave, candidate])

    inputs, hidden = (getattr(lstm, f"weight_{kind}_l{number}").detach() for kind in ("ih", "hh"))
    biases = (getattr(lstm, f"bias_{kind}_l{number}").detach() for kind in ("ih", "hh"))
    weight = ordered(torch.cat([inputs, hidden], 1))
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight, "bias": ordered(sum(biases, torch.zeros(())))})
    return layer
