import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation.signer.anthropometry import average_dimensions, draw_dimensions
from signlift.simulation.signer.locations import (
    GESTURES,
    HEAD_LOCATIONS,
    REST_POSITIONS,
    TRUNK_LOCATIONS,
    draw_categories,
    draw_gesture_locations,
    draw_rest_positions,
    draw_sign_locations,
    min_forward_distance,
    scale_head_location,
    scale_trunk_location,
)

BODY = average_dimensions()
STILL = np.zeros(3)


def reach(locations, body=BODY):
    return np.linalg.norm(locations - [body.shoulders / 2, 0, 0], axis=-1) / body.arm


def test_arms_can_reach_the_locations_of_signs_and_gestures():
    trunk, gestures, head = (
        np.array([location for location, _ in table.values()])
        for table in (TRUNK_LOCATIONS, GESTURES, HEAD_LOCATIONS)
    )
    assert reach(scale_trunk_location(trunk, BODY)).max() < 1.05
    assert reach(scale_trunk_location(gestures, BODY)).max() < 1.15
    assert reach(scale_head_location(head, BODY)).max() < 0.9


def test_scaled_locations():
    np.testing.assert_allclose(
        scale_trunk_location(np.ones(3), BODY), [BODY.shoulders / 2, BODY.arm, BODY.arm]
    )
    joint = scale_head_location(np.zeros(3), BODY)
    assert joint[0] == 0 and joint[1] == pytest.approx(0.98 * BODY.neck) and 0 < joint[2] < 0.05


@pytest.mark.parametrize("count", [0, 1, 40])
def test_shapes(count):
    rng = np.random.default_rng(0)
    assert draw_sign_locations(rng, BODY, 1.0, STILL, count).shape == (count, 3)
    assert draw_gesture_locations(rng, BODY, count).shape == (count, 4)
    locations, swivels = draw_rest_positions(rng, BODY, False, count)
    assert locations.shape == (count, 2, 3) and swivels.shape == (count, 2)
    assert draw_categories(rng, np.array([0.5, 0.5]), count).shape == (count,)


def test_the_frequencies_of_categories():
    numbers = draw_categories(np.random.default_rng(0), np.array([0.2, 0.0, 0.7, 0.1]), 20000)
    np.testing.assert_allclose(np.bincount(numbers) / 20000, [0.2, 0, 0.7, 0.1], atol=0.01)


def test_a_shifted_and_larger_signing_space():
    default, higher, larger = (
        draw_sign_locations(np.random.default_rng(0), BODY, size, np.array([0.0, up, 0.0]), 300)
        for size, up in ((1.0, 0.0), (1.0, 0.2), (1.5, 0.0))
    )
    moved = (higher - default)[:, 1] / BODY.arm
    # The signs at the head are not displaced.
    assert set(np.round(moved, 6)) == {0.0, 0.2}
    assert larger.std(0)[0] > 1.1 * default.std(0)[0]


@given(st.integers(0, 2**32), st.booleans())
def test_resting_hands(seed, seated):
    rng = np.random.default_rng(seed)
    body = draw_dimensions(rng, definitions=True)
    locations, swivels = draw_rest_positions(rng, body, seated, 30)
    # Draws are clipped, so that these limits hold for every body.
    assert (reach(locations, body) < 1.4).all()
    assert (locations[..., 1] < -0.28 * min(body.trunk, 0.9 * body.arm)).all()
    assert (np.abs(swivels) < 1.7).all()
    if seated:
        assert (locations[..., 2] > -0.2 * body.arm).all()


def test_the_arms_of_most_standing_people_hang():
    locations, _ = draw_rest_positions(np.random.default_rng(0), BODY, False, 2000)
    hanging = (locations[..., 0] > BODY.shoulders / 2) & (reach(locations) > 0.8)
    assert 0.55 < hanging.mean() < 0.8
    assert set(REST_POSITIONS) >= {"hanging", "folded", "in the lap", "on the hips"}


def test_active_hands_are_in_front_except_at_the_side_the_hip_and_above():
    locations = np.array([[0.0, 0, 0], [0.3, 0, 0], [0.0, -0.4, 0], [0.0, 0.6, 0]])
    distance = min_forward_distance(locations, BODY)
    assert distance[0] == pytest.approx(0.28 * BODY.arm)
    assert distance[1] < 0 and distance[2] == 0 and distance[3] == 0
