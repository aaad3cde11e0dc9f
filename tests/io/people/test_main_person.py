from pathlib import Path

import numpy as np
import pytest

from signlift.errors import InputError
from signlift.io.people.main_person import choose_person, main_first


def walk(step=0.0, scale=1.0, seen=1.0, frames=10, seed=0):
    rng = np.random.default_rng(seed)
    keypoints = rng.uniform(0, 100, (1, 5, 2)) * scale + np.arange(frames)[:, None, None] * step
    keypoints[int(seen * frames) :] = np.nan
    return keypoints


def test_the_main_one_is_seen_most_largest_and_steadiest():
    assert main_first(np.stack([walk(), walk(seen=0.5)])) == [0, 1]
    assert main_first(np.stack([walk(seen=0.5), walk()])) == [1, 0]
    assert main_first(np.stack([walk(scale=0.5), walk()])) == [1, 0]
    assert main_first(np.stack([walk(step=50), walk(step=3), walk(step=20)])) == [1, 2, 0]


def test_who_is_never_seen_is_nobody():
    assert main_first(np.full((2, 3, 5, 2), np.nan)) == []
    assert main_first(np.empty((2, 0, 5, 2))) == []
    assert main_first(np.empty((0, 3, 5, 2))) == []
    assert main_first(np.stack([walk(seen=0), walk()])) == [1]
    one = np.full((1, 3, 5, 2), np.nan)
    one[0, 1, 2] = 7  # a single keypoint, once
    assert main_first(one) == [0]


def test_choosing():
    path = Path("a.pose")
    assert [choose_person(path, [4, 2], n) for n in (None, 0, 1)] == [4, 4, 2]
    with pytest.raises(InputError, match="expected person 0 to 1, found -1"):
        choose_person(path, [4, 2], -1)
    with pytest.raises(InputError, match="expected person 0, the only one, found 1"):
        choose_person(path, [4], 1)
    with pytest.raises(InputError, match="expected a frame with a keypoint, found none"):
        choose_person(path, [], None)
