"""BVH (Biovision Hierarchy): skeletons and their motion as text, for animation programs.

The format is described in M. Meredith and S. Maddock, Motion Capture File Formats Explained,
University of Sheffield, CS-01-11, 2001.
"""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.geometry.joint_hierarchy import Joint, Motion
from signlift.io.avatars.avatar_metadata import describe_avatar
from signlift.io.mocap.bvh_parser import parse_bvh
from signlift.io.source import Source, open_source
from signlift.utils.array_types import Float
from signlift.utils.atomic import atomic_group, atomic_path, write_text

if TYPE_CHECKING:
    from signlift.animation.avatar import Avatar

#: Largest file that is read, in bytes.
_MAX_BYTES = 1 << 30

#: Frames that are formatted at a time.
_ROWS = 64

#: Decimals of numbers, and the sizes that JSON writes without an exponent.
_DECIMALS, _PLAIN = 6, (1e-5, 1e12)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def is_bvh(source: Source) -> bool:
    """Recognise BVH by the first bytes of a file, or else by its suffix."""
    start = source.head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if start[:9].upper() == b"HIERARCHY":
        return True
    return not source.is_directory and source.path.suffix.lower() == ".bvh"


def read_bvh(path: str | PathLike[str]) -> Motion:
    """Read the joints and the motion of a BVH file, as `read_bvh_motion` does.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputError
        A line for each problem (see `read_bvh_motion`).

    Examples
    --------
    >>> motion = read_bvh("walk.bvh")                                        # doctest: +SKIP
    >>> motion.forward_kinematics().positions.shape                          # doctest: +SKIP
    (120, 43, 3)
    """
    with open_source(path) as source:
        return read_bvh_motion(source)


def read_bvh_motion(source: Source) -> Motion:
    """Read the joints and the motion of a BVH file.

    Parameters
    ----------
    source
        The file. Channels may have any order, any joint may have positions, there may be several
        roots, and names may hold spaces; spaces, tabs, commas and line ends of any kind separate.

    Returns
    -------
    Joints and ends with their offsets, the values [T, C] of the channels, and the frame rate.
    Lengths are in the unit and axes of the file, which BVH does not specify. NaN where the file has
    nan.
    `forward_kinematics()` gives the positions [T, K, 3] of the joints.

    Raises
    ------
    InputError
        A line for each problem: the source is not a text file, the hierarchy is damaged,
        the number of values is not frames times channels, a value is not a finite number, there
        is no frame, or the frame time is not above 0.
    """
    path, expected = source.path, "a BVH file"
    if source.is_directory:
        raise InputError(problem(path, expected=expected, found="a directory"))
    content = source.read(_MAX_BYTES).removeprefix(_BYTE_ORDER_MARK)
    if not content.strip():
        raise InputError(problem(path, expected=expected, found="an empty file"))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # in names only: all else is ASCII
    return parse_bvh(text, path)


def write_bvh(
    recording: Recording,
    path: str | PathLike[str],
    *,
    height: float | None = None,
    scale: float | None = None,
) -> Path:
    """Write a recording as the motion of an avatar.

    Parameters
    ----------
    recording
        A recording with depth (see `signlift.animation.avatar.solve_avatar`).
    path
        The .bvh file: in cm, y up, facing +z, with joints named as in HumanIK and Mixamo,
        rotations about Z, X and Y, and a T-pose at rest. BVH has no metadata; they are written to
        a second file, `path` with .json appended.
    height
        Stature of the person in cm.
    scale
        Centimetres per unit of the recording, instead of the stature.

    Raises
    ------
    InputError
        As `solve_avatar`. No file is written then.
    """
    from signlift.animation.avatar import solve_avatar

    path = Path(path)
    avatar = solve_avatar(recording, height=height, scale=scale)
    with atomic_group():
        write_text(path.with_name(path.name + ".json"), _metadata(recording, avatar))
        write_motion(avatar.motion, path)
    return path


def write_motion(motion: Motion, path: str | PathLike[str]) -> Path:
    """Write a motion without NaN as BVH, whole or not at all."""
    head = "".join(f"{line}\n" for line in _hierarchy(motion.joints))
    head = f"HIERARCHY\n{head}MOTION\nFrames: {len(motion)}\nFrame Time: {1 / motion.fps!r}\n"
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write(head.encode())
        for start in range(0, len(motion), _ROWS):
            file.write(_format_rows(motion.values[start : start + _ROWS]))
    return Path(path)


def _format_rows(values: Float[np.ndarray, "T C"]) -> bytes:
    """Format numbers with up to six decimals, a line for each row."""
    import orjson  # when it is needed

    rounded = np.ascontiguousarray(np.round(values, _DECIMALS) + 0.0)  # no -0.0
    size = np.abs(rounded)
    if ((size < _PLAIN[0]) & (size > 0)).any() or (size > _PLAIN[1]).any():
        line = " ".join([f"%.{_DECIMALS}f"] * values.shape[1]) + "\n"
        return (line * len(values) % tuple(rounded.ravel().tolist())).encode()
    # Ten times as fast. JSON is [[1.0,2.0],[3.0,4.0]].
    rows = orjson.dumps(rounded, option=orjson.OPT_SERIALIZE_NUMPY)[2:-2]
    return rows.replace(b"],[", b"\n").replace(b",", b" ") + b"\n"


def _hierarchy(joints: tuple[Joint, ...]) -> list[str]:
    """Format the hierarchy line by line; the joints are in the order of their values."""
    lines: list[str] = []
    open_joints: list[int] = []

    def close_until(number: int) -> None:
        while open_joints and open_joints[-1] != number:
            open_joints.pop()
            lines.append("\t" * len(open_joints) + "}")

    for number, joint in enumerate(joints):
        close_until(joint.parent)
        kind = "End Site" if joint.end else f"{'JOINT' if open_joints else 'ROOT'} {joint.name}"
        indent = "\t" * len(open_joints)
        offset = " ".join(f"{value:.6f}" for value in joint.offset)
        lines += [f"{indent}{kind}", f"{indent}{{", f"{indent}\tOFFSET {offset}"]
        if not joint.end:
            lines.append(f"{indent}\tCHANNELS {len(joint.channels)} {' '.join(joint.channels)}")
        open_joints.append(number)
    close_until(-1)
    return lines


def _metadata(recording: Recording, avatar: Avatar) -> str:
    """Format the metadata that BVH has no place for, as JSON."""
    described = describe_avatar(recording, avatar, unit="cm", rotations="Z X Y, degrees")
    return json.dumps(described, indent=1) + "\n"
