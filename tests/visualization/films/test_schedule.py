import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.visualization.films.schedule import (
    choose_frames,
    choose_gif_frames,
    frame_ends,
    gif_delays,
)


@given(frames=st.integers(5, 300), fps=st.floats(5, 240), every=st.integers(1, 4))
def test_a_gif_is_as_long_as_the_recording(frames, fps, every):
    ends = frame_ends(frames, fps)
    numbers = choose_gif_frames(ends, every)
    delays = gif_delays(numbers, ends)
    assert len(delays) == len(numbers)
    assert min(delays) >= 10
    assert sum(delays) / 1000 == pytest.approx(frames / fps, abs=0.0151)
    assert all(delay >= 20 for delay in delays[:-1])


@given(steps=st.lists(st.floats(0.005, 0.5), min_size=1, max_size=60))
def test_frames_with_times_are_shown_at_their_times(steps):
    times = np.concatenate([[0], np.cumsum(steps)])
    ends = frame_ends(len(times), 30, times)
    assert len(ends) == len(times)
    assert np.allclose(ends[:-1], times[1:])
    numbers = choose_frames(ends, 50)
    assert numbers[0] == 0
    assert numbers == sorted(numbers)
    for position, number in enumerate(numbers):
        assert times[number] <= position * ends[-1] / len(numbers) + 1e-6


def test_a_single_frame():
    assert choose_gif_frames(frame_ends(1, 25)) == [0]
    assert gif_delays([0], frame_ends(1, 25)) == [40]
    assert frame_ends(1, 25, np.array([3.0])).tolist() == [0.04]
