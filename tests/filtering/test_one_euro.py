import numpy as np
import pytest
from conftest import random_recordings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from lifted_recordings import lifted

from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError
from signlift.filtering.one_euro import (
    OneEuro,
    initial_one_euro_state,
    one_euro_filter,
    one_euro_step,
)


def run(points, seconds=1 / 30, scale=1.0, settings=OneEuro()):  # noqa: B008
    state, out = initial_one_euro_state(points.shape[1:]), []
    for frame in points:
        filtered, state = one_euro_step(frame, state, seconds, scale, settings)
        out.append(filtered)
    return np.array(out).reshape(points.shape)


def step(frames=40, height=1.0):
    points = np.zeros((frames, 1, 1))
    points[1:] = height
    return points


def test_the_step_response_is_that_of_a_low_pass_filter():
    found = run(step(), settings=OneEuro(min_cutoff=2, beta=0))[:, 0, 0]
    turned = 2 * np.pi * 2 / 30
    part = turned / (1 + turned)  # 1 / (1 + tau / T) of the paper
    np.testing.assert_allclose(found, 1 - (1 - part) ** np.arange(40), atol=1e-12)


def test_the_first_steps_follow_the_equations_of_the_paper():
    settings = OneEuro(min_cutoff=1, beta=0.5, speed_cutoff=2)

    def weight(cutoff):
        return 1 / (1 + 1 / (2 * np.pi * cutoff) / 0.1)

    x1 = weight(1 + 0.5 * weight(2) * 3 / 0.1) * 3
    speed = weight(2) * (3 - x1) / 0.1 + (1 - weight(2)) * weight(2) * 3 / 0.1
    x2 = x1 + weight(1 + 0.5 * speed) * (3 - x1)
    found = run(step(3, height=3.0), seconds=0.1, settings=settings)[:, 0, 0]
    np.testing.assert_allclose(found, [0, x1, x2])


def test_faster_points_lag_less():
    slow, quick = (run(step(), settings=OneEuro(beta=beta))[10, 0, 0] for beta in (0, 6))
    assert slow < 0.8 < quick <= 1


def test_settings_serve_any_resolution_and_about_any_frame_rate():
    rng = np.random.default_rng(0)
    points = np.cumsum(rng.normal(size=(50, 3, 2)), 0)
    np.testing.assert_allclose(run(points, scale=2) * 7, run(points * 7, scale=14))
    wave = np.sin(np.arange(0, 10, 1 / 240))[:, None, None]  # up to a torso per second
    at_30, at_240 = run(wave[::8]), run(wave, seconds=1 / 240)[::8]
    np.testing.assert_allclose(at_30[15:], at_240[15:], atol=0.015)
    assert np.abs(at_30 - wave[::8]).max() > 0.03


def test_the_speed_is_that_of_the_point_and_not_of_its_coordinates():
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    points = np.cumsum(np.random.default_rng(1).normal(size=(30, 2, 2)), 0)
    np.testing.assert_allclose(run(points) @ turn.T, run(points @ turn.T))


def test_the_filter_starts_again_after_a_gap():
    points = np.cumsum(np.random.default_rng(2).normal(size=(20, 2, 2)), 0)
    points[7:9, 0] = np.nan
    found = run(points)
    assert np.isnan(found[7:9, 0]).all()
    assert not np.isnan(found[:, 1]).any()
    np.testing.assert_array_equal(found[9, 0], points[9, 0])
    np.testing.assert_array_equal(found[9:, :1], run(points[9:, :1]))


POINTS = hnp.arrays(
    np.float64, (12, 2, 1), elements=st.floats(-1e6, 1e6) | st.just(np.nan), fill=st.nothing()
)


@given(POINTS)
def test_values_stay_within_the_range_of_the_input_and_nan_stays(points):
    found = run(points)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(points))
    for j in range(2):
        low, high = np.inf, -np.inf
        for filtered, value in zip(found[:, j, 0], points[:, j, 0], strict=True):
            if np.isnan(value):
                low, high = np.inf, -np.inf
                continue
            low, high = min(low, value), max(high, value)
            assert low - 1e-6 <= filtered <= high + 1e-6


def test_a_recording_is_filtered_with_a_note():
    (one,) = random_recordings([30])
    found = one_euro_filter(one, OneEuro(beta=1), scale=50)
    np.testing.assert_allclose(
        found.keypoints,
        run(one.keypoints.astype(float), scale=50, settings=OneEuro(beta=1)),
        rtol=1e-5,
    )
    assert (found.depth[:, PANOPTIC26.index("MidHip")] == 0).all()
    assert found.notes == (
        "smoothed by a One-Euro filter (min_cutoff 0.5 Hz, beta 1, speed_cutoff 1 Hz, torso 50 px)",
    )
    assert found.keypoints.dtype == found.depth.dtype == np.float32


def test_points_at_rest_and_other_fields_are_unchanged():
    one = lifted(6)
    still = Recording(
        np.repeat(one.keypoints[:1], 6, 0), depth=np.repeat(one.depth[:1], 6, 0), fps=25
    )
    found = one_euro_filter(still)
    np.testing.assert_array_equal(found.keypoints, still.keypoints)
    np.testing.assert_array_equal(found.depth, still.depth)
    found = one_euro_filter(one)
    np.testing.assert_array_equal(np.isnan(found.depth), np.isnan(one.depth))
    assert found.depth_uncertainty is one.depth_uncertainty
    assert found.confidence is one.confidence


def test_the_middle_of_the_hips_stays_the_root():
    (one,) = random_recordings([40], skeleton=COCO17)
    found = one_euro_filter(one)
    hips = found.depth[:, [COCO17.index("LHip"), COCO17.index("RHip")]]
    np.testing.assert_allclose(hips.sum(1), 0, atol=1e-4)
    assert np.abs(hips).max() > 1


def test_uneven_times():
    (one,) = random_recordings([3])
    times = np.array([0, 0.1, 1.0])
    uneven = Recording(one.keypoints, times=times)
    found = one_euro_filter(uneven, OneEuro(beta=0, min_cutoff=1), scale=1).keypoints
    part = 2 * np.pi * np.diff(times)
    part = part / (1 + part)
    second = one.keypoints[0] + part[0] * (one.keypoints[1] - one.keypoints[0])
    np.testing.assert_allclose(found[1], second, rtol=1e-5)
    np.testing.assert_allclose(found[2], second + part[1] * (one.keypoints[2] - second), rtol=1e-5)


@pytest.mark.parametrize("frames", [0, 1])
def test_recordings_of_no_frame_and_one_frame(frames):
    one = lifted(frames)
    found = one_euro_filter(one)
    np.testing.assert_array_equal(found.keypoints, one.keypoints)
    assert one_euro_filter(one.with_depth(None)).depth is None


def test_wrong_settings_are_refused():
    with pytest.raises(InputError) as error:
        OneEuro(min_cutoff=0, beta=-1, speed_cutoff=np.inf)
    assert len(error.value.problems) == 3
    with pytest.raises(InputError, match="scale: expected a length above 0, found 0"):
        one_euro_filter(lifted(), scale=0)
    with pytest.raises(InputError, match="fps: expected a number above 0 and up to 1000"):
        one_euro_filter(lifted(fps=5000))
