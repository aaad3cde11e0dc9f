import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person

from signlift.core.skeleton import COCO18, OPENPOSE25, OPENPOSE67, OPENPOSE137
from signlift.errors import InputError
from signlift.io.detectors.people_forms.openpose import is_openpose, parse_openpose_people

WHOLE = body(137, 1)[0]
FACE, HANDS = WHOLE[25:95], WHOLE[95:].reshape(2, 21, 3)


@pytest.mark.parametrize(
    ("count", "hands", "face", "skeleton"),
    [
        (25, None, None, OPENPOSE25),
        (18, None, None, COCO18),
        (25, HANDS, None, OPENPOSE67),
        (25, HANDS, FACE, OPENPOSE137),
        (25, None, FACE, OPENPOSE137),
    ],
)
def test_bodies_with_hands_and_faces(count, hands, face, skeleton):
    frame = openpose_frame(openpose_person(WHOLE[:count], hands, face))
    ((found, values, *_),) = parse_openpose_people(frame, "a")
    assert found is skeleton and values.shape == (len(skeleton), 3)
    np.testing.assert_allclose(values[:count], WHOLE[:count], 1e-6)
    if hands is not None:
        np.testing.assert_allclose(values[-42:], WHOLE[-42:], 1e-6)
    if face is not None:
        np.testing.assert_allclose(values[25:95], FACE, 1e-6)
        assert hands is not None or np.isnan(values[95:]).all()


def test_the_coco_body_with_hands_is_placed_by_name():
    ((found, values, *_),) = parse_openpose_people(
        openpose_frame(openpose_person(WHOLE[:18], HANDS)), "a"
    )
    assert found is OPENPOSE67
    for number, name in enumerate(COCO18.keypoints):
        np.testing.assert_allclose(values[OPENPOSE67.index(name)], WHOLE[number], 1e-6)
    assert np.isnan(values[OPENPOSE67.index("MidHip")]).all()


def test_older_names_no_person_and_hands_alone():
    ((found, *_),) = parse_openpose_people({"people": [{"pose_keypoints": [1.0] * 54}]}, "a")
    assert found is COCO18
    assert parse_openpose_people(openpose_frame(), "a") == []
    ((found, values, *_),) = parse_openpose_people(openpose_frame(openpose_person([], HANDS)), "a")
    assert found is OPENPOSE67 and np.isnan(values[:25]).all()
    assert is_openpose({"people": []}) and not is_openpose([]) and not is_openpose({})


@pytest.mark.parametrize(
    ("people", "message"),
    [
        (3, "a list of people, found 3"),
        ([3], "person 0: expected an object with keypoints, found 3"),
        ([{}], "pose_keypoints_2d, found none"),
        ([{"pose_keypoints_2d": [1.0] * 45}], "expected one of 17, 18, .* keypoints, found 15"),
        ([{"pose_keypoints_2d": [[1.0] * 2] * 25}], "three numbers for each keypoint in pose_key"),
        ([{"pose_keypoints_2d": [1.0] * 50}], "three numbers for each keypoint .*, found 50"),
        ([{"pose_keypoints_3d": [1.0] * 100}], "pose_keypoints_2d, found pose_keypoints_3d alone"),
        ([{"pose_keypoints_2d": ["x"]}], "pose_keypoints_2d: numbers"),
        ([{"pose_keypoints_2d": [float("inf")] * 75}], "finite numbers"),
        ([{"pose_keypoints_2d": [1.0] * 75, "face_keypoints_2d": [1]}], "210 numbers in face"),
        ([{"pose_keypoints_2d": [1.0] * 75, "hand_left_keypoints_2d": 7}], "63 numbers in hand_l"),
    ],
)
def test_frames_of_another_form(people, message):
    with pytest.raises(InputError, match=message):
        parse_openpose_people({"people": people}, "a")


def test_hands_without_a_body_are_named():
    person = {"hand_left_keypoints_2d": body(21, 1)[0].ravel().tolist()}
    with pytest.raises(InputError, match="expected pose_keypoints_2d, found hands alone"):
        parse_openpose_people({"people": [person]}, "frame 0")
