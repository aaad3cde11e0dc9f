from importlib.resources import files

import numpy as np
import onnx
import pytest

from signlift.lifting.backends.onnx import OnnxGraph
from signlift.lifting.backends.onnx_parts import keep_last_outputs
from signlift.lifting.network import run_states
from signlift.lifting.open_network import WEIGHTS_PACKAGE


@pytest.fixture(params=[("depth.onnx", 2), ("hands.onnx", 2), ("proportions.onnx", 1)])
def graph(request):
    """Return the bytes of a shipped graph, and how many arrays its state has."""
    name, count = request.param
    return files(WEIGHTS_PACKAGE).joinpath(name).read_bytes(), count


def random_inputs(graph, frames, lanes=2):
    rng = np.random.default_rng(0)
    sizes = {"B": lanes, "T": frames}
    return [
        rng.random([sizes.get(size, size) for size in shape], np.float32) + 0.1
        for shape in graph.input_shapes
    ]


def test_a_part_has_the_last_outputs_and_computes_the_same(graph):
    content, count = graph
    part = keep_last_outputs(content, count)
    assert len(part) < len(content)
    onnx.checker.check_model(onnx.load_from_string(part))
    whole, small = OnnxGraph(content, "whole", 1), OnnxGraph(part, "part", 1)
    inputs = random_inputs(whole, 5)
    outputs = small(*inputs)
    assert len(outputs) == count and small.about == whole.about
    for expected, values in zip(whole(*inputs)[-count:], outputs, strict=True):
        np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)


def test_all_outputs_need_everything(graph):
    content, count = graph
    outputs = len(onnx.load_from_string(content).graph.output)
    assert count < outputs
    assert len(keep_last_outputs(content, outputs)) == len(content)


def test_a_session_for_states_is_opened_when_it_is_worth_it(graph):
    content, count = graph
    whole = OnnxGraph(content, "whole", 1)
    assert whole.state_part(count, 10) is whole
    assert whole.state_part(count, 1_000_000) is not whole
    assert whole.state_part(count, 10) is whole.state_part(count, 10)
    inputs = random_inputs(whole, 3)
    for expected, values in zip(
        whole(*inputs)[-count:], run_states(whole, inputs, count), strict=True
    ):
        np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)
