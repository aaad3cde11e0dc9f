"""`python -m benchmarks.training_choices` on little data."""

import numpy as np
import pytest
from lifting_nets import CONFIG, random_net

import signlift as sl
from benchmarks import training_choices
from benchmarks.training_choices import ROWS, main
from signlift.core.skeleton import PANOPTIC26
from signlift.core.skeleton_arrays import convert
from signlift.datasets.simulated import generate
from signlift.model.checkpoint import save_checkpoint
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    directory = tmp_path_factory.mktemp("choices")
    for seed, part in enumerate(("train", "test")):
        generate(directory / "cmu" / part, 4, min_frames=20, max_frames=30, seed=seed, quiet=True)
    rng = np.random.default_rng(0)
    clips = {}
    for word in ("A", "B_1", "B_2", "3"):
        points = Signer.draw(rng).sample_motion(rng, 30, 30.0, fingers=False)
        clips[f"galt.{word}_2023-1-1"] = 100 * convert(points, SIGNER, PANOPTIC26).astype("f4")
    (directory / "signs").mkdir()
    np.savez(directory / "signs" / "mocap26_cm_30fps.npz", **clips)
    return directory


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "net.safetensors"
    save_checkpoint(path, random_net(), CONFIG)
    return path


def read_table(capsys):
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]


def test_every_row_is_trained_and_measured_once(data, model, tmp_path, capsys, monkeypatch):
    out = tmp_path / "out"
    arguments = [str(data), "-o", str(out), "--model", str(model), "--epochs", "1", "--quiet"]
    assert main(arguments) == 0
    lines = read_table(capsys)
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {row}" for row in ROWS]
    assert lines[0].count("cmu") == lines[0].count("galt") == 3
    assert "nan" not in "".join(lines)
    assert (out / "table.md").read_text().splitlines() == lines
    monkeypatch.setattr(sl, "train", None)  # nothing is trained again
    assert main(arguments) == 0
    assert read_table(capsys) == lines
    assert main([*arguments, "--only", "FINE-TUNED"]) == 0
    assert len(read_table(capsys)) == 3


def test_words_are_not_divided_between_training_and_test(data, tmp_path):
    choices = training_choices.read_datasets(data, tmp_path, None, 0)
    galt = next(choice for choice in choices if choice.name == "galt")
    assert len(galt.groups) + len(galt.tests.recordings) == 4
    assert galt.groups.count("b") in (0, 2)


def test_fewer_recordings_to_train_on(data, tmp_path):
    for choice in training_choices.read_datasets(data, tmp_path, 1, 0):
        assert len(sl.read_arrays(choice.training)) == 1


def test_wrong_input_is_one_line(data, tmp_path, capsys):
    for arguments, message in (
        ([data, "--only", "transformer"], "--only: expected a part of one of existing weights"),
        ([tmp_path], f"{tmp_path}: expected cmu, asl or signs, found none of them"),
    ):
        assert main([*map(str, arguments), "-o", str(tmp_path / "out")]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(message)
