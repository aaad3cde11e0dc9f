"""signlift.evaluation.evaluate: from a run and data to measures, files and pictures."""

import json
from pathlib import Path

import numpy as np
import pytest

import signlift as sl
from signlift.evaluation.evaluate import test as run_test
from signlift.evaluation.metrics import mean_depth_error
from signlift.model.checkpoint import load_checkpoint
from signlift.training.run import read_config

OPTIONS = {"epochs": 3, "hidden_size": 12, "batch_size": 3, "learning_rate": 0.01}
LENGTHS = [30, 21, 45, 12, 60, 20]


@pytest.fixture
def run(make_data, tmp_path):
    sl.train(make_data(LENGTHS, missing=0.1), tmp_path / "run", **OPTIONS)
    return tmp_path / "run"


def test_of_its_training_data_a_run_is_tested_on_what_it_held_back(run, tmp_path):
    held_back = read_config(run).split.test.tolist()
    tested = run_test(run, tmp_path / "data", out=tmp_path / "out", json_path=tmp_path / "m.json")
    assert tested.recordings.tolist() == held_back
    assert "2 of 6 recordings of the run's training data: those held back" in tested.table()
    predicted, true = (
        np.load(path)
        for path in (tmp_path / "out/predicted_depth.npy", tmp_path / "data/body_ground.npy")
    )
    assert predicted.shape == true.shape
    finite = np.isfinite(predicted).any((1, 2))
    assert np.flatnonzero(finite).tolist() == held_back
    assert tested.report.depth_error.units == pytest.approx(
        mean_depth_error(predicted, true), rel=1e-4
    )
    arrays = sl.read_arrays(tmp_path / "data")
    lifted = sl.load(run).lift(arrays[held_back[0]]).depth
    np.testing.assert_allclose(predicted[held_back[0], : len(lifted)], lifted, rtol=1e-3, atol=0.1)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "predicted_depth.npy",
        "measures.json",
        "errors_by_keypoint.png",
        "skeletons.png",
        "skeletons.gif",
    }
    assert {path.name for path in tested.written} == names | {"m.json"}
    measures = json.loads((tmp_path / "m.json").read_text())
    assert measures["recordings"] == held_back
    ratio = measures["depth_error_over_constant"]["torso_lengths"]
    assert ratio == pytest.approx(
        tested.report.depth_error.torsos / tested.constant.depth_error.torsos
    )


def test_the_constant_baseline_is_the_mean_depth_of_training(run, tmp_path):
    mean = np.array(load_checkpoint(run)[2]["mean_depth"])
    tested = run_test(run, tmp_path / "data")
    from signlift.datasets.dataset import open_dataset

    dataset = open_dataset(tmp_path / "data")
    errors = [
        np.abs(mean * dataset.scales[v] - dataset.recordings[v].depth) for v in tested.recordings
    ]
    assert tested.constant.depth_error.units == pytest.approx(
        np.concatenate(errors).mean(), rel=1e-5
    )


def test_which_recordings(run, make_data, tmp_path):
    data = tmp_path / "data"
    everything = run_test(run, data, split="all")
    train = run_test(run, data, split="train")
    assert everything.recordings.tolist() == list(range(6))
    assert train.recordings.tolist() == read_config(run).split.train.tolist()
    other = run_test(run / "last.safetensors", make_data([9, 9], "other", seed=5))
    assert other.recordings.tolist() == [0, 1]
    assert "not seen" in other.about
    (run / "config.json").unlink()
    assert run_test(run, data).about == "all 6 recordings of data"


def test_the_canonical_chain_is_tested_in_torso_lengths(make_data, tmp_path):
    data = make_data(LENGTHS)
    out = tmp_path / "canonical" / "normalized_data.npy"
    sl.prepare(data / "body_data.npy", data / "body_ground.npy", out)
    sl.train(out, tmp_path / "run", **OPTIONS)
    tested = run_test(tmp_path / "run", out.parent, out=tmp_path / "out")
    assert tested.report.depth_error.units == tested.report.depth_error.torsos
    predicted = np.load(tmp_path / "out" / "predicted_depth.npy")
    assert predicted.shape == (sum(LENGTHS), 26)
    true = np.load(out)[..., 0]
    assert tested.report.depth_error.units == pytest.approx(
        mean_depth_error(predicted, true), rel=1e-4
    )
    finite = np.isfinite(predicted).all(1)
    ends = np.cumsum(LENGTHS)
    held_back = tested.recordings
    assert finite.sum() == sum(LENGTHS[v] for v in held_back)
    assert all(finite[ends[v] - LENGTHS[v] : ends[v]].all() for v in held_back)
    with pytest.raises(sl.InputError, match="expected data in the canonical frame"):
        run_test(tmp_path / "run", data)


def test_a_person_in_the_canonical_frame_is_drawn_as_seen_from_the_front():
    from signlift.evaluation.evaluate import _to_draw
    from signlift.training.predict import RecordingPrediction

    lateral_and_height = np.tile(np.array([[0.2, 1.0]], "f4"), (1, 26, 1))  # to the right, and up
    forward = np.full((1, 26), 0.3, "f4")
    prediction = RecordingPrediction(0, 0, True, lateral_and_height, forward, forward, 1.0)
    true, predicted = _to_draw(prediction, _canonical())
    # The person's right is the picture's left, up is -y, and towards the camera is -z.
    np.testing.assert_allclose(true.points[0, 0], [-0.2, -1.0, -0.3])
    np.testing.assert_allclose(predicted.points[0, 0], [-0.2, -1.0, -0.3])


def _canonical():
    from signlift.datasets.dataset import Dataset
    from signlift.io.arrays.npy import NpyFile
    from signlift.io.arrays.original_arrays import Arrays

    nothing = NpyFile(Path("none.npy"), (1, 1, 52), np.dtype("f4"), False, 0)
    arrays = Arrays(nothing, None, sl.PANOPTIC26, np.ones(1, np.int64))
    return Dataset(arrays, "canonical", np.ones(1), np.zeros(1, bool), "")


def test_a_keypoint_that_training_never_knew_counts_for_neither(make_data, tmp_path):
    data = make_data(LENGTHS)
    ground = np.load(data / "body_ground.npy")
    ground[:, :, 7] = np.nan
    np.save(data / "body_ground.npy", ground)
    sl.train(data, tmp_path / "run", **OPTIONS)
    tested = run_test(tmp_path / "run", make_data(LENGTHS, "other", seed=3))
    model, constant = tested.report, tested.constant
    assert model.keypoints == constant.keypoints == sum(LENGTHS) * 25
    assert model.depth_error_per_keypoint["LKnee"].counted == 0


def test_an_impossible_split_is_said_in_a_line(run, tmp_path):
    config = run / "config.json"
    content = json.loads(config.read_text())
    for wrong in (99, -1):
        content["split"]["test"] = [wrong]
        config.write_text(json.dumps(content))
        with pytest.raises(sl.InputError, match=r"run/config\.json: expected a split of") as error:
            run_test(run, tmp_path / "data")
        assert len(error.value.problems) == 1
        with pytest.raises(sl.InputError, match=r"run/config\.json: expected a split of"):
            sl.train(tmp_path / "data", run, resume=True)


def test_nothing_known_to_test_on(run, make_data, tmp_path):
    other = make_data([9, 9], "other", seed=5)
    np.save(other / "body_ground.npy", np.full((2, 9, 26), np.nan))
    with pytest.raises(sl.InputError, match="expected frames with keypoints and known depth"):
        run_test(run, other, out=tmp_path / "out")
    assert not (tmp_path / "out" / "predicted_depth.npy").exists()


def test_a_users_mistakes(run, make_data, tmp_path):
    with pytest.raises(sl.InputError, match="expected a trained run or checkpoint, found no file"):
        run_test(tmp_path / "nowhere", tmp_path / "data")
    sl.train(tmp_path / "data", tmp_path / "all", test_fraction=0.0, **{**OPTIONS, "epochs": 1})
    with pytest.raises(sl.InputError, match="6 trained on, 0 held back"):
        run_test(tmp_path / "all", tmp_path / "data")
