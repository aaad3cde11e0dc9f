"""Nose, eyes and ears of one frame, beside those of many."""

import numpy as np
import pytest
from heads import turned_points

from signlift.core.skeleton import get_skeleton
from signlift.lifting.face.head_keypoints import place_head
from signlift.lifting.steps.head_placer import HeadPlacer


def frame_of(skeleton, turn, missing):
    """[4, K], a face with noise whose landmarks have confidence and no depth."""
    rng = np.random.default_rng(0)
    points = turned_points(skeleton, turn, nod=10, frames=1)[0, :, :2]
    points = points + rng.normal(0, 0.5, points.shape)
    points[rng.random(len(points)) < missing] = np.nan
    frame = np.full((4, len(skeleton)), np.nan, np.float32)
    frame[:2], frame[2] = points.T, 0.5
    return frame


@pytest.mark.parametrize("turn", [-60, 0, 30])
@pytest.mark.parametrize("name", ["openpose137", "mediapipe543"])
def test_one_frame_is_placed_as_many(name, turn):
    skeleton = get_skeleton(name)
    frame = frame_of(skeleton, turn, missing=0.2)
    head, score = HeadPlacer(skeleton).place(frame)
    np.testing.assert_allclose(head.T, place_head(frame[:2].T[None], skeleton)[0], atol=1e-3)
    assert score == pytest.approx(0.5)


def test_few_landmarks_place_nothing():
    skeleton = get_skeleton("openpose137")
    assert HeadPlacer(skeleton).place(frame_of(skeleton, 0, missing=0.98)) is None
