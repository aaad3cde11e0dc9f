"""The files of rendered people: what MediaPipe found on their images, and the true joints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75, ROOT
from signlift.errors import InputError, problem

#: Number of MediaPipe's keypoints of the body, the first of its 75.
BODY = len(MEDIAPIPE33)


@dataclass(frozen=True, eq=False)
class RenderedFile:
    """A recording of a rendered person, with the 75 keypoints of MediaPipe.

    Attributes
    ----------
    name
        Name of the file, without its suffix.
    arrays
        The arrays of the file.
    heavy
        Take the body's keypoints from MediaPipe's heavy model.
    """

    name: str
    arrays: Mapping[str, NDArray[Any]]
    heavy: bool = False

    @property
    def keypoints(self) -> Float[np.ndarray, "T J 2"]:
        """Detected keypoints in pixels; NaN where they were not found."""
        return self._select("keypoints", "heavy_keypoints")

    @property
    def confidence(self) -> Float[np.ndarray, "T J"]:
        """Their confidence."""
        return self._select("confidence", "heavy_confidence")

    @property
    def depth(self) -> Float[np.ndarray, "T J"]:
        """Depth that MediaPipe estimated, in pixels."""
        return self._select("mediapipe_z", "heavy_z")

    @property
    def world_depth(self) -> Float[np.ndarray, "T J"]:
        """Depth of MediaPipe's metric pose, in metres; NaN for hands."""
        depth = np.full_like(self.depth, np.nan)
        name = "heavy_world" if self.heavy else "mediapipe_world"
        depth[:, :BODY] = self.arrays[name][..., 2]
        return depth

    @property
    def true_keypoints(self) -> Float[np.ndarray, "T J 2"]:
        """The true joints in pixels."""
        return self.arrays["true_keypoints"].astype(np.float64)

    @property
    def true_points(self) -> Float[np.ndarray, "T J 3"]:
        """The true joints in the frame of the camera, in cm: x right, y down, z away from it."""
        return self.arrays["true_points"].astype(np.float64)

    @property
    def in_image(self) -> Bool[np.ndarray, "T J"]:
        """Whether the true joint is inside the image."""
        return self.arrays["observed_in_image"].astype(bool)

    @property
    def hip_distance(self) -> Float[np.ndarray, " T"]:
        """Distance of MidHip along the axis of the camera, in cm."""
        return MEDIAPIPE75.point(self.true_points, ROOT)[:, 2]

    @property
    def cm(self) -> Float[np.ndarray, " T"]:
        """Centimetres that a pixel stands for at MidHip."""
        return self.hip_distance / self.focal

    @property
    def fps(self) -> float:
        """Frames per second."""
        return self.number("fps")

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the image."""
        width, height = self.arrays["size"].astype(np.float64).tolist()
        return width, height

    @property
    def focal(self) -> float:
        """Focal length in pixels."""
        return self.number("focal")

    @property
    def view(self) -> str:
        """Kind of view."""
        return str(self.arrays["view"])

    def number(self, name: str) -> float:
        """Return an array that is a single number."""
        return float(self.arrays[name].astype(np.float64))

    def _select(self, name: str, heavy: str) -> NDArray[np.floating]:
        values: NDArray[np.floating] = self.arrays[name].copy()
        if self.heavy:
            values[:, :BODY] = self.arrays[heavy]
        return values


def read_rendered_files(
    directory: Path, *, heavy: bool = False, step: int = 1
) -> list[RenderedFile]:
    """Read the recordings of rendered people in a directory.

    Parameters
    ----------
    directory
        A directory of .npz files.
    heavy
        Take the body's keypoints from MediaPipe's heavy model.
    step
        Take each recording of this number.

    Raises
    ------
    InputError
        There are none.
    """
    paths = sorted(directory.glob("*.npz"))[::step]
    if not paths:
        raise InputError(problem(directory, expected="rendered recordings (*.npz)", found="none"))
    files = []
    for path in paths:
        with np.load(path) as archive:
            files.append(RenderedFile(path.stem, dict(archive), heavy))
    return files
