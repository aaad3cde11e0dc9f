"""TRC, the marker files of OpenSim and Pose2Sim (Track Row Column, version 4 of its header).

Tab-separated text: what the file is, the rates and counts, the markers' names, X1 Y1 Z1 X2 ...,
an empty line, and then one line per frame. Those who read TRC expect y up and a right-handed
frame: x right, y up, z towards the camera.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.export.metadata import frame_times, lifted_depth
from signlift.utils.atomic import atomic_path

#: A recording's unit: that of the file, and how many of it one is.
_UNITS = {"m": ("m", 1.0), "cm": ("mm", 10.0), "mm": ("mm", 1.0)}

#: Frames that are put into text at once.
_FRAMES = 64


def write_trc(recording: Recording, path: Path) -> None:
    """Write a lifted recording as a TRC file, whole or not at all.

    Parameters
    ----------
    recording
        With a frame rate or times. x goes out as it is, y and z with the other sign (so
        that y points up and is the height above the picture's upper edge, and z is relative to
        MidHip and positive towards the camera); in mm or m where the recording's unit is cm or m,
        else in its own unit, which is usually px. A keypoint of which x, y or z is NaN is
        "nan", as OpenSim writes it (4.6 cannot read a line that ends with an empty field).
    path
        The file. The format has no place for the skeleton, the confidence, the error of the
        depth, or notes.

    Raises
    ------
    InputError
        The recording has no depth, no frame, or nothing that tells its frame rate.
    """
    lifted_depth(recording)
    times = frame_times(recording)
    problems = []
    if times is None:
        expected = "frames per second, or times, for a TRC file"
        problems.append(problem(recording.name, expected=expected, found="none"))
    if len(recording) == 0:
        problems.append(problem(recording.name, expected="frames to write", found="none"))
    if times is None or problems:
        raise InputError(problems)
    rate = recording.frame_rate or 1.0  # of a single frame
    unit, factor = _UNITS.get(recording.unit, (recording.unit, 1.0))
    points = recording.points.astype(np.float64) * np.array([factor, -factor, -factor])
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(_header(recording, path.name, rate, unit))
        known = ~np.isnan(points[..., 0])
        shown = np.array(["nan\tnan\tnan", "%.7g\t%.7g\t%.7g"])[known.astype(int)].tolist()
        for start in range(0, len(points), _FRAMES):
            some = slice(start, start + _FRAMES)
            lines = "".join(
                "\t".join([str(frame + 1), format(times[frame], ".6f"), *shown[frame]]) + "\n"
                for frame in range(start, min(len(points), start + _FRAMES))
            )
            # + 0.0 makes the minus zero of a turned axis a zero.
            file.write(lines % tuple((points[some][known[some]] + 0.0).ravel().tolist()))


def _header(recording: Recording, name: str, rate: float, unit: str) -> str:
    """The five lines before the first frame."""
    markers = [" ".join(marker.split()) for marker in recording.skeleton.keypoints]
    T, J, per_second = len(recording), len(markers), f"{rate:.9g}"
    keys = "DataRate CameraRate NumFrames NumMarkers Units OrigDataRate OrigDataStartFrame"
    values = [per_second, per_second, str(T), str(J), unit, per_second, "1", str(T)]
    lines = [
        ["PathFileType", "4", "(X/Y/Z)", " ".join(name.split())],
        [*keys.split(), "OrigNumFrames"],
        values,
        ["Frame#", "Time", *(field for marker in markers for field in (marker, "", ""))],
        ["", "", *(f"{axis}{number}" for number in range(1, J + 1) for axis in "XYZ")],
        [],
    ]
    return "".join("\t".join(fields) + "\n" for fields in lines)
