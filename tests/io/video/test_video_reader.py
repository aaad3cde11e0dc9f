import sys
from pathlib import Path

import numpy as np
import pytest
from videos import SquareDetector, make_video

import signlift as sl
from signlift.cli.main import main
from signlift.errors import InputError
from signlift.io.video.keypoint_detector import Detection

SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "pose-samples" / "test_video.mp4"


@pytest.fixture
def square(monkeypatch):
    """Replace MediaPipe's detector by that of the tests."""
    monkeypatch.setattr("signlift.io.video.mediapipe_detector.MediaPipeDetector", SquareDetector)


def test_any_name_is_read(tmp_path, square):
    path = make_video(tmp_path / "video.mp4", 6)
    named = path.rename(tmp_path / "recording")
    recording = sl.read(named)
    assert len(recording) == 6
    assert recording.notes == ("keypoints by squares 1.0",)


def test_a_person_who_is_not_there(tmp_path, square):
    path = make_video(tmp_path / "video.mp4", 3)
    assert len(sl.read(path, person=0)) == 3
    with pytest.raises(InputError, match=r"person 0 \(there is only one\), found person 1"):
        sl.read(path, person=1)


def test_lift_to_any_format(tmp_path, square, capsys):
    path = make_video(tmp_path / "video.mp4", 6)
    for suffix in ("pose", "csv", "npy"):
        out = tmp_path / f"out.{suffix}"
        assert main(["lift", str(path), "-o", str(out)]) == 0
        assert out.is_file()
        assert "keypoints by squares 1.0" in capsys.readouterr().out
    assert sl.read(tmp_path / "out.pose").keypoints.shape[:2] == (6, 17)
    assert np.load(tmp_path / "out.npy").shape == (6, 17)


def test_a_directory_of_videos(tmp_path, square, capsys):
    directory = tmp_path / "videos"
    directory.mkdir()
    for name in ("a.mp4", "b.mkv"):
        make_video(directory / name, 4)
    (directory / "c.mp4").write_bytes((directory / "a.mp4").read_bytes()[:200])
    (directory / "notes.txt").write_text("nothing")
    assert main(["lift", str(directory), "-o", str(tmp_path / "out"), "--format", "pose"]) == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.pose", "b.pose"]
    assert capsys.readouterr().err.splitlines() == [
        f"{directory / 'c.mp4'}: expected a video, found a damaged or truncated file",
        "1 of 3 files could not be lifted",
    ]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="no MediaPipe for this Python")
@pytest.mark.parametrize(("module", "name"), [("mediapipe", "MediaPipe"), ("av", "PyAV")])
def test_missing_packages_are_named(tmp_path, monkeypatch, capsys, module, name):
    path = make_video(tmp_path / "video.mp4", 3)
    monkeypatch.setitem(sys.modules, module, None)
    assert main(["lift", str(path), "-o", str(tmp_path / "out.pose")]) == 2
    message = f"{name} is not installed; run pip install 'signlift[video]'\n"
    assert capsys.readouterr().err == message


def test_a_signer_on_a_phone():
    pytest.importorskip("mediapipe")
    if not SAMPLE.is_file():
        pytest.skip("no sample")
    recording = sl.read(SAMPLE)
    assert len(recording) == 58
    assert recording.size == (540, 720)
    on = recording.skeleton
    seen = recording.observed.mean(0)
    assert min(seen[on.index(name)] for name in ("Nose", "LShoulder", "RShoulder")) == 1
    assert seen[on.index("LHip")] == seen[on.index("RKnee")] == 0
    # The person's left is on the right of the image.
    left, right = (recording.keypoints[:, on.index(name), 0] for name in ("LShoulder", "RShoulder"))
    assert (left > right).all()
    depth = sl.load().lift(recording).depth
    assert np.isfinite(depth[:, on.index("Nose")]).all()


def test_the_rule_of_the_detector_holds_for_videos(tmp_path, monkeypatch):
    class Guesses(SquareDetector):
        """Makes up the hips of COCO-17 with little confidence, and the legs outside the image."""

        def detect(self, image):
            keypoints, confidence, _ = super().detect(image)
            confidence[:, 11:13] = 0.2
            keypoints[:, 13:] += 2000
            return Detection(keypoints, confidence)

    monkeypatch.setattr("signlift.io.video.mediapipe_detector.MediaPipeDetector", Guesses)
    path = make_video(tmp_path / "video.mp4", 6)
    recording = sl.read(path)
    assert recording.observed.mean(0).tolist() == [1] * 11 + [0] * 6
    assert (recording.confidence[:, 11:] == 0).all()
    parts = "hips, knees, ankles in 100% of the frames"
    note = f"treated as missing (confidence below 0.3 or outside the image): {parts}"
    assert recording.notes == ("keypoints by squares 1.0", note)
    assert sl.read(path, min_confidence=0.1).observed.mean(0).tolist() == [1] * 13 + [0] * 4
    assert sl.read(path, min_confidence=0).observed.all()
