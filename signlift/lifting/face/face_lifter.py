"""The face in a lifted recording: depth, uncertainty and completion of its landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signlift.core.face.face_landmarks import HEAD_KEYPOINTS, face_layout, has_face
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.core.skeleton_arrays import as_slice, insert_columns, subtract_root_depth
from signlift.lifting.face.face_depth import FaceDepth, lift_face
from signlift.lifting.face.lifted_head import LiftedHead, join_frames
from signlift.lifting.network_data import Prediction
from signlift.lifting.offline import LiftResult
from signlift.utils.array_types import Bool, Float

#: Fraction of the estimated nearness of the camera that is used: networks estimate it too near, and
#: an error there tilts the face.
NEARNESS = 0.7

#: Keypoints, of which the first that two skeletons have gives the depth of one's root relative to
#: the other's.
ROOT_SHIFT_KEYPOINTS = ("LShoulder", "RShoulder", "Nose", "LElbow")

#: Distance of the Neck from the middle of the image, as a fraction of its width, from which on the
#: size is not believed; and the range over which belief fades.
_MAX_ASIDE, _FADE = 0.3, 0.1


def add_face(
    mapped: Prediction, result: LiftResult, skeleton: Skeleton, recording: Recording
) -> None:
    """Add the landmarks of the face to a prediction, in place.

    Those of the head that the network's skeleton does not have get depth, uncertainty and, if the
    prediction has them, refined keypoints. Frames without depth stay so.

    Parameters
    ----------
    mapped
        [T, J], the prediction on the recording's skeleton (see
        `signlift.lifting.skeleton_mapping`), whose arrays are changed.
    result, skeleton
        Result of the network of the body with its refined keypoints [T, K, 2], and its skeleton.
    recording
        The recording.
    """
    add_faces([mapped], [result], skeleton, [recording])


def add_faces(
    mapped: Sequence[Prediction],
    results: Sequence[LiftResult],
    skeleton: Skeleton,
    recordings: Sequence[Recording],
) -> None:
    """Add the landmarks of the face to the predictions of several recordings (see `add_face`)."""
    groups: dict[tuple[Skeleton, bool, bool], list[int]] = {}
    for place, recording in enumerate(recordings):
        if _adds_landmarks(skeleton, recording.skeleton):
            without = (mapped[place].uncertainty is None, recording.detector_depth is None)
            groups.setdefault((recording.skeleton, *without), []).append(place)
    for (target, *_), places in groups.items():
        heads = []
        for place in places:
            head = lifted_head(mapped[place], results[place], skeleton, target)
            size = recordings[place].size
            if size is not None:
                head = replace(head, centre=image_centre(head.centre, size))
            heads.append(head)
        depths = [recordings[place].detector_depth for place in places]
        known = [depth for depth in depths if depth is not None]
        # Frames do not depend on each other, so that those of all recordings are lifted at once.
        face = lift_face(
            join_frames([recordings[place].keypoints for place in places]),
            target,
            LiftedHead.join(heads),
            join_frames(known) if known else None,
            place=any(mapped[place].refined is not None for place in places),
        )
        start = 0
        for place in places:
            end = start + len(recordings[place])
            _insert_face(mapped[place], face.select(start, end), skeleton, target)
            start = end


def _adds_landmarks(skeleton: Skeleton, target: Skeleton) -> bool:
    """Return True if a network's skeleton has a head, but not all landmarks of another one's."""
    added = bool(_added_landmarks(skeleton, target).any())
    return added and any(map(skeleton.has, HEAD_KEYPOINTS))


@lru_cache(maxsize=64)
def _added_landmarks(skeleton: Skeleton, target: Skeleton) -> Bool[np.ndarray, " N"]:
    """Return which landmarks of a skeleton a network's skeleton does not have."""
    layout = face_layout(target)
    columns = np.concatenate([layout.columns, layout.free])
    return np.array([skeleton.find(target.keypoints[column]) is None for column in columns], bool)


def _insert_face(mapped: Prediction, face: FaceDepth, skeleton: Skeleton, target: Skeleton) -> None:
    """Insert the landmarks that the network's skeleton does not have into a prediction."""
    added = np.flatnonzero(_added_landmarks(skeleton, target))
    columns, places = face.columns[added], as_slice(added)
    lifted = ~np.isnan(mapped.depth).all(1)
    insert_columns(mapped.depth, columns, face.depth[:, places], lifted)
    if mapped.uncertainty is not None and face.uncertainty is not None:
        insert_columns(mapped.uncertainty, columns, face.uncertainty[:, places], lifted)
    if mapped.refined is not None and face.keypoints is not None:
        insert_columns(mapped.refined, columns, face.keypoints[:, places], lifted)


def lifted_head(
    mapped: Prediction, result: LiftResult, skeleton: Skeleton, target: Skeleton
) -> LiftedHead:
    """Return the head as a network lifted it (see `add_face`).

    The Neck is taken for the centre of the image, as cameras aim at the chest. The centre is
    unknown for the few landmarks of a body, as detectors of bodies draw faces as seen from straight
    ahead, wherever they are in the image. Torso and distance are unknown of a network that does not
    estimate them.
    """
    prediction, sizes = result.prediction, result.sizes
    T = len(prediction.depth)
    depth = subtract_root_depth(prediction.depth, skeleton) + _root_shift(
        mapped, prediction, skeleton, target
    )
    heads = [skeleton.find(name) for name in HEAD_KEYPOINTS]

    def select(values: NDArray[np.floating]) -> NDArray[np.floating]:
        missing = np.full((T, *values.shape[2:]), np.nan)
        return np.stack([missing if c is None else values[:, c] for c in heads], 1)

    refined, centre = prediction.refined, np.full((T, 2), np.nan)
    if refined is not None and skeleton.has("Neck") and has_face(target):
        centre = skeleton.point(refined, "Neck").astype(np.float64)
    return LiftedHead(
        np.full((T, len(heads), 2), np.nan) if refined is None else select(refined),
        select(depth),
        None if prediction.uncertainty is None else select(prediction.uncertainty),
        np.full(T, np.nan) if sizes is None else sizes.torso,
        np.zeros(T) if sizes is None else NEARNESS * sizes.inverse_distance,
        centre,
    )


def image_centre(
    neck: Float[np.ndarray, "T 2"], size: tuple[float, float]
) -> Float[np.ndarray, "T 2"]:
    """Return the centre of the image, or the Neck if it is far from there to the side.

    The size that files state may be that of another image: a signer at the edge is a sign of that.
    """
    aside = np.abs(neck[:, :1] / size[0] - 0.5)
    fraction = np.clip((_MAX_ASIDE - aside) / _FADE, 0, 1)
    return fraction * np.array(size) / 2 + (1 - fraction) * neck


def trust_in_size(x: float) -> float:
    """Return how far the size of an image is believed, from 0 to 1 (see `image_centre`).

    Parameters
    ----------
    x
        That of the Neck, as a fraction of the width.
    """
    return min(max((_MAX_ASIDE - abs(x - 0.5)) / _FADE, 0.0), 1.0)


def _root_shift(
    mapped: Prediction, prediction: Prediction, skeleton: Skeleton, target: Skeleton
) -> Float[np.ndarray, "T 1"]:
    """Return the depth of the network's root relative to the target's: each has its own MidHip."""
    own = subtract_root_depth(prediction.depth, skeleton)
    for name in ROOT_SHIFT_KEYPOINTS:
        number, column = skeleton.find(name), target.find(name)
        if number is not None and column is not None:
            return (mapped.depth[:, column] - own[:, number])[:, None]
    return np.zeros((len(own), 1), np.float32)
