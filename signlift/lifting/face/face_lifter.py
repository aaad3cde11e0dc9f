"""The face in a lifted recording: depth, uncertainty and completion of its landmarks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.lifting.face.face_depth import lift_face
from signlift.lifting.face.face_landmarks import HEAD_KEYPOINTS, face_layout
from signlift.lifting.face.lifted_head import LiftedHead
from signlift.lifting.network import Prediction


def add_face(
    mapped: Prediction,
    prediction: Prediction,
    skeleton: Skeleton,
    keypoints: Float[np.ndarray, "T J 2"],
    target: Skeleton,
    inverse_distance: Float[np.ndarray, " T"] | None = None,
    size: tuple[float, float] | None = None,
) -> Prediction:
    """Add the landmarks of the face to a prediction.

    Parameters
    ----------
    mapped
        [T, J], the prediction on the recording's skeleton (see
        `signlift.lifting.skeleton_mapping`).
    prediction, skeleton
        [T, K], the network's own with its refined keypoints, and its skeleton.
    keypoints, target
        [T, J, 2], the keypoints of the recording, and its skeleton.
    inverse_distance
        [T], 1 over the distance from the camera to the root, in the recording's unit; None where
        it is unknown.
    size
        Width and height of the image; None where unknown: the Neck is taken for its centre.

    Returns
    -------
    `mapped` with depth, uncertainty and, if it has them, refined keypoints of those landmarks of
    the head that the network's skeleton does not have. Frames without depth stay so.
    """
    layout = face_layout(target)
    columns = np.concatenate([layout.columns, layout.free])
    names = [target.keypoints[column] for column in columns]
    if all(skeleton.find(name) is not None for name in names) or not any(
        skeleton.has(name) for name in HEAD_KEYPOINTS
    ):
        return mapped
    head = lifted_head(mapped, prediction, skeleton, target)
    if inverse_distance is not None:
        head = replace(head, inverse_distance=inverse_distance)
    if size is not None:
        head = replace(head, centre=np.broadcast_to(np.array(size) / 2, head.centre.shape))
    face = lift_face(keypoints, target, head)
    added = np.array([skeleton.find(name) is None for name in names])
    columns = columns[added]
    lifted = ~np.isnan(mapped.depth).all(1)
    depth = _insert(mapped.depth, columns, face.depth[:, added], lifted)
    uncertainty, refined = mapped.uncertainty, mapped.refined
    if uncertainty is not None and face.uncertainty is not None:
        uncertainty = _insert(uncertainty, columns, face.uncertainty[:, added], lifted)
    if refined is not None:
        refined = _insert(refined, columns, face.keypoints[:, added], lifted)
    return Prediction(depth, uncertainty, refined)


def lifted_head(
    mapped: Prediction, prediction: Prediction, skeleton: Skeleton, target: Skeleton
) -> LiftedHead:
    """Return what a network predicts of the head and the torso (see `add_face`)."""
    T = len(prediction.depth)
    depth = subtract_root_depth(prediction.depth, skeleton) + _root_shift(
        mapped, prediction, skeleton, target
    )
    heads = [skeleton.find(name) for name in HEAD_KEYPOINTS]

    def select(values: NDArray[np.floating]) -> NDArray[np.floating]:
        missing = np.full((T, *values.shape[2:]), np.nan)
        return np.stack([missing if c is None else values[:, c] for c in heads], 1)

    refined, torso, centre = prediction.refined, np.full(T, np.nan), np.full((T, 2), np.nan)
    if refined is not None and skeleton.has("Neck") and skeleton.has("MidHip"):
        points = np.concatenate([refined, prediction.depth[..., None]], -1)
        ends = [skeleton.point(points, name).astype(np.float64) for name in ("Neck", "MidHip")]
        torso = np.linalg.norm(ends[0] - ends[1], axis=-1)
        centre = ends[0][:, :2]
    return LiftedHead(
        np.full((T, len(heads), 2), np.nan) if refined is None else select(refined),
        select(depth),
        None if prediction.uncertainty is None else select(prediction.uncertainty),
        torso,
        np.zeros(T),
        centre,
    )


def _root_shift(
    mapped: Prediction, prediction: Prediction, skeleton: Skeleton, target: Skeleton
) -> Float[np.ndarray, "T 1"]:
    """Return the depth of the network's root relative to the target's: each has its own MidHip."""
    own = subtract_root_depth(prediction.depth, skeleton)
    for name in ("LShoulder", "RShoulder", "Nose", "LElbow"):
        number, column = skeleton.find(name), target.find(name)
        if number is not None and column is not None:
            return (mapped.depth[:, column] - own[:, number])[:, None]
    return np.zeros((len(own), 1), np.float32)


def _insert(
    values: NDArray[np.floating],
    columns: NDArray[np.int64],
    inserted: NDArray[np.floating],
    frames: NDArray[np.bool_],
) -> NDArray[np.floating]:
    """Replace columns in some frames."""
    out = values.copy()
    out[np.ix_(frames, columns)] = inserted[frames]
    return out
