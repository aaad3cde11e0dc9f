"""RecurrentState: everything that a network carries from one window of frames to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

from signlift.utils.array_types import Bool, Float, Int


class RecurrentState(NamedTuple):
    """Recurrent state of B recordings, one to a lane; zeros before their first frame.

    Attributes
    ----------
    hidden, cell
        [num_layers, B, hidden_size], the state of an LSTM.
    pool
        [B, S], the sums of a `ProportionsNet`; None for a network without one.
    """

    hidden: Float[Tensor, "layers B hidden"]
    cell: Float[Tensor, "layers B hidden"]
    pool: Float[Tensor, "B S"] | None = None

    @property
    def lanes(self) -> int:
        """B, the number of lanes."""
        return self.hidden.shape[-2]

    def keep(self, continued: Bool[Tensor, " B"]) -> RecurrentState:
        """Reset the lanes in which a new recording begins.

        Parameters
        ----------
        continued
            [B], whether the recording of a lane goes on.

        Returns
        -------
        The state of the lanes that go on, and zeros in the others.
        """
        # Not a product, as 0 times NaN is NaN.
        return self._map(lambda values: values.masked_fill(~continued[:, None], 0))

    def detach(self) -> RecurrentState:
        """Return the same numbers without their gradients."""
        return self._map(lambda values: values.detach())

    def select(self, lanes: Int[Tensor, " N"]) -> RecurrentState:
        """Return the state of N lanes, by their numbers."""
        return self._map(lambda values: values.index_select(-2, lanes))

    def replace_lanes(self, lanes: Int[Tensor, " N"], state: RecurrentState) -> RecurrentState:
        """Return this state with N lanes, by their numbers, taken from the state of N lanes."""
        hidden = _replace(self.hidden, lanes, state.hidden)
        cell = _replace(self.cell, lanes, state.cell)
        if self.pool is None or state.pool is None:
            return RecurrentState(hidden, cell)
        return RecurrentState(hidden, cell, _replace(self.pool, lanes, state.pool))

    def _map(self, function: Callable[[Tensor], Tensor]) -> RecurrentState:
        pool = None if self.pool is None else function(self.pool)
        return RecurrentState(function(self.hidden), function(self.cell), pool)


def _replace(values: Tensor, lanes: Tensor, replacements: Tensor) -> Tensor:
    return values.index_copy(-2, lanes, replacements.to(values.dtype))
