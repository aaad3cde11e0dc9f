"""The learned baselines and the bone-length fit of the accuracy benchmark."""

from itertools import count, repeat
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from packing import pack

from benchmarks.accuracy import trainer
from benchmarks.accuracy.baseline import INPUTS, J, normalize_batch, select_known
from benchmarks.accuracy.bone_fit import BONES, TREE, BoneFit
from benchmarks.accuracy.data import stream_batches
from benchmarks.accuracy.original_lstm import WINDOW, OriginalLSTM
from benchmarks.accuracy.protocol import from_neck
from benchmarks.accuracy.simple_baseline import NormedLinear, SimpleBaseline
from benchmarks.accuracy.trainer import load_or_train, train
from benchmarks.accuracy.video_pose import RECEPTIVE_FIELD, VideoPose
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.datasets.simulated import simulate_recording

pytestmark = pytest.mark.slow

BASELINES = {
    "lstm": lambda: OriginalLSTM(16),
    "simple": lambda: SimpleBaseline(32),
    "symmetric": lambda: VideoPose(channels=32, batch=32),
    "causal": lambda: VideoPose(causal=True, channels=32, batch=32),
}
every_baseline = pytest.mark.parametrize("build", BASELINES.values(), ids=BASELINES)


def make_batch():
    """Return a batch of two short recordings."""
    return pack([simulate_recording(0, i, min_frames=60, max_frames=80) for i in range(2)])


def compute_error(baseline, frames):
    baseline.eval()
    with torch.inference_mode():
        parts = frames.inputs.split(frames.lengths.tolist())
        predicted = torch.cat([baseline.predict(part) for part in parts])
        return float(torch.nn.functional.mse_loss(*select_known(predicted, frames.targets)))


@every_baseline
def test_one_step(build):
    torch.manual_seed(0)
    baseline = build()
    before = {name: values.clone() for name, values in baseline.named_parameters()}
    training = train(baseline, repeat(normalize_batch(make_batch())), 0)
    assert training.steps == 1
    assert training.frames > 0
    assert all(
        not torch.equal(values, before[name]) for name, values in baseline.named_parameters()
    )


@every_baseline
def test_training_lowers_the_error(build, monkeypatch):
    # A clock that counts steps, so that every machine makes the same number.
    monkeypatch.setattr(trainer, "time", SimpleNamespace(perf_counter=count().__next__))
    torch.manual_seed(0)
    frames = normalize_batch(make_batch())
    baseline = build()
    before = compute_error(baseline, frames)
    training = train(baseline, repeat(normalize_batch(make_batch())), 150)
    assert training.steps == 150
    assert compute_error(baseline, frames) < 0.7 * before


@every_baseline
def test_lift_returns_depth_in_pixels_also_with_gaps(build):
    torch.manual_seed(0)
    baseline = build()
    train(baseline, repeat(normalize_batch(make_batch())), 0)
    recording = simulate_recording(1, 1, missing=0.2, upper_body=1.0)
    short = Recording(recording.keypoints[:1])
    empty = Recording(np.full((3, 26, 2), np.nan))
    depths = baseline.lift([recording, short, empty])
    assert [depth.shape for depth in depths] == [(len(recording), 26), (1, 26), (3, 26)]
    assert all(np.isfinite(depth).all() for depth in depths)
    larger = Recording(recording.keypoints * 2 + 100)
    np.testing.assert_allclose(baseline.lift([larger])[0], 2 * depths[0], rtol=2e-3, atol=0.05)


@pytest.mark.parametrize("causal", [False, True])
def test_receptive_field(causal):
    torch.manual_seed(0)
    baseline = VideoPose(causal=causal, channels=8).double().eval()
    inputs = torch.randn(80, INPUTS, dtype=torch.float64, requires_grad=True)
    baseline.predict(inputs)[40].sum().backward()
    (reached,) = torch.nonzero(inputs.grad.abs().sum(-1), as_tuple=True)
    first, last = (14, 40) if causal else (27, 53)
    assert reached.tolist() == list(range(first, last + 1))
    assert len(reached) == RECEPTIVE_FIELD == 27


@pytest.mark.parametrize("causal", [False, True])
def test_strided_and_dense_agree(causal):
    torch.manual_seed(0)
    baseline = VideoPose(causal=causal, channels=8).eval()
    lengths = np.array([5, 40])
    inputs = torch.randn(45, INPUTS)
    windows = torch.from_numpy(baseline.windows(lengths))
    with torch.inference_mode():
        strided = baseline(inputs[windows], strided=True)[:, 0]
        dense = torch.cat([baseline.predict(part) for part in inputs.split(lengths.tolist())])
    assert windows[0].unique().tolist() == ([0] if causal else [0, 1, 2, 3, 4])
    torch.testing.assert_close(strided, dense, rtol=1e-4, atol=1e-5)


def test_published_sizes():
    simple, video = (
        sum(p.numel() for p in baseline.parameters())
        for baseline in (SimpleBaseline(), VideoPose())
    )
    # Martinez et al.: 4 to 5 million; Pavllo et al.: 8.56 million with 27 frames of 17 keypoints.
    assert 4e6 < simple < 5e6
    assert abs(video - 8.56e6) < 0.1e6


def test_schedules_at_the_start_and_the_end():
    baseline = VideoPose(channels=4)
    optimizer = baseline.optimizer()
    baseline.schedule(optimizer, 1.0)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(1e-3 * 0.95**80)
    assert baseline.norms[0].momentum == pytest.approx(0.01)
    baseline.schedule(optimizer, 0.0)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(1e-3)
    assert baseline.norms[0].momentum == pytest.approx(0.1)


def test_normed_linear_has_a_norm_of_at_most_one():
    layer = NormedLinear(3, 3)
    with torch.no_grad():
        layer.bias.zero_()
        layer.weight.copy_(torch.diag(torch.tensor([3.0, 4.0, 0.0])))
        assert layer(torch.eye(3)).norm() == pytest.approx(1)
        layer.weight.mul_(0.1)
        torch.testing.assert_close(layer(torch.eye(3)), layer.weight.T)


def test_original_lstm_carries_its_state_in_training_only():
    torch.manual_seed(0)
    baseline = OriginalLSTM(8)
    inputs = torch.randn(2 * WINDOW, INPUTS)
    with torch.inference_mode():
        whole, second = baseline.predict(inputs), baseline.predict(inputs[WINDOW:])
    torch.testing.assert_close(whole[WINDOW:], second)
    frames = normalize_batch(make_batch())
    with torch.no_grad():
        used = sum(number for _, number in baseline.losses(frames, torch.Generator()))
    assert 0 < used <= len(frames)


def test_trained_baselines_are_saved(tmp_path):
    path, opened = tmp_path / "baseline.safetensors", []

    def get(**settings):
        def open_stream():
            opened.append(settings)
            return repeat(normalize_batch(make_batch()))

        return load_or_train(path, BASELINES["simple"], open_stream, 0, seed=1, settings=settings)

    first, training = get(seconds=0)
    again, saved_training = get(seconds=0)
    assert (len(opened), saved_training) == (1, training)
    for name, values in first.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], values)
    get(seconds=1)
    assert len(opened) == 2


def test_inputs_are_relative_to_the_neck_and_zero_where_missing():
    recording = simulate_recording(0, 0, max_frames=60)
    keypoints = recording.keypoints.copy()
    keypoints[:, 5] = np.nan
    frames = normalize_batch(pack([Recording(keypoints, depth=recording.depth)]))
    points = frames.inputs.reshape(-1, J, 2)
    assert (points[:, 5] == 0).all()
    assert (points[:, PANOPTIC26.index("Neck")] == 0).all()
    torso = points[:, PANOPTIC26.index("MidHip")].norm(dim=-1).median()
    assert float(torso) == pytest.approx(1, abs=0.02)


def test_bones_start_at_the_neck():
    names = [PANOPTIC26.keypoints[child] for child in TREE.children]
    assert len(names) == 24
    assert set(PANOPTIC26.keypoints) - set(names) == {"Neck", "Keypoint26"}
    kinds = dict(zip(names, TREE.kinds, strict=True))
    assert kinds["RElbow"] == kinds["LElbow"] == list(BONES).index("LElbow")
    wrist = TREE.paths[PANOPTIC26.index("LHand")]
    assert [names[bone] for bone in np.flatnonzero(wrist)] == ["LShoulder", "LElbow", "LHand"]


def test_bone_fit_recovers_an_arm():
    """A forearm swings from the side to the front and back; 2D determines its depth."""
    angle = np.radians(80) * np.sin(np.linspace(0, np.pi, 40))
    points = np.zeros((40, 26, 3))

    def put(name, *xyz):
        points[:, PANOPTIC26.index(name)] = np.stack(np.broadcast_arrays(*xyz, angle)[:-1], -1)

    put("MidHip", 0.0, 1.0, 0.0)
    upper, fore = (BONES[name][0] for name in ("LElbow", "LHand"))
    for side, x in (("L", 0.4), ("R", -0.4)):
        put(f"{side}Shoulder", x, 0.0, 0.0)
        put(f"{side}Elbow", x, upper, 0.0)
        put(f"{side}Hand", x + np.sign(x) * fore * np.cos(angle), upper, -fore * np.sin(angle))
    keypoints = 200 * points[..., :2] + 300
    observed = ("Neck", "MidHip", *(f"{s}{p}" for s in "LR" for p in ("Shoulder", "Elbow", "Hand")))
    keypoints[:, [name not in observed for name in PANOPTIC26.keypoints]] = np.nan
    (depth,) = BoneFit().lift([Recording(keypoints)])
    wrist = from_neck(depth)[:, PANOPTIC26.index("LHand")] / 200
    true = points[:, PANOPTIC26.index("LHand"), 2]
    elbow = from_neck(depth)[:, PANOPTIC26.index("LElbow")] / 200
    # The swing is distributed over upper arm and forearm.
    assert np.abs(wrist - elbow - true).mean() < 0.3 * np.abs(true).mean()
    assert np.corrcoef(wrist, true)[0, 1] > 0.9


def test_bone_fit_with_gaps_and_different_lengths():
    recordings = [
        simulate_recording(2, 0, missing=0.2, upper_body=1.0, max_frames=60),
        Recording(simulate_recording(2, 1).keypoints[:1]),
        Recording(np.full((2, 26, 2), np.nan)),
    ]
    depths = BoneFit(steps=5).lift(recordings)
    for depth, recording in zip(depths, recordings, strict=True):
        assert depth.shape == recording.keypoints.shape[:2]
        assert np.isfinite(depth[:, TREE.connected]).all()
        assert np.isnan(depth[:, ~TREE.connected]).all()
    assert BoneFit().lift([]) == []


def test_bone_fit_of_a_recording_does_not_depend_on_the_others():
    first, second = (simulate_recording(2, i, min_frames=30, max_frames=40) for i in range(2))
    together = BoneFit(steps=20).lift([first, second])
    alone = BoneFit(steps=20).lift([second])
    np.testing.assert_allclose(together[1], alone[0], rtol=1e-3, atol=0.5)


def test_training_on_the_stream():
    training = train(BASELINES["lstm"](), map(normalize_batch, stream_batches(0, recordings=2)), 0)
    assert training.frames == pytest.approx(WINDOW, abs=16 * WINDOW)
