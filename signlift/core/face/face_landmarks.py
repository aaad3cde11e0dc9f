"""Places of the detectors' landmarks on the canonical face, by the names of their keypoints.

OpenPose's and iBUG's landmarks have names (see `signlift.core.skeleton_tables.FACE`), those of
MediaPipe's face mesh have numbers. Of its 478, the ones along the outline, the brows, the eyes, the
lips and the nose have a place here, as MediaPipe documents them (FACEMESH_CONTOURS). The others lie
between them: `signlift.lifting.face.head_surface` gives them the depth of the surface there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from signlift.core.face import canonical_face as face
from signlift.core.face.canonical_face import Curve, Point, sample
from signlift.core.face_mesh import CONTOURS, is_mesh_name, mesh_name
from signlift.core.skeleton import Skeleton, other_side, side
from signlift.utils.array_types import Float, Int

#: Keypoints of the head that the network of the body lifts.
HEAD_KEYPOINTS = ("Nose", "LEye", "REye", "LEar", "REar")

#: The least number of landmarks of a face: more than a body has.
_MIN_FACE = 20

#: How far landmarks of a kind are from their places, in millimetres: faces differ, mouth and brows
#: move, and detectors mark the outline where they see it.
_EYE, _NOSE, _BROW, _LIP, _OUTLINE, _EAR, _TOP, _REST = 3.0, 4.0, 6.0, 6.0, 9.0, 9.0, 14.0, 8.0

#: The curves of MediaPipe's contours (see `signlift.core.face_mesh`).
_MESH_CURVES: dict[str, tuple[Curve, float]] = {
    "outline": (face.OUTLINE, _OUTLINE),
    "upper brow": (face.UPPER_BROW, _BROW),
    "lower brow": (face.LOWER_BROW, _BROW),
    "upper lid": (face.UPPER_LID, _EYE),
    "lower lid": (face.LOWER_LID, _EYE),
    "upper lip": (face.UPPER_LIP, _LIP),
    "lower lip": (face.LOWER_LIP, _LIP),
    "upper inner lip": (face.UPPER_INNER_LIP, _LIP),
    "lower inner lip": (face.LOWER_INNER_LIP, _LIP),
}

#: Numbers of the mesh on the profile, with their y.
_MESH_PROFILE = {168: -26, 6: -15, 197: -7, 195: 1, 5: 7, 4: 12, 1: 16, 2: 24, 164: 33}

#: Other numbers of the mesh, on the person's left and on the right; 468 and 473 are the middles
#: of the irises, and their edges follow.
_MESH_POINTS = {
    "alare": ((278,), (48,)),
    "nostril": ((327,), (98,)),
    "pupil": (tuple(range(473, 478)), tuple(range(468, 473))),
}

#: Names along the curves, on the left side.
_NAMED_CURVES: tuple[tuple[Curve, float, str], ...] = (
    (face.OUTLINE[7:], _OUTLINE, "LJaw0 LJaw1 LJaw2 LJaw3 LJaw4 LJaw5 LJaw6 LJaw7 Jaw8"),
    (face.UPPER_BROW, _BROW, "LBrow0 LBrow1 LBrow2 LBrow3 LBrow4"),
    (face.UPPER_LID, _EYE, "LEyelid0 LEyelid1 LEyelid2 LEyelid3"),
    (face.LOWER_LID, _EYE, "LEyelid0 LEyelid5 LEyelid4 LEyelid3"),
    (face.UPPER_LIP, _LIP, "LLip0 LLip1 LLip2 Lip3"),
    (face.LOWER_LIP, _LIP, "LLip0 LLip5 LLip4 Lip6"),
    (face.UPPER_INNER_LIP, _LIP, "LInnerLip0 LInnerLip1 InnerLip2"),
    (face.LOWER_INNER_LIP, _LIP, "LInnerLip0 LInnerLip3 InnerLip4"),
)


def _middle(name: str, y: float) -> tuple[str, Point, float]:
    """Return a point of the profile."""
    heights, forward = np.array(face.PROFILE)[:, 1:].T
    return name, (0.0, y, float(np.interp(y, heights, forward))), _NOSE


def _named_points() -> Iterator[tuple[str, Point, float]]:
    """List the landmarks with names, of the middle and of the left."""
    for curve, deviation, names in _NAMED_CURVES:
        numbers = names.split()
        for name, point in zip(numbers, sample(curve, len(numbers)), strict=True):
            yield name, point, deviation
    for number, y in enumerate((-24, -11, 1, 13)):
        yield _middle(f"NoseBridge{number}", y)
    yield _middle("Nostril2", 25)
    yield _middle("Nose", 13)
    points = face.POINTS
    yield "LNostril0", points["alar base"], _NOSE
    yield "LNostril1", points["nostril"], _NOSE
    yield "LPupil", points["pupil"], _EYE
    yield "LEye", points["pupil"], _EYE
    yield "LEyeInner", face.UPPER_LID[-1], _EYE
    yield "LEyeOuter", face.UPPER_LID[0], _EYE
    yield "LMouth", face.UPPER_LIP[0], _LIP
    yield "LEar", points["ear"], _EAR
    yield "Head", face.PROFILE[0], _TOP


def _mesh_points() -> Iterator[tuple[str, Point, float]]:
    """List the landmarks of the mesh, on both sides."""
    for contour, (curve, deviation) in _MESH_CURVES.items():
        for sign, text in zip((1, -1), CONTOURS[contour], strict=True):
            numbers = text.split()
            for number, (x, y, forward) in zip(numbers, sample(curve, len(numbers)), strict=True):
                yield mesh_name(number), (sign * x, y, forward), deviation
    for middle, y in _MESH_PROFILE.items():
        yield _middle(mesh_name(middle), y)
    for name, numbers_by_side in _MESH_POINTS.items():
        x, y, forward = face.POINTS[name]
        deviation = _EYE if name == "pupil" else _NOSE
        for sign, each in zip((1, -1), numbers_by_side, strict=True):
            for index in each:
                yield mesh_name(index), (sign * x, y, forward), deviation


@lru_cache(maxsize=1)
def landmark_places() -> dict[str, tuple[Point, float]]:
    """Return the place of each landmark on the canonical face, and its deviation from there.

    Returns
    -------
    By the name of the keypoint: x to the person's left, y down and z backwards in millimetres
    from the middle between the ears, and the standard deviation per axis.

    Examples
    --------
    >>> place, deviation = landmark_places()["RPupil"]
    >>> place
    (-32, -22.5, -82)
    """
    places: dict[str, tuple[Point, float]] = {}
    for name, (x, y, forward), deviation in (*_named_points(), *_mesh_points()):
        places[name] = ((x, y, -forward), deviation)
        if side(name) == "left":
            places[other_side(name)] = ((-x, y, -forward), deviation)
    return places


@dataclass(frozen=True, eq=False)
class FaceLayout:
    """The landmarks of the head among the keypoints of a skeleton.

    Attributes
    ----------
    columns
        [K], the numbers of the keypoints that have a place on the canonical face.
    places
        [K, 3], their places in millimetres.
    deviations
        [K], standard deviations of the landmarks from their places, in millimetres.
    free
        [F], the numbers of the keypoints on the face without a place.
    """

    columns: Int[np.ndarray, " K"]
    places: Float[np.ndarray, "K 3"]
    deviations: Float[np.ndarray, " K"]
    free: Int[np.ndarray, " F"]


@lru_cache(maxsize=16)
def face_layout(skeleton: Skeleton) -> FaceLayout:
    """Find the landmarks of the head in a skeleton.

    Examples
    --------
    >>> from signlift.core.skeleton import OPENPOSE137, PANOPTIC26
    >>> len(face_layout(OPENPOSE137).columns), len(face_layout(PANOPTIC26).columns)
    (75, 5)
    """
    by_name = landmark_places()
    # The Nose of h36m17, which has no eyes, is the joint between neck and head.
    names = [name if skeleton.has("LEye") or name != "Nose" else "" for name in skeleton.keypoints]
    columns = [number for number, name in enumerate(names) if name in by_name]
    free = [
        number for number, name in enumerate(names) if name not in by_name and is_mesh_name(name)
    ]
    places = [by_name[names[number]] for number in columns]
    return FaceLayout(
        np.array(columns, np.int64),
        np.array([place for place, _ in places], np.float64).reshape(-1, 3),
        np.array([deviation for _, deviation in places], np.float64),
        np.array(free, np.int64),
    )


def has_face(skeleton: Skeleton) -> bool:
    """Return True if a skeleton has landmarks of a face, beyond those of MediaPipe's body.

    Examples
    --------
    >>> from signlift.core.skeleton import MEDIAPIPE33, OPENPOSE137
    >>> has_face(OPENPOSE137), has_face(MEDIAPIPE33)
    (True, False)
    """
    layout = face_layout(skeleton)
    return len(layout.columns) + len(layout.free) >= _MIN_FACE
