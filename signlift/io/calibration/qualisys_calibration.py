"""Calibrations of Qualisys Track Manager: .qca.txt, which is XML.

Each `camera` has a `transform` (the rotation r11 ... r33, and its position x, y, z in mm, in a
world with z up) and an `intrinsic` in 64ths of a pixel. The axes of its camera frame point right,
up and towards the viewer; half a turn about x makes them OpenCV's. The distortion is OpenCV's and
has no unit: images of a chessboard give the same coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.geometry.camera import Camera
from signlift.geometry.distortion import Lens
from signlift.io.calibration.camera_fields import CameraFields, build_cameras

_SUBPIXELS = 64.0
_HALF_TURN = np.diag([1.0, -1.0, -1.0])
_ROTATION = tuple(f"r{row}{column}" for row in "123" for column in "123")
_INTRINSIC = ("focalLengthU", "focalLengthV", "centerPointU", "centerPointV", "skew")
# "tangental" is Qualisys' spelling.
_DISTORTION = (
    *("radialDistortion1", "radialDistortion2"),
    *("tangentalDistortion1", "tangentalDistortion2"),
    "radialDistortion3",
)
#: Attributes that older files do not have.
_DEFAULTS = dict.fromkeys((*_DISTORTION, "skew"), "0")


def parse_qualisys_cameras(data: bytes, where: str) -> tuple[Camera, ...]:
    """Read the cameras of a Qualisys calibration.

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
    root = _parse_xml(data, where)
    cameras = build_cameras(_fields(root, where), _camera)
    if not cameras:
        expected, found = "a Qualisys calibration, with cameras", "XML without cameras"
        raise InputError(problem(where, expected=expected, found=found))
    return cameras


def _fields(root: ElementTree.Element, where: str) -> Iterator[CameraFields]:
    all_fisheye = "fisheye" in root.get("type", "").lower()
    for number, element in enumerate(root.iter("camera")):
        attributes = dict(_DEFAULTS)
        fields = CameraFields(element.get("serial") or str(number), attributes, where)
        for tag in ("fov_video", "transform", "intrinsic"):
            child = element.find(tag)
            if child is None:
                fields.add_problem(f"an element {tag}", "none")
            else:
                attributes |= child.attrib
        fields.check_no_fisheye(all_fisheye or "fisheye" in element.get("model", "").lower())
        yield fields


def _camera(fields: CameraFields) -> Camera | None:
    left, top, right, bottom = _attributes(fields, "left", "top", "right", "bottom")
    fu, fv, cu, cv, skew = _attributes(fields, *_INTRINSIC) / _SUBPIXELS
    rotation = _HALF_TURN @ _attributes(fields, *_ROTATION).reshape(3, 3)
    position = _attributes(fields, "x", "y", "z")
    matrix = np.array([[fu, skew, cu - left], [0, fv, cv - top], [0, 0, 1]])
    lens = Lens(tuple(_attributes(fields, *_DISTORTION).tolist()))
    size = (round(right - left + 1), round(bottom - top + 1))
    return fields.camera(matrix, rotation, -rotation @ position, lens, size)


def _attributes(fields: CameraFields, *keys: str) -> NDArray[np.float64]:
    """Convert attributes to numbers; NaN is a problem."""
    values = np.array([fields.numbers(key, 1)[0] for key in keys])
    for key in np.array(keys)[np.isnan(values)]:
        fields.add_problem(f"a number for {key}", "nan")
    return np.nan_to_num(values)


def _parse_xml(data: bytes, where: str) -> ElementTree.Element:
    """Parse XML without a DOCTYPE, whose entities could grow without bound."""
    expected = "a Qualisys calibration in XML"
    if b"\0" in data:  # UTF-16, in which the next check would find nothing
        raise InputError(problem(where, expected=expected, found="zero bytes"))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise InputError(problem(where, expected=expected, found="a DOCTYPE"))
    try:
        return ElementTree.fromstring(data.strip())
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        found = str(error).splitlines()[0][:200]
        raise InputError(problem(where, expected=expected, found=found)) from None
