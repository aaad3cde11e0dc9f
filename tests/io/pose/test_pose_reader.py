import numpy as np
import pytest
from pose_files import (
    OPENPOSE,
    make_pose,
    mediapipe,
)
from sources import read_with

import signlift as sl
from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75
from signlift.io.pose.pose_reader import read_people, read_pose


def test_mediapipe(save):
    pose = make_pose(mediapipe())
    recording = sl.read(save(pose))
    skeleton = recording.skeleton
    body = [name for name in skeleton.keypoints if ":" not in name]
    feet = {"LFootIndex": "LBigToe", "RFootIndex": "RBigToe"}
    assert body[:33] == [feet.get(name, name) for name in MEDIAPIPE33.keypoints]
    assert set(body[33:]) < set(MEDIAPIPE75.keypoints[33:])
    left = pose.header.components[0].points.index("LEFT_ELBOW")
    np.testing.assert_array_equal(
        recording.keypoints[:, skeleton.index("LElbow")], pose.body.data[:, 0, left, :2]
    )
    assert ("LWrist", "LThumb") in skeleton.bones
    assert "LHandRoot" in skeleton.keypoints
    # The points in metres have no position in the image, and z is not in pixels.
    assert np.isnan(recording.keypoints[:, -33:]).all()
    assert recording.observed[:, :-33].all()
    assert recording.depth is None


def test_fractions_of_the_image_become_pixels(save):
    pose = make_pose(mediapipe(), size=(640, 480))
    pixels = sl.read(save(pose))
    pose.body.data[..., :2] /= (640, 480)
    pose.body.data[:, :, 23:33, 1] += 1  # legs below the image
    fractions = sl.read(save(pose))
    np.testing.assert_allclose(fractions.keypoints[:, :23], pixels.keypoints[:, :23], rtol=1e-5)
    assert fractions.size == (640, 480)


def test_fractions_of_an_image_without_a_size(save):
    pose = make_pose(mediapipe(), size=(640, 480))
    pixels = sl.read(save(pose))
    pose.body.data[..., :2] /= (640, 480)
    pose.header.dimensions.width = pose.header.dimensions.height = 0
    with pytest.raises(sl.InputError, match=r"expected `size`, the width .*, found 0 x 0 in"):
        sl.read(save(pose))
    recording = sl.read(save(pose), size=(640, 480))
    np.testing.assert_allclose(recording.keypoints, pixels.keypoints, rtol=1e-5)
    assert recording.size == (640, 480)


def test_coordinates_of_another_unit_are_kept(save):
    pose = make_pose(mediapipe())
    pose.body.data[..., :2] = pose.body.data[..., :2] / 200 - 1
    recording = sl.read(save(pose))
    np.testing.assert_array_equal(recording.keypoints[:, :33], pose.body.data[:, 0, :33, :2])
    assert recording.size is None


@pytest.mark.parametrize("version", [0.0, 0.1, 0.2])
def test_several_people(save, version):
    pose = make_pose(OPENPOSE, frames=6, people=3, step=2)
    pose.body.confidence[:, 0] = 0  # never observed
    pose.body.confidence[4:, 1] = 0  # observed in fewer frames, and half as large
    pose.body.data[:, 1] *= 0.5
    path = save(pose, version=version)
    people = read_with(read_people, path)
    assert [person.name for person in people] == ["a.pose", "a.pose"]
    assert [person.notes for person in people] == [("person 0 of 2",), ("person 1 of 2",)]
    np.testing.assert_array_equal(people[0].keypoints, pose.body.data[:, 2, :, :2])
    assert people[1].observed.any(-1).sum() == 4
    assert len(read_with(read_pose, path)) == 1
    np.testing.assert_array_equal(sl.read(path).keypoints, people[0].keypoints)
    np.testing.assert_array_equal(sl.read(path, person=1).keypoints, people[1].keypoints)
    with pytest.raises(sl.InputError, match="expected a person from 0 to 1, found person 2"):
        sl.read(path, person=2)


def test_a_given_frame_rate_replaces_that_of_the_file(save):
    path = save(make_pose(OPENPOSE, fps=0))
    assert sl.read(path).fps is None
    assert sl.read(path, fps=30).fps == 30
    path = save(make_pose(OPENPOSE, fps=29.97))
    assert sl.read(path).fps == pytest.approx(29.97)
    assert sl.read(path, fps=30).fps == 30
    with pytest.raises(sl.InputError, match=r"frames per second above 0 .*found -2"):
        sl.read(save(make_pose(OPENPOSE, fps=-2)))


def test_a_single_frame_is_lifted(save, tmp_path):
    lifted = sl.load().lift(sl.read(save(make_pose(OPENPOSE, frames=1))))
    assert np.isfinite(lifted.depth[:, :95]).all()  # body and face
    assert len(sl.read(sl.write(lifted, tmp_path / "b.pose"))) == 1


def test_confidence_is_never_above_one_and_nan_is_missing(save):
    pose = make_pose(OPENPOSE)
    pose.body.confidence[0, 0, :3] = 1.006, np.nan, -1
    pose.body.data[0, 0, 3, 1] = np.nan
    recording = sl.read(save(pose))
    np.testing.assert_array_equal(recording.confidence[0, :3], [1, 0, 0])
    np.testing.assert_array_equal(recording.observed[0, :5], [True, False, False, False, True])


def test_a_file_without_observed_points(save):
    pose = make_pose(OPENPOSE)
    pose.body.confidence[:] = 0
    with pytest.raises(sl.InputError, match="expected a frame with a keypoint, found none"):
        sl.read(save(pose))
