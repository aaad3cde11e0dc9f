"""Cameras from the numbers that files of calibrations hold, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.geometry.camera import CalibratedCamera
from signlift.geometry.distortion import Lens
from signlift.io.finite_numbers import to_numbers


class CameraFields:
    """The fields of one camera of a file; mistakes are collected.

    Parameters
    ----------
    fields
        What the file holds of the camera.
    where
        The file and the camera, for messages.
    """

    def __init__(self, fields: Mapping[str, Any], where: str) -> None:
        self.fields = fields
        self.where = where
        self.problems: list[str] = []

    def numbers(self, key: str, *shape: int) -> NDArray[np.float64]:
        """The numbers of a field in this shape (lists within lists do not matter); or zeros."""
        size = int(np.prod(shape))
        if key not in self.fields:
            self.problems.append(problem(self.where, expected=key, found="none"))
            return np.zeros(shape)
        try:
            found = to_numbers(self.fields[key], self.where, key)
        except InputError as error:
            self.problems.extend(error.problems)
            return np.zeros(shape)
        if found.size != size:
            expected = f"{size} numbers in {key}"
            self.problems.append(problem(self.where, expected=expected, found=str(found.size)))
            return np.zeros(shape)
        return found.reshape(shape)

    def lens(self, key: str) -> Lens:
        """The lens of a field of coefficients; none are no distortion."""
        try:
            given = to_numbers(self.fields.get(key, []), self.where, key)
            return Lens(tuple(given.ravel().tolist()))
        except InputError as error:
            said = (line.removeprefix(f"{self.where}: ") for line in error.problems)
            self.problems.extend(f"{self.where}: {line}" for line in said)
            return Lens()

    def size(self, key: str) -> tuple[int, int] | None:
        """Width and height of a field, or None where there is none."""
        if self.fields.get(key) is None:
            return None
        width, height = np.nan_to_num(np.rint(self.numbers(key, 2)))
        return int(width), int(height)

    def camera(
        self,
        name: str,
        matrix: NDArray[np.float64],
        rotation: NDArray[np.float64],
        translation: NDArray[np.float64],
        lens: Lens,
        size: tuple[int, int] | None,
        kind: str = "",
    ) -> CalibratedCamera | None:
        """The camera; None where there are problems."""
        if self.problems:
            return None
        try:
            return CalibratedCamera(name, matrix, rotation, translation, lens, size, kind)
        except InputError as error:
            said = (line.removeprefix(f"camera {name}: ") for line in error.problems)
            self.problems.extend(f"{self.where}: {line}" for line in said)
            return None
