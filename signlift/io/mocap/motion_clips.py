"""Keypoints from motion capture: BVH, and arrays of joints in .npy and .npz files."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.animation.landmarks import add_landmarks
from signlift.core.skeleton import (
    PANOPTIC26,
    PANOPTIC67,
    SKELETONS,
    Skeleton,
    skeleton_of_size,
)
from signlift.core.skeleton_arrays import convert
from signlift.errors import InputError, InputWarning, parameter_problem, problem
from signlift.geometry.joint_hierarchy import Motion
from signlift.io.mocap.bvh import is_bvh, read_bvh_motion
from signlift.io.mocap.clip import Clip
from signlift.io.mocap.hand_joints import HAND_KEYPOINTS, place_hands
from signlift.io.mocap.mocap_arrays import read_mocap_arrays
from signlift.io.mocap.mocap_axes import estimate_stature, guess_unit, guess_up, is_left_handed
from signlift.io.mocap.rig import UPS, Rig, parse_unit, to_panoptic
from signlift.io.mocap.rig_tables import find_rig, get_rig, missing_keypoints
from signlift.io.source import Source, open_source
from signlift.utils.array_types import Float

#: Suffixes of files of motion capture.
SUFFIXES = (".bvh", ".npy", ".npz")

#: Statures in cm that give no warning.
MIN_STATURE, MAX_STATURE = 120.0, 220.0

#: Rotations that turn an axis up: rows are the new x, y and z.
_ROTATIONS = {
    "y": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "z": [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
    "x": [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
    "-y": [[1, 0, 0], [0, -1, 0], [0, 0, -1]],
    "-z": [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
    "-x": [[0, 1, 0], [-1, 0, 0], [0, 0, 1]],
}


@dataclass(frozen=True, eq=False)
class _Content:
    """Keypoints in the file's unit and axes: [T, 26, 3] of the body and [T, 42, 3] of the hands.

    A BVH file has its motion.
    """

    name: str
    points: NDArray[np.float64]
    hands: NDArray[np.float64] | None = None
    motion: Motion | None = None


def read_mocap(
    path: str | PathLike[str],
    *,
    rig: str | Path | None = None,
    unit: str | None = None,
    up: str | None = None,
    fps: float | None = None,
) -> list[Clip]:
    """Read motion capture as keypoints.

    Parameters
    ----------
    path
        A BVH file; a .npy file [T, J, 3] or [V, T, J, 3]; or a .npz file with an array
        [T, J, 3] for each clip, and optionally the joints' names (`joint_names`) and `fps`. Arrays
        without names hold the J keypoints of a skeleton, or a rig names their joints.
    rig
        Name of the rig, or a JSON file (see `rig_file`). By default it is found by the joints'
        names.
    unit
        m, cm, mm, in, ft, cmu, or a number of cm. By default the unit in which the bone lengths
        are most plausible.
    up
        x, y, z, -x, -y or -z. By default the axis along which the people stand.
    fps
        Frames per second, if the file does not contain them.

    Returns
    -------
    The clips. Neck and MidHip are the middle of the shoulders and of the hips. Fingers are those of
    a skeleton with hands, or of joints by name (see `hand_joints`). BVH has rotations, so that
    keypoints of the face and feet which its rig lacks are added (see
    `signlift.animation.landmarks`); in arrays they are NaN. Arrays in left-handed axes, in which
    toes or noses point backwards, are mirrored.

    Raises
    ------
    InputError
        A line for each problem: there is no such file, it has another format, no rig has the
        joints, a number is infinite, no person has a size, or a parameter is invalid.

    Warns
    -----
    InputWarning
        The people are smaller than 120 cm or larger than 220 cm.
    """
    if up is not None and up not in UPS:
        raise InputError(parameter_problem("up", expected=f"one of {', '.join(UPS)}", found=up))
    centimetres = None if unit is None else parse_unit(unit)
    user_rig = None if rig is None else get_rig(rig)
    with open_source(path) as source:
        if is_bvh(source):
            return read_bvh_clips(source, user_rig, centimetres, up)
        arrays, names, rate = read_mocap_arrays(source)
    contents, chosen = _convert_arrays(source.path, arrays, names, user_rig)
    return _make_clips(source.path, contents, chosen, centimetres, up, rate or fps)


def read_bvh_clips(
    source: Source,
    rig: Rig | None = None,
    centimetres: float | None = None,
    up: str | None = None,
) -> list[Clip]:
    """Read the one clip of a BVH file; parameters and errors as in `read_mocap`."""
    path, motion = source.path, read_bvh_motion(source)
    rig = rig or find_rig(motion.names, str(path))
    joints = _find_joints(rig, motion.names, path)
    with np.errstate(all="ignore"):
        positions = motion.forward_kinematics().positions
    content = _place_joints(path.stem, positions, joints, motion.names, motion)
    return _make_clips(path, [content], rig, centimetres, up, motion.fps)


def _convert_arrays(
    path: Path,
    arrays: dict[str, NDArray[Any]],
    names: Sequence[str] | None,
    user_rig: Rig | None,
) -> tuple[list[_Content], Rig]:
    """Convert arrays of joints to keypoints."""
    J = next(iter(arrays.values())).shape[1]
    if user_rig is not None and user_rig.joints:
        names = user_rig.joints
    if names is None:
        skeleton = skeleton_of_size(J)
        if skeleton is None:
            sizes = ", ".join(f"{len(each)} ({each.name})" for each in SKELETONS)
            expected = f"joint names, or {sizes} keypoints, or a `rig` with joints"
            raise InputError(problem(path, expected=expected, found=f"{J} joints"))
        if user_rig is None:
            contents = [
                _Content(
                    name, convert(array, skeleton, PANOPTIC26), _convert_hands(array, skeleton)
                )
                for name, array in arrays.items()
            ]
            return contents, Rig(skeleton.name, {})
        names = skeleton.keypoints
    if len(names) != J:
        found = f"{len(names)} names"
        raise InputError(problem(path, expected=f"names of {J} joints", found=found))
    rig = user_rig or find_rig(names, str(path))
    joints = _find_joints(rig, names, path)
    return [_place_joints(name, array, joints, names) for name, array in arrays.items()], rig


def _place_joints(
    name: str,
    positions: NDArray[np.float64],
    joints: dict[str, tuple[int, ...]],
    names: Sequence[str],
    motion: Motion | None = None,
) -> _Content:
    """Place keypoints at the joints of a file."""
    points = to_panoptic(positions, joints)
    wrists = points[:, [PANOPTIC26.index("LHand"), PANOPTIC26.index("RHand")]]
    return _Content(name, points, place_hands(positions, names, wrists), motion)


def _convert_hands(array: NDArray[np.float64], skeleton: Skeleton) -> NDArray[np.float64] | None:
    """Convert the hands of keypoints [T, J, 3]; None where no skeleton or frame has fingers."""
    hands = convert(array, skeleton, PANOPTIC67)[:, -len(HAND_KEYPOINTS) :]
    return None if np.isnan(hands).all() else hands


def _find_joints(rig: Rig, names: Sequence[str], path: Path) -> dict[str, tuple[int, ...]]:
    """Find the joints of a rig, and check that none is missing.

    A rig of the user may lack any keypoints, unless it names the joints of arrays.
    """
    joints = rig.find_joints(names)
    missing = missing_keypoints(rig, names)
    if rig.joints:
        missing = [name for name in rig.keypoints if name not in joints]
    if not joints or missing:
        expected = f"the joints of {rig.name}"
        found = f"none for {', '.join(missing)}" if missing else "none"
        raise InputError(problem(path, expected=expected, found=found))
    return joints


def _make_clips(
    path: Path,
    contents: Sequence[_Content],
    rig: Rig,
    unit: float | None,
    up: str | None,
    fps: float | None,
) -> list[Clip]:
    """Convert contents, which share rig, unit and axes, to centimetres with y up."""
    statures = np.array([estimate_stature(content.points) for content in contents])
    statures = statures[np.isfinite(statures)]
    if not len(statures):
        expected = "a person's joints (a trunk, arms or legs) in some frame"
        raise InputError(problem(path, expected=expected, found="none"))
    stature = float(np.median(statures))
    unit = unit or rig.unit or guess_unit(path, stature)
    _check_stature(path, stature * unit, unit)
    up = up or rig.up or guess_up([content.points for content in contents])
    rotation = np.array(_ROTATIONS[up], np.float64)
    rotated = [
        _add_landmarks(content, rig, stature, rotation[1]) @ rotation.T * unit
        for content in contents
    ]
    mirrored = contents[0].motion is None and is_left_handed(rotated)
    hands = [
        None if content.hands is None else content.hands @ rotation.T * unit for content in contents
    ]
    if mirrored:
        rotated = [points * [-1, 1, 1] for points in rotated]
        hands = [None if points is None else points * [-1, 1, 1] for points in hands]
    names = [
        path.name if content.name == path.stem else f"{path.name}, {content.name}"
        for content in contents
    ]
    return [
        Clip(
            name,
            points.astype(np.float32),
            fps,
            rig.name,
            unit,
            up,
            mirrored,
            None if fingers is None else fingers.astype(np.float32),
        )
        for name, points, fingers in zip(names, rotated, hands, strict=True)
    ]


def _check_stature(path: Path, stature: float, unit: float) -> None:
    """Warn about people who are too small or too large for the unit."""
    if not MIN_STATURE <= stature <= MAX_STATURE:
        expected = f"a stature of {MIN_STATURE:g} to {MAX_STATURE:g} cm"
        found = f"one of about {stature:.0f} cm, if a unit is {unit:.4g} cm (`unit` changes this)"
        line = problem(path, expected=expected, found=found)
        warnings.warn(line, InputWarning, stacklevel=4)


def _add_landmarks(
    content: _Content, rig: Rig, stature: float, up: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "T 26 3"]:
    """Add the keypoints of face and feet to those of BVH, from the rotations of its joints."""
    motion = content.motion
    if motion is None:
        return content.points
    keypoints = rig.find_joints(motion.names)
    joints = {f"{side}Foot": keypoints.get(f"{side}Ankle", ()) for side in "LR"}
    head = rig.find_head(motion.names)
    joints["Head"] = () if head is None else (head,)
    with np.errstate(all="ignore"):
        poses = motion.forward_kinematics()
        rest = to_panoptic(motion.rest_pose().positions, keypoints)
        transforms = {
            name: (poses.positions[:, numbers[0]], poses.rotations[:, numbers[0]])
            for name, numbers in joints.items()
            if len(numbers) == 1
        }
        return add_landmarks(content.points, rest, transforms, stature, up)
