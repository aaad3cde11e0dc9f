import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC26, PANOPTIC67, SKELETONS
from signlift.errors import InputError
from signlift.normalization.normalize import denormalize, frame_centers, normalize
from signlift.normalization.scale import (
    TORSO_OVER_EARS,
    TORSO_OVER_SHOULDERS,
    recording_scale,
    torso_length,
)


def person(T=4, on=PANOPTIC26):
    """A torso of 50, shoulders 40 apart, ears 15 apart; everything else at the Neck."""
    keypoints = np.full((T, len(on), 2), [100.0, 80.0], np.float32)
    places = {
        "MidHip": (100, 130),
        "LHip": (110, 130),
        "RHip": (90, 130),
        "LShoulder": (120, 80),
        "RShoulder": (80, 80),
        "LEar": (107.5, 60),
        "REar": (92.5, 60),
    }
    for name, place in places.items():
        if name in on.keypoints:
            keypoints[:, on.index(name)] = place
    return keypoints


def hide(keypoints, on, *parts):
    hidden = keypoints.copy()
    for part in parts:
        for number, name in enumerate(on.keypoints):
            if part in name:
                hidden[:, number] = np.nan
    return hidden


@pytest.mark.parametrize("on", SKELETONS, ids=lambda on: on.name)
def test_the_scale_is_the_torso_or_without_hips_the_next_reference(on):
    keypoints = person(on=on)
    assert torso_length(keypoints, on) == pytest.approx(50)
    assert recording_scale(keypoints, on) == pytest.approx(50)
    upper = hide(keypoints, on, "Hip", "Knee", "Ankle", "Toe", "Heel")
    assert np.isnan(torso_length(upper, on))
    assert recording_scale(upper, on) == pytest.approx(40 * TORSO_OVER_SHOULDERS)
    if "LEar" in on.keypoints:
        head = hide(upper, on, "LShoulder")
        assert recording_scale(head, on) == pytest.approx(15 * TORSO_OVER_EARS)


def test_the_scale_without_any_reference():
    keypoints = np.full((3, 26, 2), np.nan)
    assert recording_scale(keypoints, PANOPTIC26) == 1
    assert recording_scale(keypoints[:0], PANOPTIC26) == 1
    keypoints[0, PANOPTIC26.index("Nose")] = 5, 5
    assert recording_scale(keypoints, PANOPTIC26) == 1  # a point has no extent
    keypoints[1, PANOPTIC26.index("LHand")] = 8, 9
    assert recording_scale(keypoints, PANOPTIC26) == pytest.approx(2.5)


def test_the_scale_is_robust_to_noise_and_to_hips_in_a_single_frame():
    keypoints = person(200)
    noisy = keypoints + np.random.default_rng(0).normal(0, 2, keypoints.shape).astype("f4")
    assert recording_scale(noisy, PANOPTIC26) == pytest.approx(50, rel=0.02)
    upper = hide(keypoints, PANOPTIC26, "Hip")
    upper[7] = keypoints[7] * 3
    assert recording_scale(upper, PANOPTIC26) == pytest.approx(40 * TORSO_OVER_SHOULDERS)


def test_frames_are_centred_on_the_last_neck():
    keypoints = person(5)
    keypoints += np.arange(5, dtype="f4")[:, None, None] * 10
    hidden = hide(keypoints, PANOPTIC26, "Neck", "Shoulder")
    hidden[1] = keypoints[1]
    hidden[4] = np.nan
    centers, last = frame_centers(hidden, PANOPTIC26)
    middle = np.nanmean(hidden[0], axis=0)
    np.testing.assert_allclose(centers[0], middle)  # before it is first observed
    np.testing.assert_allclose(centers[1:], np.tile([110.0, 90.0], (4, 1)))
    np.testing.assert_allclose(last, [110, 90])
    nothing, never = frame_centers(np.full((2, 26, 2), np.nan), PANOPTIC26)
    assert np.isnan(nothing).all()
    assert np.isnan(never).all()


def test_a_missing_neck_is_the_middle_of_the_shoulders():
    keypoints = hide(person(1), PANOPTIC26, "Neck")
    np.testing.assert_allclose(frame_centers(keypoints, PANOPTIC26)[0], [[100, 80]])
    np.testing.assert_allclose(frame_centers(person(1, COCO17), COCO17)[0], [[100, 80]])


@given(st.integers(0, 99), st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_centers_of_windows_are_those_of_the_whole(seed, windows):
    rng = np.random.default_rng(seed)
    T = sum(windows)
    keypoints = rng.normal(size=(2, T, 26, 2)).astype("f4")
    keypoints[rng.random((2, T, 26)) < 0.7] = np.nan
    keypoints[rng.random((2, T)) < 0.2] = np.nan
    whole, end = frame_centers(keypoints, PANOPTIC26)
    pieces, last = [], np.full((2, 2), np.nan)
    for window in np.split(keypoints, np.cumsum(windows)[:-1], axis=1):
        centers, last = frame_centers(window, PANOPTIC26, last)
        pieces.append(centers)
    np.testing.assert_array_equal(np.concatenate(pieces, 1), whole)
    np.testing.assert_array_equal(last, end)


@given(st.integers(0, 999), st.sampled_from([PANOPTIC26, PANOPTIC67, OPENPOSE25, COCO17]))
def test_normalisation_is_undone_exactly(seed, on):
    rng = np.random.default_rng(seed)
    keypoints = (rng.random((3, len(on), 2)) * 10.0 ** rng.integers(-2, 5)).astype("f4")
    keypoints[rng.random((3, len(on))) < 0.3] = np.nan
    scale = recording_scale(keypoints, on)
    centers, _ = frame_centers(keypoints, on)
    back = denormalize(normalize(keypoints, centers, scale), centers, scale)
    np.testing.assert_array_equal(back.astype("f4"), keypoints)


@given(st.floats(0.1, 100), st.floats(-1e3, 1e3))
def test_position_and_size_of_the_person_make_no_difference(factor, shift):
    rng = np.random.default_rng(0)
    keypoints = person().astype(np.float64) + rng.normal(size=(4, 26, 2))
    moved = keypoints * factor + shift

    def normalized(values):
        scale = recording_scale(values, PANOPTIC26)
        return normalize(values, frame_centers(values, PANOPTIC26)[0], scale)

    np.testing.assert_allclose(normalized(moved), normalized(keypoints), atol=1e-5)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_a_scale_must_be_a_length(scale):
    with pytest.raises(InputError, match="scale: expected a length above 0"):
        normalize(person(), np.zeros((4, 2)), scale)
