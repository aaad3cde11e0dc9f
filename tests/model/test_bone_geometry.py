import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from signlift.model.bone_geometry import bone_depth, pair_depth


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


def test_without_perspective_it_is_pythagoras() -> None:
    start, end = torch.zeros(2, dtype=torch.float64), torch.tensor([3.0, 0.0], dtype=torch.float64)
    for side, expected in ((1.0, 4.0), (-1.0, -4.0), (0.5, 2.0)):
        depth = bone_depth(start, end, number(0), number(5), number(side), number(0))
        assert depth.item() == pytest.approx(expected, abs=1e-3)


def test_a_bone_that_looks_too_long_lies_flat() -> None:
    start, end = torch.zeros(2), torch.tensor([2.0, 0.0])
    zero, one = torch.tensor(0.0), torch.tensor(1.0)
    assert abs(bone_depth(start, end, zero, one, one, zero).item()) <= 0.02 + 1e-6


@given(
    st.tuples(*[st.floats(-0.6, 0.6)] * 6),
    st.floats(0.05, 0.4),
)
def test_a_camera_is_undone(points: tuple[float, ...], near: float) -> None:
    """Two points seen by a pinhole camera: the step between their depths comes out."""
    one, other = np.array(points[:3]), np.array(points[3:])
    step = other[2] - one[2]
    seen = [torch.tensor(point[:2] / (1 + near * point[2])) for point in (one, other)]
    length = float(np.linalg.norm(other - one))
    found = [
        bone_depth(seen[0], seen[1], number(one[2]), number(length), number(side), number(near))
        for side in (-1.0, 1.0)
    ]
    # The soft square root is off by up to its softness where the bone lies across the view.
    assert min(abs(depth.item() - step) for depth in found) < 0.025


def test_pairs() -> None:
    left, right = torch.tensor([0.3, 0.0]), torch.tensor([-0.3, 0.0])
    length = torch.tensor(1.0)
    assert pair_depth(left, right, length, torch.tensor(1.0)).item() == pytest.approx(0.8, abs=1e-3)
    assert pair_depth(left, right, length, torch.tensor(-1.0)).item() < 0


def test_gradients_are_finite_everywhere() -> None:
    end = torch.tensor([[1.0, 0.0], [0.0, 0.0], [3.0, 0.0]], requires_grad=True)
    ones = torch.ones(3)
    depth = bone_depth(torch.zeros(3, 2), end, 0 * ones, ones, ones, 0.3 * ones)
    depth.sum().backward()
    assert end.grad is not None
    assert torch.isfinite(end.grad).all()


def test_empty() -> None:
    empty = torch.empty(0)
    assert bone_depth(torch.empty(0, 2), torch.empty(0, 2), empty, empty, empty, empty).shape == (
        0,
    )
