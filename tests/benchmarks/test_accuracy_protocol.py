"""The measures of the accuracy benchmark, and the inputs of its methods."""

import json
from dataclasses import dataclass, replace

import numpy as np
import pytest
from conftest import random_recordings
from packing import pack

from benchmarks.accuracy import table
from benchmarks.accuracy.data import stream_batches
from benchmarks.accuracy.fixed_pose import FixedPose, fit_best_pose, fit_mean_pose
from benchmarks.accuracy.protocol import (
    CONDITIONS,
    TrueDepth,
    degrade,
    make_test_set,
    measure,
    measure_conditions,
    run,
)
from benchmarks.accuracy.signlift_methods import Signlift, true_proportions
from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.datasets.simulated import LOWER_BODY, simulate_recording
from signlift.errors import InputError
from signlift.pretraining.motion_sources import MOCAP

pytestmark = pytest.mark.slow

nan = np.nan
NECK, HIP, WRIST, ELBOW, NOSE = (
    PANOPTIC26.index(name) for name in ("Neck", "MidHip", "LHand", "LElbow", "Nose")
)


def still(frames=2, torso=100.0, name="still"):
    """Return a person who does not move, flat except for the left wrist, which is 30 px nearer."""
    keypoints = np.zeros((frames, 26, 2))
    keypoints[:, :, 0] = np.arange(26) * 10
    keypoints[:, HIP] = keypoints[:, NECK] + [0, torso]
    depth = np.zeros((frames, 26))
    depth[:, WRIST] = -30
    return Recording(keypoints, depth=depth, name=name)


def make_inputs(*recordings):
    tests = make_test_set("asl", recordings)
    return tests, degrade(tests, "clean", 0)


def test_measures_by_hand():
    tests, inputs = make_inputs(still())
    # All at the depth of the Neck: one wrist of two has an error of 30 px, which is 15 cm for a
    # torso of 100 px.
    score = measure(tests, inputs, [np.zeros((2, 26))])
    assert score.wrists == pytest.approx(7.5)
    assert score.elbows == 0
    assert score.upper == pytest.approx(15 / 11)
    assert score.velocity == 0
    assert score.bones == pytest.approx(0)
    assert np.isnan(score.within)


def test_depth_is_taken_relative_to_the_neck():
    tests, inputs = make_inputs(still())
    truth = tests.recordings[0].depth
    assert measure(tests, inputs, [truth + np.array([[5], [900]])]).upper == pytest.approx(0)
    # The Neck alone is 10 px too far: all other keypoints have an error of 5 cm.
    wrong = truth.copy()
    wrong[:, NECK] += 10
    assert measure(tests, inputs, [wrong]).upper == pytest.approx(5)


def test_a_missing_prediction_is_the_depth_of_the_neck():
    tests, inputs = make_inputs(still())
    predicted = tests.recordings[0].depth.copy() + 40
    predicted[:, WRIST] = nan
    assert measure(tests, inputs, [predicted]).wrists == pytest.approx(7.5)
    assert measure(tests, inputs, [np.full((2, 26), nan)]).wrists == pytest.approx(7.5)


def test_frames_without_truth_or_keypoints_are_left_out():
    recording = still(frames=4)
    depth = recording.depth.copy()
    depth[0, WRIST] = nan
    tests, inputs = make_inputs(recording.with_depth(depth))
    score = measure(tests, inputs, [np.zeros((4, 26))])
    assert score.wrists == pytest.approx(15 * 3 / 7)
    keypoints = inputs[0].keypoints.copy()
    keypoints[3] = nan
    score = measure(tests, [replace(inputs[0], keypoints=keypoints)], [np.zeros((4, 26))])
    assert score.wrists == pytest.approx(15 * 2 / 5)


def test_recordings_are_weighted_by_frames_and_scaled_individually():
    tests, inputs = make_inputs(still(frames=1, torso=50), still(frames=3, torso=100))
    score = measure(tests, inputs, [np.zeros((1, 26)), np.zeros((3, 26))])
    assert score.wrists == pytest.approx((30 * 1 + 15 * 3) / 8)


def test_velocity_of_the_error():
    tests, inputs = make_inputs(still(frames=3))
    predicted = tests.recordings[0].depth.copy()
    predicted[1, NOSE] += 22  # 11 cm and back
    assert measure(tests, inputs, [predicted]).velocity == pytest.approx(1)


def test_variation_of_the_arms_bones():
    recording = still(frames=2)
    keypoints = recording.keypoints.copy()
    for name in ("LShoulder", "LElbow", "LHand", "RShoulder", "RElbow", "RHand"):
        keypoints[:, PANOPTIC26.index(name)] = 0
    keypoints[:, WRIST:] = [30, 0]
    keypoints[:, PANOPTIC26.index("RShoulder")] = [0, 0]
    keypoints[:, PANOPTIC26.index("RElbow")] = [30, 0]
    keypoints[:, PANOPTIC26.index("RHand")] = [60, 0]
    keypoints[:, ELBOW] = [30, 0]
    keypoints[:, WRIST] = [60, 0]
    keypoints[:, HIP] = keypoints[:, NECK] + [0, 100]
    tests, inputs = make_inputs(replace(recording, keypoints=keypoints))
    depth = np.zeros((2, 26))
    depth[1, WRIST] = 40  # the left forearm is 30, then 50: mean 40, deviation 10
    assert measure(tests, inputs, [depth]).bones == pytest.approx(0.25 / 4)


def test_fraction_within_the_uncertainty():
    tests, inputs = make_inputs(still())
    sigma = np.full((2, 26), 29.0)
    sigma[1] = 31
    score = measure(tests, inputs, [np.zeros((2, 26))], [sigma])
    assert score.within == pytest.approx(21 / 22)

    @dataclass
    class Honest:
        name: str = "honest"

        def lift_with_uncertainty(self, recordings):
            return [np.zeros((2, 26))], [sigma]

    assert run(Honest(), tests, "clean", 0).within == pytest.approx(21 / 22)


def test_conditions():
    tests = make_test_set("cmu", [simulate_recording(0, i, min_frames=90) for i in range(4)])
    clean = degrade(tests, "clean", 0)
    for inputs, recording in zip(clean, tests.recordings, strict=True):
        np.testing.assert_array_equal(inputs.keypoints, recording.keypoints)
        assert inputs.depth is None
    lower = [name in LOWER_BODY for name in PANOPTIC26.keypoints]
    for inputs in degrade(tests, "waist-up", 0):
        assert not inputs.observed[:, lower].any()
    noisy = degrade(tests, "noisy", 0)
    moved = np.concatenate(
        [
            ((a.keypoints - b.keypoints) / torso).reshape(-1, 2)
            for a, b, torso in zip(noisy, clean, tests.torsos, strict=True)
        ]
    )
    before = np.concatenate([each.observed.ravel() for each in clean])
    assert np.nanstd(moved) == pytest.approx(0.02, rel=0.03)
    assert np.isnan(moved[before, 0]).mean() == pytest.approx(0.05, abs=0.01)
    again, other = degrade(tests, "noisy", 0), degrade(tests, "noisy", 1)
    np.testing.assert_array_equal(noisy[0].keypoints, again[0].keypoints)
    assert not np.array_equal(noisy[0].keypoints, other[0].keypoints, equal_nan=True)
    with pytest.raises(ValueError, match="foggy"):
        degrade(tests, "foggy", 0)


def test_a_test_set_needs_depth_and_a_torso():
    good = still()
    flat = np.zeros((2, 26, 2))
    bad = [
        replace(good, depth=None, name="a"),
        replace(good, keypoints=flat, name="b"),
        Recording(np.ones((2, 17, 2)), COCO17, depth=np.zeros((2, 17)), name="c"),
    ]
    with pytest.raises(InputError) as caught:
        make_test_set("asl", [good, *bad])
    assert [line[0] for line in caught.value.problems] == ["a", "b", "c"]


def test_the_true_depth_has_no_error():
    tests = make_test_set("asl", [simulate_recording(3, 0), simulate_recording(3, 1)])
    scores = measure_conditions(TrueDepth(tests), tests, 0)
    assert list(scores) == list(CONDITIONS)
    assert scores["noisy"]["upper"] == scores["clean"]["velocity"] == 0
    assert 0 < scores["clean"]["bones"] < 0.05


def test_fixed_poses():
    recordings = [simulate_recording(5, i) for i in range(3)]
    tests = make_test_set("asl", recordings)
    inputs = degrade(tests, "clean", 0)
    best = fit_best_pose(tests)
    lowest = measure(tests, inputs, best.lift(inputs)).upper
    shift = 0.01 * (np.arange(26) != NECK)
    mean = fit_mean_pose(iter([pack(recordings)])).pose
    for pose in (best.pose + shift, best.pose - shift, mean):
        assert measure(tests, inputs, FixedPose("other", pose).lift(inputs)).upper > lowest


def test_mean_pose_is_the_mean_in_torso_lengths():
    keypoints = still().keypoints
    near, far = np.full((2, 26), 50.0), np.full((2, 26), 150.0)
    batch = pack([Recording(keypoints, depth=near), Recording(keypoints, depth=far)])
    np.testing.assert_allclose(fit_mean_pose(iter([batch])).pose, 1, rtol=1e-6)


def test_the_stream_depends_on_the_seed_and_has_the_training_clips(tmp_path):
    batch = next(stream_batches(3, recordings=3, frames=12))
    again = next(stream_batches(3, recordings=3, frames=12))
    np.testing.assert_array_equal(batch.keypoints, again.keypoints)
    assert batch.keypoints.shape == (3, 12, 26, 2)
    assert np.isfinite(batch.depth).all()
    (tmp_path / "cmu").mkdir()
    still = np.random.default_rng(0).normal(size=(26, 3))[None] * np.full((5, 1, 1), 30.0)
    np.savez(tmp_path / "cmu" / MOCAP, **{"train.still": still, "test.other": np.nan * still})
    mixed = next(stream_batches(3, tmp_path, recordings=20, frames=12))
    moves = np.abs(np.diff(mixed.depth, axis=1)).max((1, 2))
    assert 1 <= (moves < 1e-2).sum() < 20


def test_signlift_lifts_recordings_one_by_one():
    class Lifter:
        def lift(self, recording, *, causal, proportions):
            depth = recording.keypoints[..., 0]
            return recording.with_depth(depth, np.full_like(depth, 2.0 if causal else 1.0))

    recordings = random_recordings([3, 4])
    method = Signlift(Lifter(), causal=True)
    depths, uncertainties = method.lift_with_uncertainty(recordings)
    np.testing.assert_array_equal(depths[1], recordings[1].keypoints[..., 0])
    assert (uncertainties[0] == 2).all()
    np.testing.assert_array_equal(Signlift(Lifter()).lift(recordings)[0], depths[0])


def test_true_proportions_are_those_of_the_motion_capture(tmp_path):
    assert true_proportions(tmp_path, "asl") is None
    (tmp_path / "asl").mkdir()
    clip = np.zeros((4, 26, 3))
    clip[:, PANOPTIC26.index("LElbow"), 0] = 30.0
    clip[:, PANOPTIC26.index("RElbow"), 0] = 30.0
    clip[:, :, 1] += np.arange(26) * 10.0
    np.savez(tmp_path / "asl" / MOCAP, one=clip)
    proportions = true_proportions(tmp_path, "asl")
    assert proportions.upper_arm == pytest.approx(np.hypot(0.3, 0.1))


def test_table_and_results(tmp_path):
    tests = make_test_set("asl", [simulate_recording(3, 0, max_frames=60)])
    scores = {name: measure_conditions(TrueDepth(tests), tests, 0) for name in ("asl", "cmu")}
    result = table.Result("true depth", scores, None, {"seed": 0})
    result.write(tmp_path / "true.json")
    read = table.read_result(tmp_path / "true.json", {"seed": 0})
    assert read.scores["asl"]["clean"]["upper"] == 0
    assert np.isnan(read.scores["asl"]["clean"]["within"])
    assert table.read_result(tmp_path / "true.json", {"seed": 1}) is None
    assert table.read_result(tmp_path / "none.json", {"seed": 0}) is None
    table.write_tables(tmp_path, [result])
    assert "0.0 / 0.0 / 0.0" in (tmp_path / "table.txt").read_text()
    lines = (tmp_path / "table.md").read_text().splitlines()
    assert len({line.count("|") for line in lines[:3]}) == 1
    assert (
        json.loads((tmp_path / "table.json").read_text())[0]["scores"]["asl"]["clean"]["within"]
        is None
    )
