import math

import pytest
import torch

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.model.lifting_net import LiftingOutput
from signlift.model.network_inputs import SKELETON
from signlift.model.recurrent_state import RecurrentState
from signlift.training.tasks.losses import (
    COVERAGE,
    LIFTING_TERMS,
    depth_loss,
    keypoint_weights,
    lifting_losses,
)

J, P = len(SKELETON), NUM_PROPORTIONS


def output(depth: torch.Tensor, uncertainty: float = 0.1) -> LiftingOutput:
    T, B = depth.shape[:2]
    return LiftingOutput(
        torch.zeros(T, B, J, 2),
        depth,
        torch.full((T, B, J), uncertainty),
        torch.zeros(T, B, P),
        torch.full((T, B, P), math.log(0.5)),
        RecurrentState(torch.zeros(1, B, 2), torch.zeros(1, B, 2), torch.zeros(B, 3)),
    )


def compare(
    predicted: torch.Tensor, true: torch.Tensor | None = None, uncertainty: float = 0.1
) -> dict[str, float]:
    T, B = predicted.shape[:2]
    terms = lifting_losses(
        output(predicted, uncertainty),
        torch.zeros(T, B, J, 2),
        torch.zeros(T, B, J) if true is None else true,
        torch.full((T, B, P), 0.5),
        torch.ones(T, B),
    )
    return dict(zip(LIFTING_TERMS, terms.means.tolist(), strict=True))


def test_the_depth_loss_counts_known_depths():
    depth = torch.tensor([[[1.0, 2.0]], [[3.0, 5.0]]])
    targets = torch.tensor([[[0.0, torch.nan]], [[1.0, 8.0]]])
    means, counts = depth_loss(depth, targets, "mse")
    assert (float(means), float(counts)) == (pytest.approx((1 + 4 + 9) / 3), 3)
    assert float(depth_loss(depth, targets, "l1").means) == pytest.approx((1 + 2 + 3) / 3)
    unknown = depth_loss(depth, torch.full_like(targets, torch.nan), "mse")
    assert [float(value) for value in unknown] == [0, 0]


def test_a_perfect_prediction() -> None:
    terms = compare(torch.zeros(3, 2, J))
    assert terms["depth"] == terms["velocity"] == terms["keypoints"] == 0
    # Errors of 0 lie within the uncertainty, which is too large then.
    assert terms["uncertainty"] == pytest.approx((1 - COVERAGE) * 0.1)
    # The log-likelihood of proportions that are 0.5 off, at b = 0.5.
    assert terms["proportions"] == pytest.approx(1 + math.log(0.5))


def test_errors_beyond_the_uncertainty_cost_more() -> None:
    terms = compare(torch.full((3, 2, J), 0.3), uncertainty=0.1)
    assert terms["uncertainty"] == pytest.approx(COVERAGE * 0.2, rel=1e-5)


def test_depth_is_relative_to_the_neck() -> None:
    assert compare(torch.full((3, 2, J), 7.0))["depth"] == 0
    depth = torch.zeros(3, 2, J)
    depth[..., SKELETON.index("LHand")] = 1.0
    assert compare(depth)["depth"] == pytest.approx(2.5 / J)
    assert compare(depth)["velocity"] == 0
    depth[1:] = 0
    assert compare(depth)["velocity"] == pytest.approx(2.5 / J / 2)


def test_hands_have_the_largest_weight() -> None:
    weights = dict(zip(SKELETON.keypoints, keypoint_weights(torch.zeros(1)).tolist(), strict=True))
    assert max(weights, key=weights.__getitem__) in ("LHand", "RHand")
    assert weights["LAnkle"] < weights["Nose"] < weights["RElbow"]


def test_frames_without_keypoints_do_not_count() -> None:
    depth = torch.zeros(4, 1, J)
    depth[2:] = torch.arange(J, dtype=torch.float32)
    terms = lifting_losses(
        output(depth),
        torch.zeros(4, 1, J, 2),
        torch.zeros(4, 1, J),
        torch.zeros(4, 1, P),
        torch.tensor([[1.0], [1.0], [0.0], [0.0]]),
    )
    assert terms.means[0] == 0
    assert terms.counts.tolist() == [4] * len(LIFTING_TERMS)  # frames of the recording


def test_a_single_frame_has_no_velocity() -> None:
    assert compare(torch.ones(1, 2, J))["velocity"] == 0


def test_unknown_values_do_not_count_and_have_no_gradient() -> None:
    predicted = torch.zeros(3, 2, J, requires_grad=True)
    true = torch.zeros(3, 2, J)
    true[..., SKELETON.index("LHand")] = torch.nan
    true[0] = torch.nan
    hand = torch.zeros(J)
    hand[SKELETON.index("LHand")] = 9.0
    terms = compare(predicted + hand, true)
    assert terms["depth"] == 0
    nothing = lifting_losses(
        output(predicted),
        torch.full((3, 2, J, 2), torch.nan),
        torch.full((3, 2, J), torch.nan),
        torch.full((3, 2, P), torch.nan),
        torch.zeros(3, 2),
    )
    assert nothing.means.tolist() == nothing.counts.tolist() == [0] * len(LIFTING_TERMS)
    nothing.means.sum().backward()
    assert torch.isfinite(predicted.grad).all()


def test_an_infinite_depth_gives_an_infinite_loss() -> None:
    true = torch.zeros(3, 2, J)
    true[1, 0, 5] = torch.inf
    assert not math.isfinite(compare(torch.zeros(3, 2, J), true)["depth"])
