"""Proportions that no person has, which a wrong order of the keypoints gives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import SKELETONS, Skeleton
from signlift.io.people.body_measures import MIN_FRACTION, Body, median_of_observed

#: Maximum lengths in metres, whose scale in the image is known roughly. They are far above those of
#: all people that `python -m benchmarks.person_check` measures.
_MAX_FACE, _MAX_EYES, _MAX_NAPE, _MAX_HIPS = 0.38, 0.25, 1.0, 0.65
_MAX_SHOULDERS, _MIN_TRUNK, _MAX_TRUNK = 1.1, 0.15, 1.5
_MAX_UPPER_ARM, _MAX_FOREARM, _MAX_THIGH, _MAX_SHIN = 0.9, 0.85, 1.1, 1.7
_MAX_NECK, _MAX_MIDHIP, _MAX_WRIST = 0.18, 0.3, 0.4

#: Maximum width of the shoulders in trunks, and minimum and maximum extent of the face in the
#: larger of both.
_MAX_SHOULDER_RATIO, _MIN_FACE_RATIO, _MAX_FACE_RATIO = 1.8, 0.25, 0.6

#: Distance in metres from the middle of a person that no keypoint has; that of a place with x = y,
#: such as (-999, -999), which programs write for missing keypoints; and the maximum fraction of
#: keypoints that are farther away, of a body that the others show.
_FAR, _FAR_DIAGONAL, _MAX_FAR = 4.0, 1.2, 0.25

#: Distance in metres of two sides that are clearly in an order.
_CLEAR_SIDES = 0.1

#: Maximum number of keypoints of one side alone: a hand may be outside the image throughout.
MAX_LONE = 1

WIDE_SHOULDERS = "shoulders that are much wider than the trunk is long"
ONE_PLACE = "all keypoints in one place"


def describe_shape(body: Body) -> str | None:
    """Describe what no person has, in a few words; None for a plausible body.

    Parameters
    ----------
    body
        The body. One with fewer than three bones is not judged.
    """
    if np.isnan(body.scale):
        return None
    if body.scale == 0:
        return ONE_PLACE
    metres = body.metres
    shoulders, trunk = metres("LShoulder", "RShoulder"), metres("hips", "shoulders")
    face, chest = body.face_extent, max(shoulders, trunk) if trunk == trunk else shoulders
    # Arms that point to the camera are short beside shoulders and a face that suit each other.
    suitable = _MIN_FACE_RATIO < face / chest < _MAX_FACE_RATIO if chest > 0 else False
    limits = (
        (0 if suitable else face, _MAX_FACE, "eyes, ears and nose as far apart as a limb"),
        (
            0 if suitable else metres("LEye", "REye"),
            _MAX_EYES,
            "eyes as far apart as shoulders",
        ),
        (metres("shoulders", "face"), _MAX_NAPE, "a head far from the shoulders"),
        (metres("LHip", "RHip"), _MAX_HIPS, "hips as wide as a leg is long"),
        (-trunk, -_MIN_TRUNK, "shoulders at the hips"),
        (trunk, _MAX_TRUNK, "a trunk that is far longer than the limbs"),
        (
            0 if suitable else shoulders,
            _MAX_SHOULDERS,
            "shoulders that are far wider than an arm is long",
        ),
        (metres("shoulders", "Neck"), _MAX_NECK, "a neck far from the shoulders"),
        (metres("hips", "MidHip"), _MAX_MIDHIP, "a root far from the hips"),
        *(
            (metres(side + start, side + end), limit, text)
            for start, end, limit, text in (
                ("Shoulder", "Elbow", _MAX_UPPER_ARM, "an elbow far from its shoulder"),
                ("Elbow", "Wrist", _MAX_FOREARM, "a wrist far from its elbow"),
                ("Hip", "Knee", _MAX_THIGH, "a knee far from its hip"),
                ("Knee", "Ankle", _MAX_SHIN, "an ankle far from its knee"),
                ("Wrist", "HandRoot", _MAX_WRIST, "a hand away from its wrist"),
            )
            for side in "LR"
        ),
        (shoulders / trunk if trunk else 0, _MAX_SHOULDER_RATIO, WIDE_SHOULDERS),
    )
    text = next((text for value, limit, text in limits if value > limit), None)
    return text or _describe_order(body)


def describe_far(body: Body) -> str | None:
    """Describe keypoints that are far away from the body, which probably stand for missing ones.

    Parameters
    ----------
    body
        The body. One with fewer than three bones is not judged.

    Returns
    -------
    A few words, which name the place where it is one; None for a single such keypoint, and where
    there are too many for a body.
    """
    if not body.scale > 0:
        return None
    middle = median_of_observed(body.keypoints.transpose(1, 0, 2))[:, None]
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.hypot(*np.moveaxis(body.keypoints - middle, -1, 0)) / body.scale
        diagonal = body.keypoints[..., 0] == body.keypoints[..., 1]
        far = (distance > _FAR) | (diagonal & (distance > _FAR_DIAGONAL))
    count, observed = int(far.sum()), int((~np.isnan(body.keypoints[..., 0])).sum())
    if not min(2, len(body.keypoints)) <= count <= _MAX_FAR * observed:
        return None
    places = np.unique(body.keypoints[far], axis=0)
    place = f" at ({places[0, 0]:g}, {places[0, 1]:g})," if len(places) == 1 else ""
    return f"keypoints{place} far away from the body"


def find_fitting_skeleton(body: Body) -> Skeleton | None:
    """Find another skeleton of as many keypoints on which the body is plausible and upright."""
    for skeleton in SKELETONS:
        if len(skeleton) == len(body.skeleton) and skeleton != body.skeleton:
            candidate = Body(body.keypoints, skeleton)
            upright = candidate.directions[0] >= MIN_FRACTION and candidate.lone_sides <= MAX_LONE
            if upright and not np.isnan(candidate.scale) and describe_shape(candidate) is None:
                return skeleton
    return None


def _describe_order(body: Body) -> str | None:
    """Describe parts that are on the wrong side of others."""
    trunk, nape = body.vector("hips", "shoulders"), body.vector("shoulders", "face")
    if median_of_observed((trunk * nape).sum(-1, keepdims=True))[0] < 0:
        return "a head between shoulders and hips"
    upward = body.upward
    length = np.sqrt((upward**2).sum(-1))
    length[length == 0] = np.nan
    across = np.stack([-upward[:, 1], upward[:, 0]], -1) / length[:, None] / body.scale

    def width(part: str) -> NDArray[np.floating]:
        """Measure from right to left, across the direction of the body."""
        total: NDArray[np.floating] = (body.vector(f"R{part}", f"L{part}") * across).sum(-1)
        return total

    shoulders = width("Shoulder")
    for part in ("Hip", "Ear"):
        other = width(part)
        clear = (np.abs(shoulders) > _CLEAR_SIDES) & (np.abs(other) > _CLEAR_SIDES)
        if (clear & (shoulders * other < 0)).mean() >= MIN_FRACTION:
            return f"left and right of shoulders and {part.lower()}s in opposite orders"
    return None
