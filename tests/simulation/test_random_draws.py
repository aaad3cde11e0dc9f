"""Random draws for fixed seeds: training data of the shipped weights must stay reproducible."""

import numpy as np
import pytest

from signlift.core.skeleton import PANOPTIC26
from signlift.datasets.simulated import simulate_recording
from signlift.simulation import (
    Signer,
    draw_dimensions,
    draw_signing_style,
    sample_motion,
)
from signlift.simulation.augment.length_factors import draw_length_factors, measure_body_lengths
from signlift.simulation.augment.retarget import retarget
from signlift.simulation.detector.detector_gaps import draw_gaps
from signlift.simulation.detector.simulated_detector import add_white_noise, simulate_detections
from signlift.simulation.views.camera_batch import render_views


def rng(seed):
    return np.random.default_rng(seed)


def motions():
    return np.stack([sample_motion(rng(seed), 40) for seed in range(8)]).astype(np.float32)


def check(values, expected):
    """Compare the number of values that are not missing, their sum and a weighted sum."""
    values = np.asarray(values, np.float64).ravel()
    weights = np.cos(np.arange(len(values)))
    summary = [np.isfinite(values).sum(), np.nansum(values), np.nansum(values * weights)]
    assert summary == pytest.approx(expected, abs=2e-6 * np.nansum(np.abs(values)), rel=0)


def test_bodies_and_styles():
    body = draw_dimensions(rng(1), definitions=True)
    check([body.stature, body.trunk, body.upper_arm, body.nose_height], [4, 2.496057, 1.824647])
    style = draw_signing_style(rng(2))
    check(
        [style.tempo, style.size, style.swivel, style.reach, style.rest_probability],
        [5, 3.285826, 0.4659913],
    )


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (0, [12240, 4851.176, 0.1058036]),
        (1, [12240, 5180.064, 0.2950949]),
        (2, [12240, 5223.02, 0.1203514]),
    ],
)
def test_motion(seed, expected):
    generator = rng(seed)
    check(Signer.draw(generator).sample_motion(generator, 60), expected)


def test_detector():
    keypoints = render_views(rng(3), motions(), PANOPTIC26).keypoints
    detections, confidence = simulate_detections(rng(4), keypoints, PANOPTIC26, 30.0, 100.0)
    check(detections, [12702, 4809647, 944.6179])
    check(confidence, [8320, 6062.556, -3.197561])
    check(add_white_noise(rng(5), keypoints, 100.0), [15820, 7294816, -1557.236])
    check(draw_gaps(rng(6), 300, 26, 0.2), [7800, 1579.0, 0.5900092])


def test_cameras():
    cameras = render_views(rng(3), motions(), PANOPTIC26)
    check(cameras.position, [24, 38.17746, 5.231642])
    check(cameras.keypoints, [16640, 7680963, -1155.548])
    check(cameras.depth, [8320, -360566.4, 1032.098])


def test_other_bodies():
    points = motions()
    factors = draw_length_factors(rng(7), measure_body_lengths(points, PANOPTIC26))
    check(list(factors.values()), [88, 85.32545, -0.7346721])
    check(retarget(points, PANOPTIC26, factors), [24960, 7139.137, -1.879977])


def test_recordings():
    recording = simulate_recording(5, 3, upper_body=0.5, missing=0.1)
    check(recording.keypoints, [13822, 7355619, 16095.7])
    check(recording.depth, [7644, -361341.5, -1142.153])
