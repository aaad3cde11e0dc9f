"""A trial of a network before it lifts anything: two frames, from which every output is checked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.lifting.network import LiftingNetwork, Network, Predictor, State
from signlift.lifting.network_data import FrameWindow, Prediction

_FRAMES = 2


def check_network(network: Network, name: str) -> None:
    """Run a network on two frames of one recording.

    Parameters
    ----------
    network
        A network of a file.
    name
        The name of the file, for messages.

    Raises
    ------
    InputError
        Its graphs take other inputs or return other outputs than they should; or a number that it
        returns is not finite, as where its weights are NaN.
    """
    skeleton = network.skeleton
    keypoints = np.linspace(-1, 1, _FRAMES * len(skeleton) * 2, dtype=np.float32)
    window = FrameWindow(
        keypoints.reshape(1, _FRAMES, len(skeleton), 2),
        np.ones((1, _FRAMES, len(skeleton)), np.float32),
        np.full(1, 30, np.float32),
        np.zeros((1, _FRAMES, len(skeleton)), np.float32),
        np.zeros((1, _FRAMES, 2), np.float32),
    )
    try:
        outputs = _run(network, window)
    except Exception as error:  # runtimes' errors share no other base class
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        expected = "a network with the inputs and outputs of signlift's"
        raise InputError(problem(name, expected=expected, found=f"another ({reason})")) from error
    if not all(np.isfinite(output).all() for output in outputs):
        found = "NaN or infinity for a plain pose (damaged weights?)"
        raise InputError(problem(name, expected="finite predictions", found=found))


def _run(network: Network, window: FrameWindow) -> list[NDArray[np.float32]]:
    """Run all graphs of a network; raise ValueError if an output has another shape."""
    outputs: list[NDArray[np.float32]] = []
    predictor: Predictor
    if isinstance(network, LiftingNetwork):
        before = network.initial_proportions_state(1)
        proportions, after = network.estimate_proportions(window, before)
        _check_state("proportions", before, after)
        if not proportions.mean.shape == proportions.log_scale.shape:
            raise ValueError(f"shapes {proportions.mean.shape}, {proportions.log_scale.shape}")
        outputs += [proportions.mean, proportions.log_scale, *after]
        predictor = network.condition_on(proportions)
    else:
        predictor = network
    state = predictor.initial_state(1)
    prediction, after = predictor.predict(window, state)
    _check_state("depth", state, after)
    _check_prediction(prediction, window.confidence.shape)
    optional = (prediction.uncertainty, prediction.refined)
    outputs += [prediction.depth, *(values for values in optional if values is not None), *after]
    return outputs


def _check_state(name: str, before: State, after: State) -> None:
    shapes = [[values.shape for values in state] for state in (before, after)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"the state of the {name} graph of shapes {shapes[1]}")


def _check_prediction(prediction: Prediction, shape: tuple[int, ...]) -> None:
    for name, expected in (("depth", shape), ("uncertainty", shape), ("refined", (*shape, 2))):
        values = getattr(prediction, name)
        if values is not None and values.shape != expected:
            raise ValueError(f"{name} of shape {list(values.shape)}")
