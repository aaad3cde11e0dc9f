"""Motion capture of any origin: BVH, and arrays of joint positions in .npy and .npz files."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.animation.hierarchy import Motion
from signlift.animation.landmarks import add_landmarks
from signlift.errors import InputError, problem
from signlift.formats.bvh import is_bvh, read_bvh
from signlift.formats.npy import open_npy
from signlift.formats.rigs import UNITS, UPS, Rig, find_rig, named_rig, to_panoptic, unit_of
from signlift.lengths import FRACTIONS, LENGTHS, bone_lengths
from signlift.recording import Recording
from signlift.skeleton import PANOPTIC26, SKELETONS, Skeleton, convert, relative_to_root

#: Files that are taken for motion capture.
SUFFIXES = (".bvh", ".npy", ".npz")

#: A person's usual height in cm, and how far from it, as a factor, a guessed unit may lead.
_STATURE = 170.0
_FACTOR = 1.9

#: Units that are guessed.
_GUESSED = ("m", "cm", "mm", "in", "cmu")

#: Numbers from here on are no coordinates of anybody.
_TOO_LARGE = 1e9

#: What an archive may call its joints' names, and its frames per second.
_NAMES = ("_joint_names", "joint_names", "joints", "names")
_RATES = ("fps", "_fps", "frame_rate", "framerate", "mocap_framerate", "mocap_frame_rate")

#: Which way to turn so that an axis points up: the rows of a rotation.
_TURNS = {
    "y": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "z": [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
    "x": [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
    "-y": [[1, 0, 0], [0, -1, 0], [0, 0, -1]],
    "-z": [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
    "-x": [[0, 1, 0], [-1, 0, 0], [0, 0, 1]],
}

_DAMAGED = (
    *(ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, MemoryError),
    *(NotImplementedError, RuntimeError, SyntaxError, tokenize.TokenError, TypeError),
)


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
        raise InputError(problem("up", expected=f"one of {', '.join(UPS)}", found=up))
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
            positions = motion.places().positions
        sources = [_Source(path.stem, to_panoptic(positions, joints), motion)]
        return _clips(path, sources, chosen, centimetres, up, motion.fps, None)
    arrays, names, rate = _arrays(path, head)
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
        depth=relative_to_root(points[..., 2], PANOPTIC26),
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
            expected = f"joint names, or {sizes} keypoints, or --rig FILE.json with joints"
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
    statures = [_stature(source.points) for source in sources]
    known = [stature for stature in statures if np.isfinite(stature)]
    if not known:
        expected = "a person's joints (a trunk, arms or legs) in some frame"
        raise InputError(problem(path, expected=expected, found="none"))
    height = float(np.median(known))
    unit = unit or rig.unit or _guess_unit(path, height)
    up = up or rig.up or _guess_up(sources)
    turn = np.array(_TURNS[up], np.float64)
    clips = []
    turned = []
    for source in sources:
        points = source.points
        if source.motion is not None:
            points = _with_landmarks(source, rig, height, turn[1])
        turned.append(points @ turn.T * unit)
    mirrored = sources[0].motion is None and _left_handed(turned)
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
        places = motion.places()
        rest = to_panoptic(motion.rest().positions, found)
        turned = {
            name: (places.positions[:, numbers[0]], places.rotations[:, numbers[0]])
            for name, numbers in joints.items()
            if len(numbers) == 1
        }
        return add_landmarks(source.points, rest, turned, stature, up)


def _stature(points: NDArray[np.float64]) -> float:
    """The height of a person with such bones, in the unit of the points."""
    with np.errstate(all="ignore"):
        lengths = dict(zip(LENGTHS, bone_lengths(points, PANOPTIC26).tolist(), strict=True))
    known = [lengths[name] / part for name, part in FRACTIONS.items() if lengths[name] > 0]
    return float(np.median(known)) if known else float("nan")


def _guess_unit(path: Path, stature: float) -> float:
    """The unit that makes a person of them, in cm."""
    off = {name: abs(np.log(stature * UNITS[name] / _STATURE)) for name in _GUESSED}
    best = min(off, key=lambda name: off[name])
    if off[best] > np.log(_FACTOR):
        expected = f"people's sizes in {', '.join(_GUESSED)} (or --unit)"
        found = f"{stature:.4g} units of height"
        raise InputError(problem(path, expected=expected, found=found))
    return UNITS[best]


def _guess_up(sources: Sequence[_Source]) -> str:
    """The axis along which trunks and legs stand."""
    total = np.zeros(3)
    for source in sources:
        points = source.points
        for top, bottom in (("Neck", "MidHip"), ("LHip", "LAnkle"), ("RHip", "RAnkle")):
            way = points[:, PANOPTIC26.index(top)] - points[:, PANOPTIC26.index(bottom)]
            way = way[np.isfinite(way).all(-1)]
            if len(way):
                total += way.mean(0)
    axis = int(np.argmax(np.abs(total)))
    return ("-" if total[axis] < 0 else "") + "xyz"[axis]


def _left_handed(clips: Sequence[NDArray[np.float64]]) -> bool:
    """Whether toes, or noses, point backwards where left is left (y up)."""
    for front, back in (("BigToe", "Ankle"), ("Nose", "Ear")):
        votes = [0, 0]
        for points in clips:
            left = points[:, PANOPTIC26.index("LHip")] - points[:, PANOPTIC26.index("RHip")]
            if front == "Nose":
                left = (
                    points[:, PANOPTIC26.index("LShoulder")]
                    - points[:, PANOPTIC26.index("RShoulder")]
                )
            forward = np.cross(left, [0.0, 1.0, 0.0])
            for side in "LR":
                tip = points[:, PANOPTIC26.index(front if front == "Nose" else side + front)]
                way = ((tip - points[:, PANOPTIC26.index(side + back)]) * forward).sum(-1)
                votes[0] += int((way > 0).sum())
                votes[1] += int((way < 0).sum())
        if sum(votes):
            return votes[1] > 4 * votes[0]
    return False


def _arrays(
    path: Path, head: bytes
) -> tuple[dict[str, NDArray[Any]], Sequence[str] | None, float | None]:
    """The clips of a .npy or .npz file, float64, with the joints' names and the frame rate."""
    names: Sequence[str] | None = None
    rate: float | None = None
    if head.startswith(b"PK"):
        content = _archive(path)
        for key in _NAMES:
            one = content.pop(key, None)
            if names is None and one is not None and one.ndim == 1 and one.dtype.kind == "U":
                names = [str(name) for name in one]
        for key in _RATES:
            one = content.pop(key, None)
            if one is not None and one.size == 1 and one.dtype.kind in "fiu":
                value = float(one.reshape(-1)[0])
                rate = value if rate is None and 0 < value < 1e5 else rate
    elif head.startswith(b"\x93NUMPY"):
        content = {path.stem: np.asarray(open_npy(path).map())}
    else:
        expected = "motion capture (BVH, .npy or .npz)"
        found = "an empty file" if not head else "another format"
        raise InputError(problem(path, expected=expected, found=found))
    arrays: dict[str, NDArray[Any]] = {}
    for key, array in content.items():
        if array.ndim == 4:
            arrays |= {f"{key} {number}": one for number, one in enumerate(array)}
        else:
            arrays[key] = array
    arrays = {
        key: array.astype(np.float64)
        for key, array in arrays.items()
        if array.ndim == 3 and array.shape[-1] == 3 and array.size and array.dtype.kind in "fiu"
    }
    if not arrays:
        shown = ", ".join(f"{key} {list(array.shape)}" for key, array in list(content.items())[:4])
        expected = "arrays [frames, joints, 3]"
        raise InputError(problem(path, expected=expected, found=_printable(shown) or "none"))
    _check_numbers(path, arrays)
    return arrays, names, rate


def _check_numbers(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Joints of one number, no infinities, and no padding: all the problems at once."""
    problems = []
    J = next(iter(arrays.values())).shape[1]
    for key, array in list(arrays.items()):
        where = f"{path}: {_printable(key)}"
        if array.shape[1] != J:
            problems.append(problem(where, expected=f"{J} joints", found=str(array.shape[1])))
            continue
        with np.errstate(invalid="ignore"):
            bad = ~(np.abs(array) < _TOO_LARGE) & ~np.isnan(array)
        if bad.any():
            frame = int(np.argwhere(bad)[0][0])
            found = f"infinite ones or beyond {_TOO_LARGE:g} in frame {frame}"
            problems.append(problem(where, expected="finite numbers or NaN", found=found))
        seen = np.flatnonzero(~np.isnan(array).all((1, 2)))
        if not len(seen):
            problems.append(problem(where, expected="a frame with joints", found="none"))
        else:
            array[np.isnan(array).any(-1)] = np.nan
            arrays[key] = array[: seen[-1] + 1]
    if problems:
        raise InputError(problems)


def _archive(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of a .npz file; never a pickle."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {key: np.asarray(file[key]) for key in file.files}
    except _DAMAGED as error:
        reason = _printable(str(error).splitlines()[0] if str(error) else type(error).__name__)
        found = f"damaged, or no arrays of numbers ({reason[:80]})"
        raise InputError(problem(path, expected="a .npz file", found=found)) from None


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "." for letter in text)
