"""Arms and legs of an avatar: rotations of two bones from their directions, without sudden twist.

The twist of a bone about itself follows from the plane in which its joint bends, as elbows and
knees are hinges. A straight limb has no such plane: its twist is then held, and slowly eases to a
natural one. The twist never changes faster than `MAX_TWIST_RATE`, except at the end of a gap, where
the frames before it blend to the next twist in time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from signlift.animation.gaps import Gaps
from signlift.animation.motion_gaps import hold_last_value
from signlift.geometry.interpolation import slerp, smoothstep
from signlift.geometry.rotations import (
    chain_products,
    cross_product,
    frame_from_two_vectors,
    orthogonal_component,
    rotation_between,
    twist_frames,
    unit_vectors,
)
from signlift.geometry.two_bone_ik import two_bone_ik
from signlift.utils.array_types import Bool, Float

#: The maximum rate of twist in radians per second, and per frame (for low frame rates).
MAX_TWIST_RATE = 12.0
_MAX_TWIST_STEP = 0.8

#: Sines of the bend at which the plane of a limb begins to count, and at which it counts fully.
_BEND_RANGE = (0.1, 0.4)

#: The time constant with which a straight limb eases to its natural twist, in seconds.
_EASE_SECONDS = 0.7


@dataclass(frozen=True)
class Limb:
    """One of the four limbs, in the axes of its parent (chest or pelvis).

    Attributes
    ----------
    name
        The name: left or right, arm or leg.
    bone
        The direction of both bones in the rest pose.
    hinge
        The direction of the hinge in the rest pose.
    hanging
        The directions of both bones, and of the hinge, of a limb that was not observed yet.
    sign
        1 if the hinge is the cross product of the first and the second bone, -1 if it is the
        opposite.
    """

    name: str
    bone: tuple[float, float, float]
    hinge: tuple[float, float, float]
    hanging: tuple[tuple[float, float, float], ...]
    sign: float


#: Unobserved arms hang slightly outwards with slightly bent elbows; unobserved legs are straight.
LIMBS = (
    Limb("LeftArm", (1, 0, 0), (0, 1, 0), ((0.15, -0.98, 0), (0.15, -0.95, 0.2), (1, 0, 0)), -1),
    Limb(
        "RightArm", (-1, 0, 0), (0, 1, 0), ((-0.15, -0.98, 0), (-0.15, -0.95, 0.2), (-1, 0, 0)), 1
    ),
    Limb("LeftUpLeg", (0, -1, 0), (1, 0, 0), ((0, -1, 0), (0, -1, 0), (1, 0, 0)), 1),
    Limb("RightUpLeg", (0, -1, 0), (1, 0, 0), ((0, -1, 0), (0, -1, 0), (1, 0, 0)), 1),
)


def solve_limbs(
    limbs: tuple[Limb, ...],
    first: Float[np.ndarray, "T L 3"],
    second: Float[np.ndarray, "T L 3"],
    fps: float,
    gaps: Gaps,
) -> tuple[Float[np.ndarray, "T L 3 3"], Float[np.ndarray, "T L 3 3"]]:
    """Compute the rotations of the two bones of each limb.

    Parameters
    ----------
    limbs
        The L limbs.
    first, second
        [T, L, 3], unit vectors along the bones in the axes of the limb's parent; NaN where missing.
    fps, gaps
        Frames per second, and how gaps are filled.

    Returns
    -------
    The rotations of the first and of the second bone, [T, L, 3, 3], in those axes; they rotate the
    bones from the rest pose to the given directions. Where a direction is missing, the joint holds
    its last rotation, and blends to the next one at the end of the gap; before it is first
    observed, the limb hangs. Where only the second is missing, the twist of the first bone eases
    to the natural one, and blends likewise.
    """
    poses = _limb_poses(limbs)
    hinges = poses.signs * cross_product(first, second)
    sine = np.sqrt(np.einsum("tli,tli->tl", hinges, hinges))
    frames, twists = _carry_twists(first, hinges, sine, poses, fps, gaps)
    has_plane = ~np.isnan(sine)
    blends = gaps.find_blends(has_plane)
    if blends is not None:
        flat = twists.reshape(-1)
        change = flat[blends.next] - flat[blends.frames]
        flat[blends.frames] += blends.fractions * change
    frames = twist_frames(frames, twists)
    local = np.where(has_plane[..., None], (second[..., None, :] @ frames)[..., 0, :], np.nan)
    elbows = rotation_between(np.array([1.0, 0.0, 0.0]), local)
    elbows = gaps.hold("elbows and knees", elbows, poses.bends, slerp, parts=True)
    frames = gaps.blend_to_next(frames, ~np.isnan(first[..., 0]), slerp)
    rest = np.swapaxes(poses.rest, 1, 2)
    return frames @ rest, frames @ elbows @ rest


class _LimbPoses(NamedTuple):
    """Poses of L limbs: frames [L, 3, 3] with columns along the first bone and the hinge.

    `rest` is the rest pose, `hanging` that of a limb that was not observed yet, `bends` the
    rotation of its second bone. `signs` [L, 1] are those of the limbs.
    """

    rest: Float[np.ndarray, "L 3 3"]
    hanging: Float[np.ndarray, "L 3 3"]
    bends: Float[np.ndarray, "L 3 3"]
    signs: Float[np.ndarray, "L 1"]


@lru_cache(maxsize=4)
def _limb_poses(limbs: tuple[Limb, ...]) -> _LimbPoses:
    bones, hinges = (
        np.array([getattr(limb, name) for limb in limbs], np.float64) for name in ("bone", "hinge")
    )
    hanging = np.array([limb.hanging for limb in limbs], np.float64)
    down, bend, hinge = np.moveaxis(unit_vectors(hanging), 1, 0)
    frames = frame_from_two_vectors(down, hinge)
    bent = rotation_between(down, bend) @ frames
    signs = np.array([[limb.sign] for limb in limbs], np.float64)
    rest = frame_from_two_vectors(bones, hinges)
    return _LimbPoses(rest, frames, np.swapaxes(frames, 1, 2) @ bent, signs)


def _carry_twists(
    first: Float[np.ndarray, "T L 3"],
    hinges: Float[np.ndarray, "T L 3"],
    sine: Float[np.ndarray, "T L"],
    poses: _LimbPoses,
    fps: float,
    gaps: Gaps,
) -> tuple[Float[np.ndarray, "T L 3 3"], Float[np.ndarray, "T L"]]:
    """Carry frames along the first bones without twist, and track the twists separately.

    Parameters
    ----------
    first, hinges, sine
        The first bones, their cross products with the second bones, and the lengths of the
        products; NaN where missing.
    poses
        The poses of the limbs.
    fps, gaps
        Frames per second, and how gaps are filled.

    Returns
    -------
    The frames [T, L, 3, 3], and the twists [T, L] about their first axes, in radians. Both are held
    in gaps.
    """
    down, across = poses.hanging[..., 0], poses.hanging[..., 1]
    T, L = sine.shape
    never = np.full(L, -np.inf)
    start = gaps.recall("twists", _Twists(down, across, np.zeros(L), never, never))
    observed = ~np.isnan(first[..., 0])
    bones = hold_last_value(first, start.bones, parts=True)
    before = np.concatenate([start.bones[None], bones[:-1]])
    carried = chain_products(rotation_between(before, bones))
    frames = frame_from_two_vectors(bones, (carried @ start.across[..., None])[..., 0])
    weights = np.nan_to_num(smoothstep((sine - _BEND_RANGE[0]) / (_BEND_RANGE[1] - _BEND_RANGE[0])))
    planes, has_plane = weights > 0, ~np.isnan(sine)
    natural = (rotation_between(down, bones) @ across[..., None])[..., 0]
    targets = (np.where(planes[..., None], hinges, natural)[..., None, :] @ frames)[..., 0, :]
    angles = np.arctan2(targets[..., 2], targets[..., 1])
    last_plane, last_bone = _last(has_plane, start.last_plane), _last(observed, start.last_bone)
    # After a gap the twist may change by as much as the elapsed time allows; the frames of the gap
    # are blended to it later.
    elapsed = np.arange(T)[:, None] - np.where(planes, last_plane[:-1], last_bone[:-1])
    ease = 1 - math.exp(-1 / (fps * _EASE_SECONDS))
    shares = 1 - (1 - np.where(planes, np.maximum(weights, ease), ease)) ** elapsed
    limits = min(MAX_TWIST_RATE / fps, _MAX_TWIST_STEP) * elapsed
    twists = _track_twists(angles, shares, limits, observed, start.twists)
    if gaps.is_live:
        state = _Twists(
            bones[-1].copy(),
            frames[-1, :, :, 1].copy(),
            twists[-1].copy(),
            last_bone[-1] - T,
            last_plane[-1] - T,
        )
        gaps.keep("twists", state)
    return frames, twists


class _Twists(NamedTuple):
    """State of the twists of L limbs before the first frame.

    The last bones [L, 3] and the second axes [L, 3] of their frames, the twists [L] in radians, and
    the numbers [L] of the last frames with a bone, and with a plane, below 0.
    """

    bones: Float[np.ndarray, "L 3"]
    across: Float[np.ndarray, "L 3"]
    twists: Float[np.ndarray, " L"]
    last_bone: Float[np.ndarray, " L"]
    last_plane: Float[np.ndarray, " L"]


def _last(
    flags: Bool[np.ndarray, "T L"], start: Float[np.ndarray, " L"]
) -> Float[np.ndarray, "S L"]:
    """Return the number of the last frame before each one that is True, and before the next one."""
    numbers = np.where(flags, np.arange(len(flags))[:, None], -np.inf)
    return np.maximum.accumulate(np.concatenate([start[None], numbers]))


def _track_twists(
    angles: Float[np.ndarray, "T L"],
    shares: Float[np.ndarray, "T L"],
    limits: Float[np.ndarray, "T L"],
    observed: Bool[np.ndarray, "T L"],
    start: Float[np.ndarray, " L"],
) -> Float[np.ndarray, "T L"]:
    """Turn twists, in each observed frame, by a share of the angle to the target up to a limit."""
    twists = np.zeros(angles.shape)
    for limb, twist in enumerate(start.tolist()):
        frames = observed[:, limb]
        rows = (part[frames, limb].tolist() for part in (angles, shares, limits))
        tracked = [twist]
        for angle, share, limit in zip(*rows, strict=True):
            step = share * math.remainder(angle - twist, math.tau)
            twist += min(max(step, -limit), limit)
            tracked.append(twist)
        twists[:, limb] = np.array(tracked)[np.cumsum(frames)]
    return twists


def complete_middle_joint(
    start: Float[np.ndarray, "T 3"],
    middle: Float[np.ndarray, "T 3"],
    end: Float[np.ndarray, "T 3"],
    lengths: tuple[float, float],
    natural_bend: tuple[float, float, float],
    gaps: Gaps,
) -> Float[np.ndarray, "T 3"]:
    """Place elbows or knees that are missing while the end of the limb is observed.

    Parameters
    ----------
    start, middle, end
        [T, 3], the joints in the axes of the limb's parent; NaN where missing.
    lengths
        The lengths of the two bones.
    natural_bend
        The direction to which the middle joint bends before it is first observed.
    gaps
        How gaps are filled: at their end the bend turns to the next one.

    Returns
    -------
    [T, 3], `middle`, and where it is missing the position that both bone lengths allow on the
    side to which it was last bent; NaN where the end is missing, too.
    """
    axis = unit_vectors(end - start)
    missing = np.isnan(middle).any(-1) & ~np.isnan(axis).any(-1)
    if not missing.any():
        return middle
    bends = orthogonal_component(middle - start, axis)
    measured = ~np.isnan(bends).any(-1)
    carried = _carry_bends(bends, axis, missing, measured, natural_bend)
    bends[missing] = carried[missing]
    blends = gaps.find_blends(measured)
    if blends is not None:
        last, frames = blends.next, blends.frames
        bend, target = carried[last], bends[last]
        sine = np.einsum("si,si->s", cross_product(axis[last], bend), target)
        turn = np.arctan2(sine, np.einsum("si,si->s", bend, target))
        angle = (blends.fractions * turn)[:, None]
        across = cross_product(axis[frames], bends[frames])
        bends[frames] = np.cos(angle) * bends[frames] + np.sin(angle) * across
    out = middle.copy()
    out[missing], _ = two_bone_ik(
        start[missing], end[missing], lengths, bends[missing], np.zeros(missing.sum())
    )
    return out


def _carry_bends(
    bends: Float[np.ndarray, "T 3"],
    axis: Float[np.ndarray, "T 3"],
    missing: Bool[np.ndarray, " T"],
    measured: Bool[np.ndarray, " T"],
    natural_bend: tuple[float, float, float],
) -> Float[np.ndarray, "T 3"]:
    """Carry bends along with the limb into the gaps, so that they never become parallel to it.

    Returns
    -------
    [T, 3], in each gap, and in the frame after it, the last bend before it, or else the natural
    one, turned with the axis from frame to frame; NaN elsewhere.
    """
    numbers = np.flatnonzero(missing | measured)
    lost = missing[numbers]
    # Each gap with the frame before and the one after it; the first frame is the start of a gap.
    near = lost.copy()
    near[1:] |= lost[:-1]
    near[:-1] |= lost[1:]
    places = np.flatnonzero(near)
    frames, lost = numbers[places], lost[places]
    products = chain_products(rotation_between(axis[frames[:-1]], axis[frames[1:]]))
    products = np.concatenate([np.eye(3)[None], products])
    starts = np.maximum.accumulate(np.where(lost, 0, np.arange(len(frames))))
    # The frame after a gap is the start of the next one, but carries the bend of the one before.
    ends = np.flatnonzero(~lost[1:] & lost[:-1]) + 1
    starts[ends] = starts[ends - 1]
    first = bends[frames[starts]]
    if lost[0]:
        first[starts == 0] = natural_bend
    local = np.einsum("sji,sj->si", products[starts], first)
    carried = np.full_like(bends, np.nan)
    carried[frames] = np.einsum("sij,sj->si", products, local)
    return carried
