"""BVH (Biovision Hierarchy): skeletons and their motion as text, for animation programs.

As described in M. Meredith and S. Maddock, Motion Capture File Formats Explained, University of
Sheffield, CS-01-11, 2001.
"""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.geometry.joint_hierarchy import Joint, Motion
from signlift.io.mocap.bvh_parser import parse_bvh
from signlift.utils.atomic import atomic_path, write_text

if TYPE_CHECKING:
    from signlift.animation.avatar import Avatar

#: What is read at most, in bytes.
_LARGEST = 1 << 30


def is_bvh(path: Path, head: bytes) -> bool:
    """Whether a file is BVH, by its first bytes, or by its name where they say nothing."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:9].upper() == b"HIERARCHY":
        return True
    return bool(head) and path.suffix.lower() == ".bvh"


def read_bvh(path: str | PathLike[str]) -> Motion:
    """Read a BVH file.

    Parameters
    ----------
    path
        Any order of channels, position channels on any joint, several roots, names with spaces;
        separated by spaces, tabs, commas and line ends of any kind.

    Returns
    -------
    Joints and ends with their offsets, the channels' values [T, C] and the frame rate; lengths
    are in the file's own unit and axes, which BVH does not name. `forward_kinematics()` gives the
    positions [T, K, 3] of the joints. NaN for numbers that the file calls nan.

    Raises
    ------
    InputError
        One line for each problem: no such file, no text, a damaged hierarchy, another number of
        values than frames times channels, what is no number, infinities, no frame, a frame time
        that is not above 0.
    """
    path = Path(path)
    expected = "a BVH file"
    if not path.exists():
        raise InputError(problem(path, expected=expected, found="no such file"))
    if path.is_dir():
        raise InputError(problem(path, expected=expected, found="a folder"))
    if path.stat().st_size > _LARGEST:
        found = f"{path.stat().st_size:,} bytes"
        raise InputError(problem(path, expected=f"{_LARGEST:,} bytes at most", found=found))
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise InputError(problem(path, expected=expected, found="an empty file"))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # names only: the rest is ASCII
    return parse_bvh(text, path)


def write_bvh(
    recording: Recording,
    path: str | PathLike[str],
    *,
    height: float | None = None,
    scale: float | None = None,
) -> Path:
    """Write a recording as an avatar's motion.

    Parameters
    ----------
    recording
        With depth; see `signlift.animation.avatar.solve_avatar` for what becomes of it.
    path
        The .bvh file, in cm, y up, facing +z, joints named as in HumanIK and Mixamo, rotations
        about Z, X and Y, a T-pose at rest. As BVH holds no remarks, what was done is written
        beside it, to `path` with .json after it.
    height
        The person's stature in cm.
    scale
        Centimetres in a unit of the recording, instead.

    Raises
    ------
    InputError
        As `solve_avatar` does. Nothing is written then.
    """
    from signlift.animation.avatar import solve_avatar

    path = Path(path)
    avatar = solve_avatar(recording, height=height, scale=scale)
    write_motion(avatar.motion, path)
    write_text(path.with_name(path.name + ".json"), _about(recording, avatar))
    return path


def write_motion(motion: Motion, path: str | PathLike[str]) -> Path:
    """Write any motion without NaN as BVH, whole or not at all."""
    with (
        atomic_path(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.write("HIERARCHY\n" + "".join(f"{line}\n" for line in _lines(motion.joints)))
        file.write(f"MOTION\nFrames: {len(motion)}\nFrame Time: {1 / motion.fps!r}\n")
        for row in motion.values.tolist():
            file.write(" ".join(f"{value:.6f}" for value in row) + "\n")
    return Path(path)


def _lines(joints: tuple[Joint, ...]) -> list[str]:
    """The hierarchy, line by line; joints stand in the order of their values."""
    lines: list[str] = []
    opened: list[int] = []

    def close(until: int) -> None:
        while opened and opened[-1] != until:
            opened.pop()
            lines.append("\t" * len(opened) + "}")

    for number, joint in enumerate(joints):
        close(joint.parent)
        kind = "End Site" if joint.end else f"{'JOINT' if opened else 'ROOT'} {joint.name}"
        indent = "\t" * len(opened)
        offset = " ".join(f"{value:.6f}" for value in joint.offset)
        lines += [f"{indent}{kind}", f"{indent}{{", f"{indent}\tOFFSET {offset}"]
        if not joint.end:
            lines.append(f"{indent}\tCHANNELS {len(joint.channels)} {' '.join(joint.channels)}")
        opened.append(number)
    close(-1)
    return lines


def _about(recording: Recording, avatar: Avatar) -> str:
    """What cannot be said in the file itself, as JSON."""
    rounded = {name: round(length, 3) for name, length in avatar.lengths.items()}
    return (
        json.dumps(
            {
                "name": recording.name,
                "unit": "cm",
                "axes": "x to the left of a person who faces the camera, y up, z to the camera",
                "root": "Hips, at rest in depth: depth is relative to the middle of the hips",
                "fps": avatar.motion.fps,
                "frames": len(avatar.motion),
                "rest_pose": "T, facing +z",
                "rotations": "Z X Y, degrees",
                "cm_per_unit": avatar.scale,
                "unit_of_recording": recording.unit,
                "origin_in_recording": [round(float(value), 4) for value in avatar.origin],
                "perspective": "none: taken as orthographic",
                "lengths_cm": rounded,
                "lengths_measured": list(avatar.measured),
                "notes": list(recording.notes),
            },
            indent=1,
        )
        + "\n"
    )
