"""The graphs alone on tensors that are ready: what lifting would take if all else cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.lifting.backends.onnx import OnnxGraph

#: A graph, and the tensors of one call.
Call = tuple[OnnxGraph, list[NDArray[np.float32]]]


@contextmanager
def recorded_calls() -> Iterator[list[Call]]:
    """Record the calls of all graphs, with copies of their tensors."""
    calls: list[Call] = []
    run: Callable[..., Any] = OnnxGraph.__call__

    def record(graph: OnnxGraph, *inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        calls.append((graph, [np.array(value, order="C") for value in inputs]))
        return run(graph, *inputs)

    OnnxGraph.__call__ = record  # type: ignore[method-assign, assignment]
    try:
        yield calls
    finally:
        OnnxGraph.__call__ = run  # type: ignore[method-assign]


def repeat_calls(calls: list[Call]) -> None:
    """Run the graphs again on the same tensors."""
    for graph, inputs in calls:
        graph(*inputs)
