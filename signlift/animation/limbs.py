"""Arms and legs: rotations of two bones from their directions, without sudden twist.

The twist of a bone about itself is told by the plane in which its joint bends, as an elbow and a
knee are hinges. A straight limb has no such plane: its twist then stays as it is, and slowly
goes to a natural one. It never turns faster than `FASTEST`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.animation.gaps import returning
from signlift.animation.rotations import aside, axes, swing, unit
from signlift.synthetic.kinematics import ramp, two_bones

#: The fastest twist, in radians per second, and in radians per frame where frames are few.
FASTEST = 12.0
_MOST = 0.8

#: Sines of the bend from which a limb's plane begins to count, and fully counts.
_BENT = (0.1, 0.4)

#: How long before it is seen again a limb sets out from where it stayed, in seconds.
RETURN = 0.3

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
    and in the last 0.3 s turns to the one with which it is seen again; before it was ever seen it
    is that of a limb that hangs down.
    """
    down, bend, hinge = (np.array(vector) / np.linalg.norm(vector) for vector in limb.hanging)
    bone = np.array(limb.bone, np.float64)
    rest = axes(bone, np.array(limb.hinge, np.float64))
    hanging = axes(down, hinge)
    bent = swing(down, bend) @ hanging
    hinges = limb.sign * np.cross(first, second)
    sine = np.sqrt((hinges**2).sum(-1))
    counts = ramp((sine - _BENT[0]) / (_BENT[1] - _BENT[0]))
    natural = (swing(down, np.where(np.isnan(first), down, first)) @ hanging)[..., 1]
    most = min(FASTEST / fps, _MOST)
    pull = 1 - np.exp(-1 / (fps * _EASE))
    frames, elbows = np.empty((len(first), 3, 3)), np.empty((len(first), 3, 3))
    frame, elbow = hanging, hanging.T @ bent
    started = False
    for t in range(len(first)):
        if not np.isnan(first[t, 0]):
            frame = swing(frame[:, 0], first[t]) @ frame
            wanted = natural[t]
            part = pull
            if not np.isnan(sine[t]) and counts[t] > 0:
                wanted = natural[t] if sine[t] == 0 else hinges[t] / sine[t]
                part = max(counts[t], pull) if started else 1.0
            elif not started:
                part = 1.0
            angle = _angle_about(frame, wanted)
            turn = part * angle
            if started:
                turn = float(np.clip(turn, -most, most))
            frame = axes(frame[:, 0], np.cos(turn) * frame[:, 1] + np.sin(turn) * frame[:, 2])
            started = True
            if not np.isnan(second[t, 0]):
                elbow = frame.T @ swing(frame[:, 0], second[t]) @ frame
        frames[t], elbows[t] = frame, elbow
    known = ~np.isnan(first[:, 0])
    ahead = max(1, round(RETURN * fps))
    frames = returning(frames, known, ahead)
    elbows = returning(elbows, known & ~np.isnan(second[:, 0]), ahead)
    return frames @ rest.T, frames @ elbows @ rest.T


def _angle_about(frame: Float[np.ndarray, "3 3"], wanted: Float[np.ndarray, "3"]) -> float:
    """By how much to turn a frame about its first axis to bring the second nearest to a vector."""
    return float(np.arctan2(wanted @ frame[:, 2], wanted @ frame[:, 1]))


def reach_elbow(
    start: Float[np.ndarray, "T 3"],
    middle: Float[np.ndarray, "T 3"],
    end: Float[np.ndarray, "T 3"],
    lengths: tuple[float, float],
    natural: tuple[float, float, float],
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

    Returns
    -------
    [T, 3]: `middle`, and where it is missing the place that both lengths leave it on the side to
    which it was last bent; NaN where the end is missing too.
    """
    axis = unit(end - start)
    missing = np.isnan(middle).any(-1) & ~np.isnan(axis).any(-1)
    if not missing.any():
        return middle
    bends = aside(middle - start, axis)
    bend, along = np.array(natural, np.float64), None
    for t in np.flatnonzero(missing | ~np.isnan(bends).any(-1)):
        if missing[t]:
            # Carried along with the limb, so that it never comes to lie in its line.
            bends[t] = bend if along is None else swing(along, axis[t]) @ bend
        bend, along = bends[t], axis[t]
    out = middle.copy()
    out[missing], _ = two_bones(
        start[missing], end[missing], lengths, bends[missing], np.zeros(missing.sum())
    )
    return out
