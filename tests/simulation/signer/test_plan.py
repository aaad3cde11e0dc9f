import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation.signer.manner import Manner, draw_manner
from signlift.simulation.signer.plan import (
    GESTURE,
    ONE,
    PAUSE,
    SPELL,
    Plan,
    Timing,
    draw_plan,
    draw_timing,
    last_unit,
)


@given(st.integers(0, 2**32), st.floats(0, 20))
def test_a_plan_fits_together(seed, seconds):
    rng = np.random.default_rng(seed)
    manner = draw_manner(rng)
    plan = draw_plan(rng, manner, seconds)
    assert len(plan.kinds) == len(plan.phrase) > 2 * seconds * manner.tempo
    assert plan.kinds.min() >= ONE and plan.kinds.max() <= PAUSE
    assert plan.phrase[0] == 0 and set(np.diff(plan.phrase)) <= {0, 1}
    assert plan.unit[0] == 0 and plan.unit[-1] == len(plan.kinds) - 1
    assert set(np.diff(plan.unit)) <= {0, 1}
    assert not plan.odd[np.diff(plan.unit, prepend=-1) == 1].any()
    timing = draw_timing(rng, manner, plan)
    assert len(timing.slow) == len(timing.holds) == len(plan.unit) - 1
    starts, durations = timing.times(rng.uniform(-0.3, 0.3, (len(plan.unit), 2, 3)))
    assert (durations >= 0.13).all() and (np.diff(starts) > 0).all()
    # The plan lasts for longer than was asked for.
    assert starts[-1] > seconds or seconds > 1


def test_signs_prevail_and_half_of_all_begin_at_rest():
    rng = np.random.default_rng(0)
    plans = [draw_plan(rng, Manner(), 5.0) for _ in range(400)]
    kinds = np.concatenate([plan.kinds for plan in plans])
    shares = np.bincount(kinds, minlength=7) / len(kinds)
    assert shares[:4].sum() > 0.5
    assert 0.05 < shares[SPELL] < 0.2 and 0.05 < shares[GESTURE] < 0.2
    assert 0.4 < np.mean([plan.kinds[0] == PAUSE for plan in plans]) < 0.65
    assert 0.35 < np.mean([plan.ends for plan in plans]) < 0.6


def test_some_people_rest_more():
    few, many = (
        (draw_plan(np.random.default_rng(0), Manner(rests=rests), 60.0).kinds == PAUSE).mean()
        for rests in (0.05, 0.8)
    )
    assert few < 0.5 * many


def test_longer_ways_take_longer_but_are_faster():
    places = np.zeros((3, 2, 3))
    places[1, 0, 0], places[2, 0, 0] = 0.1, 0.5
    timing = Timing(np.ones(2), np.zeros(2), 0.0)
    starts, durations = timing.times(places + np.array([0, 0, 0.1]))
    assert durations[0] == pytest.approx(0.18 + 0.5 * np.sqrt(0.1))
    assert durations[1] > durations[0] and 0.4 / durations[1] > 0.1 / durations[0]
    np.testing.assert_allclose(starts, [0, durations[0]])
    # To go behind the body takes longer than it looks.
    places[2, :, 2] = -0.1
    assert timing.times(places)[1][1] > durations[1]


def test_where_the_time_ends():
    numbers = np.arange(5)
    plan = Plan(numbers * 0, numbers * 0, numbers, numbers > 9, ends=True)
    ends = np.array([1.0, 2.0, 3.0, 4.0])
    assert [last_unit(plan, ends, until) for until in (0.0, 2.5, 3.5, 9.0)] == [2, 3, 4, 5]
