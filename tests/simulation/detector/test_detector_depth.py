import numpy as np
import pytest

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError
from signlift.simulation.detector.depth_errors import (
    DepthErrors,
    DepthSettings,
    add_depth_errors,
)
from signlift.simulation.detector.detector_depth import body_errors, simulate_detector_depth

SCALE, FPS = 100.0, 30.0
EXACT = DepthSettings(probability=1.0, factor=(1.0, 0.0), tilt=(0.0, 0.0), turn=(0.0, 0.0), lag=0.0)
HAND, NECK = PANOPTIC26.index("LHand"), PANOPTIC26.index("Neck")


def people(count=200, frames=90):
    rng = np.random.default_rng(0)
    depth = 30 * rng.standard_normal((count, 1, 26)).repeat(frames, 1)
    keypoints = 100 * rng.standard_normal((count, 1, 26, 2)).repeat(frames, 1)
    for name in ("Neck", "MidHip"):
        number, (left, right) = PANOPTIC26.index(name), PANOPTIC26.find_ends(name)
        depth[:, :, number] = depth[:, :, [left, right]].mean(2)
        keypoints[:, :, number] = keypoints[:, :, [left, right]].mean(2)
    return depth, keypoints


def simulate(depth, settings, keypoints=None, seed=0):
    rng = np.random.default_rng(seed)
    return simulate_detector_depth(rng, depth, PANOPTIC26, FPS, SCALE, settings, keypoints)


def test_errors_of_the_wrist_are_those_that_were_measured():
    depth, _ = people(count=600)
    found = simulate(depth, EXACT)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[..., NECK], 0, atol=1e-3)
    error = (found - (depth - depth[..., [NECK]]))[..., HAND] / SCALE
    offset = error.mean(1)
    assert -0.45 < offset.mean() < -0.2
    about = error - offset[:, None]
    assert 0.15 < about.std() < 0.3
    one = (about[:, 1:] * about[:, :-1]).mean() / (about**2).mean()
    assert 0.8 < one < 0.97


def test_the_factor_and_the_tilt_are_those_of_the_recording():
    depth, keypoints = people()
    errors = body_errors(PANOPTIC26)
    none = DepthErrors(0 * errors.mean, 0 * errors.offset, 0 * errors.slow, errors.mixing)
    settings = DepthSettings(lag=0.0, factor=(2.0, 0.0), tilt=(0.5, 0.0), turn=(-0.25, 0.0))
    out = add_depth_errors(
        np.random.default_rng(0), depth, none, np.full(200, FPS), settings, keypoints
    )
    expected = 2 * (depth + 0.5 * keypoints[..., 1] - 0.25 * keypoints[..., 0])
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-3)


def test_depth_is_missing_where_the_detection_or_a_shoulder_is():
    depth, keypoints = people(count=20)
    keypoints[:, 5, HAND] = np.nan
    keypoints[:, 7, [NECK, PANOPTIC26.index("LShoulder")]] = np.nan
    found = simulate(depth, EXACT, keypoints)
    lacking = [PANOPTIC26.index(name) for name in ("Keypoint26", "LBigToe", "RSmallToe")]
    assert np.isnan(found[:, :, lacking]).all()
    assert np.isnan(found[:, 5, HAND]).all() and np.isfinite(found[:, 4, HAND]).all()
    assert np.isnan(found[:, 7]).all()
    assert np.isfinite(found[:, 6, NECK]).all()


def test_errors_follow_the_pose():
    changes = []
    for speed in (0.0, 6.0):
        depth, keypoints = people(count=300)
        keypoints[:, :, HAND, 0] += speed * np.arange(90)
        found = simulate(depth, EXACT, keypoints)
        changes.append(np.diff(found[..., HAND], axis=1).std())
    assert changes[1] > 1.5 * changes[0]


def test_some_detectors_estimate_no_depth():
    depth, keypoints = people(count=600, frames=2)
    found = simulate(depth, DepthSettings(), keypoints)
    has = np.isfinite(found).any((1, 2))
    assert has.mean() == pytest.approx(0.4, abs=0.07)
    assert np.isnan(simulate(depth, DepthSettings(probability=0.0))).all()


def test_depth_trails_the_motion():
    depth, _ = people(count=400)
    depth[:, :, HAND] += 4.0 * np.arange(90)
    errors = body_errors(PANOPTIC26)
    none = DepthErrors(0 * errors.mean, 0 * errors.offset, 0 * errors.slow, errors.mixing)
    settings = DepthSettings(factor=(1.0, 0.0), lag=0.1)
    out = add_depth_errors(np.random.default_rng(0), depth, none, np.full(400, FPS), settings)
    behind = (depth - out)[:, 1:, HAND] / 4.0
    assert behind.min() > -1e-3 and behind.max() == pytest.approx(3.0, abs=0.1)


def test_other_skeletons_and_no_recordings():
    rng = np.random.default_rng(0)
    settings = DepthSettings(probability=1.0)
    found = simulate_detector_depth(rng, np.zeros((2, 9, 17)), COCO17, 25.0, 50.0, settings)
    assert found.shape == (2, 9, 17) and np.isfinite(found).all()
    assert simulate_detector_depth(rng, np.zeros((0, 9, 17)), COCO17, 25.0, 50.0).shape == (
        0,
        9,
        17,
    )
    assert simulate_detector_depth(rng, np.zeros((2, 0, 17)), COCO17, 25.0, 50.0).shape == (
        2,
        0,
        17,
    )


def test_the_same_seed_gives_the_same_depth():
    depth, keypoints = people(count=5)
    first, second = (simulate(depth, DepthSettings(), keypoints, seed=3) for _ in "ab")
    np.testing.assert_array_equal(first, second)


def test_wrong_settings():
    with pytest.raises(InputError) as error:
        DepthSettings(
            probability=2.0,
            factor=(0.0, 1.0),
            tilt=(0.0, -1.0),
            turn=(0.0, -1.0),
            strength=(2.0, 1.0),
            correlation_time=(0.0, 1.0),
            lag=-1.0,
        )
    assert len(error.value.problems) == 7
