import numpy as np
import pytest

from benchmarks import filtering
from benchmarks.filtering import COLUMNS, measure, measure_fast, simulate
from signlift.filtering import one_euro_filter, savitzky_golay_filter
from signlift.lifting.load import load

pytestmark = pytest.mark.slow


def test_error_and_speed_of_the_fastest_frames():
    true = np.zeros((5, 1, 2))
    true[:, 0, 0] = [0, 1, 5, 6, 7]
    error, kept = measure_fast(true, true, 0.1)
    assert (error, kept) == (0, 1)
    late = np.roll(true, 1, axis=0)
    late[0] = 0
    assert measure_fast(late, true, 0.1) == (4, 0.25)  # 1 of 4 units
    assert np.isnan(measure_fast(true * np.nan, true, 0.1)).all()


@pytest.mark.parametrize("detector", [False, True])
def test_the_defaults_halve_the_velocity_error_and_keep_fast_signing(detector):
    lifter = load()
    samples = [simulate(lifter, 100, number, detector=detector) for number in range(5)]

    def means(smooth):
        values = np.mean([measure(sample, smooth(sample.lifted)) for sample in samples], 0)
        return dict(zip(COLUMNS, values, strict=True))

    raw = means(lambda recording: recording)
    for smooth in (one_euro_filter, savitzky_golay_filter):
        smoothed = means(smooth)
        assert smoothed["velocity error, 2D"] < 0.5 * raw["velocity error, 2D"]
        # Lifting has smoothed the depth already.
        assert smoothed["velocity error, 3D"] < 0.6 * raw["velocity error, 3D"]
        assert 0.93 < smoothed["speed kept"] / raw["speed kept"] < 1.07


def test_a_table_for_each_noise(capsys, monkeypatch):
    monkeypatch.setattr(filtering, "ONE_EURO", ((0.5, 6.0),))
    monkeypatch.setattr(filtering, "SAVITZKY_GOLAY", ((0.3, 2),))
    assert filtering.main(["--recordings", "1"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("| raw |") == 2
    assert printed.count("| One-Euro, 0.5 Hz, beta 6 (default) |") == 2
    assert printed.count("before lifting") == 2
    assert "nan" not in printed
