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
    check([body.stature, body.trunk, body.upper_arm, body.nose_height], [4, 2.506033, 1.820496])
    style = draw_signing_style(rng(2))
    check(
        [style.tempo, style.size, style.swivel, style.reach, style.rest_probability],
        [5, 3.285826, 0.4659913],
    )


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (0, [12240, 4848.978, 0.1050979]),
        (1, [12240, 5179.442, 0.3039058]),
        (2, [12240, 5221.363, 0.1276069]),
    ],
)
def test_motion(seed, expected):
    generator = rng(seed)
    check(Signer.draw(generator).sample_motion(generator, 60), expected)


def test_detector():
    keypoints = render_views(rng(3), motions(), PANOPTIC26).keypoints
    detections, confidence = simulate_detections(rng(4), keypoints, PANOPTIC26, 30.0, 100.0)
    check(detections, [12686, 4805216, 603.5323])
    check(confidence, [8320, 6055.103, -2.612874])
    check(add_white_noise(rng(5), keypoints, 100.0), [15820, 7296636, -1542.365])
    check(draw_gaps(rng(6), 300, 26, 0.2), [7800, 1579, 0.5900092])


def test_cameras():
    cameras = render_views(rng(3), motions(), PANOPTIC26)
    check(cameras.position, [24, 38.1807, 5.218485])
    check(cameras.keypoints, [16640, 7682910, -1161.029])
    check(cameras.depth, [8320, -363262.5, 1048.002])


def test_other_bodies():
    points = motions()
    factors = draw_length_factors(rng(7), measure_body_lengths(points, PANOPTIC26))
    check(list(factors.values()), [88, 84.78255, -0.7177375])
    check(retarget(points, PANOPTIC26, factors), [24960, 7141.965, -1.895756])


def test_recordings():
    recording = simulate_recording(5, 3, upper_body=0.5, missing=0.1)
    check(recording.keypoints, [13822, 7329626, 16109.78])
    check(recording.depth, [7644, -350418.6, -1102.645])
