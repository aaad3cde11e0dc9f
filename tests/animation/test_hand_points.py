import numpy as np
import pytest

from signlift.animation.hand_points import find_hands, has_fingers, take_hands
from signlift.core.hands import HAND_NAMES
from signlift.core.skeleton import (
    MEDIAPIPE33,
    MEDIAPIPE75,
    MEDIAPIPE543,
    OPENPOSE137,
    PANOPTIC26,
    PANOPTIC67,
    SKELETONS,
    WHOLEBODY133,
)


def take(skeleton, points):
    return take_hands(points, np.ones(points.shape[:2]), skeleton)


def numbered(skeleton, frames=2):
    """Points whose x is the number of the keypoint."""
    points = np.zeros((frames, len(skeleton), 3))
    points[..., 0] = np.arange(len(skeleton))
    return points


@pytest.mark.parametrize(
    "skeleton", [PANOPTIC67, MEDIAPIPE75, WHOLEBODY133, OPENPOSE137, MEDIAPIPE543]
)
def test_fingers_are_found_by_name(skeleton):
    numbers, fingers = find_hands(skeleton)
    assert fingers and has_fingers(skeleton)
    for side, letter in enumerate("LR"):
        names = [skeleton.keypoints[number] for number in numbers[side]]
        assert names == [letter + name for name in HAND_NAMES]


def test_skeletons_without_fingers():
    for skeleton in (PANOPTIC26, MEDIAPIPE33):
        assert not has_fingers(skeleton)
    assert all(has_fingers(skeleton) == (len(skeleton) > 60) for skeleton in SKELETONS)
    hands = take(MEDIAPIPE33, numbered(MEDIAPIPE33))
    found = {name for name, x in zip(HAND_NAMES, hands.points[0, 0, :, 0], strict=True) if x == x}
    assert found == {"HandRoot", "Thumb2", "Index1", "Pinky1"}


def test_the_right_hand_is_mirrored():
    hands = take(PANOPTIC67, numbered(PANOPTIC67))
    assert hands.points[0, 0, 1, 0] == PANOPTIC67.index("LThumb1")
    assert hands.points[0, 1, 1, 0] == -PANOPTIC67.index("RThumb1")


def test_a_missing_root_is_the_wrist():
    points = numbered(PANOPTIC67)
    points[0, PANOPTIC67.index("LHandRoot")] = np.nan
    points[1, PANOPTIC67.index("LIndex2"), 2] = np.nan
    hands = take(PANOPTIC67, points)
    assert hands.points[0, 0, 0, 0] == PANOPTIC67.index("LHand")
    assert hands.points[1, 0, 0, 0] == PANOPTIC67.index("LHandRoot")
    index = HAND_NAMES.index("Index2")
    assert np.isnan(hands.points[1, 0, index]).all()
    assert hands.weights[1, 0, index] == 0
    assert hands.weights.sum() == 2 * 2 * 21 - 1
    assert hands.select(np.array([1])).points.shape == (1, 2, 21, 3)
    assert len(take(PANOPTIC67, points[:0]).points) == 0
