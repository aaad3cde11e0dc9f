import csv
from dataclasses import replace

import pytest
import torch

from signlift.errors import InputError
from signlift.model.lifting_net import LiftingConfig
from signlift.recipe.calibrate import calibrate
from signlift.recipe.settings import RecipeSettings
from signlift.recipe.stream import StreamSettings
from signlift.recipe.train import LOG, train

TINY = RecipeSettings(
    blocks=4,
    warm_up=1,
    model=LiftingConfig(hidden_size=8, width=8, proportions_width=8, proportions_values=4),
    data=StreamSettings(lanes=2, frames=10, kept=2, fresh=1),
)


def weights(net) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in net.parameters()])


def test_what_was_stopped_goes_on_as_if_it_had_not_been(tmp_path) -> None:
    whole = train(tmp_path / "whole", TINY, workers=0, quiet=True)
    for _ in range(TINY.blocks):  # a block at a time
        parts = train(tmp_path / "parts", TINY, workers=0, quiet=True, until=0.0)
    assert torch.equal(weights(whole), weights(parts))


def test_other_processes_make_the_same_data(tmp_path) -> None:
    alone = train(tmp_path / "alone", replace(TINY, blocks=2), workers=0, quiet=True)
    helped = train(tmp_path / "helped", replace(TINY, blocks=2), workers=2, quiet=True)
    assert torch.equal(weights(alone), weights(helped))


def test_other_settings_in_the_same_folder(tmp_path) -> None:
    train(tmp_path, replace(TINY, blocks=1), workers=0, quiet=True)
    with pytest.raises(InputError, match="expected the same settings"):
        train(tmp_path, replace(TINY, blocks=1, seed=1), workers=0, quiet=True)


def test_it_learns_and_logs(tmp_path) -> None:
    settings = replace(TINY, blocks=40, learning_rate=1e-2)
    train(tmp_path, settings, workers=0, quiet=True)
    with (tmp_path / LOG).open() as file:
        rows = list(csv.DictReader(file))
    assert [row["block"] for row in rows] == ["20", "40"]
    assert float(rows[1]["keypoints"]) < float(rows[0]["keypoints"])


def test_settings_are_checked() -> None:
    with pytest.raises(InputError) as caught:
        RecipeSettings(blocks=0, learning_rate=0)
    assert len(caught.value.problems) == 2
    settings = RecipeSettings(blocks=100, minutes=1)
    rising = [settings.rate(block, 0.0) for block in range(0, 61, 20)]
    assert rising == sorted(rising)
    assert settings.done(50, 0.0) == settings.done(0, 30.0) == 0.5
    assert settings.done(0, 90.0) == settings.done(100, 0.0) == 1
    assert settings.rate(99, 1.0) < 1e-5


def test_errors_are_calibrated() -> None:
    torch.manual_seed(0)
    net = TINY.model.build().eval()
    calibrate(net, 0, replace(TINY.data, lanes=8, frames=40), rounds=2)
    first = net.depth.error_scale.clone()
    assert (first > 0).all()
    assert first[net.depth.root] == 1
    # It starts from nothing: a second time gives the same.
    calibrate(net, 0, replace(TINY.data, lanes=8, frames=40), rounds=2)
    assert torch.allclose(first, net.depth.error_scale)
