"""Seeds of calibrations of cameras, body proportions and lists of groups."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.fuzz.fuzz_input import FuzzInput

_MATRIX = [[1400.0, 0.0, 960.0], [0.0, 1390.0, 540.0], [0.0, 0.0, 1.0]]
_TURNS = (
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]],
)

_QUALISYS_CAMERA = """<camera active="1" model="none" serial="{name}">
<fov_video left="0" top="0" right="1919" bottom="1079"/>
<transform {rotation} x="0.0" y="0.0" z="{z}"/>
<intrinsic focalLengthU="89600" focalLengthV="88960" centerPointU="61440" centerPointV="34560"
 skew="0" radialDistortion1="-0.2" radialDistortion2="0.15" radialDistortion3="-0.03"
 tangentalDistortion1="0.001" tangentalDistortion2="-0.002"/>
</camera>
"""

_TOML_CAMERA = """[cam_{number}]
name = "cam{number}"
size = [ 1920.0, 1080.0,]
matrix = {matrix}
distortions = [ -0.2, 0.15, 0.001, -0.002,]
rotation = [ 0.0, {angle}, 0.0,]
translation = [ 0.0, 0.0, 3.0,]
fisheye = false

"""


def calibration_seeds() -> list[FuzzInput]:
    """Describe two cameras in each format."""
    return [
        FuzzInput.of("calibration.json", panoptic_calibration()),
        FuzzInput.of("calibration.qca.txt", _qualisys_calibration()),
        FuzzInput.of("Calib.toml", toml_calibration()),
    ]


def proportions_seeds() -> list[FuzzInput]:
    """Make body proportions."""
    lengths: dict[str, Any] = {"torso": 50, "upper_arm": 28.5, "forearm": 25, "hips": None}
    uncertain = {**lengths, "uncertainties": {"torso": 0.1}}
    return [FuzzInput.of("body.json", json.dumps(value)) for value in (lengths, uncertain)]


def group_seeds() -> list[FuzzInput]:
    """Make labels of recordings."""
    return [FuzzInput.of("groups.txt", "a\nb\na\n\n")]


def panoptic_calibration() -> str:
    """Return the calibration of two cameras of the Panoptic Studio."""
    cameras = [
        {
            "name": f"00_{number:02d}",
            "type": "hd",
            "resolution": [1920, 1080],
            "panel": 0,
            "node": number,
            "K": _MATRIX,
            "distCoef": [-0.2, 0.15, 0.001, -0.002, -0.03],
            "R": turn,
            "t": [[0.0], [0.0], [300.0]],
        }
        for number, turn in enumerate(_TURNS)
    ]
    return json.dumps({"calibDataSource": "test", "cameras": cameras})


def toml_calibration() -> str:
    """Return a calibration as Anipose and Pose2Sim write it."""
    cameras = [
        _TOML_CAMERA.format(number=number, matrix=_MATRIX, angle=angle)
        for number, angle in ((1, 0.0), (2, 1.5))
    ]
    return "".join(cameras) + "[metadata]\nadjusted = false\nerror = 0.0\n"


def _qualisys_calibration() -> str:
    cameras = []
    for number, turn in enumerate(_TURNS):
        rows = [f'r{i + 1}{j + 1}="{turn[i][j]}"' for i in range(3) for j in range(3)]
        text = _QUALISYS_CAMERA.format(name=f"2{number}", rotation=" ".join(rows), z=-3000.0)
        cameras.append(text)
    head = "<?xml version='1.0' encoding='ASCII'?>\n<calibration type=\"regular\"><cameras>\n"
    return head + "".join(cameras) + "</cameras></calibration>\n"
