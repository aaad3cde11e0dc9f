import pytest

from benchmarks.formats import INPUTS, OUTPUTS, main, simulate

pytestmark = pytest.mark.slow


def test_every_stage_is_timed(capsys):
    assert main(["--frames", "20"]) == 0
    printed = capsys.readouterr().out
    assert "commit" in printed
    inputs, outputs = ([f"read {name}" for name in INPUTS], [f"write {name}" for name in OUTPUTS])
    for name in (*inputs, *outputs, "lift"):
        assert f" {name} " in printed


def test_the_recording_has_a_body_hands_and_a_face():
    recording = simulate(20)
    assert recording.keypoints.shape == (20, 137, 2)
    assert recording.observed[:, 25:].any()
