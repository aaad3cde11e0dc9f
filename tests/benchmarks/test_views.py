"""Depth by the angle of the camera, and with an oracle of the view."""

import numpy as np
import pytest

from benchmarks import camera_turn, oracle_view
from benchmarks.accuracy.protocol import make_test_set
from benchmarks.accuracy.signlift_methods import Signlift
from signlift.core.skeleton import PANOPTIC26
from signlift.core.skeleton_arrays import convert
from signlift.datasets.simulated import simulate_recording
from signlift.lifting.load import load
from signlift.pretraining.motion_sources import CapturedMotion
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clips():
    motions = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        motion = Signer.draw(rng).sample_motion(rng, 40, 30.0, fingers=False)
        motions.append(convert(motion, SIGNER, PANOPTIC26).astype(np.float32))
    return CapturedMotion("simulated", motions, 30.0)


def test_cameras_are_in_the_range_of_turns(clips):
    for other_bodies in (False, True):
        recordings = camera_turn.render_clips(clips, (30, 45), 0, other_bodies=other_bodies)
        assert [len(recording) for recording in recordings] == [40, 40]
        assert all(recording.depth is not None for recording in recordings)
        assert all(recording.fps == 30 for recording in recordings)
    front, side = (
        camera_turn.render_clips(clips, turns, 0, other_bodies=False)
        for turns in ((0, 5), (55, 60))
    )
    widths = [
        np.median(np.abs(np.diff(recordings[0].keypoints[:, [3, 9], 0], axis=1)))
        / np.median(np.abs(np.diff(recordings[0].keypoints[:, [0, 2], 1], axis=1)))
        for recordings in (front, side)
    ]
    assert widths[1] < 0.85 * widths[0]  # shoulders look narrower


def test_an_oracle_lowers_the_error(clips):
    recordings = camera_turn.render_clips(clips, (0, 30), 0, other_bodies=False)
    tests = make_test_set("asl", recordings)
    plain, tilt, turn = oracle_view.correct_view(Signlift(load()), tests)
    assert 0 < turn < plain
    assert 0 < tilt < 1.1 * plain


def test_an_oracle_finds_a_slope():
    recording = simulate_recording(0, 0, min_frames=20, max_frames=20)
    positions = recording.keypoints[..., ::-1].astype(float)
    positions -= positions[:, [0]]
    errors = positions @ [0.2, -0.1]
    np.testing.assert_allclose(oracle_view.fit_plane(errors, positions), errors, atol=1e-6)


@pytest.mark.parametrize("module", [camera_turn, oracle_view])
def test_wrong_input_is_one_line(module, tmp_path, capsys):
    assert module.main([str(tmp_path), "--model", str(tmp_path)]) == 2
    assert "expected" in capsys.readouterr().err
