"""MediaPipe Holistic: the body and both hands of one person, offline.

MediaPipe (Lugaresi et al., MediaPipe: A Framework for Building Perception Pipelines, 2019) gives
all 33 points of the body (BlazePose; Bazarevsky et al., 2020) in every frame, those below the
picture's edge too: hips and legs of a signer who is filmed from the waist up are made up. Its
`visibility`, the chance that a point is in the picture and not hidden, tells those apart.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from signlift.core.skeleton import MEDIAPIPE75, Skeleton
from signlift.errors import InputError, problem
from signlift.io.video.keypoint_detector import Detection

#: Points that are less visible are not observed. Hips below the picture have 0.05 and less; a
#: hand that comes into it quickly, rightly placed and blurred, has 0.3 at first.
VISIBILITY = 0.3

#: Points that lie further outside of the picture than this share of its longer side are not
#: observed. An elbow that a frame just cuts off is placed well: within 0.16 shoulder widths of
#: where it is seen in the uncut video, in the median, up to here; further out it is not.
MARGIN = 0.05

_BODY, _HAND = 33, 21


class MediaPipeDetector:
    """Finds the 33 points of one person's body and the 21 of each hand (see `Detector`).

    Parameters
    ----------
    visibility
        Points of the body that MediaPipe takes to be less visible are not observed.
    margin
        How far outside of the picture a point may lie, as a share of the picture's longer side.

    Raises
    ------
    ModuleNotFoundError
        MediaPipe is not installed.
    InputError
        There is no such MediaPipe for this Python.
    """

    skeleton: Skeleton = MEDIAPIPE75

    def __init__(self, visibility: float = VISIBILITY, margin: float = MARGIN) -> None:
        try:
            import mediapipe
        except ModuleNotFoundError as error:
            if error.name == "mediapipe" and sys.version_info >= (3, 13):
                expected = "Python 3.10 to 3.12, for which there is MediaPipe 0.10.21"
                found = f"{sys.version_info.major}.{sys.version_info.minor}"
                raise InputError(problem("video", expected=expected, found=found)) from None
            raise
        self.visibility = visibility
        self.margin = margin
        self.name = f"MediaPipe {mediapipe.__version__} Holistic"
        self._solution: Any = mediapipe.solutions.holistic.Holistic
        self._model: Any = None

    def detect(self, image: UInt8[np.ndarray, "H W 3"]) -> Detection:
        """Find the person in the next frame of a video (see `Detector.detect`).

        Returns
        -------
        Of one person, or of none. Confidence is the visibility; that of a hand's points, for
        which MediaPipe tells none, is 1.
        """
        if self._model is None:
            with _silent():  # its threads tell what they are, up to the first picture
                self._model = self._solution()
                results = self._model.process(image)
        else:
            results = self._model.process(image)
        height, width = image.shape[:2]
        return detection_of(
            results, (width, height), visibility=self.visibility, margin=self.margin
        )

    def __enter__(self) -> MediaPipeDetector:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the model."""
        if self._model is not None:
            self._model.close()
            self._model = None


def detection_of(
    results: Any, size: tuple[int, int], *, visibility: float = VISIBILITY, margin: float = MARGIN
) -> Detection:
    """What MediaPipe's results for a picture tell of the person in it.

    Parameters
    ----------
    results
        With `pose_landmarks`, `left_hand_landmarks` and `right_hand_landmarks`, each None or with
        a list `landmark` of x and y in shares of width and height, and visibility.
    size
        The picture's width and height in pixels.
    visibility, margin
        As in `MediaPipeDetector`.

    Returns
    -------
    On mediapipe75; of nobody where there is no body.
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
    confidence = np.clip(points[:, 2], 0, 1)
    xy = points[:, :2] * np.array(size, np.float32)
    with np.errstate(invalid="ignore"):
        outside = np.maximum(-xy, xy - np.array(size, np.float32)).max(-1)
        seen = (confidence >= visibility) & (outside <= margin * max(size))
    xy = np.where(seen[:, None], xy, np.nan)
    confidence = np.where(seen, confidence, 0)
    return Detection(xy[None].astype(np.float32), confidence[None].astype(np.float32))


def _landmarks(found: Any, count: int) -> Float[np.ndarray, "n 3"]:
    """[n, 3], x, y and visibility; NaN where nothing was found."""
    if found is None:
        return np.full((count, 3), np.nan, np.float32)
    rows = [(one.x, one.y, one.visibility) for one in found.landmark[:count]]
    return np.array(rows, np.float32)


@contextmanager
def _silent() -> Iterator[None]:
    """Nothing on stderr, not from C++ either: MediaPipe logs its own beginnings there."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
