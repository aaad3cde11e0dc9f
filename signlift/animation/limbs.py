"""Arms and legs of an avatar: rotations of two bones from their directions, without sudden twist.

The twist of a bone about itself follows from the plane in which its joint bends, as elbows and
knees are hinges. A straight limb has no such plane: its twist is then held, and slowly eases to a
natural one. The twist never changes faster than `MAX_TWIST_RATE`, except at the end of a gap, where
the frames before it blend to the next twist in time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from signlift.animation.motion_gaps import (
    blend_frames,
    blend_to_next,
    find_blends,
    hold_last_value,
)
from signlift.geometry.interpolation import slerp, smoothstep
from signlift.geometry.rotations import (
    chain_products,
    cross_product,
    frame_from_two_vectors,
    orthogonal_component,
    rotation_between,
    unit_vectors,
)
from signlift.geometry.two_bone_ik import two_bone_ik

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


def solve_limb(
    limb: Limb,
    first: Float[np.ndarray, "T 3"],
    second: Float[np.ndarray, "T 3"],
    fps: float,
) -> tuple[Float[np.ndarray, "T 3 3"], Float[np.ndarray, "T 3 3"]]:
    """Compute the rotations of the two bones of a limb.

    Parameters
    ----------
    limb
        The limb.
    first, second
        [T, 3], unit vectors along the bones in the axes of the limb's parent; NaN where missing.
    fps
        Frames per second.

    Returns
    -------
    The rotations of the first and of the second bone, [T, 3, 3], in those axes; they rotate the
    bones from the rest pose to the given directions. Where a direction is missing, the joint holds
    its last rotation, and blends to the next one at the end of the gap; before it is first
    observed, the limb hangs. Where only the second is missing, the twist of the first bone eases
    to the natural one, and blends likewise.
    """
    down, bend, hinge = (np.array(vector) / np.linalg.norm(vector) for vector in limb.hanging)
    bone = np.array(limb.bone, np.float64)
    rest = frame_from_two_vectors(bone, np.array(limb.hinge, np.float64))
    hanging = frame_from_two_vectors(down, hinge)
    bent = rotation_between(down, bend) @ hanging
    hinges = limb.sign * cross_product(first, second)
    sine = np.sqrt(np.einsum("ti,ti->t", hinges, hinges))
    natural = rotation_between(down, np.where(np.isnan(first), down, first)) @ hanging
    frames, twists = _carry_twist(first, hinges, sine, natural[..., 1], hanging, fps)
    observed, has_plane = ~np.isnan(first[:, 0]), ~np.isnan(sine)
    blend = blend_frames(fps)
    blends = find_blends(has_plane, blend)
    if blends is not None:
        change = twists[blends.next] - twists[blends.frames]
        twists[blends.frames] += blends.fractions * change
    frames = _twist(frames, twists)
    elbows = np.swapaxes(frames, 1, 2) @ rotation_between(frames[..., 0], second) @ frames
    elbows = np.where(has_plane[:, None, None], elbows, np.nan)
    elbows = hold_last_value(elbows, hanging.T @ bent, blend, slerp)
    frames = blend_to_next(frames, observed, blend, slerp)
    return frames @ rest.T, frames @ elbows @ rest.T


def _carry_twist(
    first: Float[np.ndarray, "T 3"],
    hinges: Float[np.ndarray, "T 3"],
    sine: Float[np.ndarray, " T"],
    natural: Float[np.ndarray, "T 3"],
    hanging: Float[np.ndarray, "3 3"],
    fps: float,
) -> tuple[Float[np.ndarray, "T 3 3"], Float[np.ndarray, " T"]]:
    """Carry a frame along the first bone without twist, and track the twist separately.

    Parameters
    ----------
    first, hinges, sine
        The first bone, its cross product with the second bone, and the length of the product;
        NaN where missing.
    natural
        The hinges of the natural twist.
    hanging
        The frame before the bone is first observed.
    fps
        Frames per second.

    Returns
    -------
    The frames [T, 3, 3], and the twists [T] about their first axes, in radians.
    """
    observed = np.flatnonzero(~np.isnan(first[:, 0]))
    frames = _carry_frames(first, observed, hanging)
    weights = np.nan_to_num(smoothstep((sine - _BEND_RANGE[0]) / (_BEND_RANGE[1] - _BEND_RANGE[0])))
    planes = weights > 0
    targets = np.where(planes[:, None], hinges, natural)
    angles = np.arctan2(
        np.einsum("ti,ti->t", targets, frames[..., 2]),
        np.einsum("ti,ti->t", targets, frames[..., 1]),
    ).tolist()
    max_step = min(MAX_TWIST_RATE / fps, _MAX_TWIST_STEP)
    ease = 1 - math.exp(-1 / (fps * _EASE_SECONDS))
    shares = np.where(planes, np.maximum(weights, ease), ease).tolist()
    twists, twist = np.zeros(len(first)), 0.0
    last_bone = last_plane = -math.inf
    has_plane, is_plane = (~np.isnan(sine)).tolist(), planes.tolist()
    for t in observed.tolist():
        # After a gap the twist may change by as much as the elapsed time allows; the frames of
        # the gap are blended to it later.
        elapsed = t - (last_plane if is_plane[t] else last_bone)
        angle = math.remainder(angles[t] - twist, math.tau)
        step, limit = (1 - (1 - shares[t]) ** elapsed) * angle, max_step * elapsed
        twist += min(max(step, -limit), limit)
        twists[t] = twist
        last_bone = t
        last_plane = t if has_plane[t] else last_plane
    # In gaps the last frame and twist are held.
    last = np.searchsorted(observed, np.arange(len(first)), "right") - 1
    held = np.where(last >= 0, twists[observed[last]], 0.0) if len(observed) else twists
    return frames, held


def _carry_frames(
    first: Float[np.ndarray, "T 3"],
    observed: Int[np.ndarray, " N"],
    hanging: Float[np.ndarray, "3 3"],
) -> Float[np.ndarray, "T 3 3"]:
    """Carry a frame from bone to bone by the smallest rotations; it is held in gaps."""
    bones = np.concatenate([hanging[None, :, 0], first[observed]])
    products = chain_products(rotation_between(bones[:-1], bones[1:]))
    carried = np.concatenate([hanging[None], products @ hanging])
    carried[1:] = frame_from_two_vectors(bones[1:], carried[1:, :, 1])
    return carried[np.searchsorted(observed, np.arange(len(first)), "right")]


def _twist(
    frames: Float[np.ndarray, "T 3 3"], twists: Float[np.ndarray, " T"]
) -> Float[np.ndarray, "T 3 3"]:
    """Rotate frames about their first axes, from the second axis towards the third."""
    x, y, z = np.moveaxis(frames, -1, 0)
    cos, sin = (function(twists)[:, None] for function in (np.cos, np.sin))
    return np.stack([x, cos * y + sin * z, cos * z - sin * y], -1)


def complete_middle_joint(
    start: Float[np.ndarray, "T 3"],
    middle: Float[np.ndarray, "T 3"],
    end: Float[np.ndarray, "T 3"],
    lengths: tuple[float, float],
    natural_bend: tuple[float, float, float],
    blend: int,
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
    blend
        The number of frames before the end of a gap in which the bend turns to the next one.

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
    blends = find_blends(measured, blend)
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
