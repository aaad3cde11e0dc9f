import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from signlift.errors import InputError
from signlift.training.split import read_groups, split_recordings


@given(st.integers(2, 60), st.integers(0, 90), st.integers(0, 99))
def test_every_recording_is_on_one_side(count, percent, seed):
    fraction = percent / 100
    size = -(-percent * count // 100)
    assume(size < count)
    split = split_recordings(count, fraction, seed)
    assert sorted([*split.train, *split.test]) == list(range(count))
    assert len(split.test) == size
    again = split_recordings(count, fraction, seed)
    np.testing.assert_array_equal(split.test, again.test)


def test_another_seed_gives_another_split():
    splits = {tuple(split_recordings(50, 0.2, seed).test) for seed in range(5)}
    assert len(splits) == 5


@given(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=40), st.integers(0, 20))
def test_groups_stay_together(groups, seed):
    assume(len(set(groups)) > 1)
    split = split_recordings(len(groups), 0.3, seed, groups) if _possible(groups, seed) else None
    assume(split is not None)
    train, test = ({groups[v] for v in part} for part in (split.train, split.test))
    assert not train & test
    assert len(split.test) >= 0.3 * len(groups)


def _possible(groups, seed):
    try:
        split_recordings(len(groups), 0.3, seed, groups)
    except InputError:
        return False
    return True


@pytest.mark.parametrize(
    ("count", "fraction", "groups", "message"),
    [
        (
            1,
            0.2,
            None,
            r"^test_fraction: expected a fraction that leaves .*found 0.2 of 1 recordings",
        ),
        (3, 0.2, ["a", "a", "a"], "found 0.2 of 3 recordings in 1 groups"),
        (3, 0.2, ["a"], "groups: expected 3 labels, found 1"),
    ],
)
def test_wrong_input(count, fraction, groups, message):
    with pytest.raises(InputError, match=message):
        split_recordings(count, fraction, 0, groups)


def test_nothing_held_back():
    split = split_recordings(3, 0, 0)
    assert (split.train.tolist(), split.test.tolist()) == ([0, 1, 2], [])


def test_groups_are_read_from_a_file(tmp_path):
    (tmp_path / "groups.txt").write_text("anna\nben \nanna\n")
    assert read_groups(tmp_path / "groups.txt") == ["anna", "ben", "anna"]
    with pytest.raises(
        InputError, match="expected a text file with one label per line, found no readable file"
    ):
        read_groups(tmp_path / "nowhere.txt")
