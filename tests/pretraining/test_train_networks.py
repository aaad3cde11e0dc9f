import csv
from dataclasses import replace

import numpy as np
import pytest
import torch

import signlift.pretraining.train_networks as train_module
from signlift.errors import InputError
from signlift.lifting.lifter import load
from signlift.model.export import export_onnx
from signlift.model.lifting_net import LiftingNetConfig
from signlift.pretraining.settings import PretrainingSettings
from signlift.pretraining.train_networks import LOG, SETTINGS, STATE, _step, train
from signlift.pretraining.training_stream import StreamSettings, TrainingBatch, TrainingStream
from signlift.pretraining.uncertainty_calibration import calibrate, errors_over_told

TINY = PretrainingSettings(
    blocks=4,
    warm_up=1,
    model=LiftingNetConfig(hidden_size=8, width=8, proportions_width=8, proportions_values=4),
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
    other = replace(TINY, seed=1, data=replace(TINY.data, lanes=3))
    with pytest.raises(InputError) as caught:
        train(tmp_path, other, workers=0, quiet=True)
    expected = ("seed 0, found 1", "blocks 1, found 4", "data.lanes 2, found 3")
    path = tmp_path / SETTINGS
    assert caught.value.problems == tuple(f"{path}: expected {line}" for line in expected)


def test_it_learns_and_logs(tmp_path) -> None:
    settings = replace(TINY, blocks=40, learning_rate=1e-2)
    train(tmp_path, settings, workers=0, quiet=True)
    with (tmp_path / LOG).open() as file:
        rows = list(csv.DictReader(file))
    assert [row["block"] for row in rows] == ["20", "40"]
    assert float(rows[1]["keypoints"]) < float(rows[0]["keypoints"])


def test_settings_are_checked() -> None:
    with pytest.raises(InputError) as caught:
        PretrainingSettings(blocks=0, learning_rate=0)
    assert len(caught.value.problems) == 2
    settings = PretrainingSettings(blocks=100, minutes=1)
    rising = [settings.rate(block, 0.0) for block in range(0, 61, 20)]
    assert rising == sorted(rising)
    assert settings.done(50, 0.0) == settings.done(0, 30.0) == 0.5
    assert settings.done(0, 90.0) == settings.done(100, 0.0) == 1
    assert settings.rate(99, 1.0) < 1e-5


def test_what_is_done_is_not_trained_on(tmp_path) -> None:
    for settings in (replace(TINY, blocks=2), replace(TINY, minutes=1e-6)):
        out = tmp_path / str(settings.blocks)
        once = train(out, settings, workers=0, quiet=True)
        state = (out / STATE).read_bytes()
        again = train(out, settings, workers=0, quiet=True)
        assert torch.equal(weights(once), weights(again))
        assert (out / STATE).read_bytes() == state


def test_the_log_after_a_resume_is_of_what_was_seen_since(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(train_module, "_LOG_EVERY", 2)
    settings = replace(TINY, learning_rate=1e-9, blocks=2)
    train(tmp_path / "whole", settings, workers=0, quiet=True)
    for _ in range(2):
        train(tmp_path / "parts", settings, workers=0, quiet=True, until=0.0)
    rows = [
        next(csv.DictReader((tmp_path / name / LOG).open()))["keypoints"]
        for name in ("whole", "parts")
    ]
    # Of one block rather than of two, and so not half as much.
    assert float(rows[1]) == pytest.approx(float(rows[0]), rel=0.4)


class WildStream(TrainingStream):
    """One window in six has a depth without end."""

    def block(self, number: int) -> list[TrainingBatch]:
        batches = super().block(number)
        if number % 2 == 1:
            batches[1].depth[0, 3, 5] = np.inf
        return batches


def test_a_wild_batch_is_left_out(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(train_module, "_LOG_EVERY", 4)
    monkeypatch.setattr(train_module, "TrainingStream", WildStream)
    net = train(tmp_path, TINY, workers=0, quiet=True)
    assert torch.isfinite(weights(net)).all()
    row = next(csv.DictReader((tmp_path / LOG).open()))
    assert all(np.isfinite(float(value)) for value in row.values())


@pytest.mark.parametrize("what", ["depth", "state"])
def test_after_a_wild_batch_all_lanes_begin_anew(what: str) -> None:
    torch.manual_seed(0)
    net = TINY.model.build()
    optimizer = torch.optim.AdamW(net.parameters())
    batch = TrainingStream(0, TINY.data).block(0)[0]
    batch.going_on[:] = 1
    state = net.initial_state(2)
    wild = batch
    if what == "depth":
        wild = replace(batch, depth=np.full_like(batch.depth, np.nan))
    else:
        state = state._replace(hidden=state.hidden + np.nan)
    before = weights(net)
    device = torch.device("cpu")
    found, state = _step(net, optimizer, wild, state, 1.0, device)
    assert found is None
    assert torch.equal(weights(net), before)
    assert not any(values.any() for values in state)
    found, state = _step(net, optimizer, batch, state, 1.0, device)
    assert found is not None
    assert not torch.equal(weights(net), before)


def test_errors_are_calibrated(tmp_path) -> None:
    torch.manual_seed(0)
    net = TINY.model.build().eval()
    settings = replace(TINY.data, lanes=12, frames=40, kept=40)
    calibrate(net, 0, settings, rounds=4)
    first = net.depth.uncertainty_scale.clone()
    assert (first > 0).all()
    root = net.depth.root
    assert first[root] == 1
    export_onnx(net, tmp_path)
    lifter = load(tmp_path)
    # Of recordings that it was not calibrated on, as many lie within as of those.
    others = np.delete(errors_over_told(lifter, 5, settings, (), 4), root, 1)
    assert 0.6 < (others < 1).mean() < 0.76
    # It starts from nothing: a second time gives the same.
    calibrate(net, 0, settings, rounds=4)
    assert torch.allclose(first, net.depth.uncertainty_scale)


def test_a_training_begins_with_the_weights_of_another(tmp_path) -> None:
    first = train(tmp_path / "first", replace(TINY, blocks=2), workers=0, quiet=True)
    slow = replace(TINY, blocks=1, learning_rate=1e-9)
    second = train(tmp_path / "second", slow, workers=0, quiet=True, begin=tmp_path / "first")
    assert torch.allclose(weights(first), weights(second), atol=1e-5)
    with pytest.raises(InputError, match="expected the state of a training, found no file"):
        train(tmp_path / "third", slow, workers=0, quiet=True, begin=tmp_path / "nowhere")
