"""Checked construction of cameras from the fields of calibration files.

A reader provides the `CameraFields` of each camera of its file, and a function that builds a camera
from them. All problems of a file are reported together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, first_problems, problem
from signlift.geometry.camera import Camera
from signlift.geometry.distortion import Lens
from signlift.io.finite_numbers import to_numbers

#: Longest name in messages.
_MAX_NAME = 40


class CameraFields:
    """Fields of one camera in a calibration file. Methods collect problems instead of raising.

    Parameters
    ----------
    name
        Name of the camera.
    fields
        Its fields by name.
    file
        The file, for messages.

    Attributes
    ----------
    where
        File and camera, for messages.
    problems
        A line for each problem so far.
    """

    def __init__(self, name: str, fields: Mapping[str, Any], file: str) -> None:
        self.name = name
        self.fields = fields
        self.where = f"{file}, camera {name[:_MAX_NAME]}"
        self.problems: list[str] = []

    def add_problem(self, expected: str, found: str) -> None:
        """Add a problem of this camera."""
        self.problems.append(problem(self.where, expected=expected, found=found))

    def check_no_fisheye(self, fisheye: bool) -> None:
        """Add a problem if the camera has a fisheye lens, which is not supported."""
        if fisheye:
            self.add_problem("OpenCV's radial and tangential distortion", "a fisheye lens")

    def numbers(self, key: str, *shape: int) -> NDArray[np.float64]:
        """Convert a field to an array; zeros if it has a problem.

        Parameters
        ----------
        key
            Name of the field.
        *shape
            Shape of the array. Only the number of values must be right, not their nesting.
        """
        size = int(np.prod(shape))
        if key not in self.fields:
            self.add_problem(f"a field {key}", "no such field")
            return np.zeros(shape)
        try:
            values = to_numbers(self.fields[key], self.where, key)
        except InputError as error:
            self.problems.extend(error.problems)
            return np.zeros(shape)
        if values.size != size:
            self.add_problem(f"{size} numbers in {key}", str(values.size))
            return np.zeros(shape)
        return values.reshape(shape)

    def lens(self, key: str) -> Lens:
        """Convert a field of distortion coefficients; no distortion if there is no such field."""
        try:
            coefficients = to_numbers(self.fields.get(key, []), self.where, key)
            return Lens(tuple(coefficients.ravel().tolist()))
        except InputError as error:
            self._extend(error, f"{self.where}: ")
            return Lens()

    def size(self, key: str) -> tuple[int, int] | None:
        """Convert a field of width and height in pixels; None where there is none."""
        if self.fields.get(key) is None:
            return None
        width, height = np.nan_to_num(np.rint(self.numbers(key, 2)))
        return int(width), int(height)

    def camera(
        self,
        matrix: NDArray[np.float64],
        rotation: NDArray[np.float64],
        translation: NDArray[np.float64],
        lens: Lens,
        size: tuple[int, int] | None,
        kind: str = "",
    ) -> Camera | None:
        """Build the camera (see `Camera`); None if its fields have problems."""
        if self.problems:
            return None
        try:
            return Camera(matrix, rotation, translation, lens, size, self.name, kind)
        except InputError as error:
            self._extend(error, f"camera {self.name}: ")
            return None

    def _extend(self, error: InputError, prefix: str) -> None:
        """Add the problems of an error, whose lines may have another prefix."""
        lines = (line.removeprefix(prefix) for line in error.problems)
        self.problems.extend(f"{self.where}: {line}" for line in lines)


def build_cameras(
    entries: Iterable[CameraFields], build: Callable[[CameraFields], Camera | None]
) -> tuple[Camera, ...]:
    """Build all cameras of a file.

    Raises
    ------
    InputError
        The first problems of the cameras, a line each.
    """
    cameras: list[Camera] = []
    problems: list[str] = []
    for fields in entries:
        camera = build(fields)
        problems.extend(fields.problems)
        if camera is not None:
            cameras.append(camera)
    if problems:
        raise InputError(first_problems(problems))
    return tuple(cameras)
