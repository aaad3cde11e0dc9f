import torch

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.model.bone_lstm import BoneLSTM, Residual
from signlift.model.network_inputs import MEAN_PROPORTIONS, SKELETON, FrameInputs

J = len(SKELETON)


def test_a_residual_block_is_the_identity_before_training():
    torch.manual_seed(0)
    layer = Residual(5, 7)
    values = torch.randn(2, 3, 5, requires_grad=True)
    out = layer(values)
    torch.testing.assert_close(out, values)
    out.square().sum().backward()
    assert layer.second.weight.grad is not None
    assert layer.second.weight.grad.abs().sum() > 0  # and yet it learns
    with torch.no_grad():
        layer.second.weight.normal_()
    assert not torch.allclose(layer(values), values)
    assert layer(values[:0]).shape == (0, 3, 5)


def test_predictions_of_a_window_and_of_its_parts():
    torch.manual_seed(1)
    T, B = 6, 2
    net = BoneLSTM(hidden_size=8, width=8).eval()
    points = 0.5 * torch.randn(B, T, J, 2)
    points[0, 2:4, SKELETON.index("LHand")] = torch.nan
    points[1, 5] = torch.nan
    detector_depth, offset = 0.3 * torch.randn(B, T, J), torch.randn(B, T, 2)
    detector_depth[0], offset[1] = torch.nan, torch.nan
    fps = torch.full((B,), 30.0)
    inputs = FrameInputs.from_batch(points, torch.ones(B, T, J), detector_depth, offset, fps)
    mean = torch.tensor(MEAN_PROPORTIONS).expand(T, B, NUM_PROPORTIONS)
    state = (torch.zeros(1, B, 8), torch.zeros(1, B, 8))
    log_scale = 0 * mean - 2
    refined, depth, uncertainty, after = net(inputs, mean, log_scale, state)
    assert refined.shape == (T, B, J, 2)
    assert depth.shape == uncertainty.shape == (T, B, J)
    assert after[0].shape == (1, B, 8)
    assert torch.isfinite(refined).all()
    assert torch.isfinite(depth).all()
    assert (uncertainty > 0).all()
    assert (depth[..., net.root] == 0).all()
    # The state after the first frames is enough to go on.
    parts = [
        FrameInputs(*(value[frames] for value in inputs)) for frames in (slice(4), slice(4, None))
    ]
    _, first, _, state = net(parts[0], mean[:4], 0 * mean[:4] - 2, state)
    _, second, _, _ = net(parts[1], mean[4:], 0 * mean[4:] - 2, state)
    torch.testing.assert_close(torch.cat([first, second]), depth, atol=1e-5, rtol=1e-5)
