"""Noise, bias and outliers of simulated detections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from perfect_detector import SCALE, missing, person, run

from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError
from signlift.simulation.detector.simulated_detector import (
    add_white_noise,
)


@pytest.mark.parametrize("slow", [0.0, 0.6, 1.0])
def test_the_standard_deviation_of_the_noise(slow):
    out, _ = run(
        {"noise": (0.02, 0.02), "slow_fraction": (slow, slow), "correlation_time": (0.1, 0.3)}
    )
    error = (out - person(60, 200)) / SCALE
    elbows = [PANOPTIC26.index(name) for name in ("LElbow", "RElbow")]
    size = np.sqrt((error[:, :, elbows] ** 2).mean())
    # The level of each keypoint in a recording is log-normal with a standard deviation of 0.3.
    assert size == pytest.approx(0.02 * np.exp(0.3**2), rel=0.15)
    for easy, hard in (("LEye", "LElbow"), ("LElbow", "LHand"), ("LElbow", "LHip")):
        small, large = (error[:, :, PANOPTIC26.index(name)].std() for name in (easy, hard))
        assert small < large
    steps = np.diff(error, axis=1).std() / error.std()
    assert (steps > 1.3) == (slow == 0.0) and (steps < 0.75) == (slow == 1.0)


def test_bias_is_constant_and_mostly_common_to_both_sides():
    out, confidence = run({"bias": (0.05, 0.05)}, person(800, 2))
    error = (out - person(800, 2)) / SCALE
    np.testing.assert_allclose(error[:, 0], error[:, 1], atol=1e-3)
    left, right = (error[:, 0, PANOPTIC26.index(name)] for name in ("LElbow", "RElbow"))
    assert left.std() == pytest.approx(0.05, rel=0.1)
    assert np.corrcoef(left[:, 0], right[:, 0])[0, 1] == pytest.approx(-0.64, abs=0.1)
    assert np.corrcoef(left[:, 1], right[:, 1])[0, 1] == pytest.approx(0.64, abs=0.1)
    assert confidence.min() > 0.89


def test_fast_keypoints_are_noisy_and_often_missing():
    keypoints = person(60, 200)
    hand = PANOPTIC26.index("LHand")
    # To and fro by 0.1 torsos at 30 frames per second: 3 torsos per second.
    keypoints[:, ::2, hand, 0] += 0.1 * SCALE
    out, confidence = run({"blur": (0.006, 0.006)}, keypoints)
    fast = (out - keypoints)[:, :, hand].std() / SCALE
    assert fast == pytest.approx(0.018, rel=0.15)
    assert confidence[:, :, hand].mean() < confidence[:, :, PANOPTIC26.index("RHand")].mean() - 0.1
    out, _ = run({"missing_fraction": 0.2, "missing_speed": 0.3}, keypoints)
    assert missing(out, "LHand").mean() > 1.5 * missing(out, "RHand").mean()


def test_outliers():
    out, confidence = run({"outlier_fraction": 0.2, "outlier_size": 1.0})
    outliers = np.linalg.norm(out - person(60, 200), axis=-1) > 0.3 * SCALE
    assert 0.03 < outliers.mean() < 0.1
    assert confidence[outliers].mean() < confidence[~outliers].mean() - 0.2


def test_errors_grow_as_confidence_falls():
    changes = {"noise": (0.003, 0.04), "blur": (0.002, 0.002), "outlier_fraction": 0.01}
    out, confidence = run(changes, person(150, 200))
    error = np.linalg.norm(out - person(150, 200), axis=-1) / SCALE
    edges = np.quantile(confidence, np.linspace(0, 1, 9))
    bins = np.digitize(confidence, edges[1:-1])
    typical = [np.median(error[bins == number]) for number in range(8)]
    assert (np.diff(typical) < 0).all()
    assert typical[0] > 4 * typical[-1]


@settings(max_examples=10)
@given(
    noise=st.floats(0, 0.1), gaps=st.floats(0, 1), seed=st.integers(0, 1000), batch=st.booleans()
)
def test_white_noise(noise, gaps, seed, batch):
    keypoints = person(20, 30) if batch else person(1, 200)[0]
    keypoints[..., 3, 3, :] = np.nan
    scale = np.full(20, SCALE) if batch else SCALE
    rng = np.random.default_rng(seed)
    out = add_white_noise(rng, keypoints, scale, noise, gaps)
    assert out.dtype == np.float32 and out.shape == keypoints.shape
    assert np.isnan(out[..., 3, 3, :]).all()
    assert np.isnan(out).mean() == pytest.approx(gaps, abs=0.06)
    if gaps < 0.9:
        error = (out - keypoints) / SCALE
        assert np.sqrt(np.nanmean(error**2)) == pytest.approx(noise, rel=0.1, abs=1e-4)


def test_white_noise_of_no_recording():
    rng = np.random.default_rng(0)
    assert add_white_noise(rng, np.zeros((0, 26, 2)), 1.0).shape == (0, 26, 2)
    with pytest.raises(InputError) as error:
        add_white_noise(rng, person(), np.array([1.0, 0.0, 1.0]), noise=-1.0, missing=2.0)
    assert len(error.value.problems) == 3
