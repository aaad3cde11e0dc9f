import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError
from signlift.evaluation import (
    coverage,
    depth_errors,
    mean_depth_error,
    mean_depth_error_per_keypoint,
    mpjpe,
    mpjve,
    mse,
    neck_relative_depth_errors,
    pck_depth,
    point_errors,
    procrustes_align,
    procrustes_aligned_mpjpe,
    root_aligned_errors,
    root_aligned_mpjpe,
    velocity_errors,
)

nan = np.nan
seeds = st.integers(0, 2**32 - 1)

#: A right triangle in the plane of the image.
TRIANGLE = np.array([[0.0, 0, 0], [4, 0, 0], [0, 3, 0]])


def cloud(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=(*shape, 3))


def similar(points, seed=0, scale=2.5):
    """The same points after a similarity transform."""
    rng = np.random.default_rng(seed)
    turn = Rotation.random(random_state=rng).as_matrix()
    return scale * points @ turn.T + rng.normal(size=3) * 5


# Depth


def test_depth_measures_of_known_numbers():
    predicted = np.array([[1.0, 2, nan], [5, 0, 7]])
    true = np.array([[0.0, 4, 1], [5, nan, 4]])
    np.testing.assert_array_equal(depth_errors(predicted, true), [[1, 2, nan], [0, nan, 3]])
    assert mse(predicted, true) == (1 + 4 + 0 + 9) / 4
    assert mean_depth_error(predicted, true) == (1 + 2 + 0 + 3) / 4
    np.testing.assert_array_equal(mean_depth_error_per_keypoint(predicted, true), [0.5, 2, 3])


def test_a_keypoint_without_known_depth_has_no_mean():
    means = mean_depth_error_per_keypoint(np.array([[1, nan]]), np.array([[0.0, 3]]))
    np.testing.assert_array_equal(means, [1, nan])


def test_pck_of_known_numbers():
    predicted = np.array([0.0, 4, 10, 19, 20, 31, nan])
    true = np.array([0.0, 0, 0, 0, 0, 0, 0])
    # In torso lengths 0, 0.04, 0.1, 0.19, 0.2, 0.31: an error at a threshold is not below it.
    fractions = pck_depth(predicted[None], true[None], torso_length=100)
    np.testing.assert_allclose(fractions, [2 / 6, 2 / 6, 4 / 6, 5 / 6])
    np.testing.assert_allclose(pck_depth(predicted, true, 10, [1.5, 99]), [3 / 6, 1])


@pytest.mark.parametrize("torso", [0, -1, nan, np.inf])
def test_a_torso_length_is_above_zero(torso):
    with pytest.raises(InputError, match="torso_length: expected a finite length above 0, found"):
        pck_depth(np.zeros(3), np.zeros(3), torso)


def test_neck_relative_errors_of_known_numbers():
    true, predicted = np.zeros((2, 26)), np.full((2, 26), 7.0)  # an offset of the whole body
    predicted[0, PANOPTIC26.index("LHand")] += 13
    predicted[1, PANOPTIC26.index("Neck")] = nan
    for side in ("LShoulder", "RShoulder"):  # the Neck is derived from the shoulders there
        predicted[1, PANOPTIC26.index(side)] = 9
    errors = neck_relative_depth_errors(predicted, true, PANOPTIC26)
    assert errors[0, PANOPTIC26.index("LHand")] == 13
    assert errors[0].sum() == 13
    assert errors[1, PANOPTIC26.index("Nose")] == 2
    with pytest.raises(InputError, match=r"expected shape \[\.\.\., 26\] \(panoptic26\)"):
        neck_relative_depth_errors(true[:, :5], true[:, :5], PANOPTIC26)


def test_coverage_of_known_numbers():
    predicted = np.array([0.0, 1, 2, 3, nan, 5])
    true = np.zeros(6)
    uncertainty = np.array([0.0, 1, 1, 4, 1, nan])  # an error equal to it lies within it
    assert coverage(predicted, true, uncertainty) == 3 / 4
    assert np.isnan(coverage(predicted, true, np.full(6, nan)))


# Points


def test_point_errors_of_known_numbers():
    off = TRIANGLE + np.array([0, 0, 2])
    assert mpjpe(off, TRIANGLE) == 2
    assert procrustes_aligned_mpjpe(off, TRIANGLE) == pytest.approx(0, abs=1e-12)
    one_off = TRIANGLE + np.array([[0, 0, 0], [0, 0, 0], [0, 0, 6]])
    assert mpjpe(one_off, TRIANGLE) == 2
    np.testing.assert_array_equal(point_errors(one_off, TRIANGLE), [0, 0, 6])
    assert mpjpe(TRIANGLE + np.array([3, 4, 0]), TRIANGLE) == 5


def test_root_aligned_errors_of_known_numbers():
    true = np.zeros((2, 26, 3))
    predicted = np.zeros((2, 26, 3))
    predicted[..., 2] = 7  # an offset of the whole body is not counted
    hand = PANOPTIC26.index("LHand")
    predicted[0, hand, 2] = 7 + 13
    assert root_aligned_mpjpe(predicted, true, PANOPTIC26) == 13 / 52
    predicted[1, PANOPTIC26.index("MidHip"), 2] = 9  # an error of the root is one of the others
    assert root_aligned_mpjpe(predicted, true, PANOPTIC26) == (13 + 25 * 2) / 52
    assert root_aligned_mpjpe(predicted, true, PANOPTIC26, root="Neck") == (13 + 2) / 52


def test_a_frame_without_root_does_not_count():
    true, predicted = cloud(2, 17), cloud(2, 17, seed=1)
    true[0, COCO17.index("LHip"), 2] = nan
    errors = root_aligned_errors(predicted, true, COCO17)
    assert np.isnan(errors[0]).all()
    assert not np.isnan(errors[1]).any()
    assert not np.isnan(root_aligned_mpjpe(predicted, true, COCO17, root="Neck"))


def test_a_root_missing_in_one_array_is_derived_in_both():
    predicted = np.zeros((1, 26, 3))
    predicted[0, PANOPTIC26.index("MidHip")] = 5
    true = np.zeros((1, 26, 3))
    true[0, PANOPTIC26.index("MidHip"), 2] = nan
    assert root_aligned_mpjpe(predicted, true, PANOPTIC26) == 0


# Procrustes


def test_procrustes_removes_rotation_and_scale_but_not_reflection():
    true = cloud(5, 17)
    for scale in (1e-3, 1, 40):
        assert procrustes_aligned_mpjpe(similar(true, 3, scale), true) < 1e-12
    mirrored = true * [1, 1, -1]
    assert procrustes_aligned_mpjpe(mirrored, true) > 0.1
    assert procrustes_aligned_mpjpe(similar(mirrored), true) > 0.1


def test_procrustes_aligns_a_flat_shape_with_its_mirror_image():
    assert procrustes_aligned_mpjpe(TRIANGLE * [-1, 1, 1], TRIANGLE) < 1e-12


def test_procrustes_against_scipy():
    true, predicted = cloud(20, seed=1), cloud(20, seed=2)
    target = true - true.mean(0)
    source = predicted - predicted.mean(0)
    turn, _ = Rotation.align_vectors(target, source)
    turned = turn.apply(source)
    expected = turned * (turned * target).sum() / (source**2).sum() + true.mean(0)
    np.testing.assert_allclose(procrustes_align(predicted, true), expected, atol=1e-9)


def test_procrustes_of_known_numbers():
    # On a line, in another order: the products of the coordinates add up to 1, the squares of
    # the predicted ones to 2, so that a scale of 1/2 fits best.
    true = np.array([[-1.0, 0, 0], [0, 0, 0], [1, 0, 0]])
    predicted = np.array([[-1.0, 0, 0], [1, 0, 0], [0, 0, 0]])
    aligned = procrustes_align(predicted, true)
    np.testing.assert_allclose(aligned, [[-0.5, 0, 0], [0.5, 0, 0], [0, 0, 0]], atol=1e-12)
    assert procrustes_aligned_mpjpe(predicted, true) == pytest.approx(2 / 3)


def test_missing_points_have_no_weight():
    true, predicted = cloud(4, 17), cloud(4, 17, seed=1)
    expected = procrustes_align(predicted[:, :12], true[:, :12])
    true[:, 12:14, 2] = nan
    predicted[:, 14:] = nan
    aligned = procrustes_align(predicted, true)
    np.testing.assert_allclose(aligned[:, :12], expected, atol=1e-12)
    assert np.isnan(aligned[:, 12:]).all()


def test_frames_that_cannot_be_aligned_do_not_count():
    true, predicted = cloud(5, 17), cloud(5, 17, seed=1)
    alone = procrustes_aligned_mpjpe(predicted[4], true[4])
    predicted[0] = nan
    true[1, 2:] = nan  # two points
    predicted[2] = 0.1, 0.7, 1e3  # all in one place
    true[3] = 0.1, 0.7, 1e3
    assert np.isnan(procrustes_align(predicted, true)[:4]).all()
    assert procrustes_aligned_mpjpe(predicted, true) == pytest.approx(alone)


@given(seeds)
def test_procrustes_never_makes_the_squared_error_larger(seed):
    true, predicted = cloud(3, 6, seed=seed), cloud(3, 6, seed=seed + 1)

    def squared(points):
        return (point_errors(points, true) ** 2).sum(-1)

    aligned = squared(procrustes_align(predicted, true))
    centred = predicted + (true - predicted).mean(-2, keepdims=True)
    assert (aligned <= squared(centred) + 1e-9).all()
    nudged = similar(procrustes_align(predicted, true), seed, 1.01)
    assert (aligned <= squared(nudged) + 1e-9).all()


@given(seeds, st.floats(0.1, 10))
def test_procrustes_does_not_depend_on_a_similarity_transform_of_the_prediction(seed, scale):
    true, predicted = cloud(2, 8, seed=seed), cloud(2, 8, seed=seed + 1)
    np.testing.assert_allclose(
        procrustes_align(similar(predicted, seed, scale), true),
        procrustes_align(predicted, true),
        atol=1e-9,
    )
    # The error is in the unit of the truth.
    np.testing.assert_allclose(
        procrustes_aligned_mpjpe(predicted, similar(true, seed, scale)),
        scale * procrustes_aligned_mpjpe(predicted, true),
        rtol=1e-9,
    )


# Velocity


def test_velocity_errors_of_known_numbers():
    true = np.zeros((4, 2, 3))
    predicted = np.zeros((4, 2, 3))
    predicted[:, 0, 2] = [0, 3, 3, -1]  # velocities 3, 0, -4 where there should be none
    predicted[:, 1] = 100  # a constant offset is no velocity
    np.testing.assert_array_equal(velocity_errors(predicted, true), [[3, 0], [0, 0], [4, 0]])
    assert mpjve(predicted, true) == 7 / 6


def test_a_velocity_counts_where_both_frames_have_the_point():
    predicted, true = np.zeros((4, 1, 3)), np.zeros((4, 1, 3))
    predicted[:, 0, 2] = [0, 3, nan, 8]
    np.testing.assert_array_equal(velocity_errors(predicted, true)[:, 0], [3, nan, nan])
    true[0, 0, 1] = nan
    assert np.isnan(mpjve(predicted, true))


def test_velocities_do_not_run_across_recordings():
    predicted, true = cloud(2, 5, 4), cloud(2, 5, 4, seed=1)
    errors = velocity_errors(predicted, true)
    assert errors.shape == (2, 4, 4)
    np.testing.assert_allclose(errors[1], velocity_errors(predicted[1], true[1]))


# All of them

DEPTHS = [depth_errors, mse, mean_depth_error, mean_depth_error_per_keypoint]
POINTS = [point_errors, mpjpe, procrustes_align, procrustes_aligned_mpjpe, velocity_errors, mpjve]


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_a_mean_of_no_values_is_nan_without_a_warning(frames):
    with np.errstate(all="raise"):
        depth = np.full((frames, 26), nan)
        for measure in DEPTHS:
            assert np.isnan(measure(depth, depth)).all()
        assert np.isnan(pck_depth(depth, depth, 1)).all()
        points = np.full((frames, 26, 3), nan)
        for measure in POINTS:
            assert np.isnan(measure(points, points)).all()
        assert np.isnan(root_aligned_mpjpe(points, points, PANOPTIC26))


def test_a_single_frame():
    points = cloud(1, 26)
    off = points + np.array([0, 0, 1])
    assert mpjpe(off, points) == pytest.approx(1)
    assert root_aligned_mpjpe(off, points, PANOPTIC26) == pytest.approx(0, abs=1e-12)
    assert procrustes_aligned_mpjpe(off, points) == pytest.approx(0, abs=1e-12)
    assert np.isnan(mpjve(off, points))


def test_float32_is_measured_in_float64():
    true = np.full((1000, 1), 1e4, np.float32)
    assert mse(true + np.float32(0.5), true) == 0.25
    assert depth_errors(true, true).dtype == np.float64


@pytest.mark.parametrize("measure", [*DEPTHS, *POINTS])
def test_wrong_input(measure):
    shape = (4, 5, 3) if measure in POINTS else (4, 5)
    good = np.zeros(shape)
    with pytest.raises(InputError, match=r"true: expected the shape of predicted \[4, 5"):
        measure(good, good[:3])
    with pytest.raises(InputError, match="predicted: expected real numbers, found dtype"):
        measure(good.astype(str), good)
    with pytest.raises(InputError, match=r"true: expected finite numbers or NaN, found infinity"):
        measure(good, good + np.inf)
    with pytest.raises(InputError, match=r"predicted: expected shape \[\.\.\., J"):
        measure(np.zeros(()), np.zeros(()))


def test_wrong_points():
    with pytest.raises(
        InputError, match=r"expected shape \[\.\.\., J, 3\], found shape \[4, 5, 2\]"
    ):
        mpjpe(np.zeros((4, 5, 2)), np.zeros((4, 5, 2)))
    with pytest.raises(
        InputError, match=r"expected shape \[\.\.\., T, J, 3\], found shape \[5, 3\]"
    ):
        mpjve(np.zeros((5, 3)), np.zeros((5, 3)))
    with pytest.raises(InputError, match=r"expected shape \[\.\.\., 26, 3\] \(panoptic26\)"):
        root_aligned_mpjpe(np.zeros((4, 5, 3)), np.zeros((4, 5, 3)), PANOPTIC26)


@given(seeds)
def test_errors_do_not_depend_on_a_common_rigid_motion(seed):
    true, predicted = cloud(4, 26, seed=seed), cloud(4, 26, seed=seed + 1)
    for measure in (mpjpe, mpjve, lambda *pair: root_aligned_mpjpe(*pair, PANOPTIC26)):
        value = measure(predicted, true)
        assert measure(true, true) == 0 < value
        assert measure(true, predicted) == pytest.approx(value)
        moved = similar(predicted, seed, 1), similar(true, seed, 1)
        assert measure(*moved) == pytest.approx(value)
