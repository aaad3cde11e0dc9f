import numpy as np
import pytest
from lifting_nets import signer

import signlift as sl
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError
from signlift.lifting.body_frames import BodyFrames, Given


def frames(size=None, depth=None, count=3):
    keypoints = np.full((count, 26, 2), (100.0, 80.0), np.float32)
    keypoints[:, PANOPTIC26.index("MidHip"), 1] = 180.0
    return BodyFrames(keypoints, np.ones((count, 26), np.float32), 25.0, depth, size)


def normalize(body):
    centers = np.full((len(body), 2), (100.0, 80.0))
    return body.normalize(PANOPTIC26, centers, np.full(len(body), 100.0))


def test_frames_are_centred_and_scaled():
    window = normalize(frames())
    assert window.keypoints.shape == (1, 3, 26, 2)
    assert window.keypoints[0, 0, PANOPTIC26.index("MidHip")].tolist() == [0, 1]
    assert window.detector_depth is None and window.offset is None
    assert [values.shape for values in window.inputs] == [
        *((1, 3, 26, 2), (1, 3, 26), (1, 3, 26), (1, 3, 2), (1,))
    ]
    assert np.isnan(window.inputs[2]).all() and np.isnan(window.inputs[3]).all()


def test_the_depth_of_a_detector_is_relative_to_the_neck():
    depth = np.full((3, 26), 50.0, np.float32)
    depth[:, PANOPTIC26.index("LHand")] = 20.0
    depth[1, PANOPTIC26.index("LShoulder")] = np.nan  # and so the Neck, their middle
    window = normalize(frames(depth=depth))
    left = window.detector_depth[0, :, PANOPTIC26.index("LHand")]
    np.testing.assert_allclose(left[[0, 2]], -0.3)


def test_the_neck_is_placed_in_the_image():
    np.testing.assert_allclose(normalize(frames((220.0, 200.0))).offset[0, 0], (-0.1, -0.2))


@pytest.mark.parametrize("size", [(1000.0, 200.0), (220.0, 1000.0)])
def test_a_size_that_puts_the_neck_far_aside_is_not_trusted(size):
    assert np.isnan(normalize(frames(size)).offset).all()


def test_a_wrong_size_changes_no_depth():
    recording = signer(20)
    lifter = sl.load()
    depth = lifter.lift(recording).depth
    wrong = sl.Recording(
        recording.keypoints, confidence=recording.confidence, fps=25, size=(90000.0, 90000.0)
    )
    np.testing.assert_array_equal(lifter.lift(wrong).depth, depth)


def test_no_frames():
    assert normalize(frames((220.0, 200.0), np.zeros((0, 26), np.float32), 0)).keypoints.size == 0


def test_given_angles_are_checked_and_give_the_focal_length():
    with pytest.raises(InputError) as caught:
        Given(pitch=-50.0, fov=5.0)
    assert len(caught.value.problems) == 2
    given = Given(fov=90.0)
    assert given.focal_length((200.0, 100.0)) == pytest.approx(100)
    assert given.focal_length(None) is None
    with pytest.raises(InputError, match="size"):
        given.require_size("clip", None)
