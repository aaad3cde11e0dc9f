import numpy as np
import pytest
from detected import body, landmarks

from signlift.core.skeleton import (
    COCO17,
    HALPE26,
    HALPE136,
    MEDIAPIPE33,
    PANOPTIC26,
    WHOLEBODY133,
)
from signlift.errors import InputError
from signlift.io.detectors.mmpose import depth_of_lists, keypoints_people, list_person, skeleton_for

SKELETONS = [COCO17, HALPE26, WHOLEBODY133, HALPE136]


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda on: on.name)
def test_a_person_in_all_shapes(skeleton):
    values = body(len(skeleton), 1)[0]
    xy, scores = values[:, :2].tolist(), values[:, 2].tolist()
    for given in (
        {"keypoints": xy, "keypoint_scores": scores, "bbox": [[0, 0, 1, 1]]},
        {"keypoints": [[*one, 9.0] for one in xy], "keypoint_scores": scores},
        {"keypoints": values.tolist()},
        {"keypoints": values.ravel().tolist(), "score": 3.1, "category_id": 1},
        {"keypoints": np.ravel(xy).tolist(), "keypoint_scores": scores},
        {"keypoints": [xy], "scores": [scores]},
        {"keypoints": [{"x": x, "y": y, "score": c} for x, y, c in values.tolist()]},
    ):
        ((found, read),) = keypoints_people(given, "a", None)
        assert found is skeleton
        np.testing.assert_allclose(read, values, 1e-6)


def test_the_people_of_a_frame():
    values = np.stack([body(17, 1, seed=seed)[0] for seed in range(3)])
    given = {"keypoints": values[..., :2].tolist(), "scores": values[..., 2].tolist()}
    people = keypoints_people(given, "a", None)
    np.testing.assert_allclose([person.values for person in people], values, 1e-6)
    assert keypoints_people({"keypoints": [], "scores": []}, "a", None) == []
    people = keypoints_people({"keypoints": given["keypoints"]}, "a", None)
    assert np.isnan(people[2].values[:, 2]).all()


def test_what_keypoints_are():
    assert skeleton_for(26, "a", None) is HALPE26
    assert skeleton_for(26, "a", PANOPTIC26) is PANOPTIC26
    assert skeleton_for(17, "a", PANOPTIC26) is COCO17
    with pytest.raises(InputError, match=r"a: expected one of 17, 18, 25, 26, .* found 24"):
        skeleton_for(24, "a", None)
    pose = body(33, 1)[0]
    assert list_person(landmarks(pose), "a", None).skeleton is MEDIAPIPE33
    assert np.isnan(list_person(pose.tolist(), "a", None).values[:, 2]).all()  # z, not confidence


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"keypoints": "none"}, "a list of keypoints"),
        ({"keypoints": [1.0] * 50}, "3 numbers for each keypoint, found 50 in all"),
        ({"keypoints": [[1.0] * 2] * 16}, "found 16"),
        ({"keypoints": [[1.0] * 9] * 17}, r"found shape \[17, 9\]"),
        ({"keypoints": [[1.0] * 2] * 17, "scores": [1.0] * 16}, "17 scores, found 16"),
        ({"keypoints": [[[1.0] * 2] * 17], "scores": []}, "scores of 1 people"),
        ({"keypoints": [[1.0] * 2] * 17, "scores": "x"}, "scores: numbers"),
        ({"keypoints": [[1.0] * 2, [1.0]]}, "keypoints: numbers"),
        ({"keypoints": [[1.0] * 2] * 16 + [{"x": 1}]}, "keypoints: numbers"),
    ],
)
def test_what_is_damaged(given, message):
    with pytest.raises(InputError, match=message):
        keypoints_people(given, "a", None)


def test_depth():
    assert [depth_of_lists(value) for value in (1, [], [1], [None, [], [[2]]])] == [0, 1, 1, 3]
