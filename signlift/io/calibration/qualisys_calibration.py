"""Calibrations of Qualisys Track Manager: .qca.txt, which is XML.

Each `camera` has a `transform` (r11 ... r33, and where it stands, x, y, z in mm, in a world with z
up) and an `intrinsic` in 64ths of a pixel. The camera's own axes are right, up and towards who
looks: they are turned by half a turn about x to those of OpenCV. The distortion is that of OpenCV,
and has no unit: a chessboard filmed by such cameras gives the same coefficients.
"""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, first_problems, problem
from signlift.geometry.camera import CalibratedCamera
from signlift.geometry.distortion import Lens
from signlift.io.calibration.camera_fields import CameraFields

_SUBPIXELS = 64.0
_HALF_TURN = np.diag([1.0, -1.0, -1.0])
_ROTATION = tuple(f"r{row}{column}" for row in "123" for column in "123")
_INTRINSIC = ("focalLengthU", "focalLengthV", "centerPointU", "centerPointV", "skew")
# "tangental" is what Qualisys writes.
_DISTORTION = (
    *("radialDistortion1", "radialDistortion2"),
    *("tangentalDistortion1", "tangentalDistortion2"),
    "radialDistortion3",
)
#: What older files do not have.
_DEFAULTS = dict.fromkeys((*_DISTORTION, "skew"), "0")


def qualisys_cameras(data: bytes, where: str) -> tuple[CalibratedCamera, ...]:
    """The cameras of a Qualisys calibration.

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
    root = _xml(data, where)
    fisheye = "fisheye" in root.get("type", "").lower()
    cameras = []
    problems: list[str] = []
    for number, element in enumerate(root.iter("camera")):
        name = element.get("serial") or f"camera {number}"
        fields = dict(_DEFAULTS)
        for tag in ("fov_video", "transform", "intrinsic"):
            found = element.find(tag)
            if found is None:
                line = problem(f"{where}, camera {name[:40]}", expected=tag, found="none")
                problems.append(line)
            else:
                fields |= found.attrib
        read = CameraFields(fields, f"{where}, camera {name[:40]}")
        if fisheye or "fisheye" in element.get("model", "").lower():
            expected = "a camera with OpenCV's radial-tangential distortion"
            read.problems.append(problem(read.where, expected=expected, found="a fisheye"))
        camera = _camera(name, read)
        problems.extend(read.problems)
        if camera is not None:
            cameras.append(camera)
    if problems:
        raise InputError(first_problems(problems))
    if not cameras:
        expected = "a Qualisys calibration, with cameras"
        raise InputError(problem(where, expected=expected, found="XML without any"))
    return tuple(cameras)


def _camera(name: str, read: CameraFields) -> CalibratedCamera | None:
    left, top, right, bottom = _each(read, "left", "top", "right", "bottom")
    fu, fv, cu, cv, skew = _each(read, *_INTRINSIC) / _SUBPIXELS
    turn = _HALF_TURN @ _each(read, *_ROTATION).reshape(3, 3)
    place = _each(read, "x", "y", "z")
    matrix = np.array([[fu, skew, cu - left], [0, fv, cv - top], [0, 0, 1]])
    lens = Lens(tuple(_each(read, *_DISTORTION).tolist()))
    size = (round(right - left + 1), round(bottom - top + 1))
    return read.camera(name, matrix, turn, -turn @ place, lens, size)


def _each(read: CameraFields, *keys: str) -> NDArray[np.float64]:
    """The number of each attribute; NaN becomes a problem."""
    values = np.array([read.numbers(key, 1)[0] for key in keys])
    for key in np.array(keys)[np.isnan(values)]:
        read.problems.append(problem(read.where, expected=f"a number for {key}", found="nan"))
    return np.nan_to_num(values)


def _xml(data: bytes, where: str) -> ElementTree.Element:
    """The root element. Documents with a DOCTYPE are refused: entities can grow without bound."""
    expected = "a Qualisys calibration in XML"
    if b"\0" in data:  # UTF-16, in which the next check would see nothing
        raise InputError(problem(where, expected=expected, found="zero bytes"))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise InputError(problem(where, expected=expected, found="one with a DOCTYPE"))
    try:
        return ElementTree.fromstring(data.strip())
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        found = str(error).splitlines()[0][:200]
        raise InputError(problem(where, expected=expected, found=found)) from None
