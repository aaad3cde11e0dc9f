import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.simulation import sample_motion
from signlift.simulation.augment.head_position import draw_head_positions, move_heads

HEAD = ("Nose", "LEye", "REye", "LEar", "REar")


def motions(skeleton=PANOPTIC26):
    rng = np.random.default_rng(0)
    motion = [sample_motion(rng, 5, skeleton=skeleton) for _ in range(3)]
    return np.stack(motion).astype(np.float32)


@given(st.floats(-0.2, 0.2), st.floats(-3, 3))
def test_heads_move_across_trunk_and_shoulders_and_nothing_else_moves(shift, angle):
    points = motions()
    cos, sin = np.cos(angle), np.sin(angle)
    points = points @ np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]], np.float32)
    moved = move_heads(points, PANOPTIC26, np.array([shift, 0.0, -shift]))
    change = moved - points
    head = [PANOPTIC26.index(name) for name in (*HEAD, "Keypoint26")]
    assert not np.delete(change, head, 2).any()
    np.testing.assert_allclose(change[:, :, head], change[:, :, head[:1]].repeat(6, 2), atol=1e-6)
    trunk, left = (
        PANOPTIC26.point(points, end) - PANOPTIC26.point(points, start)
        for start, end in (("MidHip", "Neck"), ("RShoulder", "LShoulder"))
    )
    step = change[:, :, head[0]]
    for axis in (trunk, left):
        np.testing.assert_allclose((step * axis).sum(-1), 0, atol=1e-4)
    torso = np.linalg.norm(trunk, axis=-1)
    np.testing.assert_allclose(
        np.linalg.norm(step, axis=-1), np.abs([[shift], [0], [shift]]) * torso, atol=1e-4
    )
    front = [sin, 0, cos]
    assert ((step[0] @ front) * shift >= 0).all()


def test_missing_points_stay_missing_and_move_nothing():
    points = motions(COCO17)
    points[0, 1, COCO17.index("LShoulder")] = np.nan
    points[0, 2, COCO17.index("Nose")] = np.nan
    moved = move_heads(points, "coco17", np.full(3, 0.1))
    np.testing.assert_array_equal(np.isnan(moved), np.isnan(points))
    np.testing.assert_array_equal(moved[0, 1], points[0, 1])
    assert not np.array_equal(moved[0, 3], points[0, 3])


def test_drawn_positions():
    drawn = draw_head_positions(np.random.default_rng(0), 5000)
    assert drawn.mean() == pytest.approx(0.05, abs=0.003)
    assert drawn.std() == pytest.approx(0.05, abs=0.003)
    assert np.abs(drawn).max() <= 0.175 + 1e-6
