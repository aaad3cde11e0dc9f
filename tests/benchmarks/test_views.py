"""Depth by view: people who turn away, and an oracle of the view."""

import numpy as np
import pytest

from benchmarks import oracle_view, turned
from benchmarks.accuracy.ours import Signlift
from benchmarks.accuracy.protocol import test_set as make_set
from signlift.core.skeleton import PANOPTIC26, convert
from signlift.datasets.simulated import signer_recording
from signlift.lifting.lifter import load
from signlift.pretraining.motion_sources import Clips
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer


@pytest.fixture(scope="module")
def clips():
    motions = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        motion = Signer.draw(rng).sample_motion(rng, 40, 30.0, fingers=False)
        motions.append(convert(motion, SIGNER, PANOPTIC26).astype(np.float32))
    return Clips("made up", motions, 30.0)


def test_recordings_are_turned_as_asked(clips):
    for other in (False, True):
        recordings = turned.filmed(clips, (30, 45), 0, other)
        assert [len(one) for one in recordings] == [40, 40]
        assert all(one.depth is not None and one.fps == 30 for one in recordings)
    front, aside = (turned.filmed(clips, turns, 0, False) for turns in ((0, 5), (55, 60)))
    across = [
        np.median(np.abs(np.diff(recordings[0].keypoints[:, [3, 9], 0], axis=1)))
        / np.median(np.abs(np.diff(recordings[0].keypoints[:, [0, 2], 1], axis=1)))
        for recordings in (front, aside)
    ]
    assert across[1] < 0.85 * across[0]  # shoulders look narrower


def test_an_oracle_only_makes_it_better(clips):
    tests = make_set("asl", turned.filmed(clips, (0, 30), 0, False))
    plain, tilt, turn = oracle_view.mended(Signlift(load()), tests)
    assert 0 < turn < plain
    assert 0 < tilt < 1.1 * plain


def test_an_oracle_finds_a_slope():
    recording = signer_recording(0, 0, min_frames=20, max_frames=20)
    places = recording.keypoints[..., ::-1].astype(float)
    places -= places[:, [0]]
    off = places @ [0.2, -0.1]
    np.testing.assert_allclose(oracle_view._fitted(off, places), off, atol=1e-6)


@pytest.mark.parametrize("module", [turned, oracle_view])
def test_a_mistake_is_one_line(module, tmp_path, capsys):
    assert module.main([str(tmp_path), "--model", str(tmp_path)]) == 2
    assert "expected" in capsys.readouterr().err
