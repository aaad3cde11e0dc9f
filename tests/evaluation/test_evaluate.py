"""Evaluation of models: measures, files and drawings."""

import json
import shutil
import warnings

import numpy as np
import pytest
import torch
from conftest import random_recordings
from lifting_nets import random_lifter, signer

import signlift as sl
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.evaluation.metrics.depth_metrics import mean_depth_error
from signlift.io.arrays.original_arrays import write_arrays
from signlift.model.checkpoint import load_checkpoint, save_checkpoint
from signlift.model.export import export_run
from signlift.training.run import read_config

OPTIONS = {
    "arch": "depth-lstm",
    "epochs": 3,
    "hidden_size": 12,
    "batch_size": 3,
    "learning_rate": 0.01,
}
LENGTHS = [30, 21, 45, 12, 60, 20]

pytestmark = pytest.mark.usefixtures("short_animations")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A directory with data and a run that was trained on them."""
    directory = tmp_path_factory.mktemp("trained")
    write_arrays(directory / "data", random_recordings(LENGTHS, missing=0.1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.InputWarning)  # random keypoints are no person's
        sl.train(directory / "data", directory / "run", **OPTIONS)
    return directory


@pytest.fixture
def run(trained, tmp_path):
    """A copy of the run, beside its data."""
    for name in ("data", "run"):
        shutil.copytree(trained / name, tmp_path / name)
    return tmp_path / "run"


@pytest.fixture(scope="module")
def lifting_weights(tmp_path_factory):
    """A directory with an exported LiftingNet of random weights."""
    directory = tmp_path_factory.mktemp("net")
    random_lifter(directory)
    return directory


def true_signer(frames=20, seed=0):
    """A signer with confidence and an invented true depth."""
    recording = signer(frames, seed=seed)
    rng = np.random.default_rng(seed)
    depth = rng.normal(0, 20, recording.keypoints.shape[:2])
    return recording.with_depth(subtract_root_depth(depth, recording.skeleton))


def test_a_run_is_evaluated_on_the_recordings_that_it_held_back(run, tmp_path):
    held_back = read_config(run).split.test.tolist()
    out = tmp_path / "out"
    evaluation = sl.evaluate(tmp_path / "data", run, out=out, json_path=tmp_path / "m.json")
    assert evaluation.recordings.tolist() == held_back
    assert "2 of 6 recordings of the run's training data: those held back" in evaluation.table()
    predicted, true = (
        np.load(path) for path in (out / "predicted_depth.npy", tmp_path / "data/body_ground.npy")
    )
    assert predicted.shape == true.shape
    finite = np.isfinite(predicted).any((1, 2))
    assert np.flatnonzero(finite).tolist() == held_back
    assert evaluation.report.depth_error.units == pytest.approx(
        mean_depth_error(predicted, true), rel=1e-4
    )
    arrays = sl.read_arrays(tmp_path / "data")
    lifted = sl.load(run).lift(arrays[held_back[0]]).depth
    np.testing.assert_allclose(predicted[held_back[0], : len(lifted)], lifted)
    names = {path.name for path in out.iterdir()}
    assert names == {
        "predicted_depth.npy",
        "measures.json",
        "report.html",
        "errors_by_keypoint.png",
        "skeletons.png",
        "skeletons.gif",
    }
    assert {path.name for path in evaluation.written} == names | {"m.json"}
    measures = json.loads((tmp_path / "m.json").read_text())
    assert measures["recordings"] == held_back
    ratio = measures["depth_error_over_constant"]["torso_lengths"]
    assert ratio == pytest.approx(
        evaluation.report.depth_error.torso_lengths / evaluation.constant.depth_error.torso_lengths
    )


def test_the_constant_baseline_of_a_run_is_the_mean_depth_of_its_training_data(run, tmp_path):
    mean = np.array(load_checkpoint(run)[2]["mean_depth"])
    evaluation = sl.evaluate(tmp_path / "data", run)
    from signlift.datasets.dataset import open_dataset

    dataset = open_dataset(tmp_path / "data")
    errors = [
        np.abs(mean * dataset.scales[v] - dataset.recordings[v].depth)
        for v in evaluation.recordings
    ]
    assert evaluation.constant.depth_error.units == pytest.approx(
        np.concatenate(errors).mean(), rel=1e-5
    )
    exported = export_run(run, tmp_path / "model.onnx")
    with pytest.raises(
        sl.InputError, match=r"split: expected auto or all, as .*model\.onnx is not a"
    ):
        sl.evaluate(tmp_path / "data", exported, split="test")
    same = sl.evaluate(tmp_path / "data", exported)
    assert "training data of the model" in same.table()
    assert same.recordings.tolist() == list(range(6))


def test_the_recordings_of_each_split(run, make_data, tmp_path):
    data = tmp_path / "data"
    with pytest.warns(sl.InputWarning, match=r"run: trained on 4 of these 6 recordings; errors"):
        everything = sl.evaluate(data, run, split="all")
    with pytest.warns(sl.InputWarning, match="trained on 4 of these 4 recordings"):
        train = sl.evaluate(data, run, split="train")
    assert everything.recordings.tolist() == list(range(6))
    assert train.recordings.tolist() == read_config(run).split.train.tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = sl.evaluate(make_data([9, 9], "other", seed=5), run / "last.safetensors")
    assert other.recordings.tolist() == [0, 1]
    assert "not trained on" in other.about
    (run / "config.json").unlink()
    assert sl.evaluate(data, run).about == "all 6 recordings of the data"


def test_the_shipped_weights_are_evaluated_on_the_two_arrays(make_data, tmp_path):
    data = make_data([12, 9])
    evaluation = sl.evaluate(data, out=tmp_path / "out")
    assert evaluation.about == "all 2 recordings of the data"
    assert "shipped weights on all 2 recordings" in evaluation.table()
    assert "mean depth over these recordings" in evaluation.table()
    names = sl.load().network.about["info"]["trained_on"]
    assert evaluation.trained_on == tuple(names) and "procedural signer" in names
    line = f"trained on: {', '.join(names)} (errors on new motion are larger)"
    assert evaluation.table().splitlines()[1] == line
    assert ", ".join(names) in (tmp_path / "out" / "report.html").read_text()
    predicted = np.load(tmp_path / "out" / "predicted_depth.npy")
    assert predicted.shape == (2, 12, 26)
    lifted = sl.load().lift(sl.read_arrays(data)[1])
    np.testing.assert_array_equal(predicted[1, :9], lifted.depth)
    true = np.load(data / "body_ground.npy")
    assert evaluation.report.depth_error.units == pytest.approx(
        mean_depth_error(predicted, true), rel=1e-5
    )
    assert np.isfinite(list(evaluation.report.coverage.values())).all()
    # The baseline is the mean of what is evaluated: its errors average to zero.
    from signlift.datasets.dataset import open_dataset

    in_torsos = np.concatenate(
        [sl.read_arrays(data)[v].depth / open_dataset(data).scales[v] for v in (0, 1)]
    )
    expected = np.abs(in_torsos - in_torsos.mean(0)).mean()
    assert evaluation.constant.depth_error.torso_lengths == pytest.approx(expected, rel=1e-4)


def test_any_recording_with_depth_can_be_evaluated_on(lifting_weights, tmp_path):
    recordings = [true_signer(20), true_signer(7, seed=1)]
    lifter = sl.load(lifting_weights)
    in_memory = sl.evaluate(recordings, lifting_weights, out=tmp_path / "out")
    predicted = np.load(tmp_path / "out" / "predicted_depth.npy")
    assert predicted.shape == (2, 20, 26)
    lifted = [lifter.lift(recording) for recording in recordings]
    np.testing.assert_array_equal(predicted[1, :7], lifted[1].depth)  # with its confidence
    assert np.isnan(predicted[1, 7:]).all()
    coverage = [
        np.abs(one.depth - recording.depth) <= one.depth_uncertainty
        for one, recording in zip(lifted, recordings, strict=True)
    ]
    root = sl.PANOPTIC26.index("MidHip")
    expected = np.delete(np.concatenate(coverage), root, 1).mean()
    assert in_memory.report.coverage["all keypoints"] == pytest.approx(expected)
    sl.write(recordings[0], tmp_path / "signer.npz")
    from_file = sl.evaluate(tmp_path / "signer.npz", lifting_weights, out=tmp_path / "one")
    assert (
        from_file.report.depth_error
        == sl.evaluate(recordings[0], lifting_weights).report.depth_error
    )
    assert np.load(tmp_path / "one" / "predicted_depth.npy").shape == (20, 26)


def test_causal_evaluation_and_the_frame_rate(lifting_weights):
    recording = true_signer(30)
    causal = sl.load(lifting_weights).lift(recording, causal=True)
    evaluation = sl.evaluate(recording, lifting_weights, causal=True)
    error = mean_depth_error(causal.depth, recording.depth)
    assert evaluation.report.depth_error.units == pytest.approx(error, rel=1e-5)
    unknown = sl.Recording(recording.keypoints, depth=recording.depth)
    slow, default, usual = (
        sl.evaluate(unknown, lifting_weights, fps=fps).report.depth_error.units
        for fps in (10, None, 30)
    )
    assert default == usual != slow
    with pytest.raises(sl.InputError, match="fps: expected a number above 0"):
        sl.evaluate(unknown, lifting_weights, fps=-1)


def test_another_skeleton_than_the_models(lifting_weights):
    recording = true_signer(10).convert("coco17")
    evaluation = sl.evaluate(recording, lifting_weights)
    assert evaluation.report.skeleton == "coco17"
    assert evaluation.report.neck_relative_depth_error["wrists"].count == 20


def test_absolute_depth_is_made_relative_to_midhip(lifting_weights):
    recording = true_signer(10)
    near, far = (
        sl.evaluate(recording.with_depth(depth), lifting_weights).report.depth_error.units
        for depth in (recording.depth, recording.depth + 4000)
    )
    assert near == pytest.approx(far, rel=1e-4)


def test_the_canonical_chain_is_evaluated_in_torso_lengths(make_data, tmp_path):
    data = make_data(LENGTHS)
    normalized = tmp_path / "canonical" / "normalized_data.npy"
    sl.prepare(data / "body_data.npy", data / "body_ground.npy", normalized)
    run = tmp_path / "run"
    sl.train(normalized, run, **OPTIONS)
    evaluation = sl.evaluate(normalized.parent, run, out=tmp_path / "out")
    error = evaluation.report.depth_error
    assert error.units == error.torso_lengths
    predicted = np.load(tmp_path / "out" / "predicted_depth.npy")
    assert predicted.shape == (sum(LENGTHS), 26)
    true = np.load(normalized)[..., 0]
    assert error.units == pytest.approx(mean_depth_error(predicted, true), rel=1e-4)
    finite = np.isfinite(predicted).all(1)
    ends = np.cumsum(LENGTHS)
    held_back = evaluation.recordings
    assert finite.sum() == sum(LENGTHS[v] for v in held_back)
    assert all(finite[ends[v] - LENGTHS[v] : ends[v]].all() for v in held_back)
    with pytest.raises(sl.InputError, match=r"data: expected a normalized_data\.npy, as"):
        sl.evaluate(data, run)
    with pytest.raises(sl.InputError, match="expected data in the camera frame"):
        sl.evaluate(normalized)


def test_canonical_prediction_equals_that_of_training(make_data, tmp_path):
    from signlift.datasets.batches import iterate_batches
    from signlift.datasets.dataset import open_dataset

    data = make_data([30, 12])
    normalized = tmp_path / "canonical" / "normalized_data.npy"
    sl.prepare(data / "body_data.npy", data / "body_ground.npy", normalized)
    run = tmp_path / "run"
    sl.train(normalized, run, **OPTIONS)
    with pytest.warns(sl.InputWarning):
        sl.evaluate(normalized, run, split="all", out=tmp_path / "out")
    predicted = np.load(tmp_path / "out" / "predicted_depth.npy")
    model = load_checkpoint(run)[0].float()
    batches = iterate_batches(open_dataset(normalized), np.arange(2), 1, 30)
    for batch, frames in zip(batches, (slice(0, 30), slice(30, 42)), strict=True):
        with torch.no_grad():
            depth = model(torch.from_numpy(batch.inputs))[0][0].numpy()
        expected = subtract_root_depth(depth, sl.PANOPTIC26)
        np.testing.assert_allclose(predicted[frames], expected, atol=1e-5)


def test_a_person_in_the_canonical_frame_is_drawn_from_the_front():
    from signlift.evaluation.draw_evaluation import to_camera_frame

    lateral_and_height = np.tile(np.array([[0.2, 1.0]], "f4"), (1, 26, 1))  # to the right, and up
    recording = sl.Recording(lateral_and_height, depth=np.full((1, 26), 0.3, "f4"))
    drawn = to_camera_frame(recording, "canonical", 10)
    # The person's right is the image's left, up is -y, and towards the camera is -z.
    np.testing.assert_allclose(drawn.points[0, 0], [-0.2, -1.0, -0.3])


def test_a_keypoint_without_constant_depth_counts_for_neither(make_data, tmp_path):
    data = make_data(LENGTHS)
    ground = np.load(data / "body_ground.npy")
    ground[:, :, 7] = np.nan
    np.save(data / "body_ground.npy", ground)
    sl.train(data, tmp_path / "run", **OPTIONS)
    evaluation = sl.evaluate(make_data(LENGTHS, "other", seed=3), tmp_path / "run")
    model, constant = evaluation.report, evaluation.constant
    assert model.depths == constant.depths == sum(LENGTHS) * 25
    assert model.depth_error_per_keypoint["LKnee"].count == 0


def test_an_impossible_split_is_one_line(run, tmp_path):
    config = run / "config.json"
    content = json.loads(config.read_text())
    for number in (99, -1):
        content["split"]["test"] = [number]
        config.write_text(json.dumps(content))
        with pytest.raises(sl.InputError, match=r"run/config\.json: expected a split of") as error:
            sl.evaluate(tmp_path / "data", run)
        assert len(error.value.problems) == 1
        with pytest.raises(sl.InputError, match=r"run/config\.json: expected a split of"):
            sl.train(tmp_path / "data", run, resume=True)


def test_no_known_depth_to_evaluate_on(run, make_data, tmp_path):
    other = make_data([9, 9], "other", seed=5)
    np.save(other / "body_ground.npy", np.full((2, 9, 26), np.nan))
    with pytest.raises(sl.InputError, match="other: expected frames with keypoints and true depth"):
        sl.evaluate(other, run, out=tmp_path / "out")
    assert not (tmp_path / "out" / "predicted_depth.npy").exists()
    with pytest.raises(sl.InputError, match="expected recordings with true depth, found 1 without"):
        sl.evaluate(sl.sample_path("openpose"))
    mixed = [true_signer(4), true_signer(4).convert("coco17")]
    with pytest.raises(sl.InputError, match="on one skeleton, found panoptic26, coco17"):
        sl.evaluate(mixed)


def test_a_model_or_data_that_is_not_there(run, tmp_path):
    with pytest.raises(sl.InputError, match="expected a trained run or exported model, found no"):
        sl.evaluate(tmp_path / "data", tmp_path / "nowhere")
    with pytest.raises(sl.InputError, match=r"nowhere: expected a .* body_data\.npy"):
        sl.evaluate(tmp_path / "nowhere")
    sl.train(tmp_path / "data", tmp_path / "all", test_fraction=0.0, **{**OPTIONS, "epochs": 1})
    with pytest.raises(sl.InputError, match="6 trained on, 0 held back"):
        sl.evaluate(tmp_path / "data", tmp_path / "all")


@pytest.mark.parametrize("mean", ["text", [1.0], {"a": 1}, [10**400] * 26])
def test_a_damaged_mean_depth_of_a_run_is_one_line(run, tmp_path, mean):
    model, config, info = load_checkpoint(run)
    path = tmp_path / "damaged.safetensors"
    save_checkpoint(path, model, config, {**info, "mean_depth": mean})
    with pytest.raises(sl.InputError, match="metadata of the model: expected 26 numbers"):
        sl.evaluate(tmp_path / "data", path)


def test_the_report_page_of_a_run_has_its_learning_curves(run, tmp_path):
    evaluation = sl.evaluate(tmp_path / "data", run, out=tmp_path / "out", command="signlift x")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<h2") == page.count("</h2>")
    assert "The best epoch is " in page and "signlift x" in page
    assert f"{evaluation.report.depth_error.centimetres():.1f}" in page
    (run / "losses.csv").write_text("epoch,train_loss\nfirst,0.5\n")
    with pytest.warns(sl.InputWarning, match=r"losses\.csv: expected the losses of a run, found a"):
        sl.evaluate(tmp_path / "data", run, out=tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "The best epoch is " not in page
