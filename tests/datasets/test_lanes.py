import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.datasets.lanes import iterate_windows
from signlift.errors import InputError


def steps(lengths, lanes, seq_len, order=None):
    lengths = np.array(lengths, int)
    order = np.arange(len(lengths)) if order is None else np.array(order, int)
    return list(iterate_windows(lengths, order, lanes, seq_len))


def test_two_lanes_by_hand():
    first, second, third = steps([5, 2, 3], 2, 2)
    assert first.recording.tolist() == [0, 1]
    assert first.length.tolist() == [2, 2]
    assert first.first.tolist() == [True, True]
    assert first.last.tolist() == [False, True]
    assert second.recording.tolist() == [0, 2]
    assert second.start.tolist() == [2, 0]
    assert second.first.tolist() == [False, True]
    assert third.start.tolist() == [4, 2]
    assert third.length.tolist() == [1, 1]
    assert third.last.tolist() == [True, True]


@given(
    st.lists(st.integers(1, 120), min_size=0, max_size=12),
    st.integers(1, 6),
    st.integers(1, 60),
    st.integers(0, 9),
)
def test_every_frame_is_used_once_in_order_and_state_is_cleared_at_the_first_only(
    lengths, lanes, seq_len, seed
):
    order = np.random.default_rng(seed).permutation(len(lengths))
    frames = {v: [] for v in range(len(lengths))}
    position = {}  # lane -> (recording, next frame) of the state that it carries
    for step in steps(lengths, lanes, seq_len, order):
        for lane in range(lanes):
            v, start, length = (
                int(column[lane]) for column in (step.recording, step.start, step.length)
            )
            if v < 0:
                assert length == 0
                assert not step.first[lane]
                assert not step.last[lane]
                continue
            assert step.first[lane] == (start == 0)
            if not step.first[lane]:
                assert position[lane] == (v, start)
            assert 1 <= length <= seq_len
            assert step.last[lane] == (start + length == lengths[v])
            assert length == seq_len or step.last[lane]
            frames[v] += range(start, start + length)
            position[lane] = (v, start + length)
    assert frames == {v: list(range(length)) for v, length in enumerate(lengths)}


def test_lanes_take_recordings_in_the_given_order_as_they_become_free():
    taken = [
        (int(v), lane)
        for step in steps([4, 1, 1, 1, 1], 2, 1, [1, 0, 4, 3, 2])
        for lane, v in enumerate(step.recording)
        if v >= 0 and step.first[lane]
    ]
    assert taken == [(1, 0), (0, 1), (4, 0), (3, 0), (2, 0)]


def test_select_lanes():
    step = steps([5, 2, 3], 3, 2)[0][np.array([False, True, True])]
    assert step.recording.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("lengths", "lanes", "seq_len", "message"),
    [
        ([1], 0, 1, "batch_size: expected 1 or more, found 0"),
        ([1], 1, 0, "seq_len: expected"),
        ([1, 0], 1, 1, "expected one frame or more in each, found no frame in recording 1"),
    ],
)
def test_wrong_input(lengths, lanes, seq_len, message):
    with pytest.raises(InputError, match=message):
        steps(lengths, lanes, seq_len)
