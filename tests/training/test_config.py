import pytest

from signlift.errors import InputError
from signlift.training.config import TrainConfig


def test_defaults_are_the_seeds():
    config = TrainConfig()
    assert (config.learning_rate, config.loss, config.seq_len) == (0.001, "mse", 50)


def test_all_problems_at_once():
    with pytest.raises(InputError) as error:
        TrainConfig("smpl", epochs=0, learning_rate=-1.0, test_fraction=1.0, seed=-1)
    starts = [line.split(":")[0] for line in error.value.problems]
    assert starts == [
        "epochs",
        "learning_rate",
        "test_fraction",
        "seed",
        "skeleton",
    ]


def test_differences_are_named():
    one, other = TrainConfig(epochs=3, seed=1), TrainConfig(epochs=4, seed=2)
    assert one.differences(other) == ["epochs 3 and 4", "seed 1 and 2"]
    assert one.differences(other, but=("epochs",)) == ["seed 1 and 2"]
