"""Mapping of keypoints to the skeleton of a network, and of predictions back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signlift.core.frame_rate import check_fps
from signlift.core.recording import Recording
from signlift.core.recording_checks import keep_observed
from signlift.core.skeleton import ROOT, Skeleton
from signlift.core.skeleton_arrays import convert, subtract_root_depth
from signlift.errors import InputError, problem
from signlift.lifting.body_frames import BodyFrames
from signlift.lifting.face.head_keypoints import add_all_head_keypoints
from signlift.lifting.network_data import Prediction
from signlift.lifting.wrist_keypoints import add_wrist_keypoints
from signlift.utils.array_types import Float

#: Keypoints that the network's skeleton lacks, and those whose mean they have: MediaPipe's tip of
#: the foot is at the big toe, and the Spine of h36m17 between the ends of the trunk.
_STAND_INS = {
    "LFootIndex": ("LBigToe",),
    "RFootIndex": ("RBigToe",),
    "Spine": ("Neck", "MidHip"),
}


def map_to_network(recording: Recording, skeleton: Skeleton, fps: float) -> BodyFrames:
    """Return the frames of a recording on the network's skeleton, by name.

    Parameters
    ----------
    recording
        Keypoints on any skeleton.
    skeleton
        The network's skeleton.
    fps
        Frames per second.

    Returns
    -------
    The frames; their confidence is 1 where the recording has none. Where nose, eyes or ears are
    missing and a face is there, it has placed them; and a missing wrist is that of its hand.
    """
    return map_all_to_network([recording], skeleton, [fps])[0]


def map_all_to_network(
    recordings: Sequence[Recording], skeleton: Skeleton, rates: Sequence[float]
) -> list[BodyFrames]:
    """Return the frames of several recordings on the network's skeleton (see `map_to_network`)."""
    points: list[tuple[NDArray[np.floating], NDArray[np.floating]]] = []
    depths: list[NDArray[np.floating] | None] = []
    for recording in recordings:
        keypoints, depth = recording.keypoints, recording.detector_depth
        confidence = recording.confidence
        if recording.skeleton != skeleton:
            keypoints = convert(keypoints, recording.skeleton, skeleton)
            confidence, depth = (
                None
                if values is None
                else convert(values[..., None], recording.skeleton, skeleton)[..., 0]
                for values in (confidence, depth)
            )
        if depth is not None:
            depth = keep_observed(depth, keypoints)
        if confidence is None:
            confidence = np.ones(keypoints.shape[:2], np.float32)
        unknown = np.isnan(confidence)
        if unknown.any():
            confidence = np.where(unknown, np.float32(1), confidence)
        points.append((keypoints, confidence))
        depths.append(depth)
    points = add_all_head_keypoints(recordings, skeleton, points)
    bodies = []
    for number, recording in enumerate(recordings):
        keypoints, confidence = add_wrist_keypoints(recording, skeleton, *points[number])
        bodies.append(
            BodyFrames(keypoints, confidence, rates[number], depths[number], recording.size)
        )
    return bodies


def frames_with_keypoints(recording: Recording, skeleton: Skeleton) -> BodyFrames:
    """Return the frames of a recording with at least one keypoint, on the network's skeleton.

    Raises
    ------
    InputError
        The recording has no keypoint, or a frame rate out of range.
    """
    fps = check_fps(recording.frame_rate, f"{recording.name}: fps")
    frames = map_to_network(recording, skeleton, fps)
    if np.isnan(frames.keypoints).all():
        expected = "a frame with a keypoint"
        found = f"{len(recording)} frames without any"
        raise InputError(problem(recording.name, expected=expected, found=found))
    return frames


def map_from_network(
    prediction: Prediction,
    keypoints: Float[np.ndarray, "T J 2"],
    skeleton: Skeleton,
    target: Skeleton,
) -> Prediction:
    """Return a prediction on a recording's skeleton, by name.

    Parameters
    ----------
    prediction
        [T, J] on the network's skeleton.
    keypoints
        [T, J, 2], the observed keypoints on the network's skeleton. Frames without any get NaN.
    skeleton, target
        The network's skeleton and the recording's.

    Returns
    -------
    [T, K] float32. Depth is relative to the target's MidHip, where depth and uncertainty are 0.
    NaN for keypoints that the network's skeleton does not have, except for those that lie at or
    between others (the tips of the feet, the Spine).
    """
    empty = np.isnan(keypoints).all((1, 2))
    depth = _map(subtract_root_depth(prediction.depth, skeleton), empty, skeleton, target)
    if skeleton != target and target.has(ROOT):
        depth = subtract_root_depth(depth, target)
    uncertainty = None
    if prediction.uncertainty is not None:
        uncertainty = _map(prediction.uncertainty, empty, skeleton, target)
        root = target.find(ROOT)
        if root is not None:
            uncertainty[~empty, root] = 0
    refined = None
    if prediction.refined is not None:
        refined = np.stack(
            [_map(prediction.refined[..., axis], empty, skeleton, target) for axis in (0, 1)], -1
        )
    return Prediction(depth, uncertainty, refined)


def _map(
    values: NDArray[np.floating], empty: NDArray[np.bool_], source: Skeleton, target: Skeleton
) -> NDArray[np.float32]:
    values = np.where(empty[:, None], np.nan, values).astype(np.float32)
    if source == target:
        return values
    mapped = convert(values[..., None], source, target)[..., 0]
    for name, others in _STAND_INS.items():
        number = target.find(name)
        if number is not None and not source.has(name) and all(map(source.has, others)):
            ends = [
                target.point(mapped[..., None], other)
                if target.has(other)
                else source.point(values[..., None], other)
                for other in others
            ]
            mapped[:, number] = np.mean(ends, axis=0)[..., 0]
    return mapped
