"""The verb `plot`, `sl.plot`, and pictures as formats of `lift`."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_recordings import standing
from PIL import Image
from videos import HEIGHT, WIDTH, make_video

import signlift as sl
from signlift.cli.main import main
from signlift.visualization.films.film import find_ffmpeg


@pytest.fixture
def signer(tmp_path):
    """A file of a person who stands, with depth, in the middle of images of 800 x 600."""
    body = replace(standing(12, fps=24), size=(800.0, 600.0))
    return sl.write(body, tmp_path / "signer.npz")


@pytest.fixture
def keypoints(tmp_path):
    """A file of the same without depth, whose hips and legs were not observed."""
    body = standing(12, fps=24)
    xy = body.keypoints.copy()
    for name in ("LHip", "RHip", "MidHip", "LKnee", "RKnee", "LAnkle", "RAnkle"):
        xy[:, body.skeleton.index(name)] = np.nan
    return sl.write(replace(body, keypoints=xy, depth=None), tmp_path / "a.pose")


def test_frames_are_drawn_in_a_row(signer, tmp_path, capsys):
    out = tmp_path / "a.png"
    command = ["plot", str(signer), "-o", str(out), "--frames", "0,3,6,9,-1", "--dpi", "40"]
    assert main(command) == 0
    text = "1 recording of 12 frames\na torso of 50 cm assumed\n"
    assert capsys.readouterr().out == f"{text}{out}\n"
    with Image.open(out) as image:
        five = image.width
    assert main([*command[:4], "--count", "1", "--dpi", "40", "--scale", "0.5", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    with Image.open(out) as image:
        assert image.width < 0.7 * five


def test_keypoints_without_depth_are_lifted_and_completed(keypoints, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "signlift.visualization.picture.draw_recording", lambda body, *_, **__: drawn.append(body)
    )
    sl.plot(keypoints, tmp_path / "a.png")
    (body,) = drawn
    assert body.depth is not None
    assert (body.observed & ~body.detected).any()


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "gif"])
def test_lift_writes_pictures_and_films_that_are_the_same_each_time(suffix, keypoints, tmp_path):
    paths = [tmp_path / f"{number}.{suffix}" for number in range(2)]
    recording = sl.read(keypoints)[:4]
    lifted = sl.load().lift(recording, complete=True)
    for path in paths:
        sl.write(lifted, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_convert_completes_what_a_picture_shows(keypoints, tmp_path, capsys):
    assert main(["lift", str(keypoints), "-o", str(tmp_path / "a.png")]) == 0
    text = capsys.readouterr().out
    assert "missing keypoints completed" in text
    assert "size unknown: a torso of 50 cm assumed" in text
    assert main(["lift", str(keypoints), "-o", str(tmp_path / "a.csv")]) == 0
    assert "completed" not in capsys.readouterr().out


def test_truth_is_drawn_over_the_body(signer, tmp_path, capsys):
    command = ["plot", str(signer), "-o", str(tmp_path / "a.png"), "--dpi", "40"]
    assert main([*command, "--true", str(signer)]) == 0
    short = sl.write(standing(3), tmp_path / "short.npz")
    assert main([*command, "--true", str(short)]) == 2
    assert "expected 12 frames, as recording has, found 3" in capsys.readouterr().err


def test_the_front_view_is_drawn_over_the_frames_of_a_video(signer, tmp_path, capsys):
    video = make_video(tmp_path / "a.mp4", 12, fps=24)  # a white square, moving on black
    assert pytest.approx(800 / 600) == WIDTH / HEIGHT
    out = tmp_path / "over.png"
    command = ["plot", str(signer), "-o", str(out), "--over", str(video), "--dpi", "80"]
    assert main([*command, "--frames", "0,11"]) == 0
    with Image.open(out) as image:
        pixels = np.array(image.convert("L")).astype(int)
    middle = pixels[pixels.shape[0] // 2]
    assert (middle < 40).mean() > 0.5  # black beside the body
    capsys.readouterr()
    assert main([*command, "--views", "side"]) == 2
    assert capsys.readouterr().err == "--over: expected front among --views, found side\n"
    wide = sl.write(replace(standing(4), size=(1600.0, 600.0)), tmp_path / "wide.npz")
    assert main(["plot", str(wide), "-o", str(out), "--over", str(video)]) == 2
    line = "a.mp4: expected a video in the shape of recording, 1600 x 600, found 64 x 48\n"
    assert capsys.readouterr().err.endswith(line)


def test_lift_draws_over_a_video(keypoints, tmp_path, capsys):
    video = make_video(tmp_path / "a.mp4", 12, fps=24)
    small = replace(sl.read(keypoints), size=(800.0, 600.0))
    path = sl.write(small, tmp_path / "small.pose")
    out = tmp_path / "a.png"
    assert main(["lift", str(path), "-o", str(out), "--over", str(video)]) == 0
    with Image.open(out) as image:
        assert (np.array(image.convert("L")) < 40).mean() > 0.2
    capsys.readouterr()
    assert main(["lift", str(path), "-o", str(tmp_path / "a.csv"), "--over", str(video)]) == 2
    line = "--over: expected a picture or film (png, svg, pdf, gif, mp4, webm), found csv\n"
    assert capsys.readouterr().err == line


@pytest.mark.skipif(find_ffmpeg() is None, reason="there is no ffmpeg")
def test_a_film_over_a_video(signer, tmp_path):
    video = make_video(tmp_path / "a.mp4", 12, fps=24)
    plotted = sl.plot(signer, tmp_path / "over.webm", over=video, dpi=40)
    assert plotted.length == 12
    assert plotted.path.read_bytes()[:4] == b"\x1aE\xdf\xa3"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["-o", "a.doc"], "a.doc: expected a name that ends in one of .png"),
        (["-o", "a.png", "--views", "front,back"], "--views: expected one or more of front"),
        (["-o", "a.png", "--count", "13"], "--count: expected 1 to 12 frames, found 13"),
        (["-o", "a.png", "--frames", "1", "--count", "2"], "--count: expected --frames or --count"),
        (["-o", "a.gif", "--frames", "1"], "--frames: expected none for .gif"),
        (["-o", "a.png", "--frames", "12"], "--frames: expected a whole number from -12 to 11"),
        (["-o", "a.png", "--over", "none.mp4"], "none.mp4: expected a video, found no such file"),
    ],
)
def test_mistakes_are_one_line(options, line, signer, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["plot", str(signer), *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith(line)
    assert error.count("\n") == 1
    assert not (tmp_path / "a.png").exists()


def test_a_file_of_several_recordings_is_refused(tmp_path):
    body = standing(3)
    sl.write_all([body, body], tmp_path / "data")
    with pytest.raises(sl.InputError, match="expected one recording, found 2"):
        sl.plot(tmp_path / "data", tmp_path / "a.png")
