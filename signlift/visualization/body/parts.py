"""Parts of a drawn body: tapered bones, trunk and palms, by the names of their keypoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from signlift.core.face.face_landmarks import face_layout
from signlift.core.face_mesh import is_mesh_name
from signlift.core.hands import FINGER_KEYPOINTS, FINGERS, HAND_NAMES
from signlift.core.skeleton import Skeleton
from signlift.core.skeleton_tables import FACE
from signlift.utils.array_types import Bool, Float, Int
from signlift.visualization.body.drawn_points import point_names
from signlift.visualization.style import bone_side, keypoint_weight

#: Maximum number of corners of a part.
MAX_CORNERS = 6

#: Bones of a body: the two ends, with * for both sides and + for a point that `drawn_points`
#: derives, and the radii there in centimetres, for a torso of 50 cm. They are a little below those
#: of people, so that what is behind can be seen.
_LIMBS: tuple[tuple[str, str, float, float], ...] = (
    ("+Neck", "*Shoulder", 3.4, 4.2),
    ("*Shoulder", "*Elbow", 4.2, 3.1),
    ("*Elbow", "+*Wrist", 3.1, 2.0),
    ("+*Wrist", "*HandRoot", 1.9, 1.9),
    ("+*Hip", "*Knee", 6.4, 4.4),
    ("*Knee", "*Ankle", 4.4, 2.9),
    ("*Ankle", "*Heel", 2.9, 2.2),
    ("*Ankle", "*BigToe", 2.9, 1.6),
    ("*Ankle", "*SmallToe", 2.7, 1.5),
    ("*Ankle", "*FootIndex", 2.9, 1.6),
)

#: Knuckles that MediaPipe's network of the body predicts; drawn where a skeleton has no fingers.
_KNUCKLES = tuple(("+*Wrist", f"*{finger}", 1.8, 1.0) for finger in ("Pinky", "Index", "Thumb"))

_NECK = ("+Neck", "+Head", 4.4, 4.4)
_TRUNK = (("LShoulder", 4.2), ("RShoulder", 4.2), ("+RHip", 6.2), ("+LHip", 6.2))
_PALM = (("*HandRoot", 1.9), *((f"*{finger}1", 0.85) for finger in FINGERS[1:]))

#: Radii of the joints of a finger from the palm outwards, of the thumb and of the others.
_FINGER_RADII = {"Thumb": (1.9, 1.15, 1.05, 0.95, 0.8)}
_OTHER_FINGERS = (1.3, 0.95, 0.85, 0.78, 0.66)

#: Radius of a bone that none of the tables knows, for keypoints of full weight.
_OTHER_RADIUS = 2.2

#: Points that the tables draw, without their side, and those inside of what they draw.
_COVERED = {
    *"Neck Nose MidHip Spine Head Shoulder Elbow Wrist Hand Hip Knee Ankle Heel BigToe".split(),
    *"SmallToe FootIndex Pinky Index Thumb".split(),
    *HAND_NAMES,
}


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of a skeleton's drawing.

    Attributes
    ----------
    corners
        [P, C], numbers of the points (see `drawn_points`) whose circles each part encloses. Parts
        with fewer corners repeat the last one.
    radii
        [P, C], radii of the circles in centimetres, for a torso of 50 cm.
    sides
        Of each part: "left", "right" or "middle".
    is_trunk, is_neck, is_fine, has_band
        [P], True for the trunk, for the neck, for parts of hands, and for limbs whose uncertainty
        is drawn.
    stick_ends
        [S, 2], numbers of the two ends of each part that is a line in a drawing of lines.
    head_number
        Number of the point where the neck meets the head.
    """

    corners: Int[np.ndarray, "P C"]
    radii: Float[np.ndarray, "P C"]
    sides: tuple[str, ...]
    is_trunk: Bool[np.ndarray, " P"]
    is_neck: Bool[np.ndarray, " P"]
    is_fine: Bool[np.ndarray, " P"]
    has_band: Bool[np.ndarray, " P"]
    stick_ends: Int[np.ndarray, "S 2"]
    head_number: int


_Corners = tuple[tuple[str, float], ...]


@lru_cache(maxsize=32)
def find_parts(skeleton: Skeleton) -> Parts:
    """List the parts to draw of a skeleton: those whose points it has.

    Bones between keypoints that no table knows (of a skeleton of your own) are drawn as they are.

    Examples
    --------
    >>> from signlift.core.skeleton import COCO17, OPENPOSE67
    >>> len(find_parts(COCO17).sides), len(find_parts(OPENPOSE67).sides)
    (12, 62)
    """
    numbers = {name: number for number, name in enumerate(point_names(skeleton))}
    named = [part for part in _all_parts(skeleton) if all(name in numbers for name, _ in part)]
    corners, radii = [], []
    for part in named:
        padded = (*part, *[part[-1]] * (MAX_CORNERS - len(part)))
        corners.append([numbers[name] for name, _ in padded])
        radii.append([radius for _, radius in padded])
    ends = [(part[0][0].lstrip("+"), part[-1][0].lstrip("+")) for part in named]
    is_trunk = np.array([part == _TRUNK for part in named], bool)
    is_fine = np.array([max(radius for _, radius in part) < 2.0 for part in named], bool)
    is_neck = np.array([part[-1][0] == "+Head" for part in named], bool)
    sticks = [[numbers[part[0][0]], numbers[part[-1][0]]] for part in named if len(part) == 2]
    sticks.append([numbers["+MidHip"], numbers["+Neck"]])
    return Parts(
        np.array(corners, np.int64).reshape(-1, MAX_CORNERS),
        np.array(radii, np.float64).reshape(-1, MAX_CORNERS),
        tuple("middle" if trunk else bone_side(e) for e, trunk in zip(ends, is_trunk, strict=True)),
        is_trunk,
        is_neck,
        is_fine,
        ~is_trunk & ~is_neck & ~is_fine,
        np.array(sticks, np.int64).reshape(-1, 2),
        numbers["+Head"],
    )


def _all_parts(skeleton: Skeleton) -> Iterator[_Corners]:
    yield _TRUNK
    yield ((_NECK[0], _NECK[2]), (_NECK[1], _NECK[3]))
    has_fingers = skeleton.find("LHandRoot") is not None
    for letter in "LR":
        for start, end, first, last in (*_LIMBS, *(() if has_fingers else _KNUCKLES)):
            yield ((start.replace("*", letter), first), (end.replace("*", letter), last))
        yield tuple((name.replace("*", letter), radius) for name, radius in _PALM)
        for finger in FINGERS:
            radii = _FINGER_RADII.get(finger, _OTHER_FINGERS)
            names = [f"{letter}HandRoot", *(f"{letter}{finger}{joint}" for joint in (1, 2, 3, 4))]
            yield from pairwise(zip(names, radii, strict=True))
    covered = _covered_names(skeleton)
    for parent, child in skeleton.bones:
        if not {parent, child} <= covered:
            radius = _OTHER_RADIUS * keypoint_weight(child)
            yield ((parent, radius), (child, radius))


def _covered_names(skeleton: Skeleton) -> set[str]:
    """Return the keypoints that the tables or the head draw."""
    head = {skeleton.keypoints[column] for column in face_layout(skeleton).columns}
    sided = {letter + name for letter in "LR" for name in (*_COVERED, *FINGER_KEYPOINTS)}
    mesh = {name for name in skeleton.keypoints if is_mesh_name(name)}
    return head | sided | mesh | set(FACE) | _COVERED
