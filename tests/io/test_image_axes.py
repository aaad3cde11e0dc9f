"""Corrections of the axes of the image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.recording import Recording
from signlift.errors import InputError
from signlift.io.image_axes import correct_axes
from signlift.io.read_recordings import read
from signlift.io.reader import ReadOptions


def recording(*, size=(640, 480), T=3):
    rng = np.random.default_rng(0)
    keypoints = rng.uniform((0, 0), (640, 480), (T, 17, 2))
    keypoints[:, 5] = np.nan
    return Recording(keypoints, "coco17", size=size)


def test_a_quarter_turn_moves_the_top_of_the_image_to_the_right():
    turned = correct_axes(recording(), rotate=90)
    x, y = np.moveaxis(recording().keypoints, -1, 0)
    np.testing.assert_allclose(turned.keypoints, np.stack([480 - y, x], -1), rtol=1e-6)
    assert turned.size == (480, 640)
    assert turned.notes == ("turned by 90 degrees",)


@given(first=st.sampled_from([0, 90, 180, 270]), second=st.sampled_from([0, 90, 180, 270]))
def test_turns_add_up(first, second):
    twice = correct_axes(correct_axes(recording(), rotate=first), rotate=second)
    once = correct_axes(recording(), rotate=(first + second) % 360)
    np.testing.assert_allclose(twice.keypoints, once.keypoints, atol=1e-3)
    assert twice.size == once.size


@pytest.mark.parametrize("flag", ["flip_y", "mirror"])
@pytest.mark.parametrize("size", [None, (640, 480)])
def test_turning_an_axis_over_twice_changes_no_distance(flag, size):
    once = correct_axes(recording(size=size), **{flag: True})
    assert not np.allclose(once.keypoints, recording().keypoints, equal_nan=True)
    twice = correct_axes(once, **{flag: True})
    offset = twice.keypoints - recording().keypoints
    spread = np.ptp(offset[twice.observed], axis=0)
    np.testing.assert_allclose(spread, 0, atol=1e-3)


def test_depth_and_missing_keypoints_stay():
    source = recording().with_depth(np.ones((3, 17)))
    turned = correct_axes(source, rotate=270, flip_y=True, mirror=True)
    np.testing.assert_array_equal(turned.observed, source.observed)
    np.testing.assert_array_equal(turned.depth, source.depth)


def test_no_correction_returns_the_recording_itself():
    source = recording()
    assert correct_axes(source) is source


@pytest.mark.parametrize("T", [0, 1])
def test_no_frames_and_a_single_frame(T):
    assert len(correct_axes(recording(size=None, T=T), rotate=90, mirror=True)) == T


def test_files_are_corrected_when_they_are_read(tmp_path):
    np.save(tmp_path / "a.npy", recording().keypoints)
    turned = read(tmp_path / "a.npy", skeleton="coco17", rotate=180)
    expected = correct_axes(recording(size=None), rotate=180)
    np.testing.assert_allclose(turned.keypoints, expected.keypoints)


@pytest.mark.parametrize("rotate", [45, -90, 360])
def test_other_angles_are_refused(rotate):
    with pytest.raises(InputError, match="rotate: expected 0, 90, 180 or 270 degrees"):
        ReadOptions(rotate=rotate)


@pytest.mark.parametrize("confidence", [-0.1, 1.5, float("nan")])
def test_confidence_outside_0_to_1_is_refused(confidence):
    with pytest.raises(InputError, match="min_confidence: expected a number from 0 to 1"):
        ReadOptions(min_confidence=confidence)
