"""Simulated detections as a whole: shapes, seeds, sound recordings, wrong settings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from perfect_detector import SCALE, missing, person, run

from signlift.core.skeleton import COCO17, PANOPTIC26, SKELETONS
from signlift.errors import InputError
from signlift.simulation.detector.simulated_detector import (
    DetectorSettings,
    simulate_detections,
)


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("shape", [(0, 5), (4, 0), (0, 0), (1, 1), (3, 7)])
def test_shapes(skeleton, shape):
    keypoints = (
        np.random.default_rng(0).normal(300, 50, (*shape, len(skeleton), 2)).astype(np.float32)
    )
    out, confidence = simulate_detections(
        np.random.default_rng(0),
        keypoints,
        skeleton,
        np.full(shape[0], 25.0),
        np.full(shape[0], 80.0),
    )
    assert out.shape == keypoints.shape and out.dtype == np.float32
    assert confidence.shape == keypoints.shape[:3] and confidence.dtype == np.float32


@given(seed=st.integers(0, 2**32), gap=st.floats(0, 1), fps=st.floats(1, 120))
def test_missing_keypoints_stay_missing_with_confidence_0(seed, gap, fps):
    rng = np.random.default_rng(seed)
    keypoints = person(4, 9)
    keypoints[rng.random((4, 9, 26)) < gap] = np.nan
    true = keypoints.copy()
    out, confidence = simulate_detections(rng, keypoints, "panoptic26", fps, SCALE)
    np.testing.assert_array_equal(keypoints, true)
    lost = np.isnan(out)
    np.testing.assert_array_equal(lost[..., 0], lost[..., 1])
    np.testing.assert_array_equal(lost[..., 0], confidence == 0)
    assert np.isfinite(confidence).all() and confidence.min() >= 0 and confidence.max() <= 1
    assert lost[np.isnan(true)].all()


def test_clean_recordings_are_not_changed():
    keypoints = person(400, 3)
    out, confidence = simulate_detections(
        np.random.default_rng(0), keypoints, PANOPTIC26, 30.0, SCALE
    )
    clean = (out == keypoints).all((1, 2, 3))
    assert 0.19 < clean.mean() < 0.31
    assert (confidence[clean] == 1).all()
    out, confidence = run({"clean_probability": 1.0}, image_size=np.ones((60, 2), np.float32))
    np.testing.assert_array_equal(out, person(60, 200))
    assert (confidence == 1).all()


def test_the_same_seed_gives_the_same_detections():
    first, second = (
        simulate_detections(np.random.default_rng(7), person(), PANOPTIC26, 30.0, SCALE)
        for _ in "ab"
    )
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


def test_a_perfect_detector_is_perfect():
    out, confidence = run({})
    np.testing.assert_allclose(out, person(60, 200), atol=0.01)
    assert confidence.min() > 0.89


def test_derived_middles():
    out, _ = run({"derived_probability": 1.0, "noise": (0.03, 0.03), "missing_fraction": 0.3})
    for middle, part in (("Neck", "Shoulder"), ("MidHip", "Hip")):
        centre, left, right = (
            out[:, :, PANOPTIC26.index(name)] for name in (middle, f"L{part}", f"R{part}")
        )
        np.testing.assert_allclose(centre, (left + right) / 2, rtol=1e-5)
        assert np.isnan(centre).any()


def test_a_detector_of_coco_keypoints():
    out, _ = run({"coco_probability": 1.0})
    lost = {name for name in PANOPTIC26.keypoints if missing(out, name).all()}
    feet = {side + part for side in "LR" for part in ("BigToe", "SmallToe", "Heel")}
    assert lost == feet | {"Keypoint26"}
    out, _ = run({"coco_probability": 1.0}, person(3, 4, COCO17), skeleton=COCO17)
    assert not np.isnan(out).any()


def test_binary_confidence():
    _, confidence = run({"binary_probability": 1.0, "noise": (0.05, 0.05), "missing_fraction": 0.5})
    assert set(np.unique(confidence)) == {0, 1}


def test_wrong_input():
    with pytest.raises(InputError) as error:
        simulate_detections(
            np.random.default_rng(0), person(), COCO17, 0.0, np.array([1.0, np.nan, 1.0])
        )
    assert [line.split(":")[0] for line in error.value.problems] == [
        "keypoints of coco17",
        "fps",
        "scale",
    ]
    with pytest.raises(InputError) as error:
        DetectorSettings(
            clean_probability=2,
            noise=(0.0, 1.0),
            slow_fraction=(0.5, 2.0),
            bias=(1, 0),
            outlier_size=-1,
        )
    assert [line.split(":")[0] for line in error.value.problems] == [
        "clean_probability",
        "noise",
        "slow_fraction",
        "bias",
        "outlier_size",
    ]
    with pytest.raises(InputError, match=r"legs_probability: .* found a sum of 1.2"):
        DetectorSettings(legs_probability=0.5, waist_probability=0.5, chest_probability=0.2)
