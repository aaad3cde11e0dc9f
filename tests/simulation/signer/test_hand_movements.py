import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.hand_proportions import MAX_ANGLES, MIN_ANGLES
from signlift.simulation import (
    SIGNER,
    Signer,
    SigningStyle,
    average_dimensions,
    draw_signing_style,
)
from signlift.simulation.signer.hand_movements import (
    JOINTS,
    SWIVEL,
    TURN,
    VALUES,
    WRIST,
    draw_hand_movements,
)
from signlift.simulation.signer.movements import evaluate_movements
from signlift.simulation.signer.signing_plan import (
    ALTERNATING,
    BASE_HAND,
    FINGERSPELLING,
    GESTURE,
    ONE_HANDED,
    REST,
    SYMMETRIC,
    SigningPlan,
)

BODY = average_dimensions()


@pytest.fixture
def only(monkeypatch):
    """Return a function that makes all units of one kind."""

    def choose(kind, strokes=2, ends=False):
        unit = np.repeat(np.arange(12), strokes)
        is_return = np.arange(len(unit)) % strokes % 2 == 1
        phrase = np.zeros(12, dtype=np.int64)
        plan = SigningPlan(np.full(12, kind), phrase, unit, is_return, ends)
        monkeypatch.setattr("signlift.simulation.signer.hand_movements.draw_plan", lambda *_: plan)

    return choose


def strokes(seed=0, seconds=5.0):
    """Return the values of the dominant and the other hand after each stroke."""
    rng = np.random.default_rng(seed)
    left, right = draw_hand_movements(rng, SigningStyle(), BODY, seconds)
    return right[0].values, left[0].values


@given(st.integers(0, 2**32), st.floats(0, 12))
def test_movements_of_both_hands(seed, seconds):
    rng = np.random.default_rng(seed)
    for movements, arcs in draw_hand_movements(rng, draw_signing_style(rng), BODY, seconds):
        assert movements.values.shape == (len(movements.starts) + 1, VALUES)
        assert arcs.shape == (len(movements.starts), VALUES)
        assert np.isfinite(movements.values).all() and np.isfinite(arcs).all()
        assert (np.diff(movements.starts + movements.durations) > 0).all()
        # Locations have normally distributed displacements, without a limit.
        assert (np.abs(movements.values[:, WRIST]) < 4 * BODY.arm).all()
        assert np.abs(movements.values[:, SWIVEL]).max() < 2
        assert np.abs(movements.values[:, TURN]).max() <= 1.4
        angles = movements.values[:, JOINTS].reshape(-1, 5, 4)
        assert (angles >= MIN_ANGLES).all() and (angles <= MAX_ANGLES).all()


def test_left_handed_people_swap_the_hands():
    right, left = (
        draw_hand_movements(np.random.default_rng(1), SigningStyle(left_handed=hand), BODY, 5.0)
        for hand in (False, True)
    )
    np.testing.assert_array_equal(right[0][0].values, left[1][0].values)
    np.testing.assert_array_equal(right[1][0].values, left[0][0].values)


def test_the_other_hand_rests_or_waits_during_one_handed_signs(only):
    only(ONE_HANDED)
    dominant, other = strokes()
    assert np.linalg.norm(np.diff(dominant[:, WRIST], axis=0), axis=-1).mean() > 0.1
    # It moves between rest and readiness only.
    assert len(np.unique(other[:, 0])) <= 5


def test_symmetric_hands(only):
    only(SYMMETRIC)
    dominant, other = strokes()
    np.testing.assert_allclose(dominant[:, WRIST], other[:, WRIST], atol=0.06)
    assert (other[:, 0] > 0.02).all()


def test_alternating_hands(only):
    only(ALTERNATING)
    dominant, other = strokes()
    steps = [np.diff(hand[:, WRIST], axis=0)[::2].ravel() for hand in (dominant, other)]
    assert np.corrcoef(*steps)[0, 1] < -0.7


def test_a_base_hand(only):
    only(BASE_HAND)
    dominant, other = strokes()
    # The first stroke of each unit; the two hands have opposite own sides.
    gap = dominant[::2, WRIST] - other[::2, WRIST] * [-1, 1, 1]
    assert np.linalg.norm(gap, axis=-1).max() < 0.25
    assert (dominant[::2, 1] > other[::2, 1] - 0.05).mean() > 0.9


def test_rests_are_the_same_throughout_a_phrase(only):
    only(REST)
    for hand in strokes():
        np.testing.assert_array_equal(hand, np.tile(hand[0], (len(hand), 1)))


def test_fingerspelling_is_in_front_of_the_shoulder_with_the_elbow_close(only):
    only(FINGERSPELLING, strokes=6)
    angles, swivels = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        points = Signer(BODY, SigningStyle()).sample_motion(rng, 150)
        upper, lower = (
            points[:, SIGNER.index(end)] - points[:, SIGNER.index("RElbow")]
            for end in ("RShoulder", "RHand")
        )
        cos = (upper * lower).sum(-1) / BODY.upper_arm / BODY.forearm
        angles.append(np.degrees(np.arccos(cos)))
        dominant, _ = strokes(seed)
        within = np.linalg.norm(np.diff(dominant[:, WRIST], axis=0), axis=-1)
        within = within.reshape(-1)[np.arange(len(within)) % 6 != 5]
        assert np.median(within) < 0.05
        swivels.append(dominant[:, SWIVEL].mean())
    assert 50 < np.median(angles) < 100
    assert np.mean(swivels) < 0.5 * SigningStyle().swivel + 0.1


def test_gestures_reach_far(only):
    only(GESTURE)
    locations = np.concatenate([strokes(seed)[0][:, WRIST] for seed in range(40)])
    assert np.percentile(locations[:, 1], 95) > 0.6 * BODY.arm
    assert np.percentile(locations[:, 0], 95) > 0.8 * BODY.arm
    assert np.percentile(locations[:, 2], 95) > 0.8 * BODY.arm


def test_hands_rest_at_the_end_of_a_plan_that_ends_at_rest(only):
    only(SYMMETRIC, ends=True)
    rest = -0.6 * BODY.arm  # standing, most arms hang
    heights = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        movements, arcs = draw_hand_movements(rng, SigningStyle(), BODY, 4.0)[1]
        after = evaluate_movements(movements, np.array([5.5, 30.0]), arcs)
        np.testing.assert_allclose(*after)
        heights.append(after[0, 1])
    assert np.mean(np.array(heights) < rest) > 0.5
