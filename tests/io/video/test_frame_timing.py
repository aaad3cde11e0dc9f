import numpy as np
import pytest

from signlift.io.video.frame_timing import compute_even_fps, next_time


def test_times_increase_whatever_the_container_says():
    assert next_time(None, None, 0.04) == 0
    assert next_time(7.5, None, 0.04) == 7.5
    assert next_time(7.6, 7.5, 0.04) == 7.6
    assert next_time(None, 7.5, 0.04) == pytest.approx(7.54)
    assert next_time(7.5, 7.5, 0.04) == pytest.approx(7.54)  # the same time again
    assert next_time(0.1, 7.5, 0.04) == pytest.approx(7.54)  # the clock was set back


def test_the_rate_of_evenly_spaced_frames():
    assert compute_even_fps(np.arange(50) / 29.97) == pytest.approx(29.97)
    rounded = np.round(np.arange(500) / 60, 3)  # as Matroska rounds them
    assert compute_even_fps(rounded, 1e-3) == pytest.approx(60, rel=1e-3)
    assert compute_even_fps(rounded**1.01) is None
    assert compute_even_fps(np.array([0, 1, 2, 4]) / 30) is None
    assert compute_even_fps(np.zeros(1)) is None
