import pytest
import torch

from signlift.model.constants import constant, take


def test_entries_by_number_along_any_axis() -> None:
    values = torch.arange(24.0).reshape(2, 3, 4)
    assert torch.equal(take(values, (3, 0)), values[..., [3, 0]])
    assert torch.equal(take(values, (2,), 1), values[:, [2]])
    assert take(values, ()).shape == (2, 3, 0)
    with pytest.raises(IndexError):
        take(values, (4,))


def test_a_constant_of_inference_can_be_trained_with() -> None:
    with torch.inference_mode():
        first = constant((5.0, 6.0), torch.float32, torch.device("cpu"))
    again = constant((5.0, 6.0), torch.float32, torch.device("cpu"))
    assert first is again
    weight = torch.ones(2, requires_grad=True)
    (weight * again).sum().backward()
    assert weight.grad is not None and weight.grad.tolist() == [5, 6]
