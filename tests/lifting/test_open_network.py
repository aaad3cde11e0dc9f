"""What `signlift.load` opens, and what it says of what it cannot."""

import json
import shutil
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import onnx
import pytest
import torch
from lifting_nets import random_lifter, random_net, signer

import signlift as sl
from signlift.lifting import open_network
from signlift.model.export import export_run, save_lifting
from signlift.model.graph_metadata import DEPTH_FILE, METADATA, PROPORTIONS_FILE


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("net")
    random_lifter(folder)
    return folder


def test_a_folder_each_of_its_files_and_safetensors_are_the_same(folder, tmp_path):
    save_lifting(tmp_path / "net.safetensors", random_net())
    recording = signer(20)
    depth = sl.load(folder).lift(recording).depth
    for path in (folder / DEPTH_FILE, folder / PROPORTIONS_FILE, tmp_path / "net.safetensors"):
        np.testing.assert_allclose(sl.load(path).lift(recording).depth, depth, atol=0.01)


def test_a_half_of_another_name_does_not_lead_to_its_folder(folder, tmp_path):
    random_lifter(tmp_path, seed=1)
    for half in (DEPTH_FILE, PROPORTIONS_FILE):
        shutil.copy(folder / half, tmp_path / "other.onnx")
        expected = r"other\.onnx: expected the folder that holds both halves"
        with pytest.raises(sl.InputError, match=expected):
            sl.load(tmp_path / "other.onnx")


def test_pytorch_gets_arrays_of_its_own():
    from signlift.lifting.backends.torch import TorchGraph

    class AddOne(torch.nn.Module):
        def forward(self, x):
            return [x.add_(1)]

    x = np.broadcast_to(np.float32(1), (1, 1, 3))  # contiguous, and read-only
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (more,) = TorchGraph(AddOne())({"x": x})
    np.testing.assert_array_equal(more, np.full((1, 1, 3), 2))
    np.testing.assert_array_equal(x, np.ones((1, 1, 3)))


def test_lifting_needs_no_pytorch(folder):
    """In a process where PyTorch and what comes with it cannot be imported."""
    code = f"""
        import sys
        for name in ("torch", "lightning", "lightning_fabric", "safetensors", "onnx"):
            sys.modules[name] = None
        import numpy as np
        import signlift as sl
        lifter = sl.load({str(folder)!r})
        recording = sl.Recording(np.random.default_rng(0).random((9, 26, 2)))
        assert np.isfinite(lifter.lift(recording).depth).all()
        assert np.isfinite(lifter.lift(recording, causal=True).depth_uncertainty).all()
        assert lifter.proportions(recording).torso > 0
        assert lifter.stream("coco17").step(np.ones((17, 2))).shape == (17,)
        try:
            sl.load({str(folder.parent)!r})
        except sl.InputError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert "pip install 'signlift[train]'" in line
    assert line.endswith("found no torch")


def test_the_shipped_weights_are_opened_or_missed_in_a_line(monkeypatch):
    monkeypatch.setattr(open_network, "WEIGHTS", "signlift.lifting")  # a package without any
    with pytest.raises(
        sl.InputError, match=r"^the shipped weights: expected .* found none"
    ) as error:
        sl.load()
    assert len(error.value.problems) == 1


def test_shipped_weights_lift(monkeypatch, folder, tmp_path):
    package = tmp_path / "some_weights"
    shutil.copytree(folder, package)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(open_network, "WEIGHTS", "some_weights")
    lifter = sl.load()
    assert repr(lifter) == "Lifter(the shipped weights, panoptic26)"
    assert np.isfinite(lifter.lift(signer(5)).depth).all()


def test_halves_of_two_exports(folder, tmp_path):
    random_lifter(tmp_path, seed=1)
    shutil.copy(folder / DEPTH_FILE, tmp_path)
    with pytest.raises(sl.InputError, match="of one export, found those of two"):
        sl.load(tmp_path)
    shutil.copy(folder / DEPTH_FILE, tmp_path / PROPORTIONS_FILE)
    with pytest.raises(sl.InputError, match=r"found one of another kind \(lifting depth\)"):
        sl.load(tmp_path)
    (tmp_path / PROPORTIONS_FILE).unlink()
    with pytest.raises(sl.InputError, match=r"proportions\.onnx: expected .* found no file"):
        sl.load(tmp_path)


def test_files_that_are_no_models(folder, tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(sl.InputError, match=r"expected a \.onnx file, found no file"):
        sl.load(path)
    for content in (b"", b"nonsense", (folder / DEPTH_FILE).read_bytes()[:5000]):
        path.write_bytes(content)
        with pytest.raises(sl.InputError, match="found one that cannot be used") as error:
            sl.load(path)
        assert len(str(error.value).splitlines()) == 1
    model = onnx.load(folder / DEPTH_FILE)
    entry = next(entry for entry in model.metadata_props if entry.key == METADATA)
    config = {"num_layers": 1, "hidden_size": 4, "proportions_values": 4}
    whole = {"skeleton": "panoptic26", "weights": "1", "config": config}
    damaged = "found one whose description is damaged"
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
        (METADATA, '{"kind": "magic"}', r"found one of another version of signlift \(magic\)"),
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
    from signlift.model.depth_lstm import ModelConfig

    config = ModelConfig(hidden_size=4, frame="canonical")
    save_checkpoint(tmp_path / "run.safetensors", config.build(), config, {})
    export_run(tmp_path / "run.safetensors", tmp_path / "model.onnx")
    with pytest.raises(sl.InputError, match="expected a model of the camera frame"):
        sl.load(tmp_path / "model.onnx").stream()
