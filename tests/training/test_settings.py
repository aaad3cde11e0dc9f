import pytest

from signlift.errors import InputError
from signlift.training.settings import OptimizerSettings, RecordingSettings, TrainerSettings


def test_the_learning_rate_rises_and_falls():
    settings = TrainerSettings(
        epochs=100, optimizer=OptimizerSettings(learning_rate=1.0, warm_up=9, decay=True)
    )
    rates = [settings.learning_rate(n, settings.progress(n, 0.0)) for n in range(100)]
    assert max(rates) == pytest.approx(0.91, abs=0.01)
    assert rates[:10] == sorted(rates[:10])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert settings.learning_rate(99, 1.0) < 1e-5
    constant = TrainerSettings(optimizer=OptimizerSettings(learning_rate=0.5))
    assert {constant.learning_rate(n, n / 60) for n in range(60)} == {0.5}


def test_progress_follows_the_epochs_or_the_clock():
    settings = TrainerSettings(epochs=100, minutes=1)
    assert settings.progress(50, 0.0) == settings.progress(0, 30.0) == 0.5
    assert settings.progress(0, 90.0) == settings.progress(100, 0.0) == 1
    assert TrainerSettings(epochs=100).progress(50, 1e9) == 0.5


def test_early_averages_follow_the_weights_fast():
    kept = [OptimizerSettings(averaging=0.9).kept_average(step) for step in range(400)]
    assert kept[0] == 0.1
    assert kept == sorted(kept)
    assert kept[-1] == 0.9
    assert OptimizerSettings().kept_average(400) == 0


def test_settings_are_checked():
    with pytest.raises(InputError) as error:
        OptimizerSettings(learning_rate=0, warm_up=-1, averaging=1)
    assert len(error.value.problems) == 3
    with pytest.raises(InputError) as error:
        TrainerSettings(epochs=0, minutes=0, seed=-1)
    assert len(error.value.problems) == 3
    with pytest.raises(InputError) as error:
        RecordingSettings(batch_size=0, seq_len=0, fps=0, detector_noise=2)
    assert len(error.value.problems) == 4
