import numpy as np
import pytest
from heads import lifted, rotation, turned_points
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.face.face_fit import HEAD_PLACES
from signlift.core.face.face_landmarks import face_layout
from signlift.core.skeleton import MEDIAPIPE33, OPENPOSE137
from signlift.lifting.face.head_pose import fit_head

angles = st.floats(-60, 60)


def fit(points, skeleton=OPENPOSE137, scale=np.nan):
    layout = face_layout(skeleton)
    T = len(points)
    return fit_head(
        points[:, layout.columns, :2],
        layout.places,
        layout.deviations,
        np.full((T, 0), np.nan),
        layout.places[:0],
        np.full(T, scale),
    )


def angle(first, second):
    cosine = (np.trace(np.swapaxes(first, -1, -2) @ second, axis1=-2, axis2=-1) - 1) / 2
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


@given(angles, st.floats(-35, 35), st.floats(-40, 40), st.floats(0.05, 20))
def test_rotation_scale_and_position_are_found(turn, nod, tilt, scale):
    pose = fit(turned_points(OPENPOSE137, turn, nod, tilt, scale))
    assert angle(pose.rotation[0], rotation(turn, nod, tilt)) < 1
    assert pose.scale[0] == pytest.approx(scale, rel=0.02)
    assert pose.position[0, :2] == pytest.approx([320, 200], abs=2 * scale)
    assert np.isnan(pose.position[0, 2])


@pytest.mark.parametrize("turn", [-90, 90])
def test_a_face_in_profile_is_found(turn):
    pose = fit(turned_points(OPENPOSE137, turn, 10))
    assert angle(pose.rotation[0], rotation(turn, 10)) < 2


def test_the_eleven_landmarks_of_a_body_are_enough():
    pose = fit(turned_points(MEDIAPIPE33, 25, -10), MEDIAPIPE33)
    assert angle(pose.rotation[0], rotation(25, -10)) < 2


def test_landmarks_far_off_count_little():
    points = turned_points(OPENPOSE137, 20)
    points[:, OPENPOSE137.index("LBrow0"), :2] += 80
    points[:, OPENPOSE137.index("RJaw3"), :2] -= 60
    assert angle(fit(points).rotation[0], rotation(20)) < 3


def test_frames_do_not_depend_on_each_other():
    points = np.concatenate([turned_points(OPENPOSE137, turn) for turn in (0, 30, -50)])
    together, alone = fit(points), fit(points[4:5])
    assert together.rotation[4] == pytest.approx(alone.rotation[0], abs=1e-6)


def test_without_landmarks_nothing_is_claimed():
    pose = fit(np.full((2, len(OPENPOSE137), 3), np.nan))
    assert np.isnan(pose.scale).all()
    assert np.isnan(pose.position).all()


def test_landmarks_at_one_place_have_no_scale():
    pose = fit(np.full((2, len(OPENPOSE137), 3), 300.0))
    assert np.isnan(pose.scale).all()


def test_few_landmarks_have_the_expected_scale():
    points = turned_points(OPENPOSE137, scale=0.5)
    points[:, 2:] = np.nan
    assert fit(points, scale=0.4).scale == pytest.approx(np.full(3, 0.4), rel=0.05)


def test_no_frames():
    assert fit(np.empty((0, len(OPENPOSE137), 3))).rotation.shape == (0, 3, 3)


def test_more_landmarks_make_the_rotation_more_certain():
    many, few = (turned_points(skeleton, 10) for skeleton in (OPENPOSE137, MEDIAPIPE33))
    few[:, 2:9] = np.nan
    assert fit(many).deviation[0] < fit(few, MEDIAPIPE33).deviation[0]


def test_landmarks_far_from_the_head_do_not_turn_it():
    """A detector that takes a hand for the chin: the others say where the head is."""
    layout = face_layout(OPENPOSE137)
    points = turned_points(OPENPOSE137, turn=25, scale=0.5, frames=2)[:, layout.columns, :2]
    points[1, 8] += 400
    head = lifted(turn=25, scale=0.5, frames=2)
    pose = fit_head(
        np.concatenate([points, head.keypoints], 1).astype(np.float32),
        np.concatenate([layout.places, HEAD_PLACES]),
        np.concatenate([layout.deviations, np.full(len(HEAD_PLACES), 14.0)]),
        head.depth - head.depth.mean(1, keepdims=True),
        HEAD_PLACES,
        np.full(2, 0.5),
    )
    np.testing.assert_allclose(pose.rotation[1], pose.rotation[0], atol=0.02)
    np.testing.assert_allclose(pose.scale[1], pose.scale[0], rtol=0.02)
