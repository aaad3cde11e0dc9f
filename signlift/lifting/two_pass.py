"""Lifting a whole recording: first how the signer is built, then the depth of every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.lifting.body_lengths import BodyLengths
from signlift.lifting.known_lengths import lengths_of, use_lengths
from signlift.lifting.network import Estimate, Frames, Network, Told
from signlift.preprocessing.normalize import (
    denormalize,
    frame_centers,
    normalize,
    recording_scale,
)
from signlift.skeleton import Skeleton

#: The frames that go through a network at a time: it changes the memory, not the numbers.
WINDOW = 512


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

    told: Told
    lengths: BodyLengths | None


def lift_whole(
    network: Network,
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
    fps: float,
    given: BodyLengths | None = None,
    *,
    mirror: bool = False,
) -> Lifted:
    """Lift a recording whose frames are all known.

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
    mirror
        Lift it as seen in a mirror too, and take the mean of both.
    """
    on = network.skeleton
    frames, centers, scale = _normalized(keypoints, confidence, fps, on)
    if mirror:
        frames = with_mirrored(frames, on)
    estimate = use_lengths(_estimate_whole(network, frames), given) if network.proportions else None
    told = []
    state = network.depth.start(len(frames.fps))
    for window in _windows(frames):
        known = None if estimate is None else _hold(estimate, window)
        one, state = network.depth.tell(window, known, state)
        told.append(_joined(one, on))
    points = None
    if told[0].points is not None:
        points = np.concatenate([one.points for one in told if one.points is not None])
        points = denormalize(points, centers, scale)
    error = None
    if told[0].error is not None:
        error = np.concatenate([one.error for one in told if one.error is not None]) * scale
    depth = np.concatenate([one.depth for one in told]) * scale
    lengths = None if estimate is None else lengths_of(estimate, scale)
    return Lifted(Told(depth, error, points), lengths)


def estimate_lengths(
    network: Network,
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
    fps: float,
) -> BodyLengths:
    """The first pass alone: how the signer of a recording is built, in the recording's unit."""
    frames, _, scale = _normalized(keypoints, confidence, fps, network.skeleton)
    return lengths_of(_estimate_whole(network, frames), scale)


def with_mirrored(frames: Frames, skeleton: Skeleton) -> Frames:
    """The lanes, and after them all of them as seen in a mirror."""
    swap, flip = skeleton.mirror, np.array([-1, 1], np.float32)
    return Frames(
        np.concatenate([frames.keypoints, frames.keypoints[:, :, swap] * flip]),
        np.concatenate([frames.confidence, frames.confidence[:, :, swap]]),
        np.concatenate([frames.fps, frames.fps]),
    )


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
    """What all frames tell, [P]: the mean of the lanes, which show one person."""
    assert network.proportions is not None
    state = network.proportions.start(len(frames.fps))
    for window in _windows(frames):
        estimate, state = network.proportions.tell(window, state)
    return Estimate(estimate.mean[:, -1].mean(0), estimate.log_error[:, -1].mean(0))


def _hold(estimate: Estimate, window: Frames) -> Estimate:
    """One estimate [P] for every frame of every lane."""
    shape = (len(window.fps), len(window), len(estimate.mean))
    return Estimate(
        np.broadcast_to(estimate.mean, shape), np.broadcast_to(estimate.log_error, shape)
    )


def _joined(told: Told, skeleton: Skeleton) -> Told:
    """One lane as it is; of two lanes the mean, the second one back from the mirror."""
    swap = skeleton.mirror

    def mean(values: NDArray[np.float32], flip: object = 1) -> NDArray[np.float32]:
        return (values[0] + values[1][:, swap] * flip) / 2

    if len(told.depth) == 1:
        error = None if told.error is None else told.error[0]
        points = None if told.points is None else told.points[0]
        return Told(told.depth[0], error, points)
    error = None if told.error is None else mean(told.error)
    sides = np.array([-1, 1], np.float32)
    points = None if told.points is None else mean(told.points, sides)
    return Told(mean(told.depth), error, points)
