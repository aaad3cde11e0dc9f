"""Network: what the lifter asks of a model, whatever runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.reference_frame import ReferenceFrame
from signlift.core.skeleton import Skeleton, get_skeleton

#: Arrays in, by name, and arrays out, in order; ONNX Runtime or PyTorch.
Graph = Callable[[Mapping[str, NDArray[np.float32]]], list[NDArray[np.float32]]]

#: What is carried from one window of frames to the next.
State = tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, eq=False)
class Frames:
    """A window of frames of B recordings, as the networks see them.

    Attributes
    ----------
    keypoints
        [B, T, J, 2], normalised (see `signlift.normalization.normalize`), NaN where missing.
    confidence
        [B, T, J] in 0 ... 1.
    fps
        [B], frames per second.
    """

    keypoints: Float[np.ndarray, "B T J 2"]
    confidence: Float[np.ndarray, "B T J"]
    fps: Float[np.ndarray, " B"]

    def __len__(self) -> int:
        """T, the number of frames."""
        return self.keypoints.shape[1]

    def window(self, start: int, length: int) -> Frames:
        """Some of the frames."""
        some = slice(start, start + length)
        return Frames(self.keypoints[:, some], self.confidence[:, some], self.fps)

    def inputs(self) -> dict[str, NDArray[np.float32]]:
        """By the names that the graphs know them by."""
        return {"keypoints": self.keypoints, "confidence": self.confidence, "fps": self.fps}


@dataclass(frozen=True, eq=False)
class Estimate:
    """What is known of how signers are built; in logs, in units of the scale.

    Attributes
    ----------
    mean, log_error
        [..., P]: the log of each proportion, and the log of how far off it may be: of b of a
        Laplace distribution, as the networks are trained with and fed with it.
    unit_error
        [..., P], the standard deviation by which lengths that were given may be off besides, all
        together, as how long they are in units of the scale is an estimate too; None for none.
    """

    mean: Float[np.ndarray, "*frames P"]
    log_error: Float[np.ndarray, "*frames P"]
    unit_error: Float[np.ndarray, "*frames P"] | None = None

    def after(self, lane: int, frame: int) -> Estimate:
        """[P], what is known after one frame of one lane of [B, T, P]."""
        unit_error = None if self.unit_error is None else self.unit_error[lane, frame]
        return Estimate(self.mean[lane, frame], self.log_error[lane, frame], unit_error)


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a network tells of frames.

    Attributes
    ----------
    depth
        [..., J], relative to the root, positive away from the camera.
    error
        [..., J], how far off it may be; None when the network does not tell.
    points
        [..., J, 2], keypoints, mended, the missing ones set; None when it does not tell.
    """

    depth: Float[np.ndarray, "*frames J"]
    error: Float[np.ndarray, "*frames J"] | None = None
    points: Float[np.ndarray, "*frames J 2"] | None = None


@dataclass(frozen=True, eq=False)
class Network:
    """A model that tells depth, with what one must know to use it.

    Attributes
    ----------
    skeleton
        The skeleton that it works on.
    depth
        Tells the depth.
    proportions
        Tells how the signer is built; None for a model that does not go by this.
    frame
        The frame of reference that it was trained in.
    about
        What it was saved with.
    """

    skeleton: Skeleton
    depth: DepthPart
    proportions: ProportionsPart | None
    frame: ReferenceFrame
    about: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class ProportionsPart:
    """From frames to what they and those before them tell of how the signer is built.

    Attributes
    ----------
    graph
        The network.
    size
        S, the numbers in its state.
    """

    graph: Graph
    size: int

    def start(self, lanes: int) -> State:
        """The state of `lanes` recordings before their first frame."""
        return (np.zeros((lanes, self.size), np.float32),)

    def tell(self, frames: Frames, state: State) -> tuple[Estimate, State]:
        """The estimate after each frame, [B, T, P], and the state after the last."""
        mean, log_error, pool = self.graph({**frames.inputs(), "pool": state[0]})
        return Estimate(mean, log_error), (pool,)


@dataclass(frozen=True, eq=False)
class DepthPart:
    """From frames, and how the signer is built, to depth.

    Attributes
    ----------
    graph
        The network.
    layers, size
        Of its LSTM.
    """

    graph: Graph
    layers: int
    size: int

    def start(self, lanes: int) -> State:
        """The state of `lanes` recordings before their first frame."""
        zeros = np.zeros((self.layers, lanes, self.size), np.float32)
        return zeros, zeros

    def tell(
        self, frames: Frames, estimate: Estimate | None, state: State
    ) -> tuple[Prediction, State]:
        """What there is in each frame, [B, T, J], given an estimate [B, T, P]."""
        assert estimate is not None
        known = {"mean": estimate.mean, "log_error": estimate.log_error}
        inputs = {**frames.inputs(), **known, "hidden": state[0], "cell": state[1]}
        points, depth, error, hidden, cell = self.graph(inputs)
        return Prediction(depth, error, points), (hidden, cell)


class DepthLSTMPart(DepthPart):
    """The same for a DepthLSTM: it knows keypoints only."""

    def tell(
        self,
        frames: Frames,
        estimate: Estimate | None,  # noqa: ARG002
        state: State,
    ) -> tuple[Prediction, State]:
        """What there is in each frame; an estimate means nothing to it."""
        B, T = frames.keypoints.shape[:2]
        inputs = {
            "keypoints": frames.keypoints.reshape(B, T, -1),
            "hidden": state[0],
            "cell": state[1],
        }
        depth, hidden, cell = self.graph(inputs)
        return Prediction(depth), (hidden, cell)


def lifting_network(proportions: Graph, depth: Graph, about: Mapping[str, Any]) -> Network:
    """The two graphs of a LiftingNet as a network.

    Parameters
    ----------
    proportions, depth
        See `signlift.model.export.export_onnx`.
    about
        What the graphs say of themselves (see `signlift.model.graph_metadata`).
    """
    config = about["config"]
    return Network(
        get_skeleton(about["skeleton"]),
        DepthPart(depth, config["num_layers"], config["hidden_size"]),
        ProportionsPart(proportions, 2 * config["proportions_values"] + 1),
        "camera",
        about,
    )


def depth_lstm_network(graph: Graph, about: Mapping[str, Any]) -> Network:
    """The graph of a DepthLSTM as a network (see `signlift.model.export.export_run`)."""
    config = about["config"]
    part = DepthLSTMPart(graph, config["num_layers"], config["hidden_size"])
    return Network(get_skeleton(about["skeleton"]), part, None, config["frame"], about)
