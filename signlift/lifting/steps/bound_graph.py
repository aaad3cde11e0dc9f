"""BoundGraph: a graph of one frame with its recurrent state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signlift.lifting.network import StepGraph
from signlift.model.graph_metadata import FIRST_WEIGHT


class BoundGraph:
    """A graph of one frame, bound once to its arrays; its state swaps between two of them.

    Parameters
    ----------
    graph
        The graph. Its last inputs and outputs are the states before and after the frame.
    inputs, outputs
        The others, read and written in place.
    states
        Each state before the first frame.
    """

    def __init__(
        self,
        graph: StepGraph,
        inputs: Sequence[NDArray[np.float32]],
        outputs: Sequence[NDArray[np.float32]],
        states: Sequence[NDArray[np.float32]],
    ) -> None:
        both = [[np.array(state, np.float32) for state in states] for _ in range(2)]
        # The runtime does not keep the arrays alive.
        self._arrays = (*inputs, *outputs, *both[0], *both[1])
        self._run, self._next = (
            graph.bind([*inputs, *both[before]], [*outputs, *both[1 - before]])
            for before in range(2)
        )

    def run(self) -> None:
        """Compute the outputs of the next frame."""
        self._run()
        self._run, self._next = self._next, self._run


def pool_states(lanes: int, size: int) -> list[NDArray[np.float32]]:
    """Return sums and weights of pooled estimates before the first frame.

    Parameters
    ----------
    lanes
        Their number of lanes.
    size
        The size of the state of the network: sums, weights and a count.
    """
    shape = (lanes, size // 2)
    return [np.zeros(shape, np.float32), np.full(shape, FIRST_WEIGHT, np.float32)]


def lstm_states(rows: int, hidden_size: int) -> list[NDArray[np.float32]]:
    """Return the state of an LSTM before the first frame, of all layers and lanes."""
    return [np.zeros((rows, hidden_size), np.float32) for _ in range(2)]
