import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation.signer.anthropometry import average_proportions, draw_proportions
from signlift.simulation.signer.places import (
    GESTURES,
    HEAD,
    RESTS,
    SPACE,
    gesture_places,
    head_place,
    least_front,
    pick,
    rest_poses,
    sign_places,
    trunk_place,
)

BODY = average_proportions()
STILL = np.zeros(3)


def reach(places, body=BODY):
    return np.linalg.norm(places - [body.shoulders / 2, 0, 0], axis=-1) / body.arm


def test_arms_can_reach_the_places_of_signs_and_gestures():
    space, gestures = (
        np.array([place for place, _ in table.values()]) for table in (SPACE, GESTURES)
    )
    assert reach(trunk_place(space, BODY)).max() < 1.05
    assert reach(trunk_place(gestures, BODY)).max() < 1.15
    assert reach(head_place(np.array([place for place, _ in HEAD.values()]), BODY)).max() < 0.9


def test_known_places():
    np.testing.assert_allclose(
        trunk_place(np.ones(3), BODY), [BODY.shoulders / 2, BODY.arm, BODY.arm]
    )
    joint = head_place(np.zeros(3), BODY)
    assert joint[0] == 0 and joint[1] == pytest.approx(0.98 * BODY.neck) and 0 < joint[2] < 0.05


@pytest.mark.parametrize("count", [0, 1, 40])
def test_shapes(count):
    rng = np.random.default_rng(0)
    assert sign_places(rng, BODY, 1.0, STILL, count).shape == (count, 3)
    assert gesture_places(rng, BODY, count).shape == (count, 4)
    places, swivels = rest_poses(rng, BODY, False, count)
    assert places.shape == (count, 2, 3) and swivels.shape == (count, 2)
    assert pick(rng, np.array([0.5, 0.5]), count).shape == (count,)


def test_kinds_are_as_often_as_asked_for():
    chosen = pick(np.random.default_rng(0), np.array([0.2, 0.0, 0.7, 0.1]), 20000)
    np.testing.assert_allclose(np.bincount(chosen) / 20000, [0.2, 0, 0.7, 0.1], atol=0.01)


def test_a_shifted_and_larger_signing_space():
    usual, higher, larger = (
        sign_places(np.random.default_rng(0), BODY, size, np.array([0.0, up, 0.0]), 300)
        for size, up in ((1.0, 0.0), (1.0, 0.2), (1.5, 0.0))
    )
    moved = (higher - usual)[:, 1] / BODY.arm
    # The signs at the head stay where they are.
    assert set(np.round(moved, 6)) == {0.0, 0.2}
    assert larger.std(0)[0] > 1.1 * usual.std(0)[0]


@given(st.integers(0, 2**32), st.booleans())
def test_resting_hands(seed, seated):
    rng = np.random.default_rng(seed)
    body = draw_proportions(rng, definitions=True)
    places, swivels = rest_poses(rng, body, seated, 30)
    assert (reach(places, body) < 1.2).all()
    assert (places[..., 1] < -0.25 * body.trunk).all()
    assert (np.abs(swivels) < 2).all()
    if seated:
        assert (places[..., 2] > -0.2 * body.arm).all()


def test_standing_people_most_often_let_the_arms_hang():
    places, _ = rest_poses(np.random.default_rng(0), BODY, False, 2000)
    bent = reach(places)
    hanging = (places[..., 0] > BODY.shoulders / 2) & (bent > 0.8)
    assert 0.55 < hanging.mean() < 0.8
    assert set(RESTS) >= {"hanging", "folded", "in the lap", "on the hips"}


def test_busy_hands_are_before_the_body_but_for_the_side_the_hip_and_above():
    places = np.array([[0.0, 0, 0], [0.3, 0, 0], [0.0, -0.4, 0], [0.0, 0.6, 0]])
    least = least_front(places, BODY)
    assert least[0] == pytest.approx(0.28 * BODY.arm)
    assert least[1] < 0 and least[2] == 0 and least[3] == 0
