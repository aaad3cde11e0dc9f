"""Learned baselines for hands."""

from itertools import islice

import numpy as np
import pytest
import torch

from benchmarks.accuracy.simple_baseline import SimpleBaseline
from benchmarks.accuracy.trainer import train
from benchmarks.accuracy.video_pose import VideoPose
from benchmarks.held_out.cases import hand_columns
from benchmarks.held_out.hand_baselines import HandMethod, stream_hands
from benchmarks.held_out.hands import main
from benchmarks.held_out.motion_cases import film_clip
from signlift.core.skeleton import PANOPTIC67
from tests.benchmarks.held_out.drawn_cases import sample_motion, write_rendering

pytestmark = pytest.mark.slow


def test_the_stream_of_hands():
    first, second = islice(stream_hands(0, lanes=2, frames=8), 2)
    assert first.inputs.shape == (16, 42) and first.targets.shape == (16, 21)
    assert first.lengths.tolist() == [8, 8] and torch.isfinite(first.inputs).all()
    (again,) = islice(stream_hands(0, lanes=2, frames=8), 1)
    torch.testing.assert_close(first.inputs, again.inputs)
    assert not torch.equal(first.inputs, second.inputs)


def test_right_hands_are_mirrored():
    motion = sample_motion() / 100
    case = film_clip(np.random.default_rng(0), motion, name="", max_turn=10)
    torch.manual_seed(0)
    network = SimpleBaseline(8, keypoints=21)
    train(network, stream_hands(0, lanes=2, frames=8), 0)
    method = HandMethod(network)
    (prediction,) = method([case])
    left, right = hand_columns(PANOPTIC67)
    # The mirrored keypoints of the left hand as those of the right one.
    keypoints = case.recording.keypoints
    keypoints[:, right] = keypoints[:, left] * [-1, 1]
    (mirrored,) = method([case])
    np.testing.assert_allclose(mirrored.depth[:, right], prediction.depth[:, left], rtol=1e-3)
    assert not mirrored.depth[:, :25].any()


def test_a_network_over_time():
    network = VideoPose(channels=4, keypoints=21).eval()
    assert network.predict(torch.zeros(5, 42)).shape == (5, 21)


def test_the_table(tmp_path, capsys):
    motion = sample_motion()
    for directory in ("signs", "rendered"):
        (tmp_path / directory).mkdir()
    np.savez(tmp_path / "signs" / "mocap67_cm_30fps.npz", **{"aws.A": motion, "galt.A": motion})
    write_rendering(tmp_path / "rendered" / "01_front.npz")
    out = tmp_path / "out"
    arguments = [str(tmp_path), "--minutes", "0", "--channels", "4", "-o", str(out)]
    assert main(arguments) == 0
    table = (out / "hands.md").read_text()
    assert table in capsys.readouterr().out
    assert [line.split("|")[1].strip() for line in table.splitlines()][2:] == [
        "best fixed hand of the test set",
        "flat hand",
        "SimpleBaseline",
        "VideoPose3D, symmetric",
        "VideoPose3D, causal",
        "**signlift**",
    ]
