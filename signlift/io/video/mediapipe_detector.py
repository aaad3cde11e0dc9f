"""MediaPipe Holistic: a detector of the body and both hands of one person, offline.

MediaPipe (Lugaresi et al., MediaPipe: A Framework for Building Perception Pipelines, 2019) places
all 33 points of the body (BlazePose; Bazarevsky et al., 2020) in every frame, also those below the
image: the hips and legs of a signer who is filmed from the waist up are guesses. Its `visibility`,
the probability that a point is in the image and not occluded, distinguishes them (see
`signlift.io.people.observation`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numpy as np

from signlift.core.skeleton import MEDIAPIPE75, Skeleton
from signlift.errors import InputError, problem
from signlift.io.people.detector_rules import MEDIAPIPE
from signlift.io.people.observation import mask_below, mask_missing, mask_outside
from signlift.io.video.keypoint_detector import Detection
from signlift.utils.array_types import Float, UInt8

_BODY, _HAND = 33, 21


class MediaPipeDetector:
    """Detector of the 33 points of one person's body and the 21 of each hand (see `Detector`).

    Parameters
    ----------
    visibility
        Minimum visibility of the body's points; others are missing.
    margin
        Maximum distance from the image, as a fraction of the image's longer side; None for no
        limit.

    Raises
    ------
    ModuleNotFoundError
        MediaPipe is not installed.
    InputError
        MediaPipe does not exist for this version of Python.
    """

    skeleton: Skeleton = MEDIAPIPE75

    def __init__(
        self, visibility: float = MEDIAPIPE.min_confidence, margin: float | None = MEDIAPIPE.margin
    ) -> None:
        try:
            import mediapipe
        except ModuleNotFoundError as error:
            if error.name == "mediapipe" and sys.version_info >= (3, 13):
                expected = "Python 3.10 to 3.12, for which MediaPipe 0.10.21 exists"
                found = f"Python {sys.version_info.major}.{sys.version_info.minor}"
                raise InputError(problem("video", expected=expected, found=found)) from None
            raise
        self.visibility = visibility
        self.margin = margin
        self.name = f"MediaPipe {mediapipe.__version__} Holistic"
        self._solution: Any = mediapipe.solutions.holistic.Holistic
        self._model: Any = None

    def detect(self, image: UInt8[np.ndarray, "H W 3"]) -> Detection:
        """Detect the person in the next frame of a video (see `Detector.detect`).

        Returns
        -------
        One person or none. Confidence is the visibility. A hand's points, for which MediaPipe
        has none, have 1.
        """
        if self._model is None:
            with _silence_stderr():  # its threads log up to the first image
                self._model = self._solution()
                results = self._model.process(image)
        else:
            results = self._model.process(image)
        height, width = image.shape[:2]
        return convert_results(
            results, (width, height), visibility=self.visibility, margin=self.margin
        )

    def __enter__(self) -> MediaPipeDetector:
        """Return the detector itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Free the model."""
        if self._model is not None:
            self._model.close()
            self._model = None


def convert_results(
    results: Any,
    size: tuple[int, int],
    *,
    visibility: float = MEDIAPIPE.min_confidence,
    margin: float | None = MEDIAPIPE.margin,
) -> Detection:
    """Convert MediaPipe's results for an image to a detection.

    Parameters
    ----------
    results
        `pose_landmarks`, `left_hand_landmarks` and `right_hand_landmarks`, each None or with a
        list `landmark` of x and y, as fractions of width and height, z as one of the width, and
        visibility.
    size
        Width and height of the image in pixels.
    visibility, margin
        As in `MediaPipeDetector`.

    Returns
    -------
    One person on mediapipe75; none where there is no body.
    """
    if results.pose_landmarks is None:
        empty = np.empty((0, len(MEDIAPIPE75), 2), np.float32)
        return Detection(empty, np.empty(empty.shape[:2], np.float32))
    parts = [_landmarks(results.pose_landmarks, _BODY)]
    for hand in (results.left_hand_landmarks, results.right_hand_landmarks):
        points = _landmarks(hand, _HAND)
        points[:, 2] = 1
        parts.append(points)
    points = np.concatenate(parts)
    points, z = points[:, :3], points[:, 3] * np.float32(size[0])
    points[:, :2] *= np.array(size, np.float32)
    points[:, 2] = np.clip(points[:, 2], 0, 1)
    mask_missing(points)
    mask_below(points, visibility)
    mask_outside(points, size, margin)
    z[np.isnan(points[:, 0])] = np.nan
    return Detection(points[None, :, :2], points[None, :, 2], z[None])


def _landmarks(landmarks: Any, count: int) -> Float[np.ndarray, "n 4"]:
    """Convert landmarks to [n, 4], x, y, visibility and z; NaN where there are none."""
    if landmarks is None:
        return np.full((count, 4), np.nan, np.float32)
    rows = [(point.x, point.y, point.visibility, point.z) for point in landmarks.landmark[:count]]
    return np.array(rows, np.float32)


@contextmanager
def _silence_stderr() -> Iterator[None]:
    """Discard what is written to stderr, also by C++: MediaPipe logs its start there."""
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, "wb") as sink:  # noqa: PTH123
            os.dup2(sink.fileno(), 2)
            yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
