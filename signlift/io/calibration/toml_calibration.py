"""Calibrations in TOML, as Anipose (Karashchuk et al., 2021) and Pose2Sim write them.

A table for each camera, with `name`, `size`, `matrix`, `distortions` in OpenCV's order,
`rotation` (the vector of Rodrigues: an axis, as long as the turn in radians) and `translation`:
a point of the world is at R x + t. The unit is that of whoever calibrated (Pose2Sim's is m); the
file does not say.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from signlift.errors import InputError, first_problems, problem
from signlift.geometry.camera import CalibratedCamera
from signlift.io.calibration.camera_fields import CameraFields

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def toml_cameras(data: bytes, where: str) -> tuple[CalibratedCamera, ...]:
    """The cameras of a TOML calibration; tables without a matrix (`metadata`) do not count.

    Parameters
    ----------
    data
        The file's bytes.
    where
        The file, for messages.

    Raises
    ------
    InputError
        A line for each problem; fisheye cameras are one.
    """
    try:
        tables = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:  # not TOML, or not text
        found = str(error).splitlines()[0][:200]
        raise InputError(problem(where, expected="a calibration in TOML", found=found)) from None
    cameras = []
    problems: list[str] = []
    for key, fields in tables.items():
        if not isinstance(fields, Mapping) or "matrix" not in fields:
            continue
        name = str(fields.get("name", key))
        read = CameraFields(fields, f"{where}, camera {name[:40]}")
        if fields.get("fisheye"):
            expected = "a camera with OpenCV's radial-tangential distortion"
            read.problems.append(problem(read.where, expected=expected, found="a fisheye"))
        camera = read.camera(
            name,
            read.numbers("matrix", 3, 3),
            _rotation(read),
            read.numbers("translation", 3),
            read.lens("distortions"),
            read.size("size"),
        )
        problems.extend(read.problems)
        if camera is not None:
            cameras.append(camera)
    if problems:
        raise InputError(first_problems(problems))
    if not cameras:
        expected = "a table with a matrix for each camera"
        raise InputError(problem(where, expected=expected, found="none"))
    return tuple(cameras)


def rotation_of(vector: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3 3"]:
    """The rotation by the angle and about the axis that a vector of Rodrigues tells."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def _rotation(read: CameraFields) -> Float[np.ndarray, "3 3"]:
    try:
        nine = np.size(read.fields.get("rotation", ())) == 9
    except ValueError:
        nine = False
    return read.numbers("rotation", 3, 3) if nine else rotation_of(read.numbers("rotation", 3))
