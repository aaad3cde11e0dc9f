"""Motion capture of any origin: BVH, and arrays of joint positions in .npy and .npz files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.animation.landmarks import add_landmarks
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, SKELETONS, Skeleton, convert, subtract_root_depth
from signlift.errors import InputError, parameter_problem, problem
from signlift.geometry.joint_hierarchy import Motion
from signlift.io.mocap.bvh import is_bvh, read_bvh
from signlift.io.mocap.mocap_arrays import read_mocap_arrays
from signlift.io.mocap.mocap_axes import guess_unit, guess_up, left_handed, stature_of
from signlift.io.mocap.rig import UPS, Rig, to_panoptic, unit_of
from signlift.io.mocap.rig_tables import find_rig, named_rig

#: Files that are taken for motion capture.
SUFFIXES = (".bvh", ".npy", ".npz")

#: Which way to turn so that an axis points up: the rows of a rotation.
_TURNS = {
    "y": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "z": [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
    "x": [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
    "-y": [[1, 0, 0], [0, -1, 0], [0, 0, -1]],
    "-z": [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
    "-x": [[0, 1, 0], [-1, 0, 0], [0, 0, 1]],
}


@dataclass(frozen=True, eq=False)
class Clip:
    """A piece of motion capture.

    Attributes
    ----------
    name
        The file's, and the array's in it.
    points
        [T, 26, 3] float32 on panoptic26: centimetres, y up, NaN for what is missing.
    fps
        Frames per second, or None when unknown.
    rig
        Whose joints they were.
    unit
        How many cm there were in the file's unit.
    up
        The file's axis that points up.
    mirrored
        Whether it was in left-handed axes, and was mirrored.
    """

    name: str
    points: Float[np.ndarray, "T 26 3"]
    fps: float | None
    rig: str
    unit: float
    up: str
    mirrored: bool = False


@dataclass(frozen=True, eq=False)
class _Source:
    """What a file holds, in its own unit and axes."""

    name: str
    points: NDArray[np.float64]
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
        [T, J, 3] for each clip, and possibly the joints' names (`joint_names`) and `fps`. Arrays
        without names hold the J keypoints of one of the skeletons, or a rig says what they hold.
    rig
        The rig's name, or a JSON file (see `rigs`); by default it is found by the joints' names.
    unit
        m, cm, mm, in, ft, cmu, or a number of cm; by default the one in which the people's
        bones are nearest to those of people.
    up
        x, y, z, -x, -y or -z; by default the axis along which the people stand.
    fps
        Frames per second where the file does not say.

    Returns
    -------
    The clips. Neck and MidHip are the middle of the shoulders and of the hips. BVH has
    rotations, so that what its rig lacks of face and feet is placed (see
    `signlift.animation.landmarks`); in arrays it is NaN. Arrays in left-handed axes, in which
    people's toes or noses point backwards, are mirrored.

    Raises
    ------
    InputError
        One line for each problem: no such file, another format, joints that no rig knows,
        infinities, people of no size, unknown options.
    """
    path = Path(path)
    if up is not None and up not in UPS:
        raise InputError(parameter_problem("up", expected=f"one of {', '.join(UPS)}", found=up))
    centimetres = None if unit is None else unit_of(unit)
    given = None if rig is None else named_rig(rig)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise InputError(problem(path, expected="motion capture", found=found))
    with path.open("rb") as file:
        head = file.read(64)
    if is_bvh(path, head):
        motion = read_bvh(path)
        chosen = given or find_rig(motion.names, str(path))
        joints = chosen.find(motion.names)
        _check_found(joints, chosen, path)
        with np.errstate(all="ignore"):
            positions = motion.forward_kinematics().positions
        sources = [_Source(path.stem, to_panoptic(positions, joints), motion)]
        return _clips(path, sources, chosen, centimetres, up, motion.fps, None)
    arrays, names, rate = read_mocap_arrays(path, head)
    sources, chosen = _from_arrays(path, arrays, names, given)
    return _clips(path, sources, chosen, centimetres, up, rate, fps)


def seen_from_the_front(clip: Clip, skeleton: Skeleton | None = None) -> Recording:
    """A clip as a recording: an orthographic view along -z, in centimetres.

    Who faces +z faces the camera. Depth is relative to MidHip.
    """
    points = clip.points * np.array([1, -1, -1], np.float32)
    recording = Recording(
        points[..., :2],
        PANOPTIC26,
        depth=subtract_root_depth(points[..., 2], PANOPTIC26),
        fps=clip.fps,
        name=clip.name,
        unit="cm",
        notes=(f"motion capture, rig {clip.rig}, a unit is {clip.unit:g} cm, {clip.up} is up",),
    )
    return recording if skeleton in (None, PANOPTIC26) else recording.convert(skeleton)


def _from_arrays(
    path: Path,
    arrays: dict[str, NDArray[Any]],
    names: Sequence[str] | None,
    given: Rig | None,
) -> tuple[list[_Source], Rig]:
    """Keypoints of arrays of joints."""
    J = next(iter(arrays.values())).shape[1]
    if given is not None and given.joints:
        names = given.joints
    if names is None:
        on = next((one for one in SKELETONS if len(one) == J), None)
        if on is None:
            sizes = ", ".join(f"{len(one)} ({one.name})" for one in SKELETONS)
            expected = f"joint names, or {sizes} keypoints, or a `rig` with joints"
            raise InputError(problem(path, expected=expected, found=f"{J} joints"))
        if given is None:
            plain_rig = Rig(on.name, {})
            return [
                _Source(name, convert(array, on, PANOPTIC26)) for name, array in arrays.items()
            ], plain_rig
        names = on.keypoints
    if len(names) != J:
        found = f"{len(names)} names"
        raise InputError(problem(path, expected=f"names of {J} joints", found=found))
    chosen = given or find_rig(names, str(path))
    found_joints = chosen.find(names)
    _check_found(found_joints, chosen, path)
    return [
        _Source(name, to_panoptic(array, found_joints)) for name, array in arrays.items()
    ], chosen


def _check_found(found: dict[str, tuple[int, ...]], rig: Rig, path: Path) -> None:
    """Joints that a rig names must be there when the user named it."""
    missing = [name for name in rig.keypoints if name not in found]
    if not found or (rig.joints and missing):
        expected = f"the joints of {rig.name}"
        what = f"none for {', '.join(missing[:5])}" if missing else "none"
        raise InputError(problem(path, expected=expected, found=what))


def _clips(
    path: Path,
    sources: Sequence[_Source],
    rig: Rig,
    unit: float | None,
    up: str | None,
    rate: float | None,
    fps: float | None,
) -> list[Clip]:
    """Clips in centimetres with y up, of sources that share a rig, a unit and axes."""
    statures = [stature_of(source.points) for source in sources]
    known = [stature for stature in statures if np.isfinite(stature)]
    if not known:
        expected = "a person's joints (a trunk, arms or legs) in some frame"
        raise InputError(problem(path, expected=expected, found="none"))
    height = float(np.median(known))
    unit = unit or rig.unit or guess_unit(path, height)
    up = up or rig.up or guess_up([source.points for source in sources])
    turn = np.array(_TURNS[up], np.float64)
    clips = []
    turned = []
    for source in sources:
        points = source.points
        if source.motion is not None:
            points = _with_landmarks(source, rig, height, turn[1])
        turned.append(points @ turn.T * unit)
    mirrored = sources[0].motion is None and left_handed(turned)
    for source, points in zip(sources, turned, strict=True):
        if mirrored:
            points = points * [-1, 1, 1]
        name = path.name if source.name == path.stem else f"{path.name}, {source.name}"
        own = points.astype(np.float32)
        clips.append(Clip(name, own, rate or fps, rig.name, unit, up, mirrored))
    return clips


def _with_landmarks(
    source: _Source, rig: Rig, stature: float, up: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "T 26 3"]:
    """Keypoints of BVH with a face and feet."""
    motion = source.motion
    assert motion is not None
    found = rig.find(motion.names)
    joints = {f"{side}Foot": found.get(f"{side}Ankle", ()) for side in "LR"}
    head = rig.find_head(motion.names)
    joints["Head"] = () if head is None else (head,)
    with np.errstate(all="ignore"):
        places = motion.forward_kinematics()
        rest = to_panoptic(motion.rest_pose().positions, found)
        turned = {
            name: (places.positions[:, numbers[0]], places.rotations[:, numbers[0]])
            for name, numbers in joints.items()
            if len(numbers) == 1
        }
        return add_landmarks(source.points, rest, turned, stature, up)
