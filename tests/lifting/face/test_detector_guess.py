import numpy as np
import pytest

from signlift.lifting.face.detector_guess import guess_depth

RNG = np.random.default_rng(0)
KNOWN = RNG.normal(0, 30, (3, 40))


def test_scale_and_zero_do_not_matter():
    others = RNG.normal(0, 30, (3, 5))
    guess = guess_depth(0.01 * others + 3, 0.01 * KNOWN + 3, KNOWN)
    assert guess == pytest.approx(others)


def test_missing_landmarks_are_left_out():
    part = KNOWN.copy()
    part[:, :15] = np.nan
    assert guess_depth(KNOWN[:, :2], part, KNOWN) == pytest.approx(KNOWN[:, :2])


@pytest.mark.parametrize(
    "detector",
    [np.zeros_like(KNOWN), np.full_like(KNOWN, np.nan), -KNOWN, RNG.normal(size=(3, 40))],
)
def test_a_depth_that_does_not_go_with_the_face_is_not_used(detector):
    assert np.isnan(guess_depth(detector[:, :4], detector, KNOWN)).all()


def test_few_landmarks_are_not_enough():
    assert np.isnan(guess_depth(KNOWN[:, :2], KNOWN[:, :19], KNOWN[:, :19])).all()
