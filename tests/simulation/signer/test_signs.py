import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation import SIGNER, Manner, Signer, average_proportions, draw_manner
from signlift.simulation.signer.motion import follow
from signlift.simulation.signer.plan import (
    ALIKE,
    GESTURE,
    IN_TURN,
    ON_BASE,
    ONE,
    PAUSE,
    SPELL,
    Plan,
)
from signlift.simulation.signer.signs import CURL, SWIVEL, TURN, VALUES, WRIST, hand_moves

BODY = average_proportions()


@pytest.fixture
def only(monkeypatch):
    """A function that has hands do nothing but units of one kind, of two strokes each."""

    def choose(kind, strokes=2, ends=False):
        unit = np.repeat(np.arange(12), strokes)
        odd = np.arange(len(unit)) % strokes % 2 == 1
        plan = Plan(np.full(12, kind), np.zeros(12, dtype=np.int64), unit, odd, ends)
        monkeypatch.setattr("signlift.simulation.signer.signs.draw_plan", lambda *_: plan)

    return choose


def strokes(seed=0, manner=Manner(), seconds=5.0):  # noqa: B008
    """Values of the signing and the other hand after each stroke."""
    left, right = hand_moves(np.random.default_rng(seed), manner, BODY, seconds)
    return right[0].values, left[0].values


@given(st.integers(0, 2**32), st.floats(0, 12))
def test_moves_of_both_hands(seed, seconds):
    rng = np.random.default_rng(seed)
    for moves, arcs in hand_moves(rng, draw_manner(rng), BODY, seconds):
        assert moves.values.shape == (len(moves.starts) + 1, VALUES)
        assert arcs.shape == (len(moves.starts), VALUES)
        assert np.isfinite(moves.values).all() and np.isfinite(arcs).all()
        assert (np.diff(moves.starts + moves.durations) > 0).all()
        assert (np.abs(moves.values[:, WRIST]) < 2 * BODY.arm).all()
        assert np.abs(moves.values[:, SWIVEL]).max() < 2
        assert np.abs(moves.values[:, TURN]).max() <= 1.4
        assert moves.values[:, CURL].min() >= 0 and moves.values[:, CURL].max() <= 1.5


def test_the_other_hand_signs_for_left_handed_people():
    right, left = (
        hand_moves(np.random.default_rng(1), Manner(left_handed=hand), BODY, 5.0)
        for hand in (False, True)
    )
    np.testing.assert_array_equal(right[0][0].values, left[1][0].values)
    np.testing.assert_array_equal(right[1][0].values, left[0][0].values)


def test_the_other_hand_rests_or_waits_while_one_signs(only):
    only(ONE)
    signing, other = strokes()
    assert np.linalg.norm(np.diff(signing[:, WRIST], axis=0), axis=-1).mean() > 0.1
    # It goes from rest to readiness and back at the most.
    assert len(np.unique(other[:, 0])) <= 5


def test_both_hands_alike(only):
    only(ALIKE)
    signing, other = strokes()
    np.testing.assert_allclose(signing[:, WRIST], other[:, WRIST], atol=0.06)
    assert (other[:, 0] > 0.02).all()


def test_hands_in_turn(only):
    only(IN_TURN)
    signing, other = strokes()
    ways = [np.diff(hand[:, WRIST], axis=0)[::2].ravel() for hand in (signing, other)]
    assert np.corrcoef(*ways)[0, 1] < -0.7


def test_a_hand_as_a_base(only):
    only(ON_BASE)
    signing, other = strokes()
    # The first stroke of each; the base lies on the opposite own side.
    gap = signing[::2, WRIST] - other[::2, WRIST] * [-1, 1, 1]
    assert np.linalg.norm(gap, axis=-1).max() < 0.25
    assert (signing[::2, 1] > other[::2, 1] - 0.05).mean() > 0.9


def test_rests_are_the_same_throughout_a_phrase(only):
    only(PAUSE)
    for hand in strokes():
        np.testing.assert_array_equal(hand, np.tile(hand[0], (len(hand), 1)))


def test_letters_are_spelled_before_the_shoulder_with_the_elbow_close(only):
    only(SPELL, strokes=6)
    angles, swivels = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        signer = Signer(BODY, Manner())
        points = signer.move(rng, 150)
        upper, lower = (
            points[:, SIGNER.index(end)] - points[:, SIGNER.index("RElbow")]
            for end in ("RShoulder", "RHand")
        )
        cos = (upper * lower).sum(-1) / BODY.upper_arm / BODY.forearm
        angles.append(np.degrees(np.arccos(cos)))
        signing, _ = strokes(seed)
        within = np.linalg.norm(np.diff(signing[:, WRIST], axis=0), axis=-1)
        within = within.reshape(-1)[np.arange(len(within)) % 6 != 5]
        assert np.median(within) < 0.05
        swivels.append(signing[:, SWIVEL].mean())
    assert 50 < np.median(angles) < 100
    assert np.mean(swivels) < 0.5 * Manner().swivel + 0.1


def test_gestures_go_far(only):
    only(GESTURE)
    places = np.concatenate([strokes(seed)[0][:, WRIST] for seed in range(40)])
    assert np.percentile(places[:, 1], 95) > 0.6 * BODY.arm
    assert np.percentile(places[:, 0], 95) > 0.8 * BODY.arm
    assert np.percentile(places[:, 2], 95) > 0.8 * BODY.arm


def test_hands_are_at_rest_when_a_plan_ends_so(only):
    only(ALIKE, ends=True)
    rest = -0.6 * BODY.arm  # standing, most arms hang
    heights = []
    for seed in range(20):
        moves, arcs = hand_moves(np.random.default_rng(seed), Manner(), BODY, 4.0)[1]
        after = follow(moves, np.array([5.5, 30.0]), arcs)
        np.testing.assert_allclose(*after)
        heights.append(after[0, 1])
    assert np.mean(np.array(heights) < rest) > 0.5
