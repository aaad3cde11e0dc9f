"""Transfer of motions to other bodies, mirroring, and resampling.

Motion capture shows few people, and each system defines its joints differently. A lifter that is
trained on few bodies overfits to their bone lengths.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton, common_name, get_skeleton, other_side, side
from signlift.errors import InputError, parameter_problem, problem
from signlift.simulation.augment.length_factors import collect_joints
from signlift.utils.array_types import Float

#: Segments that can be scaled. `neck` is the distance from the Neck to the middle of the ears,
#: `head` the size of the head about that middle, `shoulders` and `hips` are widths, `hand` and
#: `foot` are all keypoints beyond a wrist or an ankle.
SEGMENTS = (
    *("torso", "shoulders", "upper_arm", "forearm", "hand", "neck", "head"),
    *("hips", "thigh", "shank", "foot"),
)

# The parent of each keypoint and the segment between them, for the left side and the middle;
# parents before their children.
_TREE = {
    "Neck": (ROOT, "torso"),
    "LShoulder": ("Neck", "shoulders"),
    "LElbow": ("LShoulder", "upper_arm"),
    "LWrist": ("LElbow", "forearm"),
    "LHip": (ROOT, "hips"),
    "LKnee": ("LHip", "thigh"),
    "LAnkle": ("LKnee", "shank"),
    "LBigToe": ("LAnkle", "foot"),
    "LSmallToe": ("LAnkle", "foot"),
    "LHeel": ("LAnkle", "foot"),
}
_HEAD = frozenset({"Nose", "LEye", "REye", "LEar", "REar", "Keypoint26"})

#: Positions that are this near to a frame, in frames, are on it.
_ON_FRAME = 1e-5


def retarget(
    points: Float[np.ndarray, "B T J 3"],
    skeleton: str | Skeleton,
    factors: Mapping[str, Float[np.ndarray, " B"] | float],
) -> Float[np.ndarray, "B T J 3"]:
    """Transfer the motions of B recordings to bodies of other proportions.

    Parameters
    ----------
    points
        [B, T, J, 3], NaN where missing; any unit and axes.
    skeleton
        The skeleton of the J keypoints, or its name.
    factors
        The factor of each of `SEGMENTS`: [B], or one number for all. Segments that are left out
        have a factor of 1.

    Returns
    -------
    points
        [B, T, J, 3] float32. MidHip keeps its position and all bones keep their directions, so
        that contacts of the hands with the body are not preserved. Neck and MidHip are the middles
        of the shoulders and of the hips (the keypoints themselves where those are missing). A
        keypoint is NaN where it or one of its ancestors from MidHip outwards is missing. Keypoints
        that do not belong to a segment move with the joint that they are attached to.

    Raises
    ------
    InputError
        Lists all problems: keypoints of another number than the skeleton's, unknown segments, and
        factors that are not above 0.

    Examples
    --------
    >>> points = np.zeros((1, 1, 17, 3), np.float32)
    >>> points[..., 0] = np.arange(17)
    >>> longer = retarget(points, "coco17", {"forearm": 2.0})
    >>> longer.shape
    (1, 1, 17, 3)
    """
    skeleton = get_skeleton(skeleton)
    _check(points, skeleton, factors)
    points = points.astype(np.float32, copy=False)
    scale = {
        segment: np.broadcast_to(np.asarray(factors.get(segment, 1.0), np.float32), len(points))
        for segment in SEGMENTS
    }
    old = collect_joints(points, skeleton)
    new = {ROOT: old[ROOT]}

    def scale_bone(name: str, parent: str, segment: str) -> NDArray[np.floating]:
        return new[parent] + scale[segment][:, None, None] * (old[name] - old[parent])

    for left, (left_parent, segment) in _TREE.items():
        for name in {left, other_side(left)}:
            parent = left_parent if side(name) == side(left) else other_side(left_parent)
            if name in old and parent in new:
                new[name] = scale_bone(name, parent, segment)
    if "head" in old and "Neck" in new:
        new["head"] = scale_bone("head", "Neck", "neck")
    out = np.empty_like(points)
    for number, keypoint in enumerate(skeleton.keypoints):
        name = common_name(keypoint)
        if name in new:
            out[:, :, number] = new[name]
        elif name in _HEAD and "head" in new:
            out[:, :, number] = scale_bone(name, "head", "head")
        else:
            anchor = _find_anchor(skeleton, keypoint, new)
            size = scale["hand"] if anchor.endswith("Wrist") else np.ones(1, np.float32)
            offset = points[:, :, number] - old[anchor]
            out[:, :, number] = new[anchor] + size[:, None, None] * offset
    return out


def mirror(
    points: Float[np.ndarray, "*rest J 3"], skeleton: str | Skeleton
) -> Float[np.ndarray, "*rest J 3"]:
    """Mirror a motion: x changes its sign, and left and right keypoints are swapped.

    Parameters
    ----------
    points
        [..., J, 3].
    skeleton
        The skeleton of the J keypoints, or its name.
    """
    skeleton = get_skeleton(skeleton)
    return points[..., skeleton.mirror, :] * np.array([-1, 1, 1], points.dtype)


def resample(
    points: Float[np.ndarray, "T J 3"], fps_in: float, fps_out: float, tempo: float = 1.0
) -> Float[np.ndarray, "S J 3"]:
    """Resample a motion to another frame rate, and change its tempo.

    Parameters
    ----------
    points
        [T, J, 3], NaN where missing.
    fps_in, fps_out
        Frames per second of the points and of the result.
    tempo
        Speed of the motion: 2 halves its duration.

    Returns
    -------
    points
        [S, J, 3] float32, from the first frame up to the last one or just before it. Interpolated
        by the Catmull-Rom cubic through the four nearest frames; linear at a missing outer frame,
        and NaN where one of the two inner frames is missing.

    Raises
    ------
    InputError
        Lists the numbers that are not above 0.

    Examples
    --------
    >>> points = np.arange(3.0)[:, None, None] * np.ones(3)
    >>> resample(points, fps_in=10, fps_out=20)[:, 0, 0]
    array([0. , 0.5, 1. , 1.5, 2. ], dtype=float32)
    """
    numbers = {"fps_in": fps_in, "fps_out": fps_out, "tempo": tempo}
    problems = [
        parameter_problem(name, expected="a number above 0", found=value)
        for name, value in numbers.items()
        if not 0 < value < np.inf
    ]
    if problems:
        raise InputError(problems)
    points = points.astype(np.float32, copy=False)
    last = len(points) - 1
    if last < 1:
        return points.copy()
    step = tempo * fps_in / fps_out
    # The tolerance keeps the last frame from being lost to rounding.
    positions = np.minimum(np.arange(int(last / step + 1e-6) + 1) * step, last)
    frames = np.minimum(positions.astype(np.int64), last - 1)
    t = (positions - frames).astype(np.float32)[:, None, None]
    left, right = points[frames], points[frames + 1]
    before, after = points[np.maximum(frames - 1, 0)], points[np.minimum(frames + 2, last)]
    at_start, at_end = (frames == 0)[:, None, None], (frames == last - 1)[:, None, None]
    before = np.where(at_start | np.isnan(before), 2 * left - right, before)
    after = np.where(at_end | np.isnan(after), 2 * right - left, after)
    out = left + 0.5 * t * (
        (right - before)
        + t * (2 * before - 5 * left + 4 * right - after)
        + t**2 * (3 * (left - right) + after - before)
    )
    # On a frame nothing is interpolated, and the other frame may be missing.
    out = np.where(t < _ON_FRAME, left, out)
    return np.where(t > 1 - _ON_FRAME, right, out)


def _find_anchor(skeleton: Skeleton, name: str, joints: Mapping[str, object]) -> str:
    """Find the nearest ancestor of a keypoint among joints; the root if there is none."""
    parents = {child: parent for parent, child in skeleton.bones}
    while name in parents:
        name = parents[name]
        if common_name(name) in joints:
            return common_name(name)
    return ROOT


def _check(
    points: NDArray[np.floating],
    skeleton: Skeleton,
    factors: Mapping[str, NDArray[np.floating] | float],
) -> None:
    problems = []
    if points.shape[2] != len(skeleton):
        expected, found = f"shape [B, T, {len(skeleton)}, 3]", f"shape {list(points.shape)}"
        where = f"points of {skeleton.name}"
        problems.append(problem(where, expected=expected, found=found))
    for segment, factor in factors.items():
        values = np.asarray(factor)
        if segment not in SEGMENTS:
            expected = f"one of {', '.join(SEGMENTS)}"
            problems.append(parameter_problem("factors", expected=expected, found=segment))
        elif not ((values > 0) & np.isfinite(values)).all():
            where = f"factors of {segment}"
            problems.append(problem(where, expected="numbers above 0", found=str(factor)))
    if problems:
        raise InputError(problems)
