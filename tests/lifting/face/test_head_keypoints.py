import numpy as np
import pytest
from heads import turned_points

from signlift.core.face.face_landmarks import HEAD_KEYPOINTS
from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE33, OPENPOSE137, PANOPTIC26, WHOLEBODY133
from signlift.lifting.face.head_keypoints import add_head_keypoints, place_head
from signlift.lifting.skeleton_mapping import map_to_network

NUMBERS = [PANOPTIC26.index(name) for name in HEAD_KEYPOINTS]


def without_face(recording):
    """The keypoints and confidence on panoptic26, as they are without a look at the face."""
    mapped = recording.convert(PANOPTIC26)
    confidence = np.ones(mapped.observed.shape, np.float32)
    return mapped.keypoints, confidence if mapped.confidence is None else mapped.confidence


def headless(skeleton=OPENPOSE137, turn=20):
    """A face without the body's nose, eyes and ears; and where these are."""
    points = turned_points(skeleton, turn)
    numbers = [skeleton.index(name) for name in HEAD_KEYPOINTS]
    expected = points[:, numbers, :2].copy()
    points[:, numbers] = np.nan
    confidence = np.full(points.shape[:2], 0.6)
    return Recording(points[..., :2], skeleton, confidence=confidence), expected


@pytest.mark.parametrize("skeleton", [OPENPOSE137, WHOLEBODY133])
@pytest.mark.parametrize("turn", [0, -35, 70])
def test_nose_eyes_and_ears_are_placed_by_the_face(skeleton, turn):
    recording, expected = headless(skeleton, turn)
    assert place_head(recording.keypoints, skeleton) == pytest.approx(expected, abs=2)


def test_an_eye_is_in_the_middle_of_its_lids():
    recording, expected = headless(turn=0)
    lids = [OPENPOSE137.index(f"LEyelid{number}") for number in range(6)]
    recording.keypoints.setflags(write=True)
    recording.keypoints[:, lids] += [4, 0]
    eye = place_head(recording.keypoints, OPENPOSE137)[:, 1]
    assert eye[:, 0] - expected[:, 1, 0] == pytest.approx(np.full(3, 3.5), abs=1)


def test_what_is_missing_is_added_with_the_confidence_of_the_face():
    recording, expected = headless()
    frames = map_to_network(recording, PANOPTIC26, 30)
    keypoints, confidence = frames.keypoints, frames.confidence
    assert keypoints[:, NUMBERS] == pytest.approx(expected, abs=2)
    assert confidence[:, NUMBERS] == pytest.approx(np.full((3, 5), 0.6), abs=1e-6)


def test_what_is_observed_stays():
    points = turned_points(OPENPOSE137)
    points[:, OPENPOSE137.index("LEar")] += 20
    points[1, OPENPOSE137.index("REar")] = np.nan
    recording = Recording(points[..., :2], OPENPOSE137)
    before, scores = without_face(recording)
    keypoints, _ = add_head_keypoints(recording, PANOPTIC26, before, scores)
    observed = ~np.isnan(before)
    assert (keypoints[observed] == before[observed]).all()
    assert not np.isnan(keypoints[1, PANOPTIC26.index("REar")]).any()


@pytest.mark.parametrize("skeleton", [MEDIAPIPE33, PANOPTIC26])
def test_without_a_face_nothing_changes(skeleton):
    recording = Recording(np.full((2, len(skeleton), 2), np.nan), skeleton)
    keypoints, confidence = without_face(recording)
    same, scores = add_head_keypoints(recording, PANOPTIC26, keypoints, confidence)
    assert same is keypoints
    assert scores is confidence


def test_a_few_landmarks_are_not_a_face():
    recording, _ = headless()
    keypoints = recording.keypoints.copy()
    keypoints[:, 30:] = np.nan
    few = Recording(keypoints, OPENPOSE137)
    added, _ = add_head_keypoints(few, PANOPTIC26, *without_face(few))
    assert np.isnan(added[:, NUMBERS]).all()
