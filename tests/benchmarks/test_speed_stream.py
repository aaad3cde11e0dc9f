import pytest

pytest.importorskip("torch")

from benchmarks.speed import stream
from benchmarks.speed.peers import mediapipe_seconds, original_lstm_frame, video_pose_frame


@pytest.mark.slow
def test_the_table_of_a_frame(capsys):
    assert stream.main(["--turns", "1"]) == 0
    out = capsys.readouterr().out
    rows = ("26 keypoints", "137 keypoints", "553 keypoints", "VideoPose3D", "DepthLSTM")
    assert all(row in out for row in rows)
    assert "MediaPipe's pose graph: left out, as no --video is given" in out


def test_turns_take_the_shortest_time_of_each():
    calls = []
    works = {"one": lambda: calls.append(1), "two": lambda: calls.append(2)}
    seconds = stream.measure_turns(works, turns=2, frames=3)
    assert calls == 2 * ([1] * 4 + [2] * 4)
    assert set(seconds) == set(works) and all(0 <= value < 1 for value in seconds.values())


@pytest.mark.parametrize("make", [video_pose_frame, original_lstm_frame])
def test_peers_run_a_frame(make):
    make(channels=8)()


def test_a_missing_mediapipe_is_left_out(tmp_path):
    assert mediapipe_seconds("/nowhere/python", str(tmp_path)) is None
