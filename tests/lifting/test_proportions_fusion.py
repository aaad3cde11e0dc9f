import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS, GIVEN_LOG_SCALE, NUM_PROPORTIONS
from signlift.lifting.network_data import ProportionsEstimate
from signlift.lifting.proportions_fusion import MEASURED_STD, fuse_proportions, to_body_proportions
from signlift.model import lifting_net

NAMES = list(BONE_LENGTHS)


def estimate(*shape, seed=0):
    rng = np.random.default_rng(seed)
    return ProportionsEstimate(
        rng.normal(-0.5, 0.3, (*shape, NUM_PROPORTIONS)).astype("f4"),
        rng.normal(-2, 0.5, (*shape, NUM_PROPORTIONS)).astype("f4"),
    )


@pytest.mark.parametrize(
    "names", [["torso", "forearm", "thigh"], ["thigh", "shank"], ["shoulders"], NAMES]
)
def test_training_fuses_proportions_alike(names):
    """Measured lengths in an arbitrary unit."""
    before = estimate(4, 2)
    logs = np.random.default_rng(1).normal(3, 0.3, len(NAMES)).astype("f4")
    view = NUM_PROPORTIONS - len(NAMES)
    known = torch.tensor([[name in names for name in NAMES] + [False] * view] * 2)
    given_values = np.concatenate([logs, np.zeros(view, "f4")])
    mean, log_scale = lifting_net.fuse_proportions(
        torch.from_numpy(before.mean),
        torch.from_numpy(before.log_scale),
        torch.from_numpy(np.stack([given_values, given_values])),
        known,
    )
    lengths = {name: float(np.exp(logs[NAMES.index(name)])) for name in names}
    after = fuse_proportions(before, BodyProportions(**lengths))
    np.testing.assert_allclose(after.mean, mean, atol=1e-5)
    np.testing.assert_allclose(after.log_scale, log_scale, atol=1e-5)


def test_no_given_length_changes_nothing():
    for given_lengths in (None, BodyProportions()):
        before = estimate(2, 3)
        assert fuse_proportions(before, given_lengths) is before


def test_known_numbers():
    """Torso and forearm given: the offset is between both, nearer to the more certain one."""
    mean, log_scale = np.zeros(NUM_PROPORTIONS, "f4"), np.full(NUM_PROPORTIONS, np.log(0.1), "f4")
    log_scale[NAMES.index("forearm")] = np.log(0.2)
    out = fuse_proportions(
        ProportionsEstimate(mean, log_scale),
        BodyProportions(torso=np.exp(1.0), forearm=np.exp(2.0)),
    )
    # The networks' errors are those of Laplace distributions, of variance 2 b^2.
    precise, vague = (1 / (2 * b**2 + MEASURED_STD**2) for b in (0.1, 0.2))
    offset = -(precise * 1.0 + vague * 2.0) / (precise + vague)
    assert out.mean[NAMES.index("torso")] == pytest.approx(1 + offset)
    assert out.mean[NAMES.index("forearm")] == pytest.approx(2 + offset)
    assert out.log_scale[NAMES.index("forearm")] == GIVEN_LOG_SCALE
    others = [
        n for n in range(NUM_PROPORTIONS) if n not in (NAMES.index("torso"), NAMES.index("forearm"))
    ]
    np.testing.assert_array_equal(out.mean[others], 0)
    np.testing.assert_allclose(out.log_scale[others], np.log(0.1), rtol=1e-6)


def test_lengths_with_an_uncertainty_are_averaged_by_precision():
    """Uncertainties are standard deviations; b of a Laplace distribution is smaller."""
    before = ProportionsEstimate(
        np.zeros(NUM_PROPORTIONS, "f4"), np.full(NUM_PROPORTIONS, np.log(0.08 / np.sqrt(2)), "f4")
    )
    out = fuse_proportions(
        before,
        BodyProportions(torso=1.0, shank=np.exp(0.4), uncertainties={"torso": 0.08, "shank": 0.08}),
    )
    assert out.mean[NAMES.index("shank")] == pytest.approx(0.2)
    # 0.08 / sqrt(2) as a standard deviation
    assert out.log_scale[NAMES.index("shank")] == pytest.approx(np.log(0.08 / 2))


@given(unit=st.floats(0.001, 1000), seed=st.integers(0, 5), some=st.sets(st.sampled_from(NAMES)))
def test_the_unit_of_given_lengths_does_not_matter(unit, seed, some):
    rng = np.random.default_rng(seed)
    lengths = {name: float(rng.uniform(10, 60)) for name in sorted(some)}
    here = fuse_proportions(estimate(2, 3, seed=seed), BodyProportions(**lengths))
    scaled = BodyProportions(**{name: unit * length for name, length in lengths.items()})
    there = fuse_proportions(estimate(2, 3, seed=seed), scaled)
    np.testing.assert_allclose(there.mean, here.mean, atol=1e-5)
    np.testing.assert_array_equal(there.log_scale, here.log_scale)
    assert there.mean.shape == (2, 3, NUM_PROPORTIONS)
    assert there.mean.dtype == np.float32


def test_legs_alone_give_the_unit_too():
    before = estimate()
    number = NAMES.index("thigh")
    out = fuse_proportions(before, BodyProportions(thigh=40.0))
    assert out.mean[number] == pytest.approx(before.mean[number], rel=1e-5)
    assert out.log_scale[number] == GIVEN_LOG_SCALE


def test_an_estimate_as_body_proportions_and_back():
    before = estimate()
    body = to_body_proportions(before, 100.0)
    assert body.torso == pytest.approx(100 * np.exp(before.mean[0]), rel=1e-5)
    expected = np.sqrt(2) * np.exp(before.log_scale[0])  # a standard deviation
    assert body.uncertainties["torso"] == pytest.approx(expected, rel=1e-5)
    after = fuse_proportions(before, body)  # the same, and more certain
    np.testing.assert_allclose(after.mean, before.mean, atol=1e-5)
    lengths = slice(len(NAMES))
    assert (after.log_scale[lengths] < before.log_scale[lengths]).all()


@pytest.mark.parametrize("error", [None, 0.05])
def test_uncertainties_are_those_of_many_random_bodies(error):
    """Uncertainties equal the spread over random bodies, estimates and measurements."""
    rng = np.random.default_rng(0)
    N, names = 20000, ["torso", "forearm"]
    spread = np.array([0.1, 0.2])  # of the two, as standard deviations
    true = rng.normal(0, spread, (N, 2))  # the estimate is 0
    own = MEASURED_STD if error is None else error
    unit = 3.0
    mean, log_scale = np.zeros(NUM_PROPORTIONS, "f4"), np.full(NUM_PROPORTIONS, np.log(0.1), "f4")
    log_scale[[NAMES.index(name) for name in names]] = np.log(spread / np.sqrt(2))
    logs = true + rng.normal(0, own, (N, 2)) + unit
    off = []
    for number in range(300):
        lengths = dict(zip(names, np.exp(logs[number]).tolist(), strict=True))
        errors = {} if error is None else dict.fromkeys(names, error)
        found = fuse_proportions(
            ProportionsEstimate(mean, log_scale), BodyProportions(**lengths, uncertainties=errors)
        )
        body = to_body_proportions(found, 1.0)
        off.append([np.log(getattr(body, name)) for name in names] - true[number])
    stated = [body.uncertainties[name] for name in names]
    np.testing.assert_allclose(np.std(off, axis=0), stated, rtol=0.12)
    assert body.uncertainties["torso"] > own  # the unit is an estimate too
    assert body.uncertainties["shank"] == pytest.approx(0.1 * np.sqrt(2), rel=1e-5)
