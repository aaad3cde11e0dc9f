import math

import pytest
import torch

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.model.lifting_net import LiftingOutput
from signlift.model.network_inputs import SKELETON
from signlift.model.recurrent_state import RecurrentState
from signlift.pretraining.losses import WITHIN, keypoint_weights, losses

J, P = len(SKELETON), NUM_PROPORTIONS


def lifted(depth: torch.Tensor, error: float = 0.1) -> LiftingOutput:
    T, B = depth.shape[:2]
    state = RecurrentState(torch.zeros(1, B, 2), torch.zeros(1, B, 2), torch.zeros(B, 3))
    return LiftingOutput(
        torch.zeros(T, B, J, 2),
        depth,
        torch.full((T, B, J), error),
        torch.zeros(T, B, P),
        torch.full((T, B, P), math.log(0.5)),
        state,
    )


def found(depth: torch.Tensor, error: float = 0.1):
    T, B = depth.shape[:2]
    return losses(
        lifted(depth, error),
        torch.zeros(T, B, J, 2),
        torch.zeros(T, B, J),
        torch.full((T, B, P), 0.5),
        torch.ones(T, B),
    )


def test_nothing_wrong() -> None:
    parts = found(torch.zeros(3, 2, J))
    assert parts.depth == parts.velocity == parts.keypoints == 0
    assert parts.proportions.item() == pytest.approx(1 + math.log(0.5))
    assert parts.error.item() == pytest.approx((1 - WITHIN) * 0.1)


def test_what_is_off_by_the_same_everywhere_is_right_relative_to_the_neck() -> None:
    parts = found(torch.full((3, 2, J), 0.3))
    assert parts.depth.item() == pytest.approx(0, abs=1e-6)
    assert parts.error.item() == pytest.approx(WITHIN * 0.2, rel=1e-5)


def test_hands_count_more() -> None:
    depth = torch.zeros(1, 1, J)
    depth[..., SKELETON.index("LHand")] = 0.4
    assert found(depth).depth.item() == pytest.approx(2.5 * 0.4 / J)
    assert keypoint_weights(depth)[SKELETON.index("LAnkle")] == pytest.approx(0.3)
    assert found(depth).velocity == 0  # a single frame has none


def test_frames_without_keypoints_do_not_count() -> None:
    depth = torch.zeros(4, 1, J)
    depth[1, :, SKELETON.index("Nose")] = 9.0
    keypoints = torch.zeros(4, 1, J, 2)
    keypoints[1] = 7.0
    visible = torch.tensor([[1.0], [0.0], [1.0], [1.0]])
    parts = losses(lifted(depth), keypoints, torch.zeros(4, 1, J), torch.zeros(4, 1, P), visible)
    assert parts.depth == parts.velocity == parts.keypoints == 0
    # Those that do count weigh as much as if there were no others.
    keypoints[2] = keypoints[3] = 0.5
    alone = losses(
        lifted(depth[2:]), keypoints[2:], torch.zeros(2, 1, J), torch.zeros(2, 1, P), visible[2:]
    )
    keypoints[0] = 0.5
    parts = losses(lifted(depth), keypoints, torch.zeros(4, 1, J), torch.zeros(4, 1, P), visible)
    assert parts.keypoints.item() == pytest.approx(alone.keypoints.item())
    nobody = losses(lifted(depth), keypoints, depth, torch.zeros(4, 1, P), 0 * visible)
    assert nobody.depth == nobody.velocity == nobody.keypoints == 0


def test_numbers_name_every_part() -> None:
    names = {"depth", "velocity", "keypoints", "proportions", "error"}
    assert set(found(torch.zeros(1, 1, J)).numbers()) == names
