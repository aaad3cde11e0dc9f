"""BoundGraph: a graph of one frame with its recurrent state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signlift.lifting.network import StepGraph


class BoundGraph:
    """A graph of one frame, bound once to its arrays; its state swaps between two of them.

    Parameters
    ----------
    graph
        The graph. Its last inputs and outputs are the states before and after the frame.
    inputs, outputs
        The others, read and written in place.
    state_shapes
        The shape of each state; it begins with zeros.
    """

    def __init__(
        self,
        graph: StepGraph,
        inputs: Sequence[NDArray[np.float32]],
        outputs: Sequence[NDArray[np.float32]],
        state_shapes: Sequence[tuple[int, ...]],
    ) -> None:
        states = [[np.zeros(shape, np.float32) for shape in state_shapes] for _ in range(2)]
        # The runtime does not keep the arrays alive.
        self._arrays = (*inputs, *outputs, *states[0], *states[1])
        self._run, self._next = (
            graph.bind([*inputs, *states[before]], [*outputs, *states[1 - before]])
            for before in range(2)
        )

    def run(self) -> None:
        """Compute the outputs of the next frame."""
        self._run()
        self._run, self._next = self._next, self._run
