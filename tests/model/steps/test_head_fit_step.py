import numpy as np
import pytest
import torch

from signlift.model.steps.head_fit_step import AXES, HeadFitStep


@pytest.fixture(scope="module")
def fit():
    return HeadFitStep().double()


@pytest.fixture
def system():
    """[[M, b], [bᵀ, 0]] of a positive definite M."""
    rng = np.random.default_rng(0)
    half = rng.normal(size=(AXES - 1, AXES + 5))
    out = np.zeros((AXES, AXES))
    out[:-1, :-1] = half @ half.T
    out[-1, :-1] = out[:-1, -1] = rng.normal(size=AXES - 1)
    return torch.tensor(out)


def axes_of(fit, q):
    point = torch.tensor([[*q, 1.0]], dtype=torch.float64)
    jacobian = fit.derivatives(point)
    return point, jacobian, (point @ jacobian.t())[0, :-1].numpy() / 2


def test_a_quaternion_is_a_rotation_times_its_square(fit):
    q = np.array([0.9, 0.2, -0.4, 0.3])
    *_, axes = axes_of(fit, q)
    matrix, scale = axes[:9].reshape(3, 3), axes[9]
    assert scale == pytest.approx(q @ q)
    np.testing.assert_allclose(matrix @ matrix.T, scale**2 * np.eye(3), atol=1e-12)
    assert np.linalg.det(matrix) > 0


def test_derivatives_are_those_of_the_axes(fit):
    q = np.array([0.9, 0.2, -0.4, 0.3])
    _, jacobian, axes = axes_of(fit, q)
    for number in range(4):
        moved = q.copy()
        moved[number] += 1e-6
        change = (axes_of(fit, moved)[2] - axes) / 1e-6
        np.testing.assert_allclose(jacobian[:-1, number], change, atol=1e-5)


def test_a_step_is_that_of_gauss_and_newton(fit, system):
    point, jacobian, _ = axes_of(fit, [0.9, 0.2, -0.4, 0.3])
    step, determinant, products, equations = fit.improve(system, jacobian, point)
    J, M, b = jacobian[:-1, :4].numpy(), system[:-1, :-1].numpy(), system[:-1, -1].numpy()
    H = J.T @ M @ J
    expected = point[0, :4].numpy() / 2 + np.linalg.solve(H, J.T @ b)
    np.testing.assert_allclose(step[0, :4], expected, rtol=1e-6)
    assert step[0, 4] == pytest.approx(1)
    assert determinant.item() == pytest.approx(np.linalg.det(H), rel=1e-6)
    # 8 / 3 of the trace of the inverse: 4 / 3 over the scale, times twice the scale.
    variance = fit.variance(determinant, products, equations).item()
    assert variance == pytest.approx(8 / 3 * np.trace(np.linalg.inv(H)), rel=1e-5)


def test_the_first_step_is_one_from_a_head_that_faces_the_camera(fit):
    sums = torch.tensor(np.random.default_rng(1).normal(size=(1, fit.to_system.shape[0])))
    point, jacobian, _ = axes_of(fit, [1.0, 0, 0, 0])
    expected, *_ = fit.improve(fit.system(sums), jacobian, point)
    np.testing.assert_allclose(fit.start(sums), expected, rtol=1e-6, atol=1e-9)
