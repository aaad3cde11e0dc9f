import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation import average_dimensions, draw_dimensions
from signlift.simulation.signer.anthropometry import MEAN_FRACTIONS, draw_joint_definitions

seeds = st.integers(0, 2**32)


def draws(count=1500, **options):
    rng = np.random.default_rng(0)
    bodies = [draw_dimensions(rng, **options) for _ in range(count)]
    return {
        name: np.array([getattr(body, name) for body in bodies])
        for name in (*MEAN_FRACTIONS, "stature", "arm")
    }


def test_an_average_body():
    body = average_dimensions(2.0)
    assert body.forearm == pytest.approx(0.292)
    assert body.arm == body.upper_arm + body.forearm
    assert body.leg == body.thigh + body.shank


@given(seeds)
def test_drawn_bodies_stay_near_the_mean(seed):
    body = draw_dimensions(np.random.default_rng(seed))
    assert 1.4 < body.stature < 2.0
    # Draws are clipped to 2.5 standard deviations: 0.214 for the hips, 0.25 for the nose.
    for name, fraction in MEAN_FRACTIONS.items():
        limit = 0.251 if name == "nose_height" else 0.215
        assert abs(np.log(getattr(body, name) / (fraction * body.stature))) < limit


def test_lengths_have_the_correlations_of_people():
    drawn = draws()
    logs = {name: np.log(drawn[name] / drawn["stature"]) for name in MEAN_FRACTIONS}
    # The standard deviations and correlations in the module's docstring.
    for name, spread in (("upper_arm", 0.032), ("forearm", 0.042)):
        assert logs[name].std() == pytest.approx(spread, rel=0.1)
    for first, second, expected in (
        ("upper_arm", "forearm", 0.57),
        ("upper_arm", "trunk", -0.57),
        ("upper_arm", "shoulders", 0.0),
    ):
        assert np.corrcoef(logs[first], logs[second])[0, 1] == pytest.approx(expected, abs=0.12)
    assert np.corrcoef(drawn["arm"], drawn["stature"])[0, 1] > 0.75


def test_definitions_cover_the_skeletons_of_other_sources():
    drawn = draws(definitions=True)
    # From systems with a low neck and elbows far out to long forearms, and de Leva's joint centres.
    for torso, ratio in ((0.72, 0.75), (0.94, 0.95), (1.0, 1.15)):
        for values, value in (
            (drawn["trunk"] / drawn["arm"], torso),
            (drawn["forearm"] / drawn["upper_arm"], ratio),
        ):
            assert abs(value - values.mean()) < 2.1 * values.std()


@given(seeds)
def test_definitions_move_joints_within_limits(seed):
    body = average_dimensions()
    other = draw_joint_definitions(np.random.default_rng(seed), body)
    assert other.stature == body.stature and other.leg == body.leg
    assert 0.739 < other.trunk / body.trunk < 1.181
    assert 0.87 < other.arm / body.arm < 1.13
    assert 0.67 < other.forearm / other.upper_arm < 1.23
    assert all(getattr(other, name) > 0 for name in MEAN_FRACTIONS if name != "nose_height")


def test_heads_are_before_the_shoulders_by_other_distances():
    rng = np.random.default_rng(0)
    shift = [draw_dimensions(rng, definitions=True).neck_forward for _ in range(1500)]
    assert np.mean(shift) == pytest.approx(0.020, abs=0.002)
    assert np.std(shift) == pytest.approx(0.023, abs=0.003)
    assert draw_dimensions(rng).neck_forward == 0
