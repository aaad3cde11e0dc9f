from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifted_recordings import lifted

import signlift as sl

FIELDS = ("keypoints", "depth", "depth_uncertainty", "confidence", "detector_depth")


def assert_same(recording, other):
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(recording, field), getattr(other, field))
    for field in ("skeleton", "fps", "name", "size", "unit", "notes"):
        assert getattr(recording, field) == getattr(other, field)


@given(st.integers(1, 9), st.integers(0, 9))
def test_parts_make_the_whole_again(frames, cut):
    recording = lifted(frames)
    cut = min(cut, frames)
    assert_same(sl.concatenate([recording[:cut], recording[cut:]]), recording)
    assert_same(sl.concatenate(list(recording)), recording)


def test_times_go_on_after_one_frame():
    uneven = lifted(3, times=np.array([0, 0.1, 0.5]), fps=10)
    even = lifted(2, fps=10)
    times = sl.concatenate([uneven, even, uneven]).times
    np.testing.assert_allclose(times, [0, 0.1, 0.5, 0.6, 0.7, 0.8, 0.9, 1.3])
    assert sl.concatenate([even, even]).times is None


def test_unknown_values_are_nan():
    keypoints = lifted(2)
    fields = ("depth", "depth_uncertainty", "confidence", "detector_depth")
    plain = replace(keypoints, **dict.fromkeys(fields), notes=())
    joined = sl.concatenate([keypoints, plain])
    for field in fields:
        assert np.isnan(getattr(joined, field)[2:]).all()
    np.testing.assert_array_equal(joined.depth[:2], keypoints.depth)
    assert joined.detected[2:].any()  # an unknown confidence is not 0
    assert sl.concatenate([plain, plain]).depth is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fps": 24}, "b: fps: expected 25, as in a, found 24"),
        ({"fps": None}, "b: fps: expected 25, as in a, found None"),
        ({"size": (640, 480)}, r"b: size: expected None, as in a, found \(640, 480\)"),
        ({"unit": "cm"}, "b: unit: expected px, as in a, found cm"),
    ],
)
def test_different_recordings_are_refused(change, message):
    first = sl.Recording(np.zeros((2, 17, 2)), "coco17", fps=25, name="a")
    with pytest.raises(sl.InputError, match=f"^{message}$"):
        sl.concatenate([first, replace(first, name="b", **change)])


def test_different_skeletons_and_none_are_refused():
    first = sl.Recording(np.zeros((2, 17, 2)), "coco17", name="a")
    second = sl.Recording(np.zeros((2, 25, 2)), "openpose25", name="b")
    with pytest.raises(sl.InputError, match=r"^b: skeleton: expected coco17, as in a, found open"):
        sl.concatenate([first, second])
    with pytest.raises(sl.InputError, match=r"^recordings: expected at least one, found none$"):
        sl.concatenate([])
