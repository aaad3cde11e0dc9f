"""Nose, eyes and ears from the landmarks of a face, where the body's own are missing.

Reduced files of MediaPipe Holistic hold a face, but no keypoint of the body's head. The network of
the body needs them: it learns from them where the head is and where it faces.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signlift.core.face.face_fit import HEAD_PLACES
from signlift.core.face.face_landmarks import HEAD_KEYPOINTS, FaceLayout, face_layout, has_face
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.head_pose import fit_head
from signlift.lifting.face.lifted_head import join_frames
from signlift.utils.array_types import Float, Int

#: Number of landmarks from which the head is placed; with fewer it stays missing.
MIN_LANDMARKS = 8

#: The distance on the face, in millimetres, over which keypoints share their deviation from the
#: canonical face: an eye lies in the middle of its lids.
_NEIGHBOURHOOD = 15.0

#: Weight of a deviation of 0 beside those of the landmarks nearby.
PRIOR_WEIGHT = 0.5


def add_head_keypoints(
    recording: Recording,
    skeleton: Skeleton,
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"],
) -> tuple[Float[np.ndarray, "T J 2"], Float[np.ndarray, "T J"]]:
    """Add the nose, the eyes and the ears that are missing, where a face is there.

    Parameters
    ----------
    recording
        Its landmarks of the face.
    skeleton
        The skeleton of the network.
    keypoints, confidence
        [T, J, 2] and [T, J], the keypoints of the recording on that skeleton.

    Returns
    -------
    Both with the keypoints that were added, whose confidence is the mean of the landmarks'. The
    same arrays where nothing is missing, or the recording has no face.
    """
    return add_all_head_keypoints([recording], skeleton, [(keypoints, confidence)])[0]


#: Keypoints [T, J, 2] and confidence [T, J] on the skeleton of the network.
_Points = tuple[Float[np.ndarray, "_ J 2"], Float[np.ndarray, "_ J"]]


def add_all_head_keypoints(
    recordings: Sequence[Recording], skeleton: Skeleton, points: Sequence[_Points]
) -> list[_Points]:
    """Add the missing keypoints of the heads of several recordings (see `add_head_keypoints`)."""
    out = list(points)
    frames = {
        place: found
        for place, recording in enumerate(recordings)
        if len(found := _frames_without_head(recording, skeleton, points[place][0]))
    }
    for target in {recordings[place].skeleton for place in frames}:
        places = [place for place in frames if recordings[place].skeleton == target]
        faces = [recordings[place].keypoints[frames[place]] for place in places]
        # Frames do not depend on each other, so that those of all recordings are fitted at once.
        head = place_head(join_frames(faces), target)
        start = 0
        for place in places:
            end = start + len(frames[place])
            out[place] = _insert_head(
                recordings[place], skeleton, points[place], frames[place], head[start:end]
            )
            start = end
    return out


def _head_columns(skeleton: Skeleton) -> list[tuple[int, int]]:
    """Return the places of `HEAD_KEYPOINTS` that a skeleton has, and their columns in it."""
    numbers = [skeleton.find(name) for name in HEAD_KEYPOINTS]
    return [(place, number) for place, number in enumerate(numbers) if number is not None]


def _frames_without_head(
    recording: Recording, skeleton: Skeleton, keypoints: Float[np.ndarray, "T J 2"]
) -> Int[np.ndarray, " N"]:
    """Find the frames with a face in which keypoints of the head are missing."""
    columns = _head_columns(skeleton)
    if not has_face(recording.skeleton) or not columns:
        return np.zeros(0, np.int64)
    missing = np.isnan(keypoints[:, [number for _, number in columns], 0]).any(1)
    frames = np.flatnonzero(missing)
    landmarks = recording.keypoints[frames, :, 0].take(face_layout(recording.skeleton).columns, 1)
    return frames[np.count_nonzero(~np.isnan(landmarks), 1) >= MIN_LANDMARKS]


def _insert_head(
    recording: Recording,
    skeleton: Skeleton,
    points: _Points,
    frames: Int[np.ndarray, " N"],
    head: Float[np.ndarray, "N 5 2"],
) -> _Points:
    """Insert the missing keypoints of a head in some frames."""
    keypoints, confidence = (values.copy() for values in points)
    scores = np.ones(len(frames), confidence.dtype)
    if recording.confidence is not None:
        columns = face_layout(recording.skeleton).columns
        values = np.nan_to_num(recording.confidence[frames][:, columns], nan=1.0)
        present = ~np.isnan(recording.keypoints[frames][:, columns, 0])
        scores = (values * present).sum(1) / present.sum(1)
    for place, number in _head_columns(skeleton):
        empty = np.isnan(keypoints[frames, number, 0]) & ~np.isnan(head[:, place, 0])
        keypoints[frames[empty], number] = head[empty, place]
        confidence[frames[empty], number] = scores[empty]
    return keypoints, confidence


def place_head(
    keypoints: Float[np.ndarray, "T J 2"], skeleton: Skeleton
) -> Float[np.ndarray, "T 5 2"]:
    """Return where the landmarks of a face say that nose, eyes and ears are.

    Parameters
    ----------
    keypoints
        [T, J, 2], NaN where missing.
    skeleton
        Their skeleton.

    Returns
    -------
    [T, 5, 2], `HEAD_KEYPOINTS` in the image; NaN without landmarks.
    """
    layout = face_layout(skeleton)
    T = len(keypoints)
    landmarks = keypoints[:, layout.columns]
    no_depth = np.full((T, 0), np.nan)
    pose = fit_head(
        landmarks, layout.places, layout.deviations, no_depth, HEAD_PLACES[:0], np.full(T, np.nan)
    )
    slide = landmarks - pose.place(layout.places)[:, :2].swapaxes(1, 2)
    near = nearness_to_head(layout)
    observed = ~np.isnan(slide[..., 0])
    weights = observed.astype(np.float64) @ near.T + PRIOR_WEIGHT
    shift = np.einsum("pk,tkc->tpc", near, np.where(observed[..., None], slide, 0))
    return pose.place(HEAD_PLACES)[:, :2].swapaxes(1, 2) + shift / weights[..., None]


def nearness_to_head(layout: FaceLayout) -> Float[np.ndarray, "5 K"]:
    """Return how near each landmark is to each of `HEAD_KEYPOINTS`: 1 at the same place."""
    distances = np.linalg.norm(HEAD_PLACES[:, None] - layout.places[None], axis=-1)
    return np.exp(-((distances / _NEIGHBOURHOOD) ** 2) / 2)
