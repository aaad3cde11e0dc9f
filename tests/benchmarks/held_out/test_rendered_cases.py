from dataclasses import replace

import numpy as np
import pytest

from benchmarks.held_out.cases import Prediction, hand_columns
from benchmarks.held_out.measures import measure
from benchmarks.held_out.rendered_cases import read_renderings
from benchmarks.held_out.rendered_methods import WORLD, run_baselines
from signlift.core.skeleton import MEDIAPIPE75
from signlift.errors import InputError
from tests.benchmarks.held_out.drawn_cases import columns, write_rendering


@pytest.fixture
def directory(tmp_path):
    write_rendering(tmp_path / "01_front.npz")
    write_rendering(tmp_path / "02_webcam.npz", view="webcam")
    return tmp_path


def test_the_truth_is_in_cm(directory):
    rendering = read_renderings(directory)[0]
    case = rendering.case
    with np.load(directory / "01_front.npz") as file:
        z = file["true_points"][..., 2]
    shoulders, wrists = (
        columns(MEDIAPIPE75, *names) for names in (("LShoulder", "RShoulder"), ("LHand", "RHand"))
    )
    true = z - z[:, shoulders].mean(1, keepdims=True)
    score = measure([case], [Prediction(np.zeros_like(case.depth))])
    assert score.wrists == pytest.approx(np.abs(true[:, wrists]).mean())
    assert case.view == (-7, 12) and rendering.view == "front"
    assert case.counted.all() and case.recording.size == (600, 700)


def test_a_perfect_pose_of_mediapipe_has_no_error(directory):
    results = {result.method: result for result in run_baselines(read_renderings(directory))}
    world = measure(results[WORLD].cases, results[WORLD].predictions)
    assert world.upper == pytest.approx(0, abs=1e-4) and np.isnan(world.joints)


def test_the_detected_keypoints_follow_the_rules_of_observation(tmp_path):
    write_rendering(tmp_path / "01.npz")
    with np.load(tmp_path / "01.npz") as file:
        arrays = dict(file)
    arrays["confidence"][:, 0] = 0.2
    arrays["keypoints"][:, 25] = (300, 740)  # more than 5 % of 700 below
    arrays["keypoints"][0, 33:54] = np.nan
    arrays["observed_in_image"][1, 60] = False
    np.savez(tmp_path / "01.npz", **arrays)
    (rendering,) = read_renderings(tmp_path)
    observed, counted = rendering.case.recording.observed, rendering.case.counted
    assert not observed[:, [0, 25]].any() and observed[:, 1:25].all()
    left, right = hand_columns(MEDIAPIPE75)
    assert counted[:, left].all(1).tolist() == [False, True, True, True, True]
    assert counted[:, right].all(1).tolist() == [True, False, True, True, True]


def test_true_keypoints_and_depth_of_the_detector(directory):
    rendering = read_renderings(directory)[0]
    case = replace(rendering.case, keypoints=rendering.case.keypoints - [0, 800])
    outside = replace(rendering, case=case).with_true_keypoints()
    assert np.isnan(outside.recording.keypoints).all()
    deep = rendering.with_detector_depth().recording.detector_depth
    np.testing.assert_allclose(deep, rendering.depth, atol=1e-4)


def test_the_heavy_model(directory):
    light, heavy = (read_renderings(directory, heavy=heavy)[0].case for heavy in (False, True))
    moved = heavy.recording.keypoints - light.recording.keypoints
    np.testing.assert_allclose(moved[:, :33], 1, atol=1e-3)
    np.testing.assert_allclose(moved[:, 33:], 0, atol=1e-3)


def test_no_recordings(tmp_path):
    with pytest.raises(InputError, match="expected rendered recordings"):
        read_renderings(tmp_path)
