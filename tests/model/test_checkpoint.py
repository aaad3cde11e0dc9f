import json

import numpy as np
import pytest
import torch
from lifting_nets import CONFIG as LIFTING
from lifting_nets import random_net
from safetensors import safe_open
from safetensors.torch import save_file

from signlift.errors import InputError
from signlift.model.checkpoint import (
    BEST,
    architecture_of,
    load_checkpoint,
    load_training_state,
    save_checkpoint,
)
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.model.lifting_net import LiftingNetConfig

DEPTH_LSTM = DepthLSTMConfig("coco17", hidden_size=4, num_layers=2, observed_mask=False)


@pytest.mark.parametrize("config", [DEPTH_LSTM, LIFTING], ids=architecture_of)
def test_weights_configuration_and_metadata_are_restored(tmp_path, config):
    model = config.build()
    save_checkpoint(tmp_path / BEST, model, config, {"mean_depth": [0.5]})
    for path in (tmp_path, tmp_path / BEST):
        checkpoint = load_checkpoint(path)
        assert (checkpoint.config, checkpoint.info) == (config, {"mean_depth": [0.5]})
        loaded = checkpoint.model.state_dict()
        torch.testing.assert_close(loaded, model.state_dict(), rtol=0, atol=0)


def test_double_precision_is_kept(tmp_path):
    save_checkpoint(tmp_path / BEST, DEPTH_LSTM.build().double(), DEPTH_LSTM)
    assert load_checkpoint(tmp_path).model.linear.weight.dtype == torch.float64


def test_half_precision_is_saved_and_single_precision_loaded(tmp_path):
    path, net = tmp_path / "net.safetensors", random_net()
    save_checkpoint(path, net, LIFTING, half=True)
    with safe_open(path, "pt") as file:
        assert {file.get_tensor(name).dtype for name in file.keys()} == {torch.float16}  # noqa: SIM118
    for name, value in load_checkpoint(path).model.state_dict().items():
        assert value.dtype == torch.float32
        np.testing.assert_allclose(value, net.state_dict()[name], atol=2e-3)


def test_the_state_of_training_is_kept_beside_the_weights(tmp_path):
    state = {"optimizer.0.step": torch.tensor(3.0), "weights": torch.ones(2, dtype=torch.bfloat16)}
    save_checkpoint(tmp_path / BEST, DEPTH_LSTM.build(), DEPTH_LSTM, training_state=state)
    loaded = load_training_state(tmp_path)
    torch.testing.assert_close(loaded, state, rtol=0, atol=0)


def _bytes(content):
    return lambda path: path.write_bytes(content)


def _tensors(**metadata):
    return lambda path: save_file({"model.a": torch.zeros(1)}, path, metadata or None)


@pytest.mark.parametrize(
    ("make", "found"),
    [
        pytest.param(lambda path: None, "found no file", id="no file"),
        pytest.param(_bytes(b""), "unusable file", id="empty"),
        pytest.param(_bytes(b"\x80\x04pickle"), "unusable file", id="pickle"),
        pytest.param(_tensors(), "unusable file", id="no metadata"),
        pytest.param(
            _tensors(architecture="magic", config="{}", info="{}"),
            "architecture 'magic'",
            id="architecture",
        ),
        pytest.param(
            _tensors(architecture="lifting", config='{"nonsense": 1}', info="{}"),
            "nonsense",
            id="configuration",
        ),
        pytest.param(
            _tensors(architecture="depth-lstm", config=json.dumps({"skeleton": "smpl"}), info="{}"),
            "expected one of .* found 'smpl'",
            id="skeleton",
        ),
        pytest.param(
            _tensors(architecture="lifting", config="{}", info="{}"),
            "weights of another shape",
            id="weights",
        ),
    ],
)
def test_a_file_that_is_no_checkpoint_is_one_line(tmp_path, make, found):
    path = tmp_path / "a.safetensors"
    make(path)
    with pytest.raises(InputError, match=found) as error:
        load_checkpoint(path)
    assert len(error.value.problems) == 1
    assert "\n" not in str(error.value)


def _lie(path, **sizes):
    """Write a checkpoint whose configuration is not that of its weights."""
    save_checkpoint(path, random_net(), LIFTING)
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = dict(file.metadata())
    metadata["config"] = json.dumps({**json.loads(metadata["config"]), **sizes})
    save_file(tensors, path, metadata)


@pytest.mark.parametrize(
    "sizes",
    [
        {"hidden_size": 30_000},
        {"hidden_size": 10**12, "width": 10**12},
        {"hidden_size": 10**400},
        {"num_layers": 10**9},
        {"num_layers": 3},
        {"proportions_values": 10**7},
    ],
    ids=str,
)
def test_no_network_is_built_of_another_size_than_its_weights(tmp_path, monkeypatch, sizes):
    built = []
    build = LiftingNetConfig.build

    def check_device(config):
        built.append(torch.empty(0).device.type)
        return build(config)

    path = tmp_path / "a.safetensors"
    _lie(path, **sizes)
    monkeypatch.setattr(LiftingNetConfig, "build", check_device)
    with pytest.raises(InputError, match="found an unusable file") as error:
        load_checkpoint(path)
    assert set(built) <= {"meta"}
    assert len(error.value.problems) == 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("all_of_them", [True, False])
def test_weights_that_are_not_finite_are_refused(tmp_path, value, all_of_them):
    net = random_net()
    for weights in list(net.state_dict().values())[: None if all_of_them else 1]:
        weights.view(-1)[0] = value
    save_checkpoint(tmp_path / "a.safetensors", net, LIFTING)
    with pytest.raises(InputError, match="weights that are not finite"):
        load_checkpoint(tmp_path / "a.safetensors")


@pytest.mark.parametrize("info", ["null", "[]", "[" * 3000, "1" * 5000, "{"])
def test_damaged_metadata_are_one_line(tmp_path, info):
    path = tmp_path / "a.safetensors"
    metadata = {"architecture": "lifting", "config": "{}", "info": info}
    save_file({"model.a": torch.zeros(1)}, path, metadata)
    with pytest.raises(InputError, match="found an unusable file"):
        load_checkpoint(path)
