import numpy as np
import pytest

from benchmarks import cleaning
from benchmarks.cleaning import COLUMNS, fast_part, film, measure
from signlift.filtering import one_euro_filter, savitzky_golay_filter
from signlift.lifting.lifter import load


def test_the_fastest_part():
    true = np.zeros((5, 1, 2))
    true[:, 0, 0] = [0, 1, 5, 6, 7]
    lag, kept = fast_part(true, true, 0.1)
    assert (lag, kept) == (0, 1)
    late = np.roll(true, 1, axis=0)
    late[0] = 0
    assert fast_part(late, true, 0.1) == (4, 0.25)  # 1 of the 4 that were gone
    assert np.isnan(fast_part(true * np.nan, true, 0.1)).all()


@pytest.mark.parametrize("detector", [False, True])
def test_the_defaults_halve_the_velocity_error_and_keep_fast_signing(detector):
    lifter = load()
    films = [film(lifter, 100, number, detector=detector) for number in range(3)]

    def means(clean):
        values = np.mean([measure(one, clean(one.lifted)) for one in films], 0)
        return dict(zip(COLUMNS, values, strict=True))

    raw = means(lambda recording: recording)
    for clean in (one_euro_filter, savitzky_golay_filter):
        found = means(clean)
        assert found["velocity error, 2D"] < 0.5 * raw["velocity error, 2D"]
        assert found["velocity error, 3D"] < 0.5 * raw["velocity error, 3D"]
        assert 0.93 < found["speed kept"] / raw["speed kept"] < 1.07


def test_it_prints_a_table_for_each_noise(capsys, monkeypatch):
    monkeypatch.setattr(cleaning, "ONE_EURO", ((0.5, 6.0),))
    monkeypatch.setattr(cleaning, "SAVITZKY_GOLAY", ((0.3, 2),))
    cleaning.main(["--recordings", "1"])
    printed = capsys.readouterr().out
    assert printed.count("| raw |") == 2
    assert printed.count("| One-Euro, 0.5 Hz, beta 6 (default) |") == 2
    assert printed.count("before lifting") == 2
    assert "nan" not in printed
