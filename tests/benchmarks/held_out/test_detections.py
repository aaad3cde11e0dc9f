import numpy as np
import pytest

from benchmarks.held_out.cases import hand_columns
from benchmarks.held_out.detections import simulate_case
from benchmarks.held_out.motion_cases import film_clip
from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from signlift.core.skeleton_arrays import convert
from tests.benchmarks.held_out.drawn_cases import sample_motion


def film(points):
    return film_clip(np.random.default_rng(0), points / 100, name="clip", max_turn=30)


@pytest.fixture(scope="module")
def case():
    return film(sample_motion())


def test_fingers_are_detected_to_a_fraction_of_the_hand(case):
    errors = []
    for seed in range(20):
        detected = simulate_case(np.random.default_rng(seed), case).recording
        error = np.linalg.norm(detected.keypoints - case.keypoints, axis=-1)
        for hand in hand_columns(PANOPTIC67):
            knuckle = case.keypoints[:, hand[9]] - case.keypoints[:, hand[0]]
            errors.append(error[:, hand] / np.linalg.norm(knuckle, axis=-1).max())
    assert 0.02 < np.nanmedian(errors) < 0.4


def test_depth_of_body_and_hands(case):
    rng = np.random.default_rng(3)
    detected = simulate_case(rng, case, depth=True).recording
    plain = simulate_case(np.random.default_rng(3), case).recording
    np.testing.assert_array_equal(plain.keypoints, detected.keypoints)
    assert plain.detector_depth is None
    for hand in hand_columns(PANOPTIC67):
        estimate, observed = detected.detector_depth[:, hand], detected.observed[:, hand]
        assert np.isfinite(estimate[observed]).all() and np.isnan(estimate[~observed]).all()
    assert np.isfinite(detected.detector_depth[:, PANOPTIC67.index("Nose")]).any()


def test_a_body_without_hands():
    body = film(convert(sample_motion(), PANOPTIC67, PANOPTIC26))
    detected = simulate_case(np.random.default_rng(0), body, depth=True)
    assert detected.recording.keypoints.shape == body.keypoints.shape
