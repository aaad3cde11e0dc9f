import json
from dataclasses import asdict

import pytest

from signlift.errors import InputError
from signlift.training.config import DEFAULT_ARCHITECTURE, TrainConfig


def test_depth_lstm_defaults_are_those_of_the_original_repository():
    config = TrainConfig(arch="depth-lstm").resolve(DEFAULT_ARCHITECTURE)
    assert (config.learning_rate, config.loss, config.seq_len) == (0.001, "mse", 50)
    optimizer = config.trainer().optimizer
    assert (optimizer.weight_decay, optimizer.averaging, optimizer.max_gradient) == (0, 0, 0)
    assert not optimizer.decay
    assert config.init == "nothing"


def test_lifting_defaults_depend_on_the_weights_to_start_from():
    new = TrainConfig(init="nothing").resolve("lifting")
    tuned = TrainConfig().resolve("lifting", {"hidden_size": 64, "num_layers": 2})
    assert (new.hidden_size, new.num_layers, new.init) == (256, 1, "nothing")
    assert (tuned.hidden_size, tuned.num_layers, tuned.init) == (64, 2, "shipped")
    assert tuned.learning_rate < new.learning_rate
    assert tuned.epochs < new.epochs


@pytest.mark.parametrize("arch", ["depth-lstm", "lifting"])
def test_a_resolved_configuration_is_complete_and_can_be_saved(arch):
    config = TrainConfig(arch=arch, epochs=7, minutes=2.5, seed=3, mirror=False).resolve(arch)
    trainer, recordings = config.trainer(), config.recordings()
    assert (trainer.epochs, trainer.minutes, trainer.seed) == (7, 2.5, 3)
    assert not recordings.mirror
    assert TrainConfig(**json.loads(json.dumps(asdict(config)))) == config
    assert config.resolve("lifting") == config


def test_all_problems_at_once():
    with pytest.raises(InputError) as error:
        TrainConfig(
            skeleton="smpl", epochs=0, learning_rate=-1.0, test_fraction=1.0, seed=-1, minutes=0
        )
    names = [line.split(":")[0] for line in error.value.problems]
    assert names == ["epochs", "minutes", "learning_rate", "test_fraction", "seed", "skeleton"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"arch": "lifting", "loss": "l1"}, "loss: expected none with `arch` lifting, found l1"),
        (
            {"arch": "depth-lstm", "fps": 25.0},
            "fps: expected none with `arch` depth-lstm, found 25.0",
        ),
        (
            {"arch": "depth-lstm", "init": "shipped"},
            r"init: expected a DepthLSTM's run, or nothing \(.*\), found shipped",
        ),
    ],
    ids=["loss", "fps", "shipped"],
)
def test_options_that_do_not_go_together(options, message):
    with pytest.raises(InputError, match=message):
        TrainConfig(**options)


def test_options_of_the_other_architecture_are_found_when_the_architecture_is_known():
    with pytest.raises(InputError, match="loss: expected none with `arch` lifting, found l1"):
        TrainConfig(loss="l1").resolve("lifting")


def test_a_size_that_the_weights_do_not_have():
    expected = "hidden_size: expected 256, as in the weights of `init` shipped, found 12"
    with pytest.raises(InputError, match=expected):
        TrainConfig(hidden_size=12).resolve("lifting", {"hidden_size": 256})


def test_differences_name_the_given_options():
    started = TrainConfig(epochs=3, seed=1).resolve("depth-lstm")
    given = TrainConfig(epochs=4, seed=2)
    assert given.differences(started) == ["epochs 3 and 4", "seed 1 and 2"]
    assert given.differences(started, except_for=("epochs",)) == ["seed 1 and 2"]
    assert TrainConfig().differences(started) == []
