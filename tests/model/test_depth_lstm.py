import pytest
import torch

from signlift.errors import InputError
from signlift.model.depth_lstm import DepthLSTM, DepthLSTMConfig


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("observed_mask", [True, False])
@pytest.mark.parametrize(("B", "T"), [(1, 1), (3, 7)])
def test_shapes(layers, observed_mask, B, T):
    model = DepthLSTM(17, 8, layers, observed_mask=observed_mask)
    depth, state = model(torch.zeros(B, T, 34))
    assert depth.shape == (B, T, 17)
    assert state.hidden.shape == state.cell.shape == (layers, B, 8)


def test_it_is_the_lstm_and_linear_layer_of_the_original_repository():
    model = DepthLSTM(26, 8, observed_mask=False)
    inputs = torch.randn(2, 5, 52)
    original = torch.nn.LSTM(52, 8, batch_first=True)
    original.load_state_dict(model.lstm.state_dict())
    torch.testing.assert_close(model(inputs)[0], model.linear(original(inputs)[0]))
    assert (model.lstm.input_size, model.linear.out_features) == (52, 26)


def test_the_initial_state_is_zero_and_the_default():
    model = DepthLSTM(17, 8, 2)
    inputs = torch.randn(3, 4, 34)
    zeros = model.initial_state(3)
    assert not any(values.any() for values in (zeros.hidden, zeros.cell))
    torch.testing.assert_close(model(inputs)[0], model(inputs, zeros)[0])


def test_windows_with_their_state_equal_one_call():
    model = DepthLSTM(17, 8, 2)
    inputs = torch.randn(3, 10, 34)
    whole, end = model(inputs)
    first, state = model(inputs[:, :6])
    second, last = model(inputs[:, 6:], state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)
    torch.testing.assert_close((last.hidden, last.cell), (end.hidden, end.cell))


def test_a_missing_keypoint_gives_no_nan_and_differs_from_zero():
    model = DepthLSTM(17, 8)
    inputs = torch.randn(2, 5, 34)
    inputs[0, 2, 4:6] = torch.nan
    inputs[1] = torch.nan
    inputs.requires_grad_()
    depth, _ = model(inputs)
    assert torch.isfinite(depth).all()
    depth.sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())
    zeroed = torch.nan_to_num(inputs.detach())
    assert not torch.equal(model(zeroed)[0][0, 2], depth[0, 2])
    torch.testing.assert_close(model(zeroed)[0][0, :2], depth[0, :2])


def test_a_configuration_builds_its_model():
    model = DepthLSTMConfig("coco17", hidden_size=5, num_layers=3).build()
    assert (model.num_keypoints, model.lstm.hidden_size, model.lstm.num_layers) == (17, 5, 3)
    assert model.lstm.input_size == 51
    with pytest.raises(InputError) as error:
        DepthLSTMConfig(hidden_size=0, num_layers=-1)
    assert len(error.value.problems) == 2
