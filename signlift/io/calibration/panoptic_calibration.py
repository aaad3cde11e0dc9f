"""Calibrations of the CMU Panoptic Studio (Joo et al., Panoptic Studio, 2015): JSON.

`cameras` is a list. Each camera has `name` ("00_03"), `type` ("vga", "hd" or "kinect-color"),
`resolution`, `K`, `distCoef` in OpenCV's order, `R` and `t`: a point x of the world is at R x + t
in the camera frame. Lengths are in centimetres; y points down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from signlift.errors import InputError, problem
from signlift.geometry.camera import Camera
from signlift.io.calibration.camera_fields import CameraFields, build_cameras
from signlift.utils.bounded_json import parse_json


def parse_panoptic_cameras(data: bytes, where: str) -> tuple[Camera, ...]:
    """Read the cameras of a Panoptic calibration.

    Parameters
    ----------
    data
        Content of the file.
    where
        The file, for messages.

    Raises
    ------
    InputError
        A line for each problem.
    """
    value = parse_json(data, where)
    entries = value.get("cameras") if isinstance(value, Mapping) else None
    if not isinstance(entries, list):
        expected, found = "a Panoptic calibration, with a list of cameras", "other JSON"
        raise InputError(problem(where, expected=expected, found=found))
    return build_cameras(_fields(entries, where), _camera)


def _fields(entries: list[object], where: str) -> Iterator[CameraFields]:
    for number, entry in enumerate(entries):
        name = entry.get("name") if isinstance(entry, Mapping) else None
        if isinstance(entry, Mapping) and isinstance(name, str):
            yield CameraFields(name, entry, where)
        else:
            fields = CameraFields(str(number), {}, where)
            fields.add_problem("an object with a name", "none")
            yield fields


def _camera(fields: CameraFields) -> Camera | None:
    if fields.problems:  # without a name nothing else matters
        return None
    return fields.camera(
        fields.numbers("K", 3, 3),
        fields.numbers("R", 3, 3),
        fields.numbers("t", 3),
        fields.lens("distCoef"),
        fields.size("resolution"),
        str(fields.fields.get("type", ""))[:40],
    )
