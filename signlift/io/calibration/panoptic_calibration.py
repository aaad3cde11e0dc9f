"""The calibrations of the CMU Panoptic Studio (Joo et al., Panoptic Studio, 2015): JSON.

`cameras`, each with `name` ("00_03"), `type` ("vga", "hd" or "kinect-color"), `resolution`, `K`,
`distCoef` in OpenCV's order, `R` and `t`: a point of the world is at R x + t. Centimetres, y down.
"""

from __future__ import annotations

from collections.abc import Mapping

from signlift.errors import InputError, first_problems, problem
from signlift.geometry.camera import CalibratedCamera
from signlift.io.calibration.camera_fields import CameraFields
from signlift.utils.bounded_json import parse_json


def panoptic_cameras(data: bytes, where: str) -> tuple[CalibratedCamera, ...]:
    """The cameras of a Panoptic calibration.

    Parameters
    ----------
    data
        The file's bytes.
    where
        The file, for messages.

    Raises
    ------
    InputError
        A line for each problem.
    """
    value = parse_json(data, where)
    given = value.get("cameras") if isinstance(value, Mapping) else None
    if not isinstance(given, list):
        expected = "a Panoptic calibration, with a list of cameras"
        raise InputError(problem(where, expected=expected, found="JSON of another kind"))
    cameras = []
    problems: list[str] = []
    for number, fields in enumerate(given):
        name = fields.get("name") if isinstance(fields, Mapping) else None
        if not isinstance(name, str):
            expected = "an object with a name"
            problems.append(problem(f"{where}, camera {number}", expected=expected, found="none"))
            continue
        read = CameraFields(fields, f"{where}, camera {name[:40]}")
        camera = read.camera(
            name,
            read.numbers("K", 3, 3),
            read.numbers("R", 3, 3),
            read.numbers("t", 3),
            read.lens("distCoef"),
            read.size("resolution"),
            str(fields.get("type", ""))[:40],
        )
        problems.extend(read.problems)
        if camera is not None:
            cameras.append(camera)
    if problems:
        raise InputError(first_problems(problems))
    return tuple(cameras)
