import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation.signer.signing_plan import (
    FINGERSPELLING,
    GESTURE,
    ONE_HANDED,
    REST,
    SigningPlan,
    Timing,
    draw_plan,
    draw_timing,
    find_last_unit,
)
from signlift.simulation.signer.signing_style import SigningStyle, draw_signing_style


@given(st.integers(0, 2**32), st.floats(0, 20))
def test_a_plan_fits_together(seed, seconds):
    rng = np.random.default_rng(seed)
    style = draw_signing_style(rng)
    plan = draw_plan(rng, style, seconds)
    assert len(plan.kinds) == len(plan.phrase) > 2 * seconds * style.tempo
    assert plan.kinds.min() >= ONE_HANDED and plan.kinds.max() <= REST
    assert plan.phrase[0] == 0 and set(np.diff(plan.phrase)) <= {0, 1}
    assert plan.unit[0] == 0 and plan.unit[-1] == len(plan.kinds) - 1
    assert set(np.diff(plan.unit)) <= {0, 1}
    assert not plan.is_return[np.diff(plan.unit, prepend=-1) == 1].any()
    timing = draw_timing(rng, style, plan)
    assert len(timing.slowness) == len(timing.holds) == len(plan.unit) - 1
    starts, durations = timing.schedule(rng.uniform(-0.3, 0.3, (len(plan.unit), 2, 3)))
    assert (durations >= 0.13).all() and (np.diff(starts) > 0).all()
    # The plan lasts longer than the time.
    assert starts[-1] > seconds or seconds > 1


def test_most_units_are_signs_and_half_of_all_plans_begin_at_rest():
    rng = np.random.default_rng(0)
    plans = [draw_plan(rng, SigningStyle(), 5.0) for _ in range(400)]
    kinds = np.concatenate([plan.kinds for plan in plans])
    fractions = np.bincount(kinds, minlength=7) / len(kinds)
    assert fractions[:4].sum() > 0.5
    assert 0.05 < fractions[FINGERSPELLING] < 0.2 and 0.05 < fractions[GESTURE] < 0.2
    assert 0.4 < np.mean([plan.kinds[0] == REST for plan in plans]) < 0.65
    assert 0.35 < np.mean([plan.ends_at_rest for plan in plans]) < 0.6


def test_some_people_rest_more():
    few, many = (
        (
            draw_plan(
                np.random.default_rng(0), SigningStyle(rest_probability=probability), 60.0
            ).kinds
            == REST
        ).mean()
        for probability in (0.05, 0.8)
    )
    assert few < 0.5 * many


def test_longer_movements_take_longer_but_are_faster():
    locations = np.zeros((3, 2, 3))
    locations[1, 0, 0], locations[2, 0, 0] = 0.1, 0.5
    timing = Timing(np.ones(2), np.zeros(2), 0.0)
    starts, durations = timing.schedule(locations + np.array([0, 0, 0.1]))
    assert durations[0] == pytest.approx(0.18 + 0.5 * np.sqrt(0.1))
    assert durations[1] > durations[0] and 0.4 / durations[1] > 0.1 / durations[0]
    np.testing.assert_allclose(starts, [0, durations[0]])
    # A movement to the back of the body takes longer than its distance suggests.
    locations[2, :, 2] = -0.1
    assert timing.schedule(locations)[1][1] > durations[1]


def test_the_last_unit():
    numbers = np.arange(5)
    plan = SigningPlan(numbers * 0, numbers * 0, numbers, numbers > 9, ends_at_rest=True)
    ends = np.array([1.0, 2.0, 3.0, 4.0])
    assert [find_last_unit(plan, ends, until) for until in (0.0, 2.5, 3.5, 9.0)] == [2, 3, 4, 5]
