"""Shoulders, elbows, collision avoidance and posture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signlift.geometry.interpolation import smoothstep
from signlift.simulation.signer.anthropometry import average_dimensions
from signlift.simulation.signer.arms import compute_elbow_directions, compute_shoulders
from signlift.simulation.signer.clearance import push_out_of_body, push_out_of_shoulders
from signlift.simulation.signer.posture import draw_posture, draw_posture_changes
from signlift.simulation.signer.signing_style import SigningStyle

BODY = average_dimensions()
HALF = BODY.shoulders / 2
HEAD = np.array([[0.0, BODY.neck, 0.02]])
wrist_positions = arrays(np.float64, (1, 2, 3), elements=st.floats(-0.6, 0.6))


def both(*position):
    return np.tile(np.array(position, dtype=float), (1, 2, 1))


@given(wrist_positions)
def test_wrists_are_pushed_out_of_trunk_and_neck_and_not_moved_elsewhere(positions):
    out = push_out_of_body(positions, HEAD, BODY)
    size = np.array([0.4 * BODY.shoulders, 0.072 * BODY.stature])
    # Wrists at the very centre of the push, behind the middle, are not pushed out.
    offset = positions[..., ::2] / size + [0, 0.6]
    offset[..., 1] /= np.where(offset[..., 1] > 0, 1.6, 0.4)
    trunk = (out[..., 1] < -0.02 * BODY.stature) & (np.linalg.norm(offset, axis=-1) >= 0.02)
    radius = ((out[..., ::2] / size) ** 2).sum(-1)
    assert radius[trunk].min(initial=1) > 0.75  # the half ellipses are slightly narrower
    far = np.linalg.norm(positions[..., ::2], axis=-1) > 0.4
    assert np.linalg.norm((out - positions)[far], axis=-1).max(initial=0) < 0.02


def test_a_hand_in_the_chest_is_pushed_forward_and_one_behind_stays_behind():
    out = push_out_of_body(both(0.02, -0.2, 0.0), HEAD, BODY)
    assert (out[..., 2] > 0.06 * BODY.stature).all()
    assert (push_out_of_body(both(0.02, -0.3, -0.2), HEAD, BODY)[..., 2] < -0.15).all()
    face = push_out_of_body(both(0.0, 0.22, 0.05), HEAD, BODY)
    assert (face[..., 2] > BODY.nose).all()


def test_a_path_through_the_body_stays_smooth():
    path = np.linspace(-0.5, 0.5, 2001)[:, None, None] * [[1.0, 0.0, 0.0]] * 1.0
    path = np.concatenate([path, path], 1) + np.array([0.0, -0.2, 0.05])
    out = push_out_of_body(path, np.tile(HEAD, (len(path), 1)), BODY)
    assert np.abs(np.diff(out, axis=0)).max() < 0.01
    assert (np.abs(out[:, 0, 2])[np.abs(out[:, 0, 0]) < 0.05] > 0.1).all()


def test_no_wrist_reaches_its_own_shoulder():
    shoulders = both(HALF, 0.0, 0.0)
    out = push_out_of_shoulders(shoulders + np.array([0.0, 0.02, 0.03]), shoulders, BODY)
    far = np.linalg.norm(out - shoulders, axis=-1)
    assert (far > 0.32 * BODY.arm).all()
    distant = both(HALF, -0.2, 0.3)
    pushed = push_out_of_shoulders(distant, shoulders, BODY)
    np.testing.assert_allclose(pushed, distant, atol=0.01)


def test_shoulders_follow_the_hands():
    still = np.zeros(1)
    down, up, front = (
        compute_shoulders(both(HALF, *position), BODY, still, 1.0)
        for position in ((-0.5, 0.1), (0.5, 0.1), (0.0, 0.52))
    )
    np.testing.assert_allclose(down[..., 1], 0, atol=1e-12)
    assert 0.02 < up[0, 0, 1] < 0.08
    assert 0.02 < front[0, 0, 2] - down[0, 0, 2] < 0.08
    shrugged = compute_shoulders(both(HALF, -0.5, 0.1), BODY, np.array([0.03]), 1.0)
    np.testing.assert_allclose(shrugged[..., 1], 0.03)
    stiff = compute_shoulders(both(HALF, 0.5, 0.1), BODY, still, 0.0)
    np.testing.assert_allclose(stiff, both(HALF, 0, 0), atol=1e-12)


@pytest.mark.parametrize(
    ("arm", "expected"),
    [
        ((0.0, -0.5, 0.0), (0, 0, -1)),  # hanging: to the back
        ((0.0, 0.0, 0.4), (0, -1, 0)),  # forward: down
        ((0.0, 0.4, 0.2), (1, 0, 0)),  # raised: to the side
        ((0.4, 0.0, 0.0), (0, -1, -1)),  # to the side: down and back
    ],
)
def test_elbow_directions(arm, expected):
    direction = compute_elbow_directions(both(*arm), np.full((1, 2), 0.3))[0, 0]
    axis = np.array(arm) / np.linalg.norm(arm)
    direction = direction - (direction @ axis) * axis
    cosine = direction @ np.array(expected)
    assert cosine / np.linalg.norm(direction) / np.linalg.norm(expected) > 0.6


def test_a_swivel_lifts_the_elbow():
    low, high = (
        compute_elbow_directions(both(0, 0, 0.4), np.full((1, 2), swivel)) for swivel in (0.0, 1.2)
    )
    assert high[0, 0, 0] > low[0, 0, 0] + 0.8 and high[0, 0, 1] > low[0, 0, 1] + 0.5


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame(frames):
    times = np.zeros(frames)
    positions = np.zeros((frames, 2, 3))
    assert push_out_of_body(positions, np.zeros((frames, 3)), BODY).shape == (frames, 2, 3)
    assert push_out_of_shoulders(positions, positions, BODY).shape == (frames, 2, 3)
    assert compute_shoulders(positions, BODY, times, 1.0).shape == (frames, 2, 3)
    assert compute_elbow_directions(positions, np.zeros((frames, 2))).shape == (frames, 2, 3)
    posture = draw_posture(np.random.default_rng(0), SigningStyle(), BODY, times)
    assert posture.chest.shape == (frames, 3) and posture.shrug.shape == (frames,)


def test_posture_has_the_range_of_people():
    times = np.arange(0, 300, 0.1)
    posture = draw_posture(np.random.default_rng(1), SigningStyle(), BODY, times)
    turn, nod, tilt = np.degrees(posture.chest).T
    assert 2 < turn.std() < 25 and 1 < nod.std() < 12 and 0.5 < tilt.std() < 10
    assert (posture.shrug >= 0).all() and 0.01 < posture.shrug.max() < 0.08
    assert np.median(posture.shrug) < 0.005
    assert 0.003 < posture.shift[:, 0].std() < 0.06
    seated = draw_posture(np.random.default_rng(1), SigningStyle(seated=True), BODY, times)
    assert seated.shift.std() < posture.shift.std()


def test_the_standard_deviation_of_postures():
    deviation = np.array([1.0, 0.1])
    out = draw_posture_changes(
        np.random.default_rng(0), np.arange(0, 2000, 0.1), deviation, duration=1.0
    )
    np.testing.assert_allclose(out.std(0), deviation, rtol=0.2)
    nods = draw_posture_changes(
        np.random.default_rng(0),
        np.arange(0, 500, 0.05),
        deviation,
        duration=1.0,
        beat=deviation * 3,
    )
    assert nods[:, 0].std() > 1.1 and np.isfinite(nods).all()


def test_a_ramp():
    np.testing.assert_allclose(smoothstep(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])), [0, 0, 0.5, 1, 1])
