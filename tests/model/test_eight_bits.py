import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from signlift.model.eight_bits import BLOCK, round_weights, store_eight_bits


@pytest.mark.parametrize("shape", [(1, 1), (3, BLOCK), (5, 2 * BLOCK + 7)])
def test_rounded_weights_are_within_half_a_unit_of_their_block(shape):
    weight = np.random.default_rng(0).normal(size=shape).astype("f4")
    numbers, scales = round_weights(weight)
    assert numbers.dtype == np.uint8
    restored = (numbers.astype("f4") - 128) * scales[..., None]
    restored = restored.reshape(shape[0], -1)[:, : shape[1]]
    limit = np.repeat(scales, BLOCK, 1)[:, : shape[1]] / 2
    assert (np.abs(restored - weight) <= limit * 1.001).all()


def test_zeros_stay_zeros():
    numbers, scales = round_weights(np.zeros((2, 5), np.float32))
    assert (numbers == 128).all()
    assert (scales == 0).all()


def test_layers_keep_their_results_and_those_that_are_exact_their_weights(tmp_path):
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(50, 40), torch.nn.Tanh(), torch.nn.Linear(40, 30))
    x = torch.randn(1, 50)
    path = tmp_path / "net.onnx"
    torch.onnx.export(net, (x,), str(path), dynamo=False, opset_version=17)
    model = onnx.load(path)
    store_eight_bits(model, ["0.weight"])
    assert [node.op_type for node in model.graph.node] == ["Gemm", "Tanh", "MatMulNBits"]
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (y,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    expected = net(x).detach().numpy()
    assert np.abs(y - expected).max() < 0.02 * np.abs(expected).max()
