import numpy as np
import pytest

from signlift.core.frame_rate import check_fps
from signlift.errors import InputError


@pytest.mark.parametrize("fps", [25, 29.97, np.float32(50), np.int64(30), 1e-3, 1000])
def test_numbers_are_kept(fps):
    assert check_fps(fps) == fps
    assert type(check_fps(fps)) is float


def test_none_gives_the_default():
    assert check_fps(None) == 30


@pytest.mark.parametrize(
    ("fps", "found"),
    [
        (0, "0"),
        (-1.5, "-1.5"),
        (1001, "1001"),
        (np.inf, "inf"),
        (np.nan, "nan"),
        ("25", "'25'"),
        (True, "True"),
        ([25], r"\[25\]"),
    ],
)
def test_other_values_are_refused(fps, found):
    expected = f"^clip: fps: expected a number above 0 and up to 1000, found {found}$"
    with pytest.raises(InputError, match=expected):
        check_fps(fps, "clip: fps")
