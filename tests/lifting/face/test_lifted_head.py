import numpy as np
import pytest
from heads import lifted

from signlift.lifting.face.lifted_head import LiftedHead, Sight, mean_of_frames


def test_the_sight_of_a_camera_far_away_changes_nothing_but_the_zero():
    head = lifted()
    sight = Sight.of_points(head.keypoints.mean(1), head)
    assert (sight.magnification == 1).all()
    assert (sight.tilt == 0).all()
    depth = sight.from_root(head.depth, head.keypoints)
    assert depth == pytest.approx(head.depth - head.depth.mean(1, keepdims=True))


def test_a_head_before_the_root_and_above_the_centre():
    keypoints = np.tile([0.0, -100], (1, 5, 1))
    head = LiftedHead(
        keypoints, np.full((1, 5), -50.0), None, np.ones(1), np.full(1, 0.001), np.zeros((1, 2))
    )
    sight = Sight.of_points(keypoints.mean(1), head)
    assert sight.magnification == pytest.approx(0.95)
    assert sight.tilt[0] == pytest.approx([0, -0.1])
    below = keypoints + np.array([0, 10])
    depth = sight.from_root(head.depth - 9.5, below)
    assert depth[0] == pytest.approx(np.full(5, -10 - 1))  # a line of sight leans


def test_frames_selected_are_those_of_all_fields():
    head = lifted(frames=5)
    part = head.select(3, 9)
    assert {len(part.keypoints), len(part.depth), len(part.torso), len(part.centre)} == {2}


def test_the_mean_of_a_frame_leaves_missing_values_out():
    values = np.array([[1, np.nan, 3], [np.nan] * 3])
    assert mean_of_frames(values)[0, 0] == 2
    assert np.isnan(mean_of_frames(values)[1, 0])
