import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation.signer.movements import (
    MAX_OVERLAP,
    PEAK_SPEED,
    Movements,
    draw_sway,
    evaluate_movements,
    schedule_movements,
)


def single_movement(distance=2.0):
    return Movements(np.array([1.0]), np.array([0.5]), np.array([[0.0, 5.0], [distance, 5.0]]))


def test_a_movement_follows_the_minimum_jerk_polynomial():
    times = np.array([0.0, 1.0, 1.125, 1.25, 1.5, 9.0])
    expected = [0, 0, 2 * (10 / 64 - 15 / 256 + 6 / 1024), 1, 2, 2]
    out = evaluate_movements(single_movement(), times)
    np.testing.assert_allclose(out[:, 0], expected, atol=1e-12)
    np.testing.assert_allclose(out[:, 1], 5)


def test_peak_speed():
    times = np.linspace(1, 1.5, 5001)
    speed = np.diff(evaluate_movements(single_movement(), times)[:, 0]) / np.diff(times)
    np.testing.assert_allclose(speed.max(), PEAK_SPEED * 2 / 0.5, rtol=1e-5)
    assert speed[0] < 1e-3 and speed[-1] < 1e-3


def test_an_arc_is_largest_in_the_middle_and_zero_at_the_ends():
    arcs = np.array([[0.0, 0.3]])
    out = evaluate_movements(single_movement(), np.array([1.0, 1.25, 1.5]), arcs)
    np.testing.assert_allclose(out[:, 1], [5, 5.3, 5], atol=1e-12)


def test_overlapping_movements_are_superposed_without_a_jump():
    durations = np.full(5, 0.2)
    starts = schedule_movements(durations, np.full(5, -1.0))
    np.testing.assert_allclose(np.diff(starts), 0.2 * (1 - MAX_OVERLAP))
    movements = Movements(starts, durations, np.array([[0.0], [1], [0], [1], [0], [3]]))
    out = evaluate_movements(movements, np.linspace(-0.5, 2, 20001))[:, 0]
    assert out[0] == 0 and out[-1] == 3
    assert np.abs(np.diff(out)).max() < 0.01


@given(
    st.lists(st.tuples(st.floats(0.05, 2), st.floats(-1, 1)), min_size=1, max_size=12),
    st.floats(-1, 1),
)
def test_movements_end_in_their_order(rows, first):
    durations, holds = np.array(rows).T
    starts = schedule_movements(durations, holds, first)
    assert (np.diff(starts + durations) > 0).all()
    held = holds >= 0
    gaps = starts - np.concatenate([[first], (starts + durations)[:-1]])
    np.testing.assert_allclose(gaps[held], holds[held], atol=1e-9)


def test_a_value_does_not_depend_on_the_other_times():
    rng = np.random.default_rng(0)
    durations = rng.uniform(0.1, 0.5, 20)
    starts = schedule_movements(durations, rng.uniform(-0.3, 0.3, 20))
    movements = Movements(starts, durations, rng.standard_normal((21, 3)))
    times = np.linspace(-1, 10, 300)
    np.testing.assert_array_equal(
        evaluate_movements(movements, times)[::-7], evaluate_movements(movements, times[::-7])
    )


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame_of_motion(frames):
    times = np.zeros(frames)
    assert evaluate_movements(single_movement(), times).shape == (frames, 2)
    assert draw_sway(np.random.default_rng(0), times, np.ones(3)).shape == (frames, 3)


def test_without_movements_the_value_is_constant():
    still = Movements(np.empty(0), np.empty(0), np.array([[7.0]]))
    np.testing.assert_array_equal(evaluate_movements(still, np.arange(3.0)), [[7], [7], [7]])


def test_the_standard_deviation_of_sway():
    deviation = np.array([0.01, 1.0])
    out = draw_sway(np.random.default_rng(0), np.arange(0, 2000, 0.1), deviation)
    np.testing.assert_allclose(out.std(0), deviation, rtol=0.1)
    np.testing.assert_allclose(out.mean(0) / deviation, 0, atol=0.1)
