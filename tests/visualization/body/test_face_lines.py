from itertools import pairwise

import pytest

from signlift.core.face_mesh import mesh_name
from signlift.core.skeleton import (
    COCO17,
    MEDIAPIPE33,
    MEDIAPIPE543,
    OPENPOSE137,
    WHOLEBODY133,
    Skeleton,
)
from signlift.visualization.body.face_lines import find_face_lines


@pytest.mark.parametrize(
    "skeleton", [OPENPOSE137, WHOLEBODY133, MEDIAPIPE543], ids=lambda each: each.name
)
def test_a_face_has_lines_of_features_and_an_outline(skeleton):
    lines = find_face_lines(skeleton)
    assert len(lines.features) >= 15
    assert len(lines.outline) == 2
    assert not len(lines.dots)


def test_a_file_that_lists_pairs_of_landmarks_has_the_same_lines():
    pairs = dict.fromkeys(pair for chain in OPENPOSE137.chains for pair in pairwise(chain))
    skeleton = Skeleton("pairs", OPENPOSE137.keypoints, tuple(pairs))
    lines, expected = find_face_lines(skeleton), find_face_lines(OPENPOSE137)
    for kind in ("features", "outline"):
        found = [line.tolist() for line in getattr(lines, kind)]
        assert found == [line.tolist() for line in getattr(expected, kind)]


def test_eyes_are_closed_lines():
    lines = find_face_lines(OPENPOSE137)
    eyes = [line for line in lines.features if "Eyelid" in OPENPOSE137.keypoints[line[0]]]
    assert len(eyes) == 2
    assert all(line[0] == line[-1] and len(line) == 7 for line in eyes)


def test_a_reduced_mesh_has_the_lines_of_its_landmarks():
    skeleton = Skeleton("reduced", tuple(mesh_name(number) for number in (263, 386, 362, 10)))
    upper, lower = find_face_lines(skeleton).features  # lids
    assert (upper.tolist(), lower.tolist()) == ([0, 1, 2], [0, 2])


def test_without_a_face_eyes_and_nose_are_dots():
    lines = find_face_lines(COCO17)
    assert not lines.features
    assert [COCO17.keypoints[number] for number in lines.dots] == ["Nose", "LEye", "REye"]
    assert not len(lines.mouth)
    lines = find_face_lines(MEDIAPIPE33)
    assert [MEDIAPIPE33.keypoints[number] for number in lines.mouth] == ["LMouth", "RMouth"]
