import pytest
import torch

from signlift.core.bone_lengths import (
    BONE_LENGTHS,
    CAUSAL,
    GIVEN,
    GIVEN_LOG_SCALE,
    NUM_PROPORTIONS,
    OFFLINE,
)
from signlift.errors import InputError
from signlift.model.lifting_net import (
    LiftingNet,
    LiftingNetConfig,
    LiftingOutput,
    fuse_proportions,
)
from signlift.model.network_inputs import SKELETON, FrameInputs
from signlift.model.recurrent_state import RecurrentState

SMALL = LiftingNetConfig(hidden_size=16, width=16, proportions_width=16, proportions_values=8)
J, L, P = len(SKELETON), len(BONE_LENGTHS), NUM_PROPORTIONS


@pytest.fixture
def net() -> LiftingNet:
    torch.manual_seed(0)
    return SMALL.build().eval()


def keypoints(B: int, T: int, missing: float = 0.1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(B * 1000 + T)
    out = 0.5 * torch.randn(B, T, J, 2, generator=generator)
    out[torch.rand(B, T, J, generator=generator) < missing] = float("nan")
    return out


def inputs_of(x: torch.Tensor) -> FrameInputs:
    B, T = x.shape[:2]
    offset = torch.full((B, T, 2), 0.2)
    depth = torch.full((B, T, J), float("nan"))
    return FrameInputs.from_batch(x, torch.ones(B, T, J), depth, offset, torch.full((B,), 30.0))


def lift(
    net: LiftingNet, x: torch.Tensor, source: int = CAUSAL, state: RecurrentState | None = None
) -> LiftingOutput:
    B, T = x.shape[:2]
    with torch.no_grad():
        return net(
            inputs_of(x),
            state or net.initial_state(B),
            torch.full((B,), source),
            torch.linspace(-2, 0.5, P).repeat(B, 1),
            torch.ones(B, P, dtype=torch.bool),
            torch.full((B,), max(T - 1, 0)),
        )


def test_shapes_and_root(net: LiftingNet) -> None:
    output = lift(net, keypoints(3, 5))
    assert output.depth.shape == output.uncertainty.shape == (5, 3, J)
    assert output.refined.shape == (5, 3, J, 2)
    assert output.mean.shape == output.log_scale.shape == (5, 3, NUM_PROPORTIONS)
    assert (output.depth[..., SKELETON.index("MidHip")] == 0).all()
    assert (output.uncertainty > 0).all()


@pytest.mark.parametrize("parts", [(1, 6), (3, 4), (5, 1, 1)])
def test_windows_with_their_state_equal_one_call(net: LiftingNet, parts: tuple[int, ...]) -> None:
    x = keypoints(2, 7)
    whole = lift(net, x)
    state, depth, mean = None, [], []
    for part in torch.split(x, list(parts), 1):
        output = lift(net, part, state=state)
        state = output.state
        depth.append(output.depth)
        mean.append(output.mean)
    assert torch.allclose(torch.cat(depth), whole.depth, atol=1e-5)
    assert torch.allclose(torch.cat(mean), whole.mean, atol=1e-5)


def test_a_frame_does_not_depend_on_later_ones(net: LiftingNet) -> None:
    x = keypoints(1, 9)
    changed = x.clone()
    changed[:, 5:] = 0.3
    assert torch.equal(lift(net, x).depth[:5], lift(net, changed).depth[:5])


def test_lanes_are_independent(net: LiftingNet) -> None:
    x = keypoints(3, 4)
    assert torch.allclose(lift(net, x).depth[:, 1:2], lift(net, x[1:2]).depth, atol=1e-6)


def test_the_order_of_frames_does_not_matter_for_proportions(net: LiftingNet) -> None:
    x = keypoints(1, 8)
    last, other = lift(net, x).mean[-1], lift(net, x.flip(1)).mean[-1]
    assert torch.allclose(last, other, atol=1e-5)


def test_frames_without_keypoints_have_no_weight_in_the_proportions(net: LiftingNet) -> None:
    pool = net.initial_state(1).pool
    _, _, pool = net.proportions(inputs_of(torch.full((1, 4, J, 2), torch.nan)), pool)
    assert (pool[:, :-1] == 0).all()
    assert pool[0, -1] == 4


def test_an_estimate_converges_in_a_long_recording(net: LiftingNet) -> None:
    x = keypoints(1, 40)
    mean = lift(net, x.repeat(1, 100, 1, 1)).mean
    assert torch.allclose(mean[799], mean[-1], atol=1e-3)


def test_missing_keypoints_give_no_nan(net: LiftingNet) -> None:
    output = lift(net, torch.full((2, 3, J, 2), float("nan")))
    assert torch.isfinite(output.depth).all()
    assert torch.isfinite(output.refined).all()


def test_given_proportions_change_the_depth_alone(net: LiftingNet) -> None:
    x = keypoints(1, 6)
    causal, offline, given = (lift(net, x, source) for source in (CAUSAL, OFFLINE, GIVEN))
    assert torch.equal(causal.mean, given.mean)
    assert not torch.allclose(causal.depth, offline.depth)
    assert not torch.allclose(offline.depth, given.depth)


def test_given_lengths_replace_estimates() -> None:
    """Computed by hand; tests/lifting/test_proportions_fusion.py compares with the lifter."""
    mean, log_scale = torch.zeros(1, 3, NUM_PROPORTIONS), torch.full((1, 3, NUM_PROPORTIONS), -1.0)
    given = torch.arange(P, dtype=torch.float32).repeat(3, 1)
    is_given = torch.zeros(3, P, dtype=torch.bool)
    is_given[0, [1, 3, 7]] = True  # two of the upper body, 1 and 3, in the unit of their estimates
    is_given[1, [5, 7]] = True  # none of the upper body
    is_given[2, 9] = True  # the pitch alone
    fused, fused_log_scale = fuse_proportions(mean, log_scale, given, is_given)
    expected = ([0, -1, 0, 1, 0, 0, 0, 5], [0, 0, 0, 0, 0, -1, 0, 1], [0] * L)
    views = ([0, 0, 0], [0, 0, 0], [0, 9, 0])
    for lane, (lengths, view) in enumerate(zip(expected, views, strict=True)):
        assert torch.allclose(fused[0, lane], torch.tensor([*lengths, *view]) + 0.0, atol=1e-5)
    assert torch.equal(fused_log_scale[0] == GIVEN_LOG_SCALE, is_given)
    assert (fused_log_scale[..., L] == -1).all()


def test_the_unit_of_given_lengths_does_not_matter(net: LiftingNet) -> None:
    x = keypoints(2, 6)

    def depth(given: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return net(
                inputs_of(x),
                net.initial_state(2),
                torch.tensor([GIVEN, OFFLINE]),
                torch.cat([given, torch.zeros(2, P - L)], 1),
                torch.ones(2, P, dtype=torch.bool),
                torch.tensor([3, 3]),
            ).depth

    given = torch.linspace(-1, 0.2, L).repeat(2, 1)
    centimetres, metres, others = depth(given), depth(given - 4.6), depth(given.flip(1))
    assert torch.allclose(centimetres, metres, atol=1e-4)
    assert not torch.allclose(centimetres[:, 0], others[:, 0], atol=1e-3)
    assert torch.equal(centimetres[:, 1], others[:, 1])  # its source is not GIVEN


def test_the_state_is_reset_where_a_recording_begins(net: LiftingNet) -> None:
    x = keypoints(2, 3)
    state = lift(net, x).state.keep(torch.tensor([True, False]))
    fresh = lift(net, x)
    after = lift(net, x, state=state)
    assert torch.allclose(after.depth[:, 1], fresh.depth[:, 1], atol=1e-6)
    assert not torch.allclose(after.depth[:, 0], fresh.depth[:, 0], atol=1e-6)


def test_a_state_of_nan_ends_with_its_recording(net: LiftingNet) -> None:
    zeros = net.initial_state(2)
    state = RecurrentState(*(values + torch.nan for values in zeros))
    for values in state.keep(torch.tensor([False, True])):
        assert (values.select(-2, 0) == 0).all()
        assert torch.isnan(values.select(-2, 1)).all()


def test_bones_have_the_given_lengths() -> None:
    """With certain directions, no residual and no perspective."""
    torch.manual_seed(1)
    net = SMALL.build().eval()
    with torch.no_grad():
        last = net.depth.head[-1]
        last.weight.zero_()
        last.bias.zero_()
        last.bias[4 * J :] = 20.0  # every direction away from the camera
    x = 0.02 * keypoints(1, 1, missing=0)
    mean = torch.full((1, 1, NUM_PROPORTIONS), -0.7)
    mean[..., L] = -20.0
    with torch.no_grad():
        state = net.initial_state(1)[:2]
        refined, depth, _, _ = net.depth(inputs_of(x), mean, mean, state)
    positions = torch.cat([refined, depth[..., None]], -1)[0, 0]
    for bones in (BONE_LENGTHS["upper_arm"], BONE_LENGTHS["forearm"], BONE_LENGTHS["thigh"]):
        for start, end in bones:
            length = torch.linalg.norm(
                positions[SKELETON.index(start)] - positions[SKELETON.index(end)]
            )
            assert length.item() == pytest.approx(torch.e**-0.7, rel=1e-2)


def test_sizes_must_be_above_zero() -> None:
    with pytest.raises(InputError, match="hidden_size: expected a number above 0, found 0"):
        LiftingNetConfig(hidden_size=0, width=-1)


def test_an_empty_batch(net: LiftingNet) -> None:
    assert lift(net, keypoints(0, 4)).depth.shape == (4, 0, J)
