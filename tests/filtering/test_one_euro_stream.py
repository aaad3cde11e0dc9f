import numpy as np
import pytest
from conftest import random_recordings
from lifted_recordings import lifted

from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17
from signlift.errors import InputError
from signlift.filtering import OneEuro, OneEuroStream, one_euro_filter
from signlift.normalization.scale import recording_scale


@pytest.mark.parametrize("one", [lifted(12), *random_recordings([20], COCO17, missing=0.1)])
def test_a_stream_equals_the_filter_of_a_recording(one):
    settings = OneEuro(beta=2)
    fps = one.fps or 30
    whole = one_euro_filter(one, settings, scale=80)
    stream = OneEuroStream(one.skeleton, fps, settings, scale=80)
    steps = [stream.step(*frame) for frame in zip(one.keypoints, one.depth, strict=True)]
    np.testing.assert_allclose(np.stack([keypoints for keypoints, _ in steps]), whole.keypoints)
    np.testing.assert_allclose(np.stack([depth for _, depth in steps]), whole.depth, atol=1e-5)


def test_the_scale_is_estimated_from_the_frames_so_far():
    (one,) = random_recordings([2])
    stream = OneEuroStream("panoptic26")
    stream.step(one.keypoints[0])
    found, depth = stream.step(one.keypoints[1])
    assert depth is None
    assert found.dtype == np.float32
    scale = recording_scale(one.keypoints, one.skeleton)
    np.testing.assert_allclose(found, one_euro_filter(one, scale=scale).keypoints[1])


def test_uneven_frames():
    (one,) = random_recordings([3])
    times = np.array([0, 0.02, 0.5])
    stream = OneEuroStream(one.skeleton, scale=60)
    steps = [
        stream.step(frame, seconds=seconds)[0]
        for frame, seconds in zip(one.keypoints, [1, 0.02, 0.48], strict=True)
    ]
    whole = one_euro_filter(Recording(one.keypoints, times=times), scale=60)
    np.testing.assert_allclose(np.stack(steps), whole.keypoints, rtol=1e-6)


def test_wrong_input_is_refused():
    with pytest.raises(InputError, match="skeleton: expected one of"):
        OneEuroStream("smpl")
    with pytest.raises(InputError, match="fps: expected a number above 0"):
        OneEuroStream(COCO17, 0)
    with pytest.raises(InputError, match="scale: expected a length above 0"):
        OneEuroStream(COCO17, scale=-1)
    stream = OneEuroStream(COCO17)
    with pytest.raises(InputError, match=r"frame: keypoints: expected shape \[T, 17, 2\]"):
        stream.step(np.zeros((26, 2)))
    with pytest.raises(InputError, match="frame: depth: expected shape"):
        stream.step(np.zeros((17, 2)), np.zeros(3))
    with pytest.raises(InputError, match="found inf at index"):
        stream.step(np.full((17, 2), np.inf))
    with pytest.raises(InputError, match="seconds: expected a time above 0"):
        stream.step(np.zeros((17, 2)), seconds=0)
