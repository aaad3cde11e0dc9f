import torch

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.model.bone_lstm import BoneLSTM, Residual
from signlift.model.network_inputs import MEAN_PROPORTIONS, SKELETON, clean

J = len(SKELETON)


def test_residual_layers_begin_as_nothing():
    torch.manual_seed(0)
    layer = Residual(5, 7)
    values = torch.randn(2, 3, 5, requires_grad=True)
    out = layer(values)
    torch.testing.assert_close(out, values)
    out.square().sum().backward()
    assert layer.second.weight.grad is not None
    assert layer.second.weight.grad.abs().sum() > 0  # and learn all the same
    with torch.no_grad():
        layer.second.weight.normal_()
    assert not torch.allclose(layer(values), values)
    assert layer(values[:0]).shape == (0, 3, 5)


def test_what_is_told_of_a_window():
    torch.manual_seed(1)
    T, B = 6, 2
    net = BoneLSTM(hidden_size=8, width=8).eval()
    points = 0.5 * torch.randn(T, B, J, 2)
    points[2:4, 0, SKELETON.index("LHand")] = torch.nan
    points[5, 1] = torch.nan
    x, observed, sure = clean(points, torch.ones(T, B, J))
    mean = torch.tensor(MEAN_PROPORTIONS).expand(T, B, NUM_PROPORTIONS)
    state = (torch.zeros(1, B, 8), torch.zeros(1, B, 8))
    fps = torch.full((B,), 30.0)
    mended, depth, error, after = net(x, observed, sure, fps, mean, 0 * mean - 2, state)
    assert mended.shape == (T, B, J, 2)
    assert depth.shape == error.shape == (T, B, J)
    assert after[0].shape == (1, B, 8)
    assert torch.isfinite(mended).all()
    assert torch.isfinite(depth).all()
    assert (error > 0).all()
    assert (depth[..., net.root] == 0).all()
    # The rest of a window goes on from its first frames.
    cut = [value[:4] for value in (x, observed, sure)], [value[4:] for value in (x, observed, sure)]
    _, first, _, state = net(*cut[0], fps, mean[:4], 0 * mean[:4] - 2, state)
    _, second, _, _ = net(*cut[1], fps, mean[4:], 0 * mean[4:] - 2, state)
    torch.testing.assert_close(torch.cat([first, second]), depth, atol=1e-5, rtol=1e-5)
