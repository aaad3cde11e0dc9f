"""The trunk of an avatar: position of the hips, rotations of pelvis, lower spine and chest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.animation.gaps import Gaps
from signlift.animation.motion_gaps import moving_mean
from signlift.animation.rest_pose import SPINE_FRACTIONS
from signlift.core.skeleton import ROOT
from signlift.errors import InputError, problem
from signlift.geometry.interpolation import slerp_vectors
from signlift.geometry.rotations import (
    cross_product,
    frame_from_two_vectors,
    orthogonal_component,
    unit_vectors,
)
from signlift.utils.array_types import Float

#: Directions in the animation frame.
LEFT, UP = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])

#: The maximum horizontal distance of the Neck from hips that are never observed, in torsos.
_MAX_LEAN = 0.6

#: The time in seconds on either side over which the turn of the shoulders is averaged, for hips
#: that are never observed.
_HIP_SMOOTHING = 1.0


@dataclass(frozen=True, eq=False)
class Trunk:
    """A trunk over time, in the animation frame.

    Attributes
    ----------
    hips
        [T, 3], the middle of the hips.
    neck
        [T, 3], the middle of the shoulders, as the trunk's lengths and rotations place it.
    pelvis, spine, chest
        [T, 3, 3], the axes of the three parts of the trunk as columns.
    """

    hips: Float[np.ndarray, "T 3"]
    neck: Float[np.ndarray, "T 3"]
    pelvis: Float[np.ndarray, "T 3 3"]
    spine: Float[np.ndarray, "T 3 3"]
    chest: Float[np.ndarray, "T 3 3"]


def solve_trunk(
    keypoints: dict[str, Float[np.ndarray, "T 3"]],
    lengths: dict[str, float],
    fps: float,
    gaps: Gaps,
    name: str,
    middle: float,
) -> Trunk:
    """Compute the trunk in each frame.

    Parameters
    ----------
    keypoints
        [T, 3] for each keypoint of panoptic26, in cm; NaN where missing.
    lengths
        The length of the `torso` in cm.
    fps, gaps
        Frames per second, and how gaps are filled.
    name
        The name of the recording, for messages.
    middle
        The median x of the Neck; NaN if it was never observed.

    Returns
    -------
    The trunk, without NaN.

    Raises
    ------
    InputError
        Shoulders and hips are never observed.
    """
    hips, neck = _hips_and_neck(keypoints, lengths, middle, gaps, name)
    hip_line, shoulder_line = _hip_and_shoulder_lines(keypoints, neck, fps, gaps)
    up = unit_vectors(neck - hips)
    legs = np.stack([keypoints[side + joint] for side in "LR" for joint in ("Knee", "Ankle")])
    # Legs that are never observed stand upright, even if the trunk leans.
    up = up if gaps.ever("legs", legs) else np.broadcast_to(UP, up.shape)
    pelvis = gaps.hold("pelvis", frame_from_two_vectors(hip_line, up), np.eye(3))
    torso = lengths["torso"]
    spine = hips + SPINE_FRACTIONS[0] * torso * pelvis[..., 1]
    along = gaps.hold("along the spine", unit_vectors(neck - spine), UP)
    lower = _spine_axes(along, hip_line + shoulder_line, shoulder_line)
    lower = gaps.hold("lower spine", lower, np.eye(3))
    chest = gaps.hold("chest", _spine_axes(along, shoulder_line, hip_line), np.eye(3))
    top = (
        spine
        + torso * (SPINE_FRACTIONS[1] - SPINE_FRACTIONS[0]) * lower[..., 1]
        + torso * (1 - SPINE_FRACTIONS[1]) * chest[..., 1]
    )
    return Trunk(hips, top, pelvis, lower, chest)


def _hips_and_neck(
    keypoints: dict[str, Float[np.ndarray, "T 3"]],
    lengths: dict[str, float],
    middle: float,
    gaps: Gaps,
    name: str,
) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3"]]:
    """Compute the middle of the hips and the middle of the shoulders in every frame."""
    hips, neck = keypoints[ROOT], keypoints["Neck"]
    trunk = gaps.hold("trunk", neck - hips, None)
    if np.isnan(trunk).any():
        trunk = _default_trunk(hips, neck, lengths["torso"], middle, gaps)
    hips = np.where(np.isnan(hips), neck - trunk, hips)
    hips = gaps.hold("hips", hips, None)
    if np.isnan(hips).any():
        expected = "shoulders or hips with depth in some frame"
        raise InputError(problem(name, expected=expected, found="none"))
    return hips, np.where(np.isnan(neck), hips + trunk, neck)


def _default_trunk(
    hips: Float[np.ndarray, "T 3"],
    neck: Float[np.ndarray, "T 3"],
    torso: float,
    middle: float,
    gaps: Gaps,
) -> Float[np.ndarray, "T 3"]:
    """Estimate the vectors from hips to Neck where the two are never observed together.

    The trunk is upright. Depth is relative to the hips, and so determines the lean towards the
    camera; the lean to the side is the distance of the Neck from its median position.
    """
    neck_was_observed, hips_were_observed = gaps.ever("any neck", neck), gaps.ever("any hips", hips)
    if not neck_was_observed or hips_were_observed:
        return np.broadcast_to(torso * UP, hips.shape)
    limit = _MAX_LEAN * torso
    lean = gaps.hold("neck", neck, None)
    aside = lean[:, 0] - (lean[:, 0] if np.isnan(middle) else middle)
    x = np.clip(aside, -limit / 2, limit / 2)
    z = np.clip(lean[:, 2], -limit, limit)
    return np.stack([x, np.sqrt(torso**2 - x**2 - z**2), z], -1)


def _hip_and_shoulder_lines(
    keypoints: dict[str, Float[np.ndarray, "T 3"]],
    neck: Float[np.ndarray, "T 3"],
    fps: float,
    gaps: Gaps,
) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3"]]:
    """Compute unit vectors from the right to the left hip, and from shoulder to shoulder."""
    left, right = keypoints["LShoulder"], keypoints["RShoulder"]
    shoulders = unit_vectors(left - right)
    for half in (left - neck, neck - right):  # where one shoulder is missing
        shoulders = np.where(np.isnan(shoulders), unit_vectors(half), shoulders)
    hips = unit_vectors(keypoints["LHip"] - keypoints["RHip"])
    if not gaps.ever("hip line", hips):
        frames = round(_HIP_SMOOTHING * fps)
        level = np.concatenate([gaps.recall("level", np.empty((0, 3))), shoulders * [1, 0, 1]])
        gaps.keep("level", level[max(len(level) - frames, 0) :])
        hips = unit_vectors(moving_mean(level, frames))[-len(hips) :]
    hips = gaps.hold("line of the hips", hips, None, slerp_vectors)
    shoulders = gaps.hold("line of the shoulders", shoulders, None, slerp_vectors)
    hips = np.where(np.isnan(hips), shoulders, hips)
    shoulders = np.where(np.isnan(shoulders), hips, shoulders)
    return np.where(np.isnan(hips), LEFT, hips), np.where(np.isnan(shoulders), LEFT, shoulders)


def _spine_axes(
    up: Float[np.ndarray, "T 3"],
    left: Float[np.ndarray, "T 3"],
    other_left: Float[np.ndarray, "T 3"],
) -> Float[np.ndarray, "T 3 3"]:
    """Build axes with y along `up` and x as near to `left` as possible, or else `other_left`."""
    x = orthogonal_component(left, up)
    x = np.where(np.isnan(x), orthogonal_component(other_left, up), x)
    return np.stack([x, up, cross_product(x, up)], -1)
