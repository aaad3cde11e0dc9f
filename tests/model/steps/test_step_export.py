"""Graphs of one frame: their matrices are others than the network's, their numbers are not."""

from dataclasses import replace
from importlib.resources import files

import numpy as np
import onnx
import pytest
from lifting_nets import random_net, signer

import signlift as sl
from signlift.model.export import export_onnx
from signlift.model.hand_export import export_hands
from signlift.model.hands.hand_net import HandNetConfig
from signlift.model.steps import step_export

#: A frame takes as long as its graphs have nodes: 0.4 to 0.9 microseconds each.
MAX_NODES = {"proportions": 45, "depth": 120, "hands": 170, "face": 190, "surface": 150}


@pytest.fixture
def exact(monkeypatch, tmp_path):
    """A model with new weights whose graphs of one frame have no weights of 8 bits."""
    monkeypatch.setattr(step_export, "_FIRST_LAYERS", ("weight",))
    export_onnx(random_net(), tmp_path)
    export_hands(HandNetConfig(24, 2, 16, 16, 8).build(), tmp_path)
    return sl.load(tmp_path)


def test_they_give_the_numbers_of_the_network(exact):
    recording = signer(12).convert("panoptic67")
    rng = np.random.default_rng(0)
    hands = recording.keypoints[:, 26:]
    hands[:] = recording.keypoints[:, [4]] + rng.normal(0, 5, hands.shape)
    hands[rng.random(hands.shape[:2]) < 0.1] = np.nan
    assert exact.network.steps is not None
    assert exact.hands.steps is not None
    windows = sl.Lifter(replace(exact.network, open_steps=None))
    vars(windows)["hands"] = replace(exact.hands, open_steps=None)
    lifted, expected = (
        model.lift(recording, causal=True, complete=True) for model in (exact, windows)
    )
    torso = expected.proportions.torso
    for name in ("depth", "depth_uncertainty", "keypoints"):
        values, others = (getattr(one, name) for one in (lifted, expected))
        assert np.isfinite(values).all()
        np.testing.assert_allclose(values, others, atol=2e-4 * torso, err_msg=name)


@pytest.mark.parametrize("name", MAX_NODES)
def test_they_have_few_nodes(name):
    content = files("signlift.weights").joinpath(f"step_{name}.onnx").read_bytes()
    kinds = [node.op_type for node in onnx.load_from_string(content).graph.node]
    # SiLU is one node once ONNX Runtime has joined its two.
    count = len([kind for kind in kinds if kind != "Constant"]) - kinds.count("Sigmoid") + 1
    assert count <= MAX_NODES[name]
