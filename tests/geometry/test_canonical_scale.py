import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError
from signlift.geometry.canonical_scale import scale_axes

HIP, NECK = PANOPTIC26.index("MidHip"), PANOPTIC26.index("Neck")


def bodies(*frames, on=PANOPTIC26, seed=0):
    return np.random.default_rng(seed).normal(size=(*frames, len(on), 3))


def test_known_numbers():
    points = np.zeros((2, 26, 3))
    points[0, NECK] = (3, 4, 12)  # the 12 is depth, which the length leaves out
    points[1, NECK], points[1, HIP] = (1, 0, 0), (1, 2, 0)
    points[:, 5] = (10, -5, 20)
    scaled = scale_axes(points, PANOPTIC26)
    np.testing.assert_allclose(scaled[0, NECK], [0.6, 0.8, 2.4])
    np.testing.assert_allclose(scaled[:, 5], [[2, -1, 4], [5, -2.5, 10]])


def test_it_does_what_a_loop_does():
    frames = bodies(20)
    for frame, scaled in zip(frames, scale_axes(frames, PANOPTIC26), strict=True):
        np.testing.assert_allclose(scaled, frame / np.linalg.norm((frame[NECK] - frame[HIP])[:2]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_column_that_is_missing_or_has_no_length_makes_its_frame_missing(dtype):
    frames = bodies(5).astype(dtype)
    frames[0, NECK, :2] = frames[0, HIP, :2]
    frames[1, [HIP, PANOPTIC26.index("LHip")]] = np.nan
    frames[2, HIP] = 0
    frames[2, NECK] = [np.finfo(dtype).smallest_subnormal, 0, 0]
    frames[3, NECK, 0] = np.inf
    with np.errstate(all="raise", under="ignore"):
        scaled = scale_axes(frames, PANOPTIC26)
    assert np.isnan(scaled[:4]).all()
    assert np.isfinite(scaled[4]).all()


def test_missing_keypoints_stay_missing_alone():
    frames = bodies(2)
    expected = scale_axes(frames, PANOPTIC26)
    frames[0, 7] = expected[0, 7] = np.nan
    np.testing.assert_array_equal(scale_axes(frames, PANOPTIC26), expected)


def test_a_skeleton_without_neck_and_midhip():
    scaled = scale_axes(bodies(4, on=COCO17), COCO17)
    column = COCO17.point(scaled, "Neck") - COCO17.point(scaled, "MidHip")
    np.testing.assert_allclose(np.linalg.norm(column[:, :2], axis=-1), 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lead", [(), (0,), (1,), (2, 3)])
def test_shapes_and_types(lead, dtype):
    points = bodies(*lead).astype(dtype)
    scaled = scale_axes(points, PANOPTIC26)
    assert (scaled.shape, scaled.dtype) == (points.shape, dtype)


@pytest.mark.parametrize("shape", [(4, 25, 3), (4, 26, 2), (26,)])
def test_wrong_input(shape):
    with pytest.raises(InputError, match=r"points: expected shape \[\.\.\., 26, 3\]"):
        scale_axes(np.zeros(shape), PANOPTIC26)


@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e6))
def test_the_unit_makes_no_difference_and_scaling_twice_is_scaling_once(seed, unit):
    frames = bodies(3, seed=seed)
    scaled = scale_axes(frames, PANOPTIC26)
    np.testing.assert_allclose(scale_axes(frames * unit, PANOPTIC26), scaled, rtol=1e-9)
    np.testing.assert_allclose(scale_axes(scaled, PANOPTIC26), scaled, rtol=1e-12)
