import pytest
import torch

from signlift.core.bone_lengths import (
    BONE_LENGTHS,
    CAUSAL,
    GIVEN,
    GIVEN_LOG_ERROR,
    NUM_PROPORTIONS,
    OFFLINE,
)
from signlift.errors import InputError
from signlift.model.lifting_net import (
    Lifted,
    LiftingConfig,
    LiftingNet,
    LiftingState,
    use_lengths,
)
from signlift.model.network_inputs import SKELETON, clean

SMALL = LiftingConfig(hidden_size=16, width=16, proportions_width=16, proportions_values=8)
J, L = len(SKELETON), len(BONE_LENGTHS)


@pytest.fixture
def net() -> LiftingNet:
    torch.manual_seed(0)
    return SMALL.build().eval()


def keypoints(B: int, T: int, missing: float = 0.1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(B * 1000 + T)
    out = 0.5 * torch.randn(B, T, J, 2, generator=generator)
    out[torch.rand(B, T, J, generator=generator) < missing] = float("nan")
    return out


def lift(
    net: LiftingNet, x: torch.Tensor, source: int = CAUSAL, state: LiftingState | None = None
) -> Lifted:
    B, T = x.shape[:2]
    with torch.no_grad():
        return net(
            x,
            torch.ones(B, T, J),
            torch.full((B,), 30.0),
            state or net.start(B),
            torch.full((B,), source),
            torch.linspace(-2, 0.5, L).repeat(B, 1),
            torch.ones(B, L, dtype=torch.bool),
            torch.full((B,), max(T - 1, 0)),
        )


def test_shapes_and_root(net: LiftingNet) -> None:
    lifted = lift(net, keypoints(3, 5))
    assert lifted.depth.shape == lifted.error.shape == (5, 3, J)
    assert lifted.keypoints.shape == (5, 3, J, 2)
    assert lifted.mean.shape == lifted.log_error.shape == (5, 3, NUM_PROPORTIONS)
    assert (lifted.depth[..., SKELETON.index("MidHip")] == 0).all()
    assert (lifted.error > 0).all()
    assert len(BONE_LENGTHS) + 1 == NUM_PROPORTIONS


@pytest.mark.parametrize("parts", [(1, 6), (3, 4), (5, 1, 1)])
def test_windows_go_on_where_the_last_one_ended(net: LiftingNet, parts: tuple[int, ...]) -> None:
    x = keypoints(2, 7)
    whole = lift(net, x)
    state, depth, mean = None, [], []
    for part in torch.split(x, list(parts), 1):
        lifted = lift(net, part, state=state)
        state = lifted.state
        depth.append(lifted.depth)
        mean.append(lifted.mean)
    assert torch.allclose(torch.cat(depth), whole.depth, atol=1e-5)
    assert torch.allclose(torch.cat(mean), whole.mean, atol=1e-5)


def test_it_is_causal(net: LiftingNet) -> None:
    x = keypoints(1, 9)
    changed = x.clone()
    changed[:, 5:] = 0.3
    assert torch.equal(lift(net, x).depth[:5], lift(net, changed).depth[:5])


def test_lanes_do_not_know_each_other(net: LiftingNet) -> None:
    x = keypoints(3, 4)
    assert torch.allclose(lift(net, x).depth[:, 1:2], lift(net, x[1:2]).depth, atol=1e-6)


def test_the_order_of_frames_does_not_matter_for_proportions(net: LiftingNet) -> None:
    x = keypoints(1, 8)
    last, other = lift(net, x).mean[-1], lift(net, x.flip(1)).mean[-1]
    assert torch.allclose(last, other, atol=1e-5)


def test_frames_without_keypoints_tell_nothing_of_proportions(net: LiftingNet) -> None:
    x, observed, sure = clean(torch.full((4, 1, J, 2), float("nan")), torch.ones(4, 1, J))
    _, _, state = net.proportions(x, observed, sure, torch.full((1,), 30.0), net.start(1).pool)
    assert (state[:, :-1] == 0).all()
    assert state[0, -1] == 4


def test_an_estimate_holds_still_however_long_a_recording_is(net: LiftingNet) -> None:
    x = keypoints(1, 40)
    mean = lift(net, x.repeat(1, 100, 1, 1)).mean
    assert torch.allclose(mean[799], mean[-1], atol=1e-3)


def test_missing_keypoints_give_no_nan(net: LiftingNet) -> None:
    lifted = lift(net, torch.full((2, 3, J, 2), float("nan")))
    assert torch.isfinite(lifted.depth).all()
    assert torch.isfinite(lifted.keypoints).all()


def test_proportions_that_are_given_hold_for_the_depth_alone(net: LiftingNet) -> None:
    x = keypoints(1, 6)
    so_far, whole, given = (lift(net, x, source) for source in (CAUSAL, OFFLINE, GIVEN))
    assert torch.equal(so_far.mean, given.mean)
    # At the last frame, what is known so far is what the whole tells; the way there differs.
    assert not torch.allclose(so_far.depth, whole.depth)
    assert not torch.allclose(whole.depth, given.depth)


def test_given_lengths_take_the_place_of_estimates() -> None:
    """By hand; `tests/lifting/test_known_lengths.py` compares with what the lifter does."""
    mean, log_error = torch.zeros(1, 3, NUM_PROPORTIONS), torch.full((1, 3, NUM_PROPORTIONS), -1.0)
    given = torch.arange(L, dtype=torch.float32).repeat(3, 1)
    known = torch.zeros(3, L, dtype=torch.bool)
    known[0, [1, 3, 7]] = True  # two of the upper body, 1 and 3, whose mean is their estimates'
    known[1, [5, 7]] = True  # none of it
    told, doubt = use_lengths(mean, log_error, given, known)
    assert torch.allclose(told[0, 0], torch.tensor([0, -1.0, 0, 1, 0, 0, 0, 5, 0]), atol=1e-5)
    assert torch.allclose(told[0, 1], torch.tensor([0, 0, 0, 0, 0, -1.0, 0, 1, 0]), atol=1e-5)
    assert torch.equal(told[0, 2], mean[0, 2])
    assert torch.equal(doubt[0, :, :L] == GIVEN_LOG_ERROR, known)
    assert (doubt[..., L] == -1).all()


def test_the_unit_of_given_lengths_does_not_matter(net: LiftingNet) -> None:
    x = keypoints(2, 6)

    def depth(given: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return net(
                x,
                torch.ones(2, 6, J),
                torch.full((2,), 30.0),
                net.start(2),
                torch.tensor([GIVEN, OFFLINE]),
                given,
                torch.ones(2, L, dtype=torch.bool),
                torch.tensor([3, 3]),
            ).depth

    given = torch.linspace(-1, 0.2, L).repeat(2, 1)
    one, bigger, other = depth(given), depth(given + 3), depth(given.flip(1))
    assert torch.allclose(one, bigger, atol=1e-4)
    assert not torch.allclose(one[:, 0], other[:, 0], atol=1e-3)
    assert torch.equal(one[:, 1], other[:, 1])  # that lane was to use none


def test_state_begins_anew_where_a_recording_does(net: LiftingNet) -> None:
    x = keypoints(2, 3)
    state = lift(net, x).state.keep(torch.tensor([1.0, 0.0]))
    fresh = lift(net, x)
    after = lift(net, x, state=state)
    assert torch.allclose(after.depth[:, 1], fresh.depth[:, 1], atol=1e-6)
    assert not torch.allclose(after.depth[:, 0], fresh.depth[:, 0], atol=1e-6)


def test_a_wild_state_does_not_outlive_its_recording(net: LiftingNet) -> None:
    hidden, cell = net.start(2).lstm
    wild = LiftingState(net.start(2).pool + torch.nan, (hidden + torch.inf, cell + torch.nan))
    kept = wild.keep(torch.tensor([0.0, 1.0]))
    for values, lanes in ((kept.pool, 0), (kept.lstm[0], 1), (kept.lstm[1], 1)):
        assert (values.select(lanes, 0) == 0).all()
        assert not torch.isfinite(values.select(lanes, 1)).any()


def test_bones_have_the_lengths_that_are_given() -> None:
    """With sure sides, no remainder and no perspective, an arm is as long as it is told to be."""
    torch.manual_seed(1)
    net = SMALL.build().eval()
    with torch.no_grad():
        last = net.depth.head[-1]
        last.weight.zero_()
        last.bias.zero_()
        last.bias[4 * J :] = 20.0  # every side away from the camera
    x = 0.02 * keypoints(1, 1, missing=0)
    mean = torch.full((1, 1, NUM_PROPORTIONS), -0.7)
    mean[..., -1] = -20.0
    ready, observed, sure = clean(x, torch.ones(1, 1, J))
    with torch.no_grad():
        points, depth, _, _ = net.depth(
            ready, observed, sure, torch.full((1,), 30.0), mean, mean, net.start(1).lstm
        )
    space = torch.cat([points, depth[..., None]], -1)[0, 0]
    for bones in (BONE_LENGTHS["upper_arm"], BONE_LENGTHS["forearm"], BONE_LENGTHS["thigh"]):
        for one, other in bones:
            length = torch.linalg.norm(space[SKELETON.index(one)] - space[SKELETON.index(other)])
            assert length.item() == pytest.approx(torch.e**-0.7, rel=1e-2)


def test_sizes_have_to_be_above_zero() -> None:
    with pytest.raises(InputError, match="hidden_size: expected a number above 0, found 0"):
        LiftingConfig(hidden_size=0, width=-1)


def test_empty(net: LiftingNet) -> None:
    assert lift(net, keypoints(0, 4)).depth.shape == (4, 0, J)
