"""How a trunk is placed and turned: hips, lower spine and chest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.animation.motion_gaps import frames_back, held, smoothed
from signlift.animation.rest_pose import SPINE
from signlift.core.skeleton import ROOT
from signlift.errors import InputError, problem
from signlift.geometry.interpolation import slerp_vectors
from signlift.geometry.rotations import frame_from_two_vectors, orthogonal_component, unit_vectors

#: Directions in the animation frame.
LEFT, UP = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])

#: The most that a Neck is from above unseen hips, as a part of the torso.
_LEAN = 0.6

#: The hips of those whose hips are never seen turn with the shoulders, over so many seconds.
_SLOW = 1.0


@dataclass(frozen=True, eq=False)
class Trunk:
    """A trunk over time, in the animation frame.

    Attributes
    ----------
    hips
        [T, 3], the middle of the hips.
    neck
        [T, 3], the middle of the shoulders, where the trunk's lengths put it.
    pelvis, spine, chest
        [T, 3, 3], the axes of its three parts as columns.
    """

    hips: Float[np.ndarray, "T 3"]
    neck: Float[np.ndarray, "T 3"]
    pelvis: Float[np.ndarray, "T 3 3"]
    spine: Float[np.ndarray, "T 3 3"]
    chest: Float[np.ndarray, "T 3 3"]


def trunk_pose(
    place: dict[str, Float[np.ndarray, "T 3"]],
    lengths: dict[str, float],
    fps: float,
    name: str,
) -> Trunk:
    """The trunk of each frame.

    Parameters
    ----------
    place
        [T, 3] for each keypoint of panoptic26, in cm; NaN for what is missing.
    lengths
        `torso`, in cm.
    fps
        Frames per second.
    name
        What the recording is called.

    Returns
    -------
    Without NaN.

    Raises
    ------
    InputError
        Shoulders and hips that are never seen.
    """
    back = frames_back(fps)
    hips, neck = _column(place, lengths, back, name)
    across, shoulders = _lines(place, neck, fps)
    up = unit_vectors(neck - hips)
    legs = [place[side + joint] for side in "LR" for joint in ("Knee", "Ankle")]
    # Whose legs are never seen stands on them: a trunk that leans does not tip the legs.
    standing = all(np.isnan(one).all() for one in legs)
    pelvis = _upright(across, np.broadcast_to(UP, up.shape) if standing else up)
    torso = lengths["torso"]
    spine = hips + SPINE[0] * torso * pelvis[..., 1]
    along = held(unit_vectors(neck - spine), UP)
    lower = _frame(along, across + shoulders, shoulders)
    chest = _frame(along, shoulders, across)
    top = (
        spine
        + torso * (SPINE[1] - SPINE[0]) * lower[..., 1]
        + torso * (1 - SPINE[1]) * chest[..., 1]
    )
    return Trunk(hips, top, pelvis, lower, chest)


def _column(
    place: dict[str, Float[np.ndarray, "T 3"]], lengths: dict[str, float], back: int, name: str
) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3"]]:
    """The middle of the hips and the middle of the shoulders in every frame."""
    hips, neck = place[ROOT], place["Neck"]
    column = held(neck - hips, None, back)
    if np.isnan(column).any():
        column = _unseen_column(hips, neck, lengths["torso"], back)
    hips = np.where(np.isnan(hips), neck - column, hips)
    hips = held(hips, None, back)
    if np.isnan(hips).any():
        expected = "shoulders or hips with depth in some frame"
        raise InputError(problem(name, expected=expected, found="none"))
    return hips, np.where(np.isnan(neck), hips + column, neck)


def _unseen_column(
    hips: Float[np.ndarray, "T 3"], neck: Float[np.ndarray, "T 3"], torso: float, back: int
) -> Float[np.ndarray, "T 3"]:
    """From the hips to the Neck, where the two are never seen together: upright.

    Depth is relative to the hips, and so tells how far the trunk leans towards the camera. To
    the side it leans by as far as the Neck is from its usual place.
    """
    if np.isnan(neck).all() or not np.isnan(hips).all():
        return np.broadcast_to(torso * UP, hips.shape)
    most = _LEAN * torso
    lean = held(neck, None, back)
    x = np.clip(lean[:, 0] - np.nanmedian(neck[:, 0]), -most / 2, most / 2)
    z = np.clip(lean[:, 2], -most, most)
    return np.stack([x, np.sqrt(torso**2 - x**2 - z**2), z], -1)


def _lines(
    place: dict[str, Float[np.ndarray, "T 3"]], neck: Float[np.ndarray, "T 3"], fps: float
) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3"]]:
    """Unit vectors from the right hip to the left one, and from shoulder to shoulder."""
    left, right = place["LShoulder"], place["RShoulder"]
    shoulders = unit_vectors(left - right)
    for one in (left - neck, neck - right):  # a single shoulder
        shoulders = np.where(np.isnan(shoulders), unit_vectors(one), shoulders)
    hips = unit_vectors(place["LHip"] - place["RHip"])
    if np.isnan(hips).all():
        level = shoulders * [1, 0, 1]
        hips = unit_vectors(smoothed(level, round(_SLOW * fps)))
    back = frames_back(fps)
    hips = held(hips, None, back, slerp_vectors)
    shoulders = held(shoulders, None, back, slerp_vectors)
    hips = np.where(np.isnan(hips), shoulders, hips)
    shoulders = np.where(np.isnan(shoulders), hips, shoulders)
    return np.where(np.isnan(hips), LEFT, hips), np.where(np.isnan(shoulders), LEFT, shoulders)


def _upright(
    left: Float[np.ndarray, "T 3"], up: Float[np.ndarray, "T 3"]
) -> Float[np.ndarray, "T 3 3"]:
    """Axes with x exactly to the left and y as near to `up` as that allows."""
    return held(frame_from_two_vectors(left, np.broadcast_to(up, left.shape)), np.eye(3))


def _frame(
    up: Float[np.ndarray, "T 3"], left: Float[np.ndarray, "T 3"], other: Float[np.ndarray, "T 3"]
) -> Float[np.ndarray, "T 3 3"]:
    """Axes with y exactly up and x as near to `left` as that allows, or else to `other`."""
    x = orthogonal_component(left, up)
    x = np.where(np.isnan(x), orthogonal_component(other, up), x)
    frame = np.stack([x, up, np.cross(x, up)], -1)
    return held(frame, np.eye(3))
