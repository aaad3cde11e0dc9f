import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation import average_proportions, draw_proportions
from signlift.simulation.signer.anthropometry import FRACTIONS, draw_definitions

seeds = st.integers(0, 2**32)


def draws(count=1500, **options):
    rng = np.random.default_rng(0)
    bodies = [draw_proportions(rng, **options) for _ in range(count)]
    return {
        name: np.array([getattr(body, name) for body in bodies])
        for name in (*FRACTIONS, "stature", "arm")
    }


def test_an_average_body():
    body = average_proportions(2.0)
    assert body.forearm == pytest.approx(0.292)
    assert body.arm == body.upper_arm + body.forearm
    assert body.leg == body.thigh + body.shank


@given(seeds)
def test_drawn_bodies_stay_near_the_mean(seed):
    body = draw_proportions(np.random.default_rng(seed))
    assert 1.4 < body.stature < 2.0
    for name, part in FRACTIONS.items():
        most = 0.26 if name == "nose_height" else 0.2
        assert abs(np.log(getattr(body, name) / (part * body.stature))) < most


def test_lengths_go_together_as_they_do_in_people():
    drawn = draws()
    logs = {name: np.log(drawn[name] / drawn["stature"]) for name in FRACTIONS}
    # The spreads and correlations that the module's text gives.
    for name, spread in (("upper_arm", 0.032), ("forearm", 0.042)):
        assert logs[name].std() == pytest.approx(spread, rel=0.1)
    for one, other, expected in (
        ("upper_arm", "forearm", 0.57),
        ("upper_arm", "trunk", -0.57),
        ("upper_arm", "shoulders", 0.0),
    ):
        assert np.corrcoef(logs[one], logs[other])[0, 1] == pytest.approx(expected, abs=0.12)
    assert np.corrcoef(drawn["arm"], drawn["stature"])[0, 1] > 0.75


def test_definitions_hold_the_skeletons_of_other_sources():
    drawn = draws(definitions=True)
    # From systems that put the neck low and the elbows far out to de Leva's joint centres.
    for torso, ratio in ((0.72, 0.74), (0.94, 0.95), (1.0, 1.0)):
        for values, value in (
            (drawn["trunk"] / drawn["arm"], torso),
            (drawn["forearm"] / drawn["upper_arm"], ratio),
        ):
            assert abs(value - values.mean()) < 2.1 * values.std()


@given(seeds)
def test_definitions_move_joints_only_so_far(seed):
    body = average_proportions()
    other = draw_definitions(np.random.default_rng(seed), body)
    assert other.stature == body.stature and other.leg == body.leg
    assert 0.739 < other.trunk / body.trunk < 1.181
    assert 0.87 < other.arm / body.arm < 1.13
    assert 0.6 < other.forearm / other.upper_arm < 1.09
    assert all(getattr(other, name) > 0 for name in FRACTIONS if name != "nose_height")
