"""Linear layers of a trained network, changed so that they take the inputs of one frame."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from signlift.utils.array_types import Float


class InputMap:
    """Linear map from the inputs of a step to those of the trained network.

    The inputs of a step are in the order in which they are computed with the fewest operations.
    The layers that see them take over the rest: their order, factors and differences.

    Parameters
    ----------
    size
        N, the number of the step's inputs.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._rows: list[dict[int, float]] = []
        self._offsets: list[float] = []
        self._inverse: dict[int, dict[int, float]] = {}

    def add(
        self,
        columns: Sequence[int],
        factor: float = 1.0,
        offsets: Sequence[float] | None = None,
    ) -> None:
        """Add inputs that are inputs of the step times a factor, plus offsets."""
        for place, column in enumerate(columns):
            self._inverse.setdefault(column, {len(self._rows): 1 / factor})
            self._rows.append({column: factor})
            self._offsets.append(0.0 if offsets is None else float(offsets[place]))

    def add_differences(self, columns: Sequence[int], others: Sequence[int]) -> None:
        """Add inputs that are differences of inputs of the step, of which the first were added."""
        for column, other in zip(columns, others, strict=True):
            self._inverse[other] = {**self._inverse[column], len(self._rows): -1.0}
            self._rows.append({column: 1.0, other: -1.0})
            self._offsets.append(0.0)

    @property
    def matrix(self) -> Float[Tensor, "inputs N"]:
        """Matrix of the map."""
        return _dense(self._rows, self._size)

    @property
    def offset(self) -> Float[Tensor, " inputs"]:
        """Numbers that are added to the products."""
        return torch.tensor(self._offsets, dtype=torch.float64)

    def fold(
        self, weight: Float[Tensor, "out inputs"], bias: Float[Tensor, " out"]
    ) -> tuple[Float[Tensor, "out N"], Float[Tensor, " out"]]:
        """Return the weight and the bias of a layer that takes the step's inputs."""
        weight, bias = weight.detach().double(), bias.detach().double()
        return weight @ self.matrix, bias + weight @ self.offset

    def fold_residual(
        self, weight: Float[Tensor, "inputs K"], bias: Float[Tensor, " inputs"]
    ) -> tuple[Float[Tensor, "N K"], Float[Tensor, " N"]]:
        """Return those of a layer whose results are added to the inputs, now to the step's.

        It adds the offsets as well: numbers about 0 lose less when they are rounded to 8 bits.
        """
        rows = [self._inverse.get(column, {}) for column in range(self._size)]
        inverse = _dense(rows, len(self._rows))
        bias = bias.detach().double() + self.offset
        return inverse @ weight.detach().double(), inverse @ bias

    def fold_after_residual(self, weight: Float[Tensor, "out inputs"]) -> Float[Tensor, "out N"]:
        """Return the weight of a layer that takes the results of that sum."""
        return weight.detach().double() @ self.matrix


def _dense(rows: Sequence[dict[int, float]], size: int) -> Tensor:
    """Return rows of numbers by their columns as a matrix."""
    out = torch.zeros(len(rows), size, dtype=torch.float64)
    for number, row in enumerate(rows):
        for column, value in row.items():
            out[number, column] = value
    return out


def make_linear(weight: Float[Tensor, "out N"], bias: Float[Tensor, " out"]) -> nn.Linear:
    """Return a layer of float32 with a weight and a bias."""
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight.float(), "bias": bias.float()})
    return layer
