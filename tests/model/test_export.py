import json
from dataclasses import asdict

import numpy as np
import onnxruntime
import pytest
import torch
from lifting_nets import CONFIG, random_net, signer

import signlift as sl
from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.core.skeleton import get_skeleton
from signlift.model.checkpoint import load_checkpoint, save_checkpoint
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.model.export import export_onnx, export_run
from signlift.model.graph_modules import DepthGraph, DepthLSTMGraph, ProportionsGraph

FILES = [
    "proportions.onnx",
    "depth.onnx",
    "step_proportions.onnx",
    "step_depth.onnx",
    "step_face.onnx",
    "step_surface.onnx",
]
SHAPES = [(1, 1), (3, 7), (2, 50)]


def session(path):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def run(graph, inputs):
    outputs = graph.run(None, inputs)
    return dict(zip([output.name for output in graph.get_outputs()], outputs, strict=True))


def frames(B, T, seed=0):
    rng = np.random.default_rng(seed)
    keypoints = rng.normal(size=(B, T, 26, 2)).astype("f4")
    keypoints[rng.random((B, T, 26)) < 0.3] = np.nan
    return {
        "keypoints": keypoints,
        "confidence": rng.random((B, T, 26)).astype("f4"),
        "detector_depth": np.where(rng.random((B, T, 26)) < 0.5, np.nan, 0.1).astype("f4"),
        "offset": rng.normal(size=(B, T, 2)).astype("f4"),
        "fps": rng.uniform(20, 60, B).astype("f4"),
    }


def torch_outputs(module, inputs):
    with torch.no_grad():
        return [
            out.numpy()
            for out in module(**{name: torch.from_numpy(one) for name, one in inputs.items()})
        ]


@pytest.fixture(scope="module")
def net():
    return random_net()


@pytest.fixture(scope="module")
def folder(net, tmp_path_factory):
    folder = tmp_path_factory.mktemp("net") / "new"
    paths = export_onnx(net, folder, {"trained_on": ["nothing"]})
    assert [path.name for path in paths] == FILES
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    return folder


@pytest.mark.parametrize(("B", "T"), SHAPES)
def test_graphs_give_the_numbers_of_the_network(net, folder, B, T):
    rng = np.random.default_rng(1)
    inputs = {**frames(B, T), "pool": rng.random((B, 17)).astype("f4")}
    got = run(session(folder / "proportions.onnx"), inputs)
    expected = torch_outputs(ProportionsGraph(net.proportions), inputs)
    for one, other in zip(got.values(), expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4, rtol=1e-4)
    inputs = {
        **frames(B, T),
        "mean": got["mean"],
        "log_scale": got["log_scale"],
        "hidden": rng.normal(size=(2, B, 16)).astype("f4"),
        "cell": rng.normal(size=(2, B, 16)).astype("f4"),
    }
    predictions = run(session(folder / "depth.onnx"), inputs)
    assert predictions["refined"].shape == (B, T, 26, 2)
    assert predictions["depth"].shape == predictions["uncertainty"].shape == (B, T, 26)
    expected = torch_outputs(DepthGraph(net.depth), inputs)
    for one, other in zip(predictions.values(), expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("window", [1, 7, 50])
def test_windows_with_their_state_equal_one_call(folder, window):
    T = 60
    whole = frames(2, T)
    one, two = session(folder / "proportions.onnx"), session(folder / "depth.onnx")
    rng = np.random.default_rng(1)
    known = {
        name: rng.normal(-0.5, 0.1, (2, T, NUM_PROPORTIONS)).astype("f4")
        for name in ("mean", "log_scale")
    }

    def go(size):
        state = {"pool": np.zeros((2, 17), "f4")}
        lstm = {name: np.zeros((2, 2, 16), "f4") for name in ("hidden", "cell")}
        parts = []
        for start in range(0, T, size):
            some = slice(start, start + size)
            part = {
                name: value if name == "fps" else value[:, some] for name, value in whole.items()
            }
            first = run(one, {**part, **state})
            state = {"pool": first.pop("pool_after")}
            predictions = run(two, {**part, **{k: v[:, some] for k, v in known.items()}, **lstm})
            lstm = {name: predictions.pop(f"{name}_after") for name in ("hidden", "cell")}
            parts.append({**first, **predictions})
        return {name: np.concatenate([part[name] for part in parts], 1) for name in parts[0]}

    long = go(T)
    for name, values in go(window).items():
        np.testing.assert_allclose(values, long[name], atol=1e-4, rtol=1e-4, err_msg=name)


def test_metadata_of_a_graph(net, folder):
    abouts = []
    for name, kind in (("proportions", "lifting proportions"), ("depth", "lifting depth")):
        meta = session(folder / f"{name}.onnx").get_modelmeta().custom_metadata_map
        about = json.loads(meta["signlift"])
        assert about["kind"] == kind
        assert about["config"] == asdict(CONFIG)
        assert about["skeleton"] == "panoptic26"
        assert about["version"] == sl.__version__
        assert about["info"] == {"trained_on": ["nothing"]}
        abouts.append(about)
    assert abouts[0]["weights"] == abouts[1]["weights"]


def test_export_does_not_change_the_network(tmp_path):
    net = random_net().double().train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    export_onnx(net, tmp_path)
    assert net.training
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert sl.load(tmp_path).network.about["config"]["hidden_size"] == 16


@pytest.fixture(params=[{}, {"num_layers": 2, "observed_mask": False, "skeleton": "coco17"}])
def run_file(request, tmp_path):
    config = DepthLSTMConfig(**{"hidden_size": 12, **request.param})
    path = tmp_path / "best.safetensors"
    save_checkpoint(path, config.build(), config, {"mean_depth": [0.5]})
    return path


@pytest.mark.parametrize(("B", "T"), SHAPES)
def test_the_graph_of_a_run_gives_the_numbers_of_its_model(run_file, tmp_path, B, T):
    path = export_run(run_file, tmp_path / "new" / "model.onnx")
    model, config, _ = load_checkpoint(run_file)
    J = len(get_skeleton(config.skeleton))
    rng = np.random.default_rng(0)
    keypoints = rng.normal(size=(B, T, 2 * J)).astype("f4")
    keypoints[rng.random(keypoints.shape) < 0.2] = np.nan
    state = rng.normal(size=(2, config.num_layers, B, 12)).astype("f4")
    inputs = {"keypoints": keypoints, "hidden": state[0], "cell": state[1]}
    got = run(session(path), inputs)
    assert got["depth"].shape == (B, T, J)
    for one, other in zip(got.values(), torch_outputs(DepthLSTMGraph(model), inputs), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    about = json.loads(session(path).get_modelmeta().custom_metadata_map["signlift"])
    assert about["kind"] == "depth lstm"
    assert DepthLSTMConfig(**about["config"]) == config
    assert about["info"] == {"mean_depth": [0.5]}


def test_wrong_paths(run_file, tmp_path):
    with pytest.raises(sl.InputError, match=r"model\.pt: expected a name that ends in \.onnx"):
        export_run(run_file, tmp_path / "model.pt")
    with pytest.raises(sl.InputError, match="expected a trained run or checkpoint, found no file"):
        export_run(tmp_path / "nowhere", tmp_path / "model.onnx")
    assert list(tmp_path.glob("*.onnx")) == []


def test_a_lifting_network_is_exported_to_a_directory(net, folder, tmp_path):
    path = tmp_path / "net.safetensors"
    save_checkpoint(path, net, CONFIG, {"blocks": 3})
    out = export_run(path, tmp_path / "new" / "folder")
    assert sorted(file.name for file in out.iterdir()) == sorted(FILES)
    lifter = sl.load(out)
    assert lifter.network.about["info"] == {"blocks": 3}
    recording = signer(5)
    depth = sl.load(folder).lift(recording).depth
    np.testing.assert_allclose(lifter.lift(recording).depth, depth, atol=1e-3)
    with pytest.raises(
        sl.InputError, match=r"new\.onnx: expected a directory, as .* of several graphs"
    ):
        export_run(path, tmp_path / "new.onnx")
    with pytest.raises(sl.InputError, match="found exported graphs"):
        export_run(out, tmp_path / "new.onnx")
    assert list(tmp_path.glob("*.onnx")) == []


def test_weights_in_half_the_space(net, tmp_path):
    """Float16 weights are computed with as float32, like those of a network that was rounded."""
    export_onnx(net, tmp_path / "full")
    export_onnx(net, tmp_path / "half", half=True)
    full, half = ((tmp_path / name / "depth.onnx").stat().st_size for name in ("full", "half"))
    assert half < 0.8 * full
    recording = signer(20)
    depths = [sl.load(tmp_path / name).lift(recording).depth for name in ("full", "half")]
    np.testing.assert_allclose(*depths, atol=0.01 * np.abs(depths[0]).max())
    rounded = random_net()
    rounded.load_state_dict(
        {
            name: value.half().float() if value.numel() >= 256 else value
            for name, value in rounded.state_dict().items()
        }
    )
    export_onnx(rounded, tmp_path / "rounded")
    np.testing.assert_allclose(
        sl.load(tmp_path / "rounded").lift(recording).depth, depths[1], atol=1e-3
    )


def test_half_weights_that_are_not_finite_are_refused(net, tmp_path):
    damaged = random_net()
    damaged.depth.lstm.weight_hh_l0.data[0, 0] = torch.inf
    export_onnx(damaged, tmp_path, half=True)
    with pytest.raises(sl.InputError, match="found weights that are not finite"):
        sl.load(tmp_path)
