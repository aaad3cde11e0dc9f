import json

import pytest
import torch
from safetensors.torch import save_file

from signlift.errors import InputError
from signlift.model.checkpoint import BEST, load_checkpoint, save_checkpoint
from signlift.model.depth_lstm import DepthLSTMConfig

CONFIG = DepthLSTMConfig("coco17", hidden_size=4, num_layers=2, observed_mask=False)


def step(model, optimizer):
    model(torch.ones(1, 3, 34))[0].square().sum().backward()
    optimizer.step()
    optimizer.zero_grad()


def test_weights_configuration_and_information_come_back(tmp_path):
    model = CONFIG.build()
    save_checkpoint(tmp_path / BEST, model, CONFIG, {"mean_depth": [0.5]})
    for path in (tmp_path, tmp_path / BEST):
        loaded, config, info = load_checkpoint(path)
        assert (config, info) == (CONFIG, {"mean_depth": [0.5]})
        torch.testing.assert_close(loaded.state_dict(), model.state_dict(), rtol=0, atol=0)


def test_the_optimizer_goes_on_as_if_nothing_had_been(tmp_path):
    model = CONFIG.build()
    adam = torch.optim.Adam(model.parameters())
    step(model, adam)
    save_checkpoint(tmp_path / "a.safetensors", model, CONFIG, {}, adam)
    step(model, adam)
    other, _, _ = load_checkpoint(tmp_path / "a.safetensors")
    other_adam = torch.optim.Adam(other.parameters())
    load_checkpoint(tmp_path / "a.safetensors", other_adam)
    step(other, other_adam)
    torch.testing.assert_close(other.state_dict(), model.state_dict(), rtol=0, atol=0)


def _bytes(content):
    return lambda path: path.write_bytes(content)


def _tensors(metadata):
    return lambda path: save_file({"model.a": torch.zeros(1)}, path, metadata)


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda path: None, "found no file"),
        (_bytes(b""), "cannot be used"),
        (_bytes(b"\x80\x04pickle"), "cannot be used"),
        (_tensors(None), "cannot be used"),
        (_tensors({"config": "{}", "info": "{}"}), "cannot be used"),
        (_tensors({"config": json.dumps({"nonsense": 1}), "info": "{}"}), "cannot be used"),
        (_tensors({"config": json.dumps({"skeleton": "smpl"}), "info": "{}"}), "cannot be used"),
    ],
)
def test_what_is_no_checkpoint_is_said_in_a_line(tmp_path, make, found):
    path = tmp_path / "a.safetensors"
    make(path)
    with pytest.raises(InputError, match=found) as error:
        load_checkpoint(path)
    assert len(error.value.problems) == 1
    assert "\n" not in str(error.value)
