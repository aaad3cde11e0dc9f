import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from signlift.model.bone_geometry import bone_depth


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


def test_without_perspective_pythagoras_holds() -> None:
    start, end = torch.zeros(2, dtype=torch.float64), torch.tensor([3.0, 0.0], dtype=torch.float64)
    for direction, expected in ((1.0, 4.0), (-1.0, -4.0), (0.5, 2.0)):
        depth = bone_depth(start, end, number(0), number(5), number(direction), number(0))
        assert depth.item() == pytest.approx(expected, abs=1e-3)


def test_a_bone_too_long_in_the_image_lies_across_the_view() -> None:
    start, end = torch.zeros(2), torch.tensor([2.0, 0.0])
    zero, one = torch.tensor(0.0), torch.tensor(1.0)
    assert abs(bone_depth(start, end, zero, one, one, zero).item()) <= 0.02 + 1e-6


@given(
    st.tuples(*[st.floats(-0.6, 0.6)] * 6),
    st.floats(0.05, 0.4),
)
def test_the_projection_of_a_pinhole_camera_is_undone(
    points: tuple[float, ...], perspective: float
) -> None:
    """The difference in depth of two points follows from their projections."""
    start, end = np.array(points[:3]), np.array(points[3:])
    step = end[2] - start[2]
    projected = [torch.tensor(point[:2] / (1 + perspective * point[2])) for point in (start, end)]
    length = float(np.linalg.norm(end - start))
    depths = [
        bone_depth(
            *projected, number(start[2]), number(length), number(direction), number(perspective)
        )
        for direction in (-1.0, 1.0)
    ]
    # The softened square root deviates where the bone lies across the view.
    assert min(abs(depth.item() - step) for depth in depths) < 0.025


def test_gradients_are_finite_everywhere() -> None:
    end = torch.tensor([[1.0, 0.0], [0.0, 0.0], [3.0, 0.0]], requires_grad=True)
    ones = torch.ones(3)
    depth = bone_depth(torch.zeros(3, 2), end, 0 * ones, ones, ones, 0.3 * ones)
    depth.sum().backward()
    assert end.grad is not None
    assert torch.isfinite(end.grad).all()


def test_empty_batches() -> None:
    empty = torch.empty(0)
    assert bone_depth(torch.empty(0, 2), torch.empty(0, 2), empty, empty, empty, empty).shape == (
        0,
    )
