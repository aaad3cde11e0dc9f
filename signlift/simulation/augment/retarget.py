"""Other bodies for the same motion: bones get new lengths and keep their directions.

Motion capture comes from few people, and each system puts its joints elsewhere. A lifter that has
seen one body only takes its lengths for a law of nature.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton, get_skeleton, other_side, side
from signlift.errors import InputError, problem
from signlift.simulation.augment.length_factors import common_name, joints_of

#: What can be made longer or shorter. `neck` is the way from the Neck to the middle of the ears,
#: `head` the size of the head about that middle, `shoulders` and `hips` are widths, `hand` and
#: `foot` are all that hangs on a wrist or an ankle.
PARTS = (
    *("torso", "shoulders", "upper_arm", "forearm", "hand", "neck", "head"),
    *("hips", "thigh", "shank", "foot"),
)

# The parent of each keypoint and the part that lies between, for the left side and the middle;
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


def retarget(
    points: Float[np.ndarray, "B T J 3"],
    skeleton: str | Skeleton,
    factors: Mapping[str, Float[np.ndarray, " B"] | float],
) -> Float[np.ndarray, "B T J 3"]:
    """Give the people of B recordings other proportions.

    Parameters
    ----------
    points
        [B, T, J, 3], NaN for what is missing; any unit, any frame.
    skeleton
        What the J keypoints are: a skeleton or its name.
    factors
        By how much to stretch each of `PARTS`: [B], or one number for all; 1 where not given.

    Returns
    -------
    [B, T, J, 3] float32. MidHip stays where it is and all bones keep their directions, so that
    hands no longer meet what they met. Neck and MidHip are the middles of the shoulders and of
    the hips (where those are missing: the keypoints themselves). A keypoint is NaN where it is
    missing itself, or one that it hangs on, from MidHip outwards. Keypoints without a bone of a
    known part move along with what they hang on.

    Raises
    ------
    InputError
        Lists all that is wrong: keypoints of another number than the skeleton's, unknown parts,
        and factors that are not above 0.
    """
    on = get_skeleton(skeleton)
    _check(points, on, factors)
    points = points.astype(np.float32, copy=False)
    scale = {
        part: np.broadcast_to(np.asarray(factors.get(part, 1.0), np.float32), len(points))
        for part in PARTS
    }
    old = joints_of(points, on)
    new = {ROOT: old[ROOT]}

    def stretched(name: str, parent: str, part: str) -> NDArray[np.floating]:
        return new[parent] + scale[part][:, None, None] * (old[name] - old[parent])

    for left, (parent, part) in _TREE.items():
        for name in {left, other_side(left)}:
            up = parent if side(name) == side(left) else other_side(parent)
            if name in old and up in new:
                new[name] = stretched(name, up, part)
    if "head" in old and "Neck" in new:
        new["head"] = stretched("head", "Neck", "neck")
    out = np.empty_like(points)
    for number, keypoint in enumerate(on.keypoints):
        name = common_name(keypoint)
        if name in new:
            out[:, :, number] = new[name]
        elif name in _HEAD and "head" in new:
            out[:, :, number] = stretched(name, "head", "head")
        else:
            anchor = _anchor(on, keypoint, new)
            size = scale["hand"] if anchor.endswith("Wrist") else np.ones(1, np.float32)
            offset = points[:, :, number] - old[anchor]
            out[:, :, number] = new[anchor] + size[:, None, None] * offset
    return out


def mirrored(
    points: Float[np.ndarray, "*rest J 3"], skeleton: str | Skeleton
) -> Float[np.ndarray, "*rest J 3"]:
    """The mirror image of a motion: x changes its sign, and left keypoints become right ones."""
    on = get_skeleton(skeleton)
    return points[..., on.mirror, :] * np.array([-1, 1, 1], points.dtype)


def resample(
    points: Float[np.ndarray, "T J 3"], fps_in: float, fps_out: float, tempo: float = 1.0
) -> Float[np.ndarray, "S J 3"]:
    """The same motion at another frame rate, and faster or slower.

    Parameters
    ----------
    points
        [T, J, 3], NaN for what is missing.
    fps_in, fps_out
        Frames per second of the points and of the result.
    tempo
        How many times as fast the motion runs: 2 halves its time.

    Returns
    -------
    [S, J, 3] float32, from the first frame up to the last one or just before it. Between two
    frames the way is Catmull and Rom's cubic through them and their neighbours, or goes straight
    on where a neighbour is missing; NaN where one of the two is missing.

    Raises
    ------
    InputError
        Lists the numbers that are not above 0.
    """
    numbers = {"fps_in": fps_in, "fps_out": fps_out, "tempo": tempo}
    problems = [
        problem(name, expected="a number above 0", found=str(value))
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
    # The last frame must not be lost to rounding.
    places = np.minimum(np.arange(int(last / step + 1e-6) + 1) * step, last)
    frames = np.minimum(places.astype(np.int64), last - 1)
    part = (places - frames).astype(np.float32)[:, None, None]
    one, other = points[frames], points[frames + 1]
    before, after = points[np.maximum(frames - 1, 0)], points[np.minimum(frames + 2, last)]
    first, final = (frames == 0)[:, None, None], (frames == last - 1)[:, None, None]
    before = np.where(first | np.isnan(before), 2 * one - other, before)
    after = np.where(final | np.isnan(after), 2 * other - one, after)
    out = one + 0.5 * part * (
        (other - before)
        + part * (2 * before - 5 * one + 4 * other - after)
        + part**2 * (3 * (one - other) + after - before)
    )
    # On a frame there is nothing to find between two; the other one may be missing.
    out = np.where(part < 1e-5, one, out)
    return np.where(part > 1 - 1e-5, other, out)


def _anchor(on: Skeleton, name: str, known: Mapping[str, object]) -> str:
    """The nearest known joint from which a keypoint hangs; the root where there is none."""
    parents = {child: parent for parent, child in on.bones}
    while name in parents:
        name = parents[name]
        if common_name(name) in known:
            return common_name(name)
    return ROOT


def _check(
    points: NDArray[np.floating], on: Skeleton, factors: Mapping[str, NDArray[np.floating] | float]
) -> None:
    problems = []
    if points.shape[2] != len(on):
        expected = f"shape [B, T, {len(on)}, 3]"
        found = str(list(points.shape))
        problems.append(problem(f"points for {on.name}", expected=expected, found=found))
    for part, factor in factors.items():
        values = np.asarray(factor)
        if part not in PARTS:
            problems.append(problem("factors", expected=f"one of {', '.join(PARTS)}", found=part))
        elif not ((values > 0) & np.isfinite(values)).all():
            problems.append(
                problem(f"factor of {part}", expected="numbers above 0", found=str(factor))
            )
    if problems:
        raise InputError(problems)
