"""Interface of keypoint detectors. Another detector is another class, in its own module."""

from __future__ import annotations

from types import TracebackType
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Float, UInt8


class Detection(NamedTuple):
    """P people that are detected in an image, each on the detector's skeleton.

    Attributes
    ----------
    keypoints
        [P, J, 2], x to the right and y down, in pixels; NaN where missing.
    confidence
        [P, J] in 0 ... 1; 0 where missing.
    depth
        [P, J], the depth that the detector estimates, in pixels, positive away from the camera;
        NaN where there is none. None for a detector that estimates none.
    """

    keypoints: Float[np.ndarray, "P J 2"]
    confidence: Float[np.ndarray, "P J"]
    depth: Float[np.ndarray, "P J"] | None = None


@runtime_checkable  # for run-time type checks, as in the tests
class Detector(Protocol):
    """Keypoint detector for the frames of a video; a context manager that frees its model.

    Attributes
    ----------
    name
        Name and version, for the notes of recordings.
    skeleton
        The J keypoints.
    """

    @property
    def name(self) -> str:
        """Name and version."""

    @property
    def skeleton(self) -> Skeleton:
        """Skeleton with the J keypoints."""

    def detect(self, image: UInt8[np.ndarray, "H W 3"]) -> Detection:
        """Detect the people in the next frame of a video.

        Parameters
        ----------
        image
            [H, W, 3], red, green and blue, upright.

        Returns
        -------
        The people. P may differ between frames; a person keeps the same row as far as the
        detector can follow people from frame to frame.
        """

    def __enter__(self) -> Detector:
        """Return the detector itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Free the model."""
