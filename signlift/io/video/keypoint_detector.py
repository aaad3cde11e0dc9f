"""What finds keypoints in a picture. Another detector is one more class, in a file of its own."""

from __future__ import annotations

from types import TracebackType
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, UInt8

from signlift.core.skeleton import Skeleton


class Detection(NamedTuple):
    """The P people that are seen in a picture, each on the detector's skeleton.

    Attributes
    ----------
    keypoints
        [P, J, 2], x to the right and y down in pixels; NaN where not observed.
    confidence
        [P, J] in 0 ... 1; 0 where not observed.
    """

    keypoints: Float[np.ndarray, "P J 2"]
    confidence: Float[np.ndarray, "P J"]


@runtime_checkable  # for those who check types at run time, as the tests do
class Detector(Protocol):
    """Finds people frame by frame; a context manager, as models hold memory and threads.

    Attributes
    ----------
    name
        For the notes of recordings, with its version.
    skeleton
        What the J keypoints are.
    """

    @property
    def name(self) -> str:
        """Its name and version."""

    @property
    def skeleton(self) -> Skeleton:
        """What the J keypoints are."""

    def detect(self, image: UInt8[np.ndarray, "H W 3"]) -> Detection:
        """Find the people in the next frame of a video.

        Parameters
        ----------
        image
            [H, W, 3], red, green and blue, upright.

        Returns
        -------
        A person keeps their place among the P as far as the detector can follow them from frame
        to frame; P may differ between frames.
        """

    def __enter__(self) -> Detector:
        """Itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the model."""
