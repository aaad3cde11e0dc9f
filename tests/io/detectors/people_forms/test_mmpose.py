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
from signlift.io.detectors.people_forms.keypoint_order import KeypointOrder, skeleton_for_count
from signlift.io.detectors.people_forms.mmpose import parse_mmpose_people, parse_person_list

SKELETONS = [COCO17, HALPE26, WHOLEBODY133, HALPE136]


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
def test_a_person_in_all_forms(skeleton):
    values = body(len(skeleton), 1)[0]
    xy, scores = values[:, :2].tolist(), values[:, 2].tolist()
    for value in (
        {"keypoints": xy, "keypoint_scores": scores, "bbox": [[0, 0, 1, 1]]},
        {"keypoints": [[x, y, 9.0] for x, y in xy], "keypoint_scores": scores},
        {"keypoints": values.tolist()},
        {"keypoints": values.ravel().tolist(), "score": 3.1, "category_id": 1},
        {"keypoints": np.ravel(xy).tolist(), "keypoint_scores": scores},
        {"keypoints": [xy], "scores": [scores]},
        {"keypoints": [{"x": x, "y": y, "score": c} for x, y, c in values.tolist()]},
    ):
        ((parsed_skeleton, parsed, *_),) = parse_mmpose_people(value, "a")
        assert parsed_skeleton is skeleton
        np.testing.assert_allclose(parsed, values, 1e-6)


def test_the_people_of_a_frame():
    values = np.stack([body(17, 1, seed=seed)[0] for seed in range(3)])
    given = {"keypoints": values[..., :2].tolist(), "scores": values[..., 2].tolist()}
    people = parse_mmpose_people(given, "a")
    np.testing.assert_allclose([person.values for person in people], values, 1e-6)
    assert parse_mmpose_people({"keypoints": [], "scores": []}, "a") == []
    people = parse_mmpose_people({"keypoints": given["keypoints"]}, "a")
    assert np.isnan(people[2].values[:, 2]).all()


def test_the_skeleton_for_a_number_of_keypoints():
    assert skeleton_for_count(26, "a") is HALPE26
    given = KeypointOrder(PANOPTIC26)
    assert given.arrange(np.zeros((26, 3)), "a")[0] is PANOPTIC26
    with pytest.raises(InputError, match=r"a: expected 26 keypoints \(panoptic26\), found 17"):
        given.arrange(np.zeros((17, 3)), "a")
    with pytest.raises(InputError, match=r"a: expected one of 17, 18, 25, 26, .* found 24"):
        skeleton_for_count(24, "a")
    pose = body(33, 1)[0]
    assert parse_person_list(landmarks(pose), "a").skeleton is MEDIAPIPE33
    pose[:, 2] -= 0.7
    assert np.isnan(parse_person_list(pose.tolist(), "a").values[:, 2]).all()  # z, not confidence


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"keypoints": "none"}, "a list of keypoints, .*, found 'none'"),
        ({"keypoints": [1.0] * 40}, "3 numbers for each keypoint, found 40 in total"),
        ({"keypoints": [[1.0] * 2] * 16}, "found 16"),
        ({"keypoints": [[1.0] * 9] * 17}, r"found shape \[17, 9\]"),
        ({"keypoints": [[1.0] * 2] * 17, "scores": [1.0] * 16}, "17 scores, found 16"),
        ({"keypoints": [[[1.0] * 2] * 17], "scores": []}, "scores of 1 people, found those of 0"),
        ({"keypoints": [[1.0] * 2] * 17, "scores": "x"}, "scores: numbers"),
        ({"keypoints": [[1.0] * 2, [1.0]]}, "keypoints: numbers"),
        ({"keypoints": [[1.0] * 2] * 16 + [{"x": 1}]}, "keypoints: numbers"),
    ],
)
def test_damaged_keypoints(given, message):
    with pytest.raises(InputError, match=message):
        parse_mmpose_people(given, "a")


@pytest.mark.parametrize("person", [5, "a", {"a": 1}, True])
def test_a_person_that_is_no_list(person):
    with pytest.raises(InputError, match="frame 0: expected keypoints"):
        parse_person_list(person, "frame 0")
