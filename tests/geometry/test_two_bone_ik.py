import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signlift.geometry.two_bone_ik import MAX_REACH, ease_reach, two_bone_ik

DOWN = np.array([0.0, -1.0, 0.0])
LENGTHS = (0.3, 0.25)
metres = arrays(np.float64, (4, 3), elements=st.floats(-1, 1))


def length(vectors):
    return np.linalg.norm(vectors, axis=-1)


@given(start=metres, target=metres, swivel=arrays(np.float64, 4, elements=st.floats(-4, 4)))
def test_bones_keep_their_lengths_and_reach_what_they_can(start, target, swivel):
    middle, end = two_bone_ik(start, target, LENGTHS, DOWN, swivel)
    np.testing.assert_allclose(length(middle - start), LENGTHS[0], rtol=1e-9)
    np.testing.assert_allclose(length(end - middle), LENGTHS[1], rtol=1e-9)
    far = length(target - start)
    within = (far > 0.06) & (far < MAX_REACH * sum(LENGTHS))
    np.testing.assert_allclose(end[within], target[within], atol=1e-12)
    assert (length(end - start) <= MAX_REACH * sum(LENGTHS) + 1e-12).all()


def test_an_elbow_hangs_down_and_a_swivel_lifts_it_outwards():
    start, target = np.zeros((4, 3)), np.tile([0.0, 0.0, 0.4], (4, 1))
    middle, _ = two_bone_ik(start, target, LENGTHS, DOWN, np.radians([0.0, 45.0, 90.0, -90.0]))
    # By Heron: 0.3, 0.25 and 0.4 enclose a triangle with this height over the longest side.
    height = np.sqrt(0.475 * 0.175 * 0.225 * 0.075) * 2 / 0.4
    aside = np.array([[0, -1], [np.sqrt(0.5), -np.sqrt(0.5)], [1, 0], [-1, 0]])
    np.testing.assert_allclose(middle[:, :2], height * aside, atol=1e-12)


def test_a_target_at_the_start_of_the_limb():
    start, target = np.zeros((2, 3)), np.array([[0.0, 0.0, 0.0], [0.0, -0.4, 0.0]])
    middle, end = two_bone_ik(start, target, LENGTHS, DOWN, np.zeros(2))
    assert np.isfinite(middle).all() and np.isfinite(end).all()
    np.testing.assert_allclose(length(middle - start), LENGTHS[0])
    np.testing.assert_allclose(end[1], target[1])


def test_limbs_without_frames():
    middle, end = two_bone_ik(np.empty((0, 3)), np.empty((0, 3)), LENGTHS, DOWN, np.empty(0))
    assert middle.shape == end.shape == (0, 3)


@given(metres, metres)
def test_a_limb_eases_into_its_reach(start, target):
    near, far = length(ease_reach(start, target, 0.5) - start), length(target - start)
    assert (near <= MAX_REACH * 0.5 + 1e-12).all()
    assert (near <= far + 1e-12).all()
    np.testing.assert_allclose(near[far <= 0.45], far[far <= 0.45])


def test_reach_eases_without_a_kink():
    target = np.linspace(0.4, 1.0, 6001)[:, None] * [0.0, 0.6, 0.8]
    near = length(ease_reach(np.zeros_like(target), target, 0.5))
    speed = np.diff(near) / 1e-4
    assert (np.diff(speed) > -0.01).all() and (np.diff(near) >= 0).all()
    np.testing.assert_allclose([speed[0], speed[-1]], [1, 0], atol=1e-3)
