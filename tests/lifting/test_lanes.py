import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.lifting import lanes
from signlift.lifting.lanes import (
    join_lanes,
    join_windows,
    longest_first,
    run_lanes,
    run_to_ends,
    split_lanes,
)
from signlift.lifting.network_data import FrameWindow

LENGTHS = st.lists(st.integers(1, 3000), max_size=40).map(lambda each: sorted(each, reverse=True))


@given(LENGTHS)
def test_parts_hold_every_frame_of_every_lane_once(lengths):
    after = [0] * len(lengths)
    frames = 0
    for start, length, count in split_lanes(lengths):
        assert 1 <= length <= lanes.WINDOW
        assert all(after[lane] == start < lengths[lane] for lane in range(count))
        for lane in range(count):
            after[lane] = start + length
        frames += length * count
    assert all(end >= length for end, length in zip(after, lengths, strict=True))
    # Only the last part of a lane holds frames after its end.
    assert frames <= sum(lengths) + sum(max(lanes._MIN_FRAMES, lanes.WINDOW) for _ in lengths)


def test_lanes_of_different_lengths_are_summed_up_with_their_state():
    lengths = [1500, 700, 700, 3]
    rng = np.random.default_rng(0)
    values = [rng.integers(0, 9, (1, length)).astype(np.float32) for length in lengths]
    together = join_lanes(values, 0)

    def run(part, state):
        start, length, count = part
        (before,) = state
        assert before.shape == (1, count, 1)
        sums = before[0] + np.cumsum(together[:count, start : start + length], 1)
        return [sums, None], (sums[None, :, -1:],)

    sums, nothing = run_lanes(lengths, run, (np.zeros((1, 4, 1), np.float32),))
    assert nothing is None
    for lane, each in enumerate(values):
        np.testing.assert_array_equal(sums[lane, : lengths[lane]], np.cumsum(each[0]))


def test_states_are_those_after_the_last_frame_of_each_lane():
    lengths = [1500, 700, 700, 3, 0]
    values = np.random.default_rng(0).integers(0, 9, (5, 1500)).astype(np.float32)

    def run(part, state):
        start, length, count = part
        assert start + length <= lengths[count - 1]
        (before,) = state
        sums = values[:count, start : start + length].sum(1)
        return (before + sums[None, :, None],)

    (ends,) = run_to_ends(lengths, run, (np.zeros((1, 5, 1), np.float32),))
    expected = [each[:length].sum() for each, length in zip(values, lengths, strict=True)]
    assert ends[0, :, 0].tolist() == expected


@pytest.mark.parametrize("known", [(True, True), (True, False), (False, False)])
def test_windows_are_filled_with_missing_keypoints(known):
    windows = [
        FrameWindow(
            np.ones((1, length, 2, 2), np.float32),
            np.ones((1, length, 2), np.float32),
            np.array([fps], np.float32),
            np.ones((1, length, 2), np.float32) if has_depth else None,
        )
        for length, fps, has_depth in zip((5, 3), (25, 50), known, strict=True)
    ]
    joined = join_windows(windows)
    assert joined.lanes == 2 and len(joined) == 5 and joined.fps.tolist() == [25, 50]
    assert not np.isnan(joined.keypoints[1, :3]).any() and np.isnan(joined.keypoints[1, 3:]).all()
    assert joined.confidence.sum() == 2 * (5 + 3) and joined.offset is None
    assert (joined.detector_depth is None) == (not any(known))
    if any(known):
        observed = ~np.isnan(joined.detector_depth[..., 0])
        assert observed.sum(1).tolist() == [5, 3 if known[1] else 0]
    assert join_windows(windows[:1]) is windows[0]


def test_the_longest_lane_comes_first():
    assert longest_first([]) == [] and longest_first([2, 2, 7]) == [2, 0, 1]
