"""`python -m benchmarks.ablations` on little data, and what its variants are."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from benchmarks import ablations
from benchmarks.accuracy import ours
from signlift.core.bone_lengths import BONE_LENGTHS, NUM_PROPORTIONS, OFFLINE
from signlift.datasets.simulated import generate
from signlift.model.lifting_net import LiftingNetConfig
from signlift.model.network_inputs import SKELETON
from signlift.pretraining.settings import PretrainingSettings
from signlift.pretraining.train_networks import train
from signlift.pretraining.training_stream import StreamSettings

TINY = PretrainingSettings(
    model=LiftingNetConfig(hidden_size=8, width=8, proportions_width=8, proportions_values=4),
    data=StreamSettings(lanes=2, frames=10, kept=2, fresh=1),
)
J = len(SKELETON)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ablations")
    for seed, name in enumerate(("asl", "cmu/train", "cmu/test")):
        options = {"min_frames": 20, "max_frames": 30, "upper_body": 0.0, "quiet": True}
        generate(folder / name, 2, seed=seed, **options)
    return folder


def test_all_are_trained_once(data, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(ablations, "BASE", TINY)
    monkeypatch.setattr(ours, "train", partial(train, workers=0))
    arguments = [str(data), "-o", str(tmp_path), "--blocks", "1", "--quiet"]
    assert ablations.main([*arguments, "--only", "LINEAR", "two"]) == 0
    names = [line.split(" | ")[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert names == ["| linear head", "| two layers"]
    assert ablations.main(arguments) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [
        f"| {variant.name}" for variant in ablations.variants(TINY)
    ]
    assert len({line.count("|") for line in lines}) == 1
    assert "nan" not in said
    assert (tmp_path / "table.md").read_text() == said
    monkeypatch.setattr(ablations, "trained_lifter", None)  # nothing is trained again
    assert ablations.main(arguments) == 0
    assert capsys.readouterr().out == said


def test_mistakes_are_one_line(data, tmp_path, capsys):
    for options, message in (
        (["--only", "nothing"], "--only: expected the beginning of one of as shipped; linear head"),
        (["--blocks", "0"], "blocks: expected 1 or more, found 0"),
    ):
        assert ablations.main([str(data), "-o", str(tmp_path), *options]) == 2
        said = capsys.readouterr().err.strip()
        assert said.startswith(message)
        assert len(said.splitlines()) == 1


def lift(config, change=0.0):
    """Depth by a net of the same random weights; `change` is added to the proportions told."""
    torch.manual_seed(0)
    net = config.build().eval()
    T, B = 4, 2
    x = 0.4 * torch.randn(T, B, J, 2)
    mean = torch.full((T, B, NUM_PROPORTIONS), -0.5)
    mean[..., -1] += change
    with torch.no_grad():
        _, depth, _, _ = net.depth(
            x,
            torch.ones(T, B, J),
            torch.ones(T, B, J),
            torch.full((B,), 30.0),
            mean,
            mean,
            net.initial_state(B)[:2],
        )
    return depth


def settings_of(name):
    return next(each for each in ablations.variants(TINY) if each.name == name)


def test_variants_differ_from_what_is_shipped_in_what_they_say():
    shipped = lift(TINY.model)
    for name in ("linear head", "no perspective", "no proportions"):
        config = settings_of(name).settings.model
        assert vars(config) == vars(TINY.model)
        assert not torch.allclose(lift(config), shipped, atol=1e-3)
    own = settings_of("no proportions").settings.model
    assert torch.equal(lift(own), lift(own, 0.3))
    assert not torch.equal(shipped, lift(TINY.model, 0.3))


def test_a_linear_head_adds_up_what_the_network_tells():
    head = ablations.LinearHead(8, 1, 8)
    rest = torch.arange(J, dtype=torch.float32)[None, None]
    depth = head._depth(rest[..., None], rest, rest, rest)[0, 0]
    at = {name: float(value) for name, value in zip(SKELETON.keypoints, depth, strict=True)}
    for parent, child in SKELETON.bones:
        assert at[child] - at[parent] == SKELETON.index(child)


def test_short_windows_make_blocks_as_large():
    base = PretrainingSettings()
    short = next(each for each in ablations.variants(base) if "50" in each.name).settings.data
    frames = short.lanes * short.frames
    assert short.frames == 50
    assert frames == pytest.approx(base.data.lanes * base.data.frames, rel=0.01)
    assert replace(short, frames=base.data.frames, lanes=base.data.lanes) == base.data


def test_no_proportions_are_those_of_the_mean_whatever_is_given():
    torch.manual_seed(0)
    net = settings_of("no proportions").settings.model.build().eval()
    x = 0.4 * torch.randn(1, 5, J, 2)
    known = torch.ones(1, len(BONE_LENGTHS), dtype=torch.bool)
    depth = []
    for source in (0, OFFLINE):
        with torch.no_grad():
            given = torch.linspace(-1, 1, len(BONE_LENGTHS))[None]
            rest = (torch.tensor([source]), given, known, torch.tensor([4]))
            state = net.initial_state(1)
            depth.append(net(x, torch.ones(1, 5, J), torch.full((1,), 30.0), state, *rest).depth)
    np.testing.assert_array_equal(*depth)
