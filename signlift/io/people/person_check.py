"""Check whether keypoints are those of a person who stands or sits upright.

Each fault has a likely cause: axes that point elsewhere, or another order of the keypoints. The
line that describes it names the parameters that correct it.
"""

from __future__ import annotations

from os import PathLike
from typing import NamedTuple

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import problem
from signlift.io.people.body_measures import (
    MIN_FRACTION,
    Body,
    median_of_observed,
    sample_keypoints,
)
from signlift.io.people.body_shape import (
    MAX_LONE,
    ONE_PLACE,
    WIDE_SHOULDERS,
    describe_far,
    describe_shape,
    find_fitting_skeleton,
)

#: Minimum distance in metres from the right to the left shoulder across the image, of a person
#: who does not stand in profile.
_MIN_ACROSS = 0.12

#: Minimum fraction of frames with nose and eyes, on average, of a person whose face is visible.
_MIN_FACES = 0.5

#: Degrees by which keypoints are turned clockwise to bring up a head of this direction.
_ROTATIONS = {90: 270, 180: 180, 270: 90}


class Fault(NamedTuple):
    """A fault of a body: what was expected and what was found."""

    expected: str
    found: str

    def line(self, where: str | PathLike[str]) -> str:
        """Describe the fault in one line."""
        return problem(where, expected=self.expected, found=self.found)


#: What a person may have of whom not all is observed, unless another order of the keypoints
#: explains it; and the minimum number of limbs without shoulders, of which no person would be left.
NO_SHOULDERS, ONE_SIDE = "no shoulders", "one side of the body without the other"
_LIMBS = ("Elbow", "Hip", "Knee", "Ankle")
_MIN_LIMBS = 3

#: A face that is visible, of a person who seems to turn the back to the camera.
MIRRORED = Fault(
    "the left shoulder at the right, as of a person who faces the camera",
    "it at the left: correct mirrored keypoints with `mirror`, unless the person is seen from "
    "behind",
)


def find_fault(recording: Recording, *, named: bool = False, sized: bool = False) -> Fault | None:
    """Find what is wrong with the body of a recording.

    At most 32 frames are looked at.

    Parameters
    ----------
    recording
        The recording.
    named
        The file names its keypoints, so that no other skeleton can be given.
    sized
        The size of the image is given, by which fractions of it were multiplied.

    Returns
    -------
    The fault; None for a plausible person, and where too few keypoints are observed to judge.
    """
    body = Body(sample_keypoints(recording), recording.skeleton)
    if not len(body.keypoints):
        return None
    shape, degrees = describe_shape(body), _direction_of_head(body)
    expected = f"a person on {recording.skeleton.name}"
    if not body.observed["LShoulder"] and not body.observed["RShoulder"]:
        shape = NO_SHOULDERS
    elif not shape and body.lone_sides > MAX_LONE:
        shape = ONE_SIDE
    if (shape or degrees) and not named and shape != ONE_PLACE:
        skeleton = find_fitting_skeleton(body)
        if skeleton is not None:
            found = f"{shape or 'one who does not stand'}: the order is that of {skeleton.name}"
            return Fault(expected, f"{found} (`skeleton`)")
    far = describe_far(body)
    if far and (shape in (None, NO_SHOULDERS, ONE_SIDE) or " at " in far):
        return Fault(expected, f"{far}: write NaN where keypoints are missing")
    if shape == NO_SHOULDERS:
        limbs = [body.observed[side + part] for side in "LR" for part in _LIMBS]
        shape = shape if sum(limbs) > _MIN_LIMBS else None
    if shape and shape != ONE_SIDE:
        return Fault(expected, shape + _advise(shape, named=named, sized=sized))
    if degrees:
        return _describe_turn(degrees, _leftward(body, degrees))
    mirrored = _leftward(body, 0) > 0 and _has_mirrored_face(body)
    return MIRRORED if mirrored and not _turns_away(recording) else None


def _advise(shape: str, *, named: bool, sized: bool) -> str:
    """Name the likely causes of an impossible body."""
    causes = [
        cause
        for cause, likely in (
            ("the order of the keypoints (`skeleton`)", not named and shape != WIDE_SHOULDERS),
            ("the width and the height of the image (`size`)", sized or shape == WIDE_SHOULDERS),
        )
        if likely and shape != ONE_PLACE
    ]
    return f": check {' and '.join(causes)}" if causes else ""


def _direction_of_head(body: Body) -> int:
    """Return the degrees clockwise from up to the head: 0, 90, 180 or 270."""
    degrees = max(body.directions, key=lambda each: body.directions[each])
    if body.directions[degrees] < MIN_FRACTION:
        return 0
    if degrees in (90, 270) and np.isnan(body.vector("hips", "shoulders")).all():
        # A head may be far in front of the shoulders in profile. Who lies has one above the other.
        x, y = np.abs(median_of_observed(body.vector("LShoulder", "RShoulder")))
        return degrees if y > x else 0
    return degrees


def _leftward(body: Body, degrees: int) -> int:
    """Return on which side the left shoulder is, after the head is turned up.

    Parameters
    ----------
    body
        The body.
    degrees
        Direction of the head in the image, clockwise from up.

    Returns
    -------
    -1 for the right, as of a person who faces the camera; 1 for the left; 0 in profile.
    """
    angle = np.radians(degrees)
    across = body.vector("RShoulder", "LShoulder") @ np.array([np.cos(angle), np.sin(angle)])
    limit = _MIN_ACROSS * body.scale
    for sign in (-1, 1):
        if (-sign * across > limit).mean() >= MIN_FRACTION:
            return sign
    return 0


def _has_mirrored_face(body: Body) -> bool:
    """Return whether a face is observed whose left eye is at the left of the right one.

    Seen from behind, eyes and nose are hidden, and most detectors leave them out.
    """
    eyes = body.vector("REye", "LEye")[:, :1] + 0 * body.vector("Nose", "Nose")[:, :1]
    observed = np.mean([body.observed[name] for name in ("LEye", "REye", "Nose")])
    return bool(observed >= _MIN_FACES and median_of_observed(eyes)[0] < 0)


def _turns_away(recording: Recording) -> bool:
    """Return whether the depth, if it is known, shows a person from behind."""
    if recording.depth is None or recording.skeleton.find("Nose") is None:
        return False
    depth = recording.depth[..., None].astype(np.float64)
    nose = recording.skeleton.point(depth, "Nose") - recording.skeleton.point(depth, "Neck")
    return bool(median_of_observed(nose)[0] > 0)


def _describe_turn(degrees: int, leftward: int) -> Fault:
    """Describe a body whose head is not up, and what corrects it.

    Parameters
    ----------
    degrees, leftward
        Direction of the head, and side of the left shoulder. People are taken to face the camera.
    """
    rotation = _ROTATIONS[degrees]
    if degrees == 180:
        found = {
            -1: "it below: correct an image that is upside down with `rotate` 180",
            0: "it below: correct y that points upwards with `flip_y`, an image that is upside "
            "down with `rotate` 180",
            1: "it below: correct y that points upwards with `flip_y`",
        }
        return Fault("the head above the shoulders", found[leftward])
    side = "right" if degrees == 90 else "left"
    cause = f"an image that lies on its side with `rotate` {rotation}"
    if leftward > 0:
        cause = f"x and y that are exchanged with `rotate` {rotation} and `mirror`"
    return Fault("an upright person", f"one whose head is at the {side}: correct {cause}")
