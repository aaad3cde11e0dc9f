"""`python -m benchmarks.accuracy` from end to end, on little data."""

import json
from functools import partial

import numpy as np
import pytest
from tiny_pretraining import TINY

from benchmarks.accuracy import methods, signlift_methods
from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.data import stream_batches
from signlift.datasets.simulated import generate
from signlift.model.export import export_onnx
from signlift.pretraining.pretrain import pretrain

pytestmark = pytest.mark.slow


def one_block(seconds, seed):
    """Return the settings of a pretraining of one small block."""
    return TINY.with_schedule(blocks=1, minutes=seconds, seed=seed)


def two_blocks(seconds, seed):
    return one_block(seconds, seed).with_schedule(blocks=2)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a directory like DATA, with simulated signers."""
    directory = tmp_path_factory.mktemp("accuracy")
    for seed, name in enumerate(("asl", "cmu/train", "cmu/test")):
        generate(
            directory / name, 2, min_frames=12, max_frames=16, seed=seed, upper_body=0.0, quiet=True
        )
    return directory


def make_arguments(data, out, *more):
    small = ["--minutes", "0.0005", "--channels", "8", "--quiet", "--seed", "1"]
    return [str(data), "-o", str(out), *small, *map(str, more)]


def test_whole_table_and_again(data, tmp_path, capsys, monkeypatch, short_calibration):
    monkeypatch.setattr(signlift_methods, "pretrain", partial(pretrain, workers=0))
    monkeypatch.setattr(methods, "stream_batches", partial(stream_batches, recordings=4))
    monkeypatch.setattr(methods, "short_pretraining", one_block)
    trainings = []

    def count_training(*arguments, **options):
        trainings.append(arguments)
        return signlift_methods.train_lifter(*arguments, **options)

    monkeypatch.setattr(methods, "train_lifter", count_training)
    run, out = tmp_path / "run", tmp_path / "out"
    export_onnx(TINY.model.build(), run)
    assert main(make_arguments(data, out, "--model", run)) == 0
    first = capsys.readouterr().out
    rows = json.loads((out / "table.json").read_text())
    names = [row["name"] for row in rows]
    assert names == [
        "true depth",
        "best fixed pose of the test set",
        "fixed pose",
        "bone-length fit",
        "original DepthLSTM",
        "SimpleBaseline",
        "VideoPose3D, symmetric",
        "VideoPose3D, causal",
        "signlift, trained as briefly",
        "signlift",
        "signlift, streaming",
        "signlift, given proportions",
    ]
    assert all(name in first for name in names)
    for row in rows:
        assert {"asl", "cmu"} == set(row["scores"])
        for conditions in row["scores"].values():
            for scores in conditions.values():
                assert np.isfinite(scores["upper"])
    assert [row["training"] is not None for row in rows] == [False] * 4 + [True] * 5 + [False] * 3
    saved = {path: path.stat().st_mtime_ns for path in out.glob("*.safetensors")}
    assert len(saved) == 4
    assert len(trainings) == 1  # for both test sets
    # No method is trained or measured again.
    assert main(make_arguments(data, out, "--model", run)) == 0
    assert capsys.readouterr().out == first
    assert all(path.stat().st_mtime_ns == when for path, when in saved.items())
    assert len(trainings) == 1
    # A method with another option is trained again.
    assert main(make_arguments(data, out, "--only", "simple", "--channels", "4")) == 0
    simple = out / "simplebaseline.safetensors"
    assert simple.stat().st_mtime_ns > saved[simple]
    # Another pretraining is trained in a directory of its own.
    monkeypatch.setattr(methods, "short_pretraining", two_blocks)
    monkeypatch.setattr(signlift_methods, "calibrate_on_simulation", lambda *_: None)
    assert main(make_arguments(data, out, "--only", "signlift, trained")) == 0
    assert len(trainings) == 2
    assert len(list(out.glob("signlift-*"))) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--minutes", "-1"], "--minutes: expected a number of 0 or more, found -1.0"),
        (["--seed", "-1"], "--seed: expected a whole number of 0 or more, found -1"),
        (["--channels", "0"], "--channels: expected a number above 0, found 0"),
        (["--only", "xyz"], "--only: expected the beginning of one of true depth"),
        (
            ["--model", "nowhere"],
            "nowhere: expected a trained run or exported model, found no file",
        ),
    ],
)
def test_wrong_input_is_one_line(data, tmp_path, capsys, options, message):
    assert main(make_arguments(data, tmp_path, *options)) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 1
    assert message in errors[0]


def test_missing_data(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "asl: expected a .npy file" in capsys.readouterr().err
