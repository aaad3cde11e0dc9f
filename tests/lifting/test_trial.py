"""Networks of files that cannot be lifted with: one line when they are opened."""

import json
import shutil

import numpy as np
import onnx
import pytest
import torch
from lifting_nets import CONFIG, random_lifter, random_net
from onnx import TensorProto, helper, numpy_helper

import signlift as sl
from signlift.cli.main import main
from signlift.model.checkpoint import save_checkpoint
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.model.export import export_run
from signlift.model.graph_metadata import DEPTH_FILE, METADATA, PROPORTIONS_FILE


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    directory = tmp_path_factory.mktemp("net")
    random_lifter(directory)
    return directory


@pytest.fixture
def directory(exported, tmp_path):
    return shutil.copytree(exported, tmp_path / "net")


def fill(path, value, part=""):
    """Replace the first weights of a graph whose name contains `part`, or all."""
    model = onnx.load(path)
    tensors = [t for t in model.graph.initializer if t.data_type == TensorProto.FLOAT]
    if part:
        tensors = [next(tensor for tensor in tensors if part in tensor.name)]
    for tensor in tensors:
        array = np.full(tuple(tensor.dims), value, np.float32)
        tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
    onnx.save(model, path)


@pytest.mark.parametrize("file", [DEPTH_FILE, PROPORTIONS_FILE])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("part", ["", "bias", "LSTM", "weight"])
def test_weights_that_are_not_finite_are_refused(directory, file, value, part):
    """Also those of the LSTM, whose outputs are finite for weights of NaN."""
    if part == "LSTM" and file == PROPORTIONS_FILE:
        return
    fill(directory / file, value, part)
    with pytest.raises(sl.InputError, match="found weights that are not finite") as error:
        sl.load(directory)
    assert len(error.value.problems) == 1
    assert str(error.value).startswith(str(directory / file))


def test_predictions_that_are_not_finite_are_refused(directory):
    fill(directory / DEPTH_FILE, 3e38)
    with pytest.raises(sl.InputError, match="net: expected finite predictions, found NaN"):
        sl.load(directory)


def test_the_command_line_refuses_weights_of_nan(tmp_path, capsys):
    net = random_net()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(torch.nan)
    path = tmp_path / "nan.safetensors"
    save_checkpoint(path, net, CONFIG)
    arguments = ["lift", str(sl.sample_path()), "-o", str(tmp_path / "a.npy"), "--model", str(path)]
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("found an unusable file (weights that are not finite)")
    assert not (tmp_path / "a.npy").exists()


@pytest.mark.parametrize("file", [DEPTH_FILE, PROPORTIONS_FILE])
@pytest.mark.parametrize("change", ["fewer", "more", "rank", "kind", "size"])
def test_graphs_with_other_inputs_are_refused(directory, file, change):
    model = onnx.load(directory / file)
    inputs = model.graph.input
    if change == "more":
        inputs.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1]))
    elif change == "fewer":
        node = helper.make_node("Constant", [], [inputs[2].name], value_floats=[30.0])
        model.graph.node.insert(0, node)
        del inputs[2]
    elif change == "rank":
        inputs[2].type.tensor_type.shape.dim.add().dim_value = 1
    elif change == "kind":
        inputs[2].type.tensor_type.elem_type = TensorProto.DOUBLE
    else:
        entry = next(entry for entry in model.metadata_props if entry.key == METADATA)
        about = json.loads(entry.value)
        about["config"] |= {"hidden_size": 10**12, "proportions_values": 10**12}
        entry.value = json.dumps(about)
    onnx.save(model, directory / file)
    with pytest.raises(sl.InputError) as error:
        sl.load(directory)
    (line,) = error.value.problems
    assert "expected a model that 'signlift export' wrote" in line


def test_graphs_with_other_outputs_are_refused(directory):
    model = onnx.load(directory / DEPTH_FILE)
    outputs = list(model.graph.output)
    del model.graph.output[:]
    model.graph.output.extend([outputs[1], outputs[0], *outputs[2:]])
    onnx.save(model, directory / DEPTH_FILE)
    with pytest.raises(sl.InputError, match="expected a network with the inputs and outputs of"):
        sl.load(directory)
    del model.graph.output[3:]
    onnx.save(model, directory / DEPTH_FILE)
    with pytest.raises(sl.InputError, match="expected a network with the inputs and outputs of"):
        sl.load(directory)


def test_too_little_memory_of_onnx_runtime_is_a_memory_error(directory, monkeypatch, capsys):
    class Session:
        def run(self, *arguments):
            raise RuntimeError("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : std::bad_alloc")

    lifter = sl.load(directory)
    monkeypatch.setattr(lifter.network.depth_graph, "_session", Session())
    with pytest.raises(MemoryError):
        lifter.lift(sl.read(sl.sample_path()))


def test_the_graph_of_a_depth_lstm_is_tried(tmp_path):
    config = DepthLSTMConfig(hidden_size=4)
    save_checkpoint(tmp_path / "run.safetensors", config.build(), config, {})
    path = export_run(tmp_path / "run.safetensors", tmp_path / "model.onnx")
    sl.load(path)
    fill(path, np.nan)
    with pytest.raises(sl.InputError, match="weights that are not finite"):
        sl.load(path)
