"""Lifting a whole recording: first how the signer is built, then the depth of every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.skeleton import Skeleton
from signlift.lifting.network import Estimate, Frames, Network, Prediction
from signlift.lifting.proportions_fusion import lengths_of, use_lengths
from signlift.normalization.normalize import (
    denormalize,
    frame_centers,
    normalize,
    recording_scale,
)

#: The frames that go through a network at a time: it changes the memory, not the numbers.
WINDOW = 512

#: The frames that a network sees in reverse before a recording's first one.
WARM_UP = 200


@dataclass(frozen=True, eq=False)
class Lifted:
    """What was found of a recording.

    Attributes
    ----------
    told
        [T, J], on the network's skeleton, in the recording's unit.
    lengths
        How the signer is built, in the recording's unit; None when the network does not go by it.
    """

    told: Prediction
    lengths: BodyProportions | None


def lift_whole(
    network: Network,
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
    fps: float,
    given: BodyProportions | None = None,
) -> Lifted:
    """Lift a recording whose frames are all known.

    A network that goes by proportions sees it from its beginning to its end and from its end to
    its beginning, and the mean of both is taken. Before the first frame it sees the next ones in
    reverse, so that it knows the view by then.

    Parameters
    ----------
    network
        The model.
    keypoints, confidence
        [T, J, 2] and [T, J], on its skeleton; one frame or more.
    fps
        Frames per second.
    given
        What is known of how the signer is built.
    """
    on = network.skeleton
    frames, centers, scale = _normalized(keypoints, confidence, fps, on)
    estimate = None
    if network.proportions is None:
        told = _tell(network, frames, None)
    else:
        estimate = use_lengths(_estimate_whole(network, frames), given)
        told = _both_ways(network, frames, estimate)
    points = None if told.points is None else denormalize(told.points[0], centers, scale)
    error = None if told.error is None else told.error[0] * scale
    lengths = None if estimate is None else lengths_of(estimate, scale)
    return Lifted(Prediction(told.depth[0] * scale, error, points), lengths)


def estimate_lengths(
    network: Network,
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
    fps: float,
) -> BodyProportions:
    """The first pass alone: how the signer of a recording is built, in the recording's unit."""
    frames, _, scale = _normalized(keypoints, confidence, fps, network.skeleton)
    return lengths_of(_estimate_whole(network, frames), scale)


def _normalized(
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
    fps: float,
    on: Skeleton,
) -> tuple[Frames, Float[np.ndarray, "T 2"], float]:
    """A recording as the networks see it; where its frames were centred, and its scale."""
    scale = recording_scale(keypoints, on)
    centers, _ = frame_centers(keypoints, on)
    inputs = normalize(keypoints, centers, scale).astype(np.float32)
    return Frames(inputs[None], confidence[None], np.array([fps], np.float32)), centers, scale


def _windows(frames: Frames) -> Iterator[Frames]:
    return (frames.window(start, WINDOW) for start in range(0, len(frames), WINDOW))


def _estimate_whole(network: Network, frames: Frames) -> Estimate:
    """What all frames tell, [P]."""
    assert network.proportions is not None
    state = network.proportions.start(len(frames.fps))
    for window in _windows(frames):
        estimate, state = network.proportions.tell(window, state)
    return estimate.after(0, -1)


def _hold(estimate: Estimate, window: Frames) -> Estimate:
    """One estimate [P] for every frame of every lane."""
    shape = (len(window.fps), len(window), len(estimate.mean))
    return Estimate(
        np.broadcast_to(estimate.mean, shape), np.broadcast_to(estimate.log_error, shape)
    )


def _tell(network: Network, frames: Frames, estimate: Estimate | None) -> Prediction:
    """The second pass over all frames, [B, T, ...], from a state of zero."""
    told = []
    state = network.depth.start(len(frames.fps))
    for window in _windows(frames):
        known = None if estimate is None else _hold(estimate, window)
        one, state = network.depth.tell(window, known, state)
        told.append(one)

    def joined(parts: list[NDArray[np.float32] | None]) -> NDArray[np.float32] | None:
        known = [part for part in parts if part is not None]
        return np.concatenate(known, 1) if known else None

    depth = np.concatenate([one.depth for one in told], 1)
    error, points = joined([one.error for one in told]), joined([one.points for one in told])
    return Prediction(depth, error, points)


def _both_ways(network: Network, frames: Frames, estimate: Estimate) -> Prediction:
    """The second pass in both directions of time, each warmed up; the mean of both."""
    lanes = len(frames.fps)
    fps = np.concatenate([frames.fps, frames.fps])

    def ways(values: NDArray[np.float32]) -> NDArray[np.float32]:
        both = np.concatenate([values, values[:, ::-1]])
        return np.concatenate([both[:, :WARM_UP][:, ::-1], both], 1)

    warm = Frames(ways(frames.keypoints), ways(frames.confidence), fps)
    before = len(warm) - len(frames)
    told = _tell(network, warm, estimate)

    def mean(values: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
        if values is None:
            return None
        values = values[:, before:]
        return (values[:lanes] + values[lanes:, ::-1]) / np.float32(2)

    depth = mean(told.depth)
    assert depth is not None
    return Prediction(depth, mean(told.error), mean(told.points))
