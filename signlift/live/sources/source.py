"""Interface of the sources of live frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError
from signlift.live.keypoint_frame import KeypointFrame


@dataclass(frozen=True)
class DamagedFrame:
    """A frame that could not be read; the source goes on with the next one.

    Attributes
    ----------
    error
        Its problems, in one line each.
    where
        Its place in the source, such as `line 3`.
    """

    error: InputError
    where: str


@runtime_checkable  # for run-time type checks, as in the tests
class Source(Protocol):
    """Source of the frames of one signer.

    Attributes
    ----------
    name
        The name of recordings of it.
    skeleton
        The skeleton of the keypoints.
    frame_rate
        Frames per second.
    size
        Width and height of the image in pixels. None if unknown.
    dropped
        Number of frames that were left out so far, as lifting was slower than the source.
    """

    @property
    def name(self) -> str:
        """Name of recordings."""

    @property
    def skeleton(self) -> Skeleton:
        """Skeleton of the keypoints."""

    @property
    def frame_rate(self) -> float:
        """Frames per second."""

    @property
    def size(self) -> tuple[float, float] | None:
        """Width and height of the image in pixels."""

    @property
    def dropped(self) -> int:
        """Number of frames that were left out so far."""

    def frames(self) -> Iterator[KeypointFrame | DamagedFrame]:
        """Iterate over the frames as they come, once."""
