import numpy as np
import pytest

from benchmarks.viewer_page import long_recording

pytestmark = pytest.mark.slow


def test_all_keypoints_of_the_long_recording_move():
    recording = long_recording(minutes=0.1)
    assert recording.keypoints.shape == (180, 75, 2)
    assert np.isfinite(recording.points).all()
    assert (recording.keypoints.std(0) > 0).all()
