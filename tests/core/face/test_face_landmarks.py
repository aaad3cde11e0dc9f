import numpy as np
import pytest

from signlift.core.face.face_landmarks import face_layout, has_face, landmark_places
from signlift.core.skeleton import (
    H36M17,
    MEDIAPIPE33,
    OPENPOSE137,
    PANOPTIC26,
    SKELETONS,
    WHOLEBODY133,
    Skeleton,
    other_side,
)
from signlift.core.skeleton_tables import FACE

#: Two rows of a person's measures (Farkas, 1994): means of women and men, in millimetres.
DISTANCES = [
    (("LEyeInner", "REyeInner"), 32.5, 2),
    (("LEyeOuter", "REyeOuter"), 89, 3),
    (("LMouth", "RMouth"), 52, 3),
    (("LPupil", "RPupil"), 63, 2),
    (("face_landmarks:278", "face_landmarks:48"), 33, 2),
    (("NoseBridge0", "Jaw8"), 118, 4),
]


@pytest.mark.parametrize(("ends", "millimetres", "tolerance"), DISTANCES)
def test_the_face_has_the_measures_of_the_average_adult(ends, millimetres, tolerance):
    first, second = (np.array(landmark_places()[name][0]) for name in ends)
    assert np.linalg.norm(first - second) == pytest.approx(millimetres, abs=tolerance)


def test_the_nose_is_before_the_eyes_and_these_before_the_ears():
    z = {name: place[2] for name, (place, _) in landmark_places().items()}
    assert z["Nose"] < z["LEye"] - 25 < z["LEar"] - 100


def test_all_named_landmarks_have_a_place():
    assert set(FACE) <= set(landmark_places())


def test_left_and_right_are_mirrored():
    places = landmark_places()
    for name, ((x, y, z), deviation) in places.items():
        if not name.startswith("face_landmarks"):
            assert places[other_side(name)] == ((-x, y, z), deviation)


@pytest.mark.parametrize(("left", "right"), [(263, 33), (291, 61), (454, 234), (334, 105)])
def test_the_mesh_is_mirrored(left, right):
    (x, y, z), _ = landmark_places()[f"face_landmarks:{left}"]
    assert landmark_places()[f"face_landmarks:{right}"][0] == (-x, y, z)
    assert x > 0  # the person's left is right in the image


def test_the_same_point_has_one_place_in_all_detectors():
    places = landmark_places()
    for name, number in (("LEyelid0", 263), ("RLip0", 61), ("Jaw8", 152), ("LPupil", 473)):
        assert places[name][0] == places[f"face_landmarks:{number}"][0]


def test_landmarks_of_skeletons_are_found_by_name():
    assert [len(face_layout(s).columns) for s in (OPENPOSE137, WHOLEBODY133, MEDIAPIPE33)] == [
        75,
        73,
        11,
    ]
    assert len(face_layout(PANOPTIC26).columns) == 5


def test_the_nose_of_h36m_is_not_a_nose():
    assert [H36M17.keypoints[column] for column in face_layout(H36M17).columns] == ["Head"]


def test_the_mesh_has_landmarks_without_a_place():
    mesh = Skeleton("mesh", tuple(f"face_landmarks:{number}" for number in range(478)))
    layout = face_layout(mesh)
    assert len(layout.columns) + len(layout.free) == 478
    assert len(layout.columns) > 128


def test_only_skeletons_with_a_face_have_one():
    faces = {skeleton.name for skeleton in SKELETONS if has_face(skeleton)}
    assert faces == {"openpose137", "wholebody133", "halpe136"}
