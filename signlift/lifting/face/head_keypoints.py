"""Nose, eyes and ears from the landmarks of a face, where the body's own are missing.

Reduced files of MediaPipe Holistic hold a face, but no keypoint of the body's head. The network of
the body needs them: it learns from them where the head is and where it faces.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.core.face.face_landmarks import HEAD_KEYPOINTS, FaceLayout, face_layout, has_face
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.face_depth import HEAD_PLACES
from signlift.lifting.face.head_pose import fit_head

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
    numbers = [skeleton.find(name) for name in HEAD_KEYPOINTS]
    columns = [(place, number) for place, number in enumerate(numbers) if number is not None]
    if not has_face(recording.skeleton) or not columns:
        return keypoints, confidence
    missing = np.isnan(keypoints[:, [number for _, number in columns], 0]).any(1)
    landmarks = ~np.isnan(recording.keypoints[:, face_layout(recording.skeleton).columns, 0])
    frames = np.flatnonzero(missing & (landmarks.sum(1) >= MIN_LANDMARKS))
    if not len(frames):
        return keypoints, confidence
    head = place_head(recording.keypoints[frames], recording.skeleton)
    scores = np.ones(len(frames), confidence.dtype)
    if recording.confidence is not None:
        layout = face_layout(recording.skeleton)
        values = np.nan_to_num(recording.confidence[frames][:, layout.columns], nan=1.0)
        present = landmarks[frames]
        scores = (values * present).sum(1) / present.sum(1)
    keypoints, confidence = keypoints.copy(), confidence.copy()
    for place, number in columns:
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
