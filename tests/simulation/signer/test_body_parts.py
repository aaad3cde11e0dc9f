"""Shoulders, elbows, clearance and posture: what the body does by itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signlift.geometry.interpolation import smoothstep
from signlift.simulation.signer.anthropometry import average_proportions
from signlift.simulation.signer.arms import elbow_ways, shoulder_places
from signlift.simulation.signer.clearance import clear, unfold
from signlift.simulation.signer.manner import Manner
from signlift.simulation.signer.posture import draw_posture, postures

BODY = average_proportions()
HALF = BODY.shoulders / 2
HEAD = np.array([[0.0, BODY.neck, 0.02]])
wrists = arrays(np.float64, (1, 2, 3), elements=st.floats(-0.6, 0.6))


def both(*place):
    return np.tile(np.array(place, dtype=float), (1, 2, 1))


@given(wrists)
def test_wrists_are_pushed_out_of_trunk_and_neck_and_not_moved_elsewhere(places):
    out = clear(places, HEAD, BODY)
    x, y, z = np.moveaxis(out, -1, 0) / BODY.stature
    trunk = y < -0.02
    assert ((x / (0.4 * BODY.shoulders / BODY.stature)) ** 2 + (z / 0.072) ** 2)[trunk].min(
        initial=1
    ) > 0.75  # the half ellipses are a little narrower
    far = np.linalg.norm(places[..., ::2], axis=-1) > 0.4
    assert np.linalg.norm((out - places)[far], axis=-1).max(initial=0) < 0.02


def test_a_hand_in_the_chest_comes_out_before_it_and_one_behind_stays_behind():
    out = clear(both(0.02, -0.2, 0.0), HEAD, BODY)
    assert (out[..., 2] > 0.06 * BODY.stature).all()
    assert (clear(both(0.02, -0.3, -0.2), HEAD, BODY)[..., 2] < -0.15).all()
    face = clear(both(0.0, 0.22, 0.05), HEAD, BODY)
    assert (face[..., 2] > BODY.nose).all()


def test_a_path_through_the_body_stays_smooth():
    path = np.linspace(-0.5, 0.5, 2001)[:, None, None] * [[1.0, 0.0, 0.0]] * 1.0
    path = np.concatenate([path, path], 1) + np.array([0.0, -0.2, 0.05])
    out = clear(path, np.tile(HEAD, (len(path), 1)), BODY)
    assert np.abs(np.diff(out, axis=0)).max() < 0.01
    assert (np.abs(out[:, 0, 2])[np.abs(out[:, 0, 0]) < 0.05] > 0.1).all()


def test_no_wrist_reaches_its_own_shoulder():
    shoulders = both(HALF, 0.0, 0.0)
    out = unfold(shoulders + np.array([0.0, 0.02, 0.03]), shoulders, BODY)
    far = np.linalg.norm(out - shoulders, axis=-1)
    assert (far > 0.32 * BODY.arm).all()
    away = both(HALF, -0.2, 0.3)
    np.testing.assert_allclose(unfold(away, shoulders, BODY), away, atol=0.01)


def test_shoulders_follow_the_hands():
    still = np.zeros(1)
    down, up, front = (
        shoulder_places(both(HALF, *place), BODY, still, 1.0)
        for place in ((-0.5, 0.1), (0.5, 0.1), (0.0, 0.52))
    )
    np.testing.assert_allclose(down[..., 1], 0, atol=1e-12)
    assert 0.02 < up[0, 0, 1] < 0.08
    assert 0.02 < front[0, 0, 2] - down[0, 0, 2] < 0.08
    shrugged = shoulder_places(both(HALF, -0.5, 0.1), BODY, np.array([0.03]), 1.0)
    np.testing.assert_allclose(shrugged[..., 1], 0.03)
    stiff = shoulder_places(both(HALF, 0.5, 0.1), BODY, still, 0.0)
    np.testing.assert_allclose(stiff, both(HALF, 0, 0), atol=1e-12)


@pytest.mark.parametrize(
    ("arm", "points"),
    [
        ((0.0, -0.5, 0.0), (0, 0, -1)),  # hanging: to the back
        ((0.0, 0.0, 0.4), (0, -1, 0)),  # forward: down
        ((0.0, 0.4, 0.2), (1, 0, 0)),  # raised: to the side
        ((0.4, 0.0, 0.0), (0, -1, -1)),  # to the side: down and back
    ],
)
def test_where_elbows_point(arm, points):
    way = elbow_ways(both(*arm), np.full((1, 2), 0.3))[0, 0]
    axis = np.array(arm) / np.linalg.norm(arm)
    way = way - (way @ axis) * axis
    assert way @ np.array(points) / np.linalg.norm(way) / np.linalg.norm(points) > 0.6


def test_a_swivel_lifts_the_elbow():
    low, high = (elbow_ways(both(0, 0, 0.4), np.full((1, 2), swivel)) for swivel in (0.0, 1.2))
    assert high[0, 0, 0] > low[0, 0, 0] + 0.8 and high[0, 0, 1] > low[0, 0, 1] + 0.5


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame(frames):
    times = np.zeros(frames)
    places = np.zeros((frames, 2, 3))
    assert clear(places, np.zeros((frames, 3)), BODY).shape == (frames, 2, 3)
    assert unfold(places, places, BODY).shape == (frames, 2, 3)
    assert shoulder_places(places, BODY, times, 1.0).shape == (frames, 2, 3)
    assert elbow_ways(places, np.zeros((frames, 2))).shape == (frames, 2, 3)
    posture = draw_posture(np.random.default_rng(0), Manner(), BODY, times)
    assert posture.chest.shape == (frames, 3) and posture.shrug.shape == (frames,)


def test_posture_is_of_people():
    times = np.arange(0, 300, 0.1)
    posture = draw_posture(np.random.default_rng(1), Manner(), BODY, times)
    turn, nod, tilt = np.degrees(posture.chest).T
    assert 2 < turn.std() < 25 and 1 < nod.std() < 12 and 0.5 < tilt.std() < 10
    assert (posture.shrug >= 0).all() and 0.01 < posture.shrug.max() < 0.08
    assert np.median(posture.shrug) < 0.005
    assert 0.003 < posture.shift[:, 0].std() < 0.06
    seated = draw_posture(np.random.default_rng(1), Manner(seated=True), BODY, times)
    assert seated.shift.std() < posture.shift.std()


def test_postures_have_the_spread_that_was_asked_for():
    spread = np.array([1.0, 0.1])
    out = postures(np.random.default_rng(0), np.arange(0, 2000, 0.1), spread, every=1.0)
    np.testing.assert_allclose(out.std(0), spread, rtol=0.2)
    nods = postures(
        np.random.default_rng(0), np.arange(0, 500, 0.05), spread, every=1.0, beat=spread * 3
    )
    assert nods[:, 0].std() > 1.1 and np.isfinite(nods).all()


def test_a_ramp():
    np.testing.assert_allclose(smoothstep(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])), [0, 0, 0.5, 1, 1])
