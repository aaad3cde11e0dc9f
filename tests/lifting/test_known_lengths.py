import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.lengths import LENGTHS
from signlift.lifting.body_lengths import BodyLengths
from signlift.lifting.known_lengths import lengths_of, use_lengths
from signlift.lifting.network import NUM_PROPORTIONS, Estimate
from signlift.model import inputs, lifting_net
from signlift.model.graphs import GIVEN_LOG_ERROR

NAMES = list(LENGTHS)


def estimate(*shape, seed=0):
    rng = np.random.default_rng(seed)
    return Estimate(
        rng.normal(-0.5, 0.3, (*shape, NUM_PROPORTIONS)).astype("f4"),
        rng.normal(-2, 0.5, (*shape, NUM_PROPORTIONS)).astype("f4"),
    )


def test_the_networks_mean_the_same():
    assert NUM_PROPORTIONS == inputs.NUM_PROPORTIONS
    assert GIVEN_LOG_ERROR == lifting_net.GIVEN_LOG_ERROR


def test_nothing_known_changes_nothing():
    for given_lengths in (None, BodyLengths()):
        before = estimate(2, 3)
        assert use_lengths(before, given_lengths) is before


def test_known_numbers():
    """Torso and forearm given: the offset is between both, nearer to the surer."""
    mean, log_error = np.zeros(9, "f4"), np.full(9, np.log(0.1), "f4")
    log_error[NAMES.index("forearm")] = np.log(0.2)
    out = use_lengths(
        Estimate(mean, log_error), BodyLengths(torso=np.exp(1.0), forearm=np.exp(2.0))
    )
    offset = -(100 * 1.0 + 25 * 2.0) / 125
    assert out.mean[NAMES.index("torso")] == pytest.approx(1 + offset)
    assert out.mean[NAMES.index("forearm")] == pytest.approx(2 + offset)
    assert out.log_error[NAMES.index("forearm")] == GIVEN_LOG_ERROR
    others = [n for n in range(9) if n not in (NAMES.index("torso"), NAMES.index("forearm"))]
    np.testing.assert_array_equal(out.mean[others], 0)
    np.testing.assert_allclose(out.log_error[others], np.log(0.1), rtol=1e-6)


def test_lengths_with_an_error_are_averaged_by_precision():
    before = Estimate(np.zeros(9, "f4"), np.full(9, np.log(0.08), "f4"))
    out = use_lengths(
        before,
        BodyLengths(torso=1.0, shank=np.exp(0.4), errors={"torso": 0.08, "shank": 0.08}),
    )
    assert out.mean[NAMES.index("shank")] == pytest.approx(0.2)
    assert out.log_error[NAMES.index("shank")] == pytest.approx(np.log(0.08 / np.sqrt(2)))


@given(unit=st.floats(0.001, 1000), seed=st.integers(0, 5), some=st.sets(st.sampled_from(NAMES)))
def test_the_unit_does_not_matter(unit, seed, some):
    rng = np.random.default_rng(seed)
    lengths = {name: float(rng.uniform(10, 60)) for name in sorted(some)}
    here = use_lengths(estimate(2, 3, seed=seed), BodyLengths(**lengths))
    scaled = BodyLengths(**{name: unit * length for name, length in lengths.items()})
    there = use_lengths(estimate(2, 3, seed=seed), scaled)
    np.testing.assert_allclose(there.mean, here.mean, atol=1e-5)
    np.testing.assert_array_equal(there.log_error, here.log_error)
    assert there.mean.shape == (2, 3, 9)
    assert there.mean.dtype == np.float32


def test_legs_alone_have_an_offset_of_their_own():
    before = estimate()
    number = NAMES.index("thigh")
    out = use_lengths(before, BodyLengths(thigh=40.0))
    assert out.mean[number] == pytest.approx(before.mean[number], rel=1e-5)
    assert out.log_error[number] == GIVEN_LOG_ERROR


def test_an_estimate_as_lengths_and_back():
    before = estimate()
    body = lengths_of(before, 100.0)
    assert body.torso == pytest.approx(100 * np.exp(before.mean[0]), rel=1e-5)
    assert body.errors["torso"] == pytest.approx(np.exp(before.log_error[0]), rel=1e-5)
    after = use_lengths(before, body)  # what is known twice is surer, and the same
    np.testing.assert_allclose(after.mean, before.mean, atol=1e-5)
    assert (after.log_error[:-1] < before.log_error[:-1]).all()
