"""Models that `signlift.load` opens, and its messages about files that it cannot open."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import onnx
import pytest
import torch
from lifting_nets import CONFIG, random_lifter, random_net, signer

import signlift as sl
from signlift.lifting import open_network
from signlift.model.checkpoint import save_checkpoint
from signlift.model.export import export_run
from signlift.model.graph_metadata import DEPTH_FILE, METADATA, PROPORTIONS_FILE


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("net")
    random_lifter(directory)
    return directory


def test_a_directory_its_files_and_safetensors_give_the_same_depth(directory, tmp_path):
    save_checkpoint(tmp_path / "net.safetensors", random_net(), CONFIG)
    recording = signer(20)
    depth = sl.load(directory).lift(recording).depth
    for path in (
        directory / DEPTH_FILE,
        directory / PROPORTIONS_FILE,
        tmp_path / "net.safetensors",
    ):
        np.testing.assert_allclose(sl.load(path).lift(recording).depth, depth, atol=0.01)


def test_a_renamed_graph_is_not_opened(directory, tmp_path):
    random_lifter(tmp_path, seed=1)
    for half in (DEPTH_FILE, PROPORTIONS_FILE):
        shutil.copy(directory / half, tmp_path / "other.onnx")
        expected = r"other\.onnx: expected the directory that holds"
        with pytest.raises(sl.InputError, match=expected):
            sl.load(tmp_path / "other.onnx")


def test_pytorch_gets_copies_of_arrays():
    from signlift.lifting.backends.torch import TorchGraph

    class AddOne(torch.nn.Module):
        def forward(self, x):
            return [x.add_(1)]

    x = np.broadcast_to(np.float32(1), (1, 1, 3))  # contiguous, and read-only
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (more,) = TorchGraph(AddOne())(x)
    np.testing.assert_array_equal(more, np.full((1, 1, 3), 2))
    np.testing.assert_array_equal(x, np.ones((1, 1, 3)))


def test_lifting_needs_no_pytorch(directory):
    """In a process where PyTorch and what comes with it cannot be imported."""
    code = f"""
        import sys
        for name in ("torch", "lightning", "lightning_fabric", "safetensors", "onnx"):
            sys.modules[name] = None
        import numpy as np
        import signlift as sl
        lifter = sl.load({str(directory)!r})
        recording = sl.Recording(np.random.default_rng(0).random((9, 26, 2)))
        assert np.isfinite(lifter.lift(recording).depth).all()
        assert np.isfinite(lifter.lift(recording, causal=True).depth_uncertainty).all()
        assert lifter.estimate_proportions(recording).torso > 0
        assert lifter.stream("coco17").step(np.ones((17, 2))).shape == (17,)
        try:
            sl.load({str(directory.parent)!r})
        except sl.InputError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert "pip install 'signlift[train]'" in line
    assert "torch is not installed" in line


def test_missing_shipped_weights_are_one_line(monkeypatch):
    monkeypatch.setattr(open_network, "WEIGHTS_PACKAGE", "signlift.lifting")
    with pytest.raises(
        sl.InputError, match=r"^shipped weights: expected .* found no such file"
    ) as error:
        sl.load()
    assert len(error.value.problems) == 1


def test_shipped_weights_lift(monkeypatch, directory, tmp_path):
    package = tmp_path / "some_weights"
    shutil.copytree(directory, package)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(open_network, "WEIGHTS_PACKAGE", "some_weights")
    lifter = sl.load()
    assert repr(lifter) == "Lifter(the shipped weights, panoptic26)"
    assert np.isfinite(lifter.lift(signer(5)).depth).all()


def test_graphs_of_two_exports_or_of_the_wrong_kind(directory, tmp_path):
    random_lifter(tmp_path, seed=1)
    shutil.copy(directory / DEPTH_FILE, tmp_path)
    with pytest.raises(sl.InputError, match="of one export, found graphs of two exports"):
        sl.load(tmp_path)
    shutil.copy(directory / DEPTH_FILE, tmp_path / PROPORTIONS_FILE)
    with pytest.raises(sl.InputError, match=r"found a graph of kind 'lifting depth'"):
        sl.load(tmp_path)
    (tmp_path / PROPORTIONS_FILE).unlink()
    with pytest.raises(sl.InputError, match=r"proportions\.onnx: expected .* found no file"):
        sl.load(tmp_path)


def test_a_graph_that_is_no_regular_file(directory, tmp_path):
    (tmp_path / PROPORTIONS_FILE).write_bytes((directory / PROPORTIONS_FILE).read_bytes())
    os.mkfifo(tmp_path / DEPTH_FILE)
    with pytest.raises(sl.InputError, match=r"depth\.onnx: expected .*, found a pipe"):
        sl.load(tmp_path)
    (tmp_path / DEPTH_FILE).unlink()
    (tmp_path / DEPTH_FILE).mkdir()
    with pytest.raises(sl.InputError, match=r"depth\.onnx: expected .*, found is a directory"):
        sl.load(tmp_path)


def test_files_that_are_not_models(directory, tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(sl.InputError, match=r"expected a \.onnx file, found no file"):
        sl.load(path)
    for content in (b"", b"nonsense", (directory / DEPTH_FILE).read_bytes()[:5000]):
        path.write_bytes(content)
        with pytest.raises(
            sl.InputError, match="found a file that ONNX Runtime cannot run"
        ) as error:
            sl.load(path)
        assert len(str(error.value).splitlines()) == 1
    model = onnx.load(directory / DEPTH_FILE)
    entry = next(entry for entry in model.metadata_props if entry.key == METADATA)
    config = {"num_layers": 1, "hidden_size": 4, "proportions_values": 4}
    whole = {"skeleton": "panoptic26", "weights": "1", "config": config}
    damaged = "found a model with damaged metadata"
    for kind in ("lifting proportions", "lifting depth", "depth lstm"):
        for change in (
            {"skeleton": 3},
            {"weights": None},
            {"config": None},
            {"config": {**config, "hidden_size": "4"}},
            {"config": {"hidden_size": 4, "frame": "camera"}},
            {"kind": [kind]},
        ):
            entry.value = json.dumps({"kind": kind, **whole, **change})
            onnx.save(model, path)
            with pytest.raises(sl.InputError, match=damaged):
                sl.load(path)
    for key, value, expected in (
        (
            METADATA,
            '{"kind": "magic"}',
            "found a graph of kind 'magic', of another version of signlift",
        ),
        (METADATA, "{", damaged),
        (METADATA, "null", damaged),
        (METADATA, '{"kind": "depth lstm"}', damaged),
        ("other", "{}", "found a model of another program"),
    ):
        entry.key, entry.value = key, value
        onnx.save(model, path)
        with pytest.raises(sl.InputError, match=expected):
            sl.load(path)


def test_an_exported_run_of_the_canonical_frame(tmp_path):
    from signlift.model.checkpoint import save_checkpoint
    from signlift.model.depth_lstm import DepthLSTMConfig

    config = DepthLSTMConfig(hidden_size=4, frame="canonical")
    save_checkpoint(tmp_path / "run.safetensors", config.build(), config, {})
    export_run(tmp_path / "run.safetensors", tmp_path / "model.onnx")
    with pytest.raises(sl.InputError, match="expected a model of the camera frame"):
        sl.load(tmp_path / "model.onnx").stream()
