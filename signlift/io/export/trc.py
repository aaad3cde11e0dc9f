"""TRC, the marker files of OpenSim and Pose2Sim (Track Row Column, version 4 of its header).

Tab-separated text: the file type, rates and counts, the names of the markers, X1 Y1 Z1 X2 ..., an
empty line, and then one line per frame. Programs that read TRC expect y up and a right-handed
frame: x right, y up, z towards the camera.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.export.metadata import file_times, require_depth
from signlift.utils.atomic import atomic_path
from signlift.utils.encodable import encodable

#: For the unit of a recording, the unit of the file and its number in one of them.
_UNITS = {"m": ("m", 1.0), "cm": ("mm", 10.0), "mm": ("mm", 1.0)}

#: Number of frames that are formatted at once.
_NUM_FRAMES = 64


def write_trc(recording: Recording, path: Path) -> None:
    """Write a lifted recording as a TRC file, whole or not at all.

    Parameters
    ----------
    recording
        With a frame rate or times. x keeps its sign, y and z change it: y points up and is the
        height above the upper edge of the image, z is relative to MidHip and positive towards the
        camera. The unit is mm or m if that of the recording is cm or m, else that of the
        recording, usually px. A keypoint whose x, y or z is NaN is written as "nan", as OpenSim
        does (OpenSim 4.6 cannot read a line that ends with an empty field).
    path
        The file. The format has no place for the skeleton, the confidence, the uncertainty of
        the depth (`WriteOptions.uncertainty` writes it to a file beside it), or notes.

    Raises
    ------
    InputError
        The recording has no depth, no frame, or no frame rate.
    """
    require_depth(recording)
    times = file_times(recording)
    problems = []
    if times is None:
        expected = "frames per second, or times, for a TRC file"
        problems.append(problem(recording.name, expected=expected, found="none"))
    if len(recording) == 0:
        problems.append(problem(recording.name, expected="frames to write", found="none"))
    if times is None or problems:
        raise InputError(problems)
    fps = recording.frame_rate or 1.0  # of a single frame
    unit, factor = _file_unit(recording.unit)
    points = recording.points.astype(np.float64) * np.array([factor, -factor, -factor])
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(_header(recording, encodable(path.name), fps, unit))
        complete = ~np.isnan(points[..., 0])
        fields = np.array(["nan\tnan\tnan", "%.7g\t%.7g\t%.7g"])[complete.astype(int)].tolist()
        for start in range(0, len(points), _NUM_FRAMES):
            chunk = slice(start, start + _NUM_FRAMES)
            template = "".join(
                "\t".join([str(frame + 1), format(times[frame], ".6f"), *fields[frame]]) + "\n"
                for frame in range(start, min(len(points), start + _NUM_FRAMES))
            )
            # + 0.0 turns the minus zero of a reversed axis into zero.
            file.write(template % tuple((points[chunk][complete[chunk]] + 0.0).ravel().tolist()))


def trc_length_factor(unit: str, scale: float | None) -> float:
    """Return the number by which a TRC file multiplies lengths of a recording.

    Parameters
    ----------
    unit
        The unit of the recording.
    scale
        Centimetres in it; None where unknown.

    Examples
    --------
    >>> trc_length_factor("px", None), trc_length_factor("px", 0.5), trc_length_factor("cm", None)
    (1.0, 5.0, 10.0)
    """
    if scale is not None:
        return scale * _file_unit("cm")[1]
    return _file_unit(unit)[1]


def _file_unit(unit: str) -> tuple[str, float]:
    """Return the unit of the file for that of a recording, and its number in one of them."""
    return _UNITS.get(unit, (unit, 1.0))


def _header(recording: Recording, name: str, fps: float, unit: str) -> str:
    """Format the lines before the first frame."""
    markers = [" ".join(marker.split()) for marker in recording.skeleton.keypoints]
    T, J, rate = len(recording), len(markers), f"{fps:.9g}"
    keys = "DataRate CameraRate NumFrames NumMarkers Units OrigDataRate OrigDataStartFrame"
    values = [rate, rate, str(T), str(J), unit, rate, "1", str(T)]
    lines = [
        ["PathFileType", "4", "(X/Y/Z)", " ".join(name.split())],
        [*keys.split(), "OrigNumFrames"],
        values,
        ["Frame#", "Time", *(field for marker in markers for field in (marker, "", ""))],
        ["", "", *(f"{axis}{number}" for number in range(1, J + 1) for axis in "XYZ")],
        [],
    ]
    return "".join("\t".join(fields) + "\n" for fields in lines)
