"""Frames of a body as the lifter normalises them, and what is given about them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.lifting.network_data import FrameWindow
from signlift.utils.array_types import Float

#: Limits of the Neck's offset from the image's centre, x and y in torso lengths, at which the size
#: of the image is trusted: those of training.
_OFFSET_RANGE = ((-0.9, -2.0), (0.9, 0.7))

#: Limits of a given pitch and field of view, in degrees.
MAX_PITCH, FOV_RANGE = 45.0, (10.0, 150.0)


@dataclass(frozen=True, eq=False)
class BodyFrames:
    """T frames of one person on a network's skeleton, in the recording's unit.

    Attributes
    ----------
    keypoints
        [T, J, 2], NaN where missing.
    confidence
        [T, J] from 0 to 1.
    fps
        Frames per second.
    detector_depth
        [T, J], the depth that the detector estimated, relative to any point of the body; NaN where
        there is none. None if there is none at all.
    size
        Width and height of the image; None if unknown.
    """

    keypoints: Float[np.ndarray, "T J 2"]
    confidence: Float[np.ndarray, "T J"]
    fps: float
    detector_depth: Float[np.ndarray, "T J"] | None = None
    size: tuple[float, float] | None = None

    def __len__(self) -> int:
        """Return T, the number of frames."""
        return len(self.keypoints)

    def select(self, start: int, length: int) -> BodyFrames:
        """Return up to `length` frames from frame `start` on."""
        frames = slice(start, start + length)
        depth = self.detector_depth
        return BodyFrames(
            self.keypoints[frames],
            self.confidence[frames],
            self.fps,
            None if depth is None else depth[frames],
            self.size,
        )

    def normalize(
        self,
        skeleton: Skeleton,
        centers: Float[np.ndarray, "T 2"],
        scales: Float[np.ndarray, " T"],
    ) -> FrameWindow:
        """Return the frames as the window of one recording.

        Parameters
        ----------
        skeleton
            The skeleton of the keypoints.
        centers, scales
            [T, 2] and [T], the center and the scale of each frame.
        """
        keypoints = np.empty(self.keypoints.shape, np.float32)
        per_unit = (1 / scales).astype(np.float32)[:, None]
        for axis in (0, 1):
            out, center = keypoints[..., axis], centers[:, axis, None].astype(np.float32)
            np.subtract(self.keypoints[..., axis], center, out=out)
            out *= per_unit
        depth = offset = None
        if self.detector_depth is not None:
            neck = skeleton.point(self.detector_depth[..., None].astype(np.float64), "Neck")
            relative = (self.detector_depth - neck) / scales[:, None]
            depth = relative.astype(np.float32)[None]
        if self.size is not None:
            middle = np.asarray(self.size, np.float64) / 2
            offset = _trusted((centers - middle) / scales[:, None]).astype(np.float32)[None]
        return FrameWindow(
            keypoints[None],
            self.confidence[None],
            np.array([self.fps], np.float32),
            depth,
            offset,
        )


def trusted_offset(x: float, y: float) -> tuple[float, float]:
    """Return the offset of one frame, NaN if it is not trusted (see `_OFFSET_RANGE`)."""
    (left, top), (right, bottom) = _OFFSET_RANGE
    inside = left <= x <= right and top <= y <= bottom
    return (x, y) if inside else (math.nan, math.nan)


def _trusted(offset: Float[np.ndarray, "T 2"]) -> Float[np.ndarray, "T 2"]:
    """Return offsets with NaN where the Neck is farther aside than cameras that people aim put it.

    Some files hold another size than that of the image, and images are cut out of larger ones.
    """
    with np.errstate(invalid="ignore"):
        outside = (offset < _OFFSET_RANGE[0]) | (offset > _OFFSET_RANGE[1])
    return np.where(np.any(outside, axis=-1, keepdims=True), np.nan, offset)


@dataclass(frozen=True)
class Given:
    """Facts about a recording that a user gives; None for what is estimated.

    Attributes
    ----------
    proportions
        Body proportions of the person.
    pitch
        Angle in degrees that the camera looks down.
    fov
        Field of view of the image's larger side, in degrees.

    Raises
    ------
    InputError
        Lists the angles that are out of range.
    """

    proportions: BodyProportions | None = None
    pitch: float | None = None
    fov: float | None = None

    def __post_init__(self) -> None:
        low, high = FOV_RANGE
        problems = []
        if self.pitch is not None and not -MAX_PITCH <= self.pitch <= MAX_PITCH:
            expected = f"an angle from {-MAX_PITCH:g} to {MAX_PITCH:g} degrees"
            problems.append(parameter_problem("pitch", expected=expected, found=self.pitch))
        if self.fov is not None and not low <= self.fov <= high:
            expected = f"an angle from {low:g} to {high:g} degrees"
            problems.append(parameter_problem("fov", expected=expected, found=self.fov))
        if problems:
            raise InputError(problems)

    def require_size(self, name: str, size: tuple[float, float] | None) -> None:
        """Raise InputError if a field of view is given for images of unknown size."""
        if self.fov is not None and size is None:
            expected = "the `size` of the image, from which `fov` gives the focal length"
            raise InputError(problem(name, expected=expected, found="none"))

    def focal_length(self, size: tuple[float, float] | None) -> float | None:
        """Return the focal length in the unit of the image's size; None if it is not given."""
        if self.fov is None or size is None:
            return None
        return max(size) / 2 / math.tan(math.radians(self.fov) / 2)
