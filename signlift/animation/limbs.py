"""Arms and legs: rotations of two bones from their directions, without sudden twist.

The twist of a bone about itself is told by the plane in which its joint bends, as an elbow and a
knee are hinges. A straight limb has no such plane: its twist then stays as it is, and slowly
goes to a natural one. It never turns faster than `FASTEST`, but at the end of a gap, where the
frames before it turn there in time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.animation.motion_gaps import frames_back, held, returning, ways_back
from signlift.geometry.interpolation import slerp, smoothstep
from signlift.geometry.rotations import (
    frame_from_two_vectors,
    orthogonal_component,
    rotation_between,
    unit_vectors,
)
from signlift.geometry.two_bone_ik import two_bone_ik

#: The fastest twist, in radians per second, and in radians per frame where frames are few.
FASTEST = 12.0
_MOST = 0.8

#: Sines of the bend from which a limb's plane begins to count, and fully counts.
_BENT = (0.1, 0.4)

#: How soon a straight limb comes to its natural twist, in seconds.
_EASE = 0.7


@dataclass(frozen=True)
class Limb:
    """One of the four limbs, in the axes of what it hangs on.

    Attributes
    ----------
    name
        Left or right, arm or leg.
    bone
        The direction of both bones in the rest pose.
    hinge
        The direction of the hinge there.
    hanging
        The directions of both bones, and the hinge, of a limb that nobody has seen yet.
    sign
        Whether the hinge is the first bone across the second one (1) or the opposite (-1).
    """

    name: str
    bone: tuple[float, float, float]
    hinge: tuple[float, float, float]
    hanging: tuple[tuple[float, float, float], ...]
    sign: float


#: Arms hang a little out, with the elbow a little bent; legs are straight.
LIMBS = (
    Limb("LeftArm", (1, 0, 0), (0, 1, 0), ((0.15, -0.98, 0), (0.15, -0.95, 0.2), (1, 0, 0)), -1),
    Limb(
        "RightArm", (-1, 0, 0), (0, 1, 0), ((-0.15, -0.98, 0), (-0.15, -0.95, 0.2), (-1, 0, 0)), 1
    ),
    Limb("LeftUpLeg", (0, -1, 0), (1, 0, 0), ((0, -1, 0), (0, -1, 0), (1, 0, 0)), 1),
    Limb("RightUpLeg", (0, -1, 0), (1, 0, 0), ((0, -1, 0), (0, -1, 0), (1, 0, 0)), 1),
)


def limb_rotations(
    limb: Limb,
    first: Float[np.ndarray, "T 3"],
    second: Float[np.ndarray, "T 3"],
    fps: float,
) -> tuple[Float[np.ndarray, "T 3 3"], Float[np.ndarray, "T 3 3"]]:
    """Rotations of a limb's two bones.

    Parameters
    ----------
    limb
        Which.
    first, second
        [T, 3], unit vectors along the bones in the axes of what the limb hangs on; NaN where
        not known.
    fps
        Frames per second.

    Returns
    -------
    Of the first bone and of the second, [T, 3, 3], in those axes; they take the rest pose's
    bones onto the directions. Where a direction is missing the joint keeps its last rotation,
    and in the last `RETURN` turns to the one with which it is seen again; before it was ever seen
    it is that of a limb that hangs down. Where only the second is missing the first bone's twist
    eases to the natural one, and in the last `RETURN` turns likewise.
    """
    down, bend, hinge = (np.array(vector) / np.linalg.norm(vector) for vector in limb.hanging)
    bone = np.array(limb.bone, np.float64)
    rest = frame_from_two_vectors(bone, np.array(limb.hinge, np.float64))
    hanging = frame_from_two_vectors(down, hinge)
    bent = rotation_between(down, bend) @ hanging
    hinges = limb.sign * np.cross(first, second)
    sine = np.sqrt((hinges**2).sum(-1))
    counts = smoothstep((sine - _BENT[0]) / (_BENT[1] - _BENT[0]))
    natural = (rotation_between(down, np.where(np.isnan(first), down, first)) @ hanging)[..., 1]
    most = min(FASTEST / fps, _MOST)
    pull = 1 - np.exp(-1 / (fps * _EASE))
    carried, twists = np.empty((len(first), 3, 3)), np.zeros(len(first))
    known = ~np.isnan(first[:, 0])
    told = ~np.isnan(sine)
    # The frame goes along with the bone without a twist, which is counted beside it.
    frame, twist = hanging, 0.0
    last_known = last_told = -np.inf
    for t in range(len(first)):
        if known[t]:
            frame = frame_from_two_vectors(
                first[t], rotation_between(frame[:, 0], first[t]) @ frame[:, 1]
            )
            # After a gap there was time for all of it: what comes before is turned below.
            since, part, wanted = t - last_known, pull, natural[t]
            if counts[t] > 0:
                since, part, wanted = t - last_told, max(counts[t], pull), hinges[t] / sine[t]
            angle = math.remainder(_angle(frame, wanted) - twist, math.tau)
            turn = (1 - (1 - part) ** since) * angle
            twist += float(np.clip(turn, -most * since, most * since))
            last_known = t
            last_told = t if told[t] else last_told
        carried[t], twists[t] = frame, twist
    back = frames_back(fps)
    for _, start, end, part in ways_back(told, back):
        twists[start:end] += part * (twists[end] - twists[start:end])
    frames = _twisted(carried, twists)
    elbows = np.swapaxes(frames, 1, 2) @ rotation_between(frames[..., 0], second) @ frames
    elbows = held(np.where(told[:, None, None], elbows, np.nan), hanging.T @ bent, back, slerp)
    frames = returning(frames, known, back, slerp)
    return frames @ rest.T, frames @ elbows @ rest.T


def _twisted(
    frames: Float[np.ndarray, "T 3 3"], twists: Float[np.ndarray, " T"]
) -> Float[np.ndarray, "T 3 3"]:
    """Frames turned about their first axes, from the second axis towards the third."""
    one, two, three = np.moveaxis(frames, -1, 0)
    cos, sin = (f(twists)[:, None] for f in (np.cos, np.sin))
    return np.stack([one, cos * two + sin * three, cos * three - sin * two], -1)


def _angle(frame: Float[np.ndarray, "3 3"], wanted: Float[np.ndarray, "3"]) -> float:
    """By how much to turn a frame about its first axis to bring the second to a vector's side."""
    return float(np.arctan2(wanted @ frame[:, 2], wanted @ frame[:, 1]))


def reach_elbow(
    start: Float[np.ndarray, "T 3"],
    middle: Float[np.ndarray, "T 3"],
    end: Float[np.ndarray, "T 3"],
    lengths: tuple[float, float],
    natural: tuple[float, float, float],
    back: int,
) -> Float[np.ndarray, "T 3"]:
    """Elbows (or knees) that are missing while the end of the limb is seen.

    Parameters
    ----------
    start, middle, end
        [T, 3], joints in the axes of what the limb hangs on; NaN for what is missing.
    lengths
        Of the two bones.
    natural
        Where the middle joint bends to when it was never seen.
    back
        How many frames before it is seen again it turns to the side to which it then is bent.

    Returns
    -------
    [T, 3]: `middle`, and where it is missing the place that both lengths leave it on the side to
    which it was last bent, and in the last frames turns to that to which it will be; NaN where
    the end is missing too.
    """
    axis = unit_vectors(end - start)
    missing = np.isnan(middle).any(-1) & ~np.isnan(axis).any(-1)
    if not missing.any():
        return middle
    bends = orthogonal_component(middle - start, axis)
    measured = ~np.isnan(bends).any(-1)
    turns = np.zeros(len(bends))
    bend, along = np.array(natural, np.float64), None
    for t in np.flatnonzero(missing | measured):
        if along is not None:
            # Carried along with the limb, so that it never comes to lie in its line.
            bend = rotation_between(along, axis[t]) @ bend
        if missing[t]:
            bends[t] = bend
        else:
            turns[t] = np.arctan2(np.cross(axis[t], bend) @ bends[t], bend @ bends[t])
        bend, along = bends[t], axis[t]
    for _, first, last, part in ways_back(measured, back):
        some, angle = slice(first, last), (part * turns[last])[:, None]
        across = np.cross(axis[some], bends[some])
        bends[some] = np.cos(angle) * bends[some] + np.sin(angle) * across
    out = middle.copy()
    out[missing], _ = two_bone_ik(
        start[missing], end[missing], lengths, bends[missing], np.zeros(missing.sum())
    )
    return out
