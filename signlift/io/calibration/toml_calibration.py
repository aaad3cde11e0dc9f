"""Calibrations in TOML, as Anipose (Karashchuk et al., 2021) and Pose2Sim write them.

Each camera is a table with `name`, `size`, `matrix`, `distortions` in OpenCV's order, `rotation` (a
rotation vector: the axis, as long as the angle in radians) and `translation`: a point x of the
world is at R x + t in the camera frame. The file does not name the unit of the world; Pose2Sim's is
m.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np

from signlift.errors import InputError, problem
from signlift.geometry.camera import Camera
from signlift.geometry.rotations import rotation_from_vector
from signlift.io.calibration.camera_fields import CameraFields, build_cameras
from signlift.utils.array_types import Float

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parse_toml_cameras(data: bytes, where: str) -> tuple[Camera, ...]:
    """Read the cameras of a TOML calibration. Tables without a matrix (`metadata`) do not count.

    Parameters
    ----------
    data
        Content of the file.
    where
        The file, for messages.

    Raises
    ------
    InputError
        A line for each problem, for example a fisheye lens.
    """
    try:
        tables = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:  # not TOML, or not text
        found = str(error).splitlines()[0][:200]
        raise InputError(problem(where, expected="a calibration in TOML", found=found)) from None
    entries = [
        CameraFields(str(table.get("name", key)), table, where)
        for key, table in tables.items()
        if isinstance(table, Mapping) and "matrix" in table
    ]
    if not entries:
        expected = "a table with a matrix for each camera"
        raise InputError(problem(where, expected=expected, found="none"))
    return build_cameras(entries, _camera)


def _camera(fields: CameraFields) -> Camera | None:
    fields.check_no_fisheye(bool(fields.fields.get("fisheye")))
    return fields.camera(
        fields.numbers("matrix", 3, 3),
        _rotation(fields),
        fields.numbers("translation", 3),
        fields.lens("distortions"),
        fields.size("size"),
    )


def _rotation(fields: CameraFields) -> Float[np.ndarray, "3 3"]:
    """Read a rotation vector, or the matrix that some files have instead."""
    try:
        is_matrix = np.size(fields.fields.get("rotation", ())) == 9
    except ValueError:
        is_matrix = False
    if is_matrix:
        return fields.numbers("rotation", 3, 3)
    return rotation_from_vector(fields.numbers("rotation", 3))
