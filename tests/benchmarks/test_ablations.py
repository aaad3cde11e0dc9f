"""`python -m benchmarks.ablations` on little data, and its variants."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from tiny_pretraining import TINY

from benchmarks import ablations
from benchmarks.accuracy import signlift_methods
from signlift.core.bone_lengths import INVERSE_DISTANCE, NUM_PROPORTIONS, OFFLINE
from signlift.datasets.simulated import generate
from signlift.model.network_inputs import SKELETON, FrameInputs
from signlift.pretraining.pretrain import pretrain
from signlift.pretraining.settings import PretrainingSettings

pytestmark = pytest.mark.slow

J = len(SKELETON)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    directory = tmp_path_factory.mktemp("ablations")
    for seed, name in enumerate(("asl", "cmu/train", "cmu/test")):
        options = {"min_frames": 8, "max_frames": 12, "upper_body": 0.0, "quiet": True}
        generate(directory / name, 2, seed=seed, **options)
    return directory


def test_every_variant_is_trained_once(data, tmp_path, capsys, monkeypatch, short_calibration):
    names = ("as shipped", "linear head", "no real motion")  # a few, to save time
    every_variant = ablations.list_variants
    monkeypatch.setattr(
        ablations,
        "list_variants",
        lambda base: [variant for variant in every_variant(base) if variant.name in names],
    )
    monkeypatch.setattr(ablations, "BASE", TINY)
    monkeypatch.setattr(signlift_methods, "pretrain", partial(pretrain, workers=0))
    arguments = [str(data), "-o", str(tmp_path), "--blocks", "1", "--quiet"]
    assert ablations.main([*arguments, "--only", "LINEAR", "no real"]) == 0
    rows = [line.split(" | ")[0] for line in read_table(capsys)[2:]]
    assert rows == ["| linear head", "| no real motion"]
    assert ablations.main(arguments) == 0
    lines = read_table(capsys)
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {name}" for name in names]
    assert len({line.count("|") for line in lines}) == 1
    assert "nan" not in "".join(lines)
    assert (tmp_path / "table.md").read_text().splitlines() == lines
    monkeypatch.setattr(ablations, "train_lifter", None)  # no variant is trained again
    assert ablations.main(arguments) == 0
    assert read_table(capsys) == lines


def read_table(capsys):
    """Return the lines of the printed table, without the header about the machine."""
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]


def test_wrong_input_is_one_line(data, tmp_path, capsys):
    for options, message in (
        (["--only", "nothing"], "--only: expected the beginning of one of as shipped; linear head"),
        (["--blocks", "0"], "epochs: expected 1 or more, found 0"),
    ):
        assert ablations.main([str(data), "-o", str(tmp_path), *options]) == 2
        errors = capsys.readouterr().err.splitlines()
        assert len(errors) == 1
        assert errors[0].startswith(message)


def lift(config, change=0.0):
    """Compute depth with the same random weights; `change` is added to the proportions."""
    torch.manual_seed(0)
    net = config.build().eval()
    T, B = 4, 2
    x = 0.4 * torch.randn(B, T, J, 2)
    mean = torch.full((T, B, NUM_PROPORTIONS), -0.5)
    mean[..., INVERSE_DISTANCE] += change
    with torch.no_grad():
        _, depth, _, _ = net.depth(inputs_of(x), mean, mean, net.initial_state(B)[:2])
    return depth


def inputs_of(x):
    """Return frames [B, T, J, 2] without depth of a detector, in an image of unknown size."""
    B, T = x.shape[:2]
    unknown = torch.full((B, T, J), torch.nan)
    return FrameInputs.from_batch(
        x, torch.ones(B, T, J), unknown, unknown[..., :2], torch.full((B,), 30.0)
    )


def find_variant(name):
    variants = ablations.list_variants(TINY)
    return next(variant for variant in variants if variant.name == name)


def test_variants_change_the_depth():
    shipped = lift(TINY.model)
    for name in ("linear head", "no perspective", "no proportions"):
        config = find_variant(name).settings.model
        assert vars(config) == vars(TINY.model)
        assert not torch.allclose(lift(config), shipped, atol=1e-3)
    config = find_variant("no proportions").settings.model
    assert torch.equal(lift(config), lift(config, 0.3))
    assert not torch.equal(shipped, lift(TINY.model, 0.3))


def test_a_linear_head_sums_the_outputs_of_the_network():
    head = ablations.LinearHead(8, 1, 8)
    values = torch.arange(J, dtype=torch.float32)[None, None]
    depth = head._depth(values[..., None], values, values, values, values)[0, 0]
    at = {name: float(value) for name, value in zip(SKELETON.keypoints, depth, strict=True)}
    for parent, child in SKELETON.bones:
        assert at[child] - at[parent] == SKELETON.index(child)


def test_blocks_of_short_windows_have_the_same_size():
    base = PretrainingSettings()
    variants = ablations.list_variants(base)
    short = next(variant for variant in variants if "50" in variant.name).settings.data
    frames = short.lanes * short.frames
    assert short.frames == 50
    assert frames == pytest.approx(base.data.lanes * base.data.frames, rel=0.01)
    assert replace(short, frames=base.data.frames, lanes=base.data.lanes) == base.data


def test_without_proportions_given_ones_have_no_effect():
    torch.manual_seed(0)
    net = find_variant("no proportions").settings.model.build().eval()
    x = 0.4 * torch.randn(1, 5, J, 2)
    known = torch.ones(1, NUM_PROPORTIONS, dtype=torch.bool)
    depth = []
    for source in (0, OFFLINE):
        with torch.no_grad():
            given = torch.linspace(-1, 1, NUM_PROPORTIONS)[None]
            inputs = (torch.tensor([source]), given, known, torch.tensor([4]))
            state = net.initial_state(1)
            depth.append(net(inputs_of(x), state, *inputs).depth)
    np.testing.assert_array_equal(*depth)
