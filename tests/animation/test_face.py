import numpy as np
import pytest

from signlift.animation.avatar import solve_avatar
from signlift.animation.face import place_head_keypoints, without_free_landmarks
from signlift.animation.head import FACE_OFFSETS
from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE75, MEDIAPIPE543, OPENPOSE137, PANOPTIC26, Skeleton
from tests.heads import rotation, turned_points

FLIP = np.array([1.0, -1.0, -1.0])
MESH = Skeleton("mesh", tuple(f"face_landmarks:{number}" for number in range(478)))


def place(points, skeleton, stature=170.0):
    weights = np.ones(points.shape[:2])
    return place_head_keypoints(points * FLIP, weights, skeleton, stature)[0]


@pytest.mark.parametrize("skeleton", [MEDIAPIPE543, OPENPOSE137, MESH])
@pytest.mark.parametrize("angles", [(0, 0, 0), (40, 0, 0), (0, 25, 0), (-20, 10, 15)])
def test_a_turned_face_turns_the_head(skeleton, angles):
    found = place(turned_points(skeleton, *angles), skeleton)
    origin = np.array([320.0, 200, -60])
    expected = np.array(list(FACE_OFFSETS.values())) * 170 * FLIP @ rotation(*angles).T + origin
    np.testing.assert_allclose(found, np.tile(expected * FLIP, (3, 1, 1)), atol=1e-6)


def test_missing_landmarks():
    points = turned_points(MEDIAPIPE543, 30, frames=4)
    points[1, ::3] = np.nan
    points[2] = np.nan
    found = place(points, MEDIAPIPE543)
    np.testing.assert_allclose(found[1], found[0], atol=1e-6)
    assert np.isnan(found[2]).all()
    assert not np.isnan(found[3]).any()


def test_landmarks_at_one_place_determine_nothing():
    points = turned_points(MEDIAPIPE543, frames=2)
    points[0] = points[0, :1]
    assert np.isnan(place(points, MEDIAPIPE543)[0]).all()


def test_skeletons_without_a_face():
    assert np.isnan(place(np.zeros((2, 26, 3)), PANOPTIC26)).all()
    assert place(np.zeros((0, 543, 3)), MEDIAPIPE543).shape == (0, 5, 3)


def test_the_head_of_a_recording_without_nose_eyes_and_ears_turns():
    turns = np.linspace(-35, 35, 30)
    names = [name for name in MEDIAPIPE543.keypoints if name.startswith("face_landmarks")]
    skeleton = Skeleton("reduced", ("LShoulder", "RShoulder", "LHip", "RHip", *names[:140:2]))
    points = np.concatenate([turned_points(skeleton, turn, frames=1) for turn in turns])
    for name, xyz in {"LShoulder": (100, 300, 0), "LHip": (50, 550, 0)}.items():
        x, y, z = xyz
        points[:, skeleton.index(name)] = 320 + x, y, z
        points[:, skeleton.index("R" + name[1:])] = 320 - x, y, z
    recording = Recording(points[..., :2], depth=points[..., 2], skeleton=skeleton, fps=30.0)
    avatar = solve_avatar(recording)
    ahead = avatar.motion.forward_kinematics().rotations[:, avatar.motion.names.index("Head"), :, 2]
    # A positive turn about y, which is down, is one to the right of the person.
    found = np.degrees(np.arctan2(ahead[:, 0], ahead[:, 2]))
    np.testing.assert_allclose(np.abs(found), np.abs(turns), atol=0.5)
    assert (np.diff(found) < 0).all() or (np.diff(found) > 0).all()


def test_landmarks_without_a_place_are_left_out():
    numbers, skeleton = without_free_landmarks(MEDIAPIPE543)
    assert skeleton.keypoints == tuple(MEDIAPIPE543.keypoints[number] for number in numbers)
    assert set(MEDIAPIPE75.keypoints) < set(skeleton.keypoints)
    points = turned_points(MEDIAPIPE543, 20)
    whole = place(points, MEDIAPIPE543)
    np.testing.assert_allclose(place(points[:, numbers], skeleton), whole)
    assert without_free_landmarks(PANOPTIC26)[1] is PANOPTIC26
