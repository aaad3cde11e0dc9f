import sys

import numpy as np
import pytest
from PIL import Image

from signlift.core.recording import Recording
from signlift.errors import InputError
from signlift.visualization import VIEWS, plot_3D_skeleton, write_animation
from signlift.visualization.films import film, schedule

needs_ffmpeg = pytest.mark.skipif(film.find_ffmpeg() is None, reason="there is no ffmpeg")


def squares(number):
    """A white frame with a square that moves to the right."""
    image = np.full((40, 60, 4), 255, np.uint8)
    image[10:20, 2 * number : 2 * number + 10, :3] = (200, 30, 30)
    return image


def recording(frames, **fields):
    rng = np.random.default_rng(0)
    points = rng.uniform(100, 500, (1, 26, 3)) + rng.normal(0, 9, (frames, 26, 3))
    return Recording(points[..., :2], depth=points[..., 2], **fields)


def read_gif(path):
    frames, durations = [], []
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.array(image.convert("RGB")))
            durations.append(image.info["duration"])
        return np.array(frames), durations, image.info.get("loop")


def read_mp4(path):
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    frames = imageio_ffmpeg.read_frames(str(path))
    header = next(frames)
    width, height = header["size"]
    return header, np.array([np.frombuffer(f, np.uint8).reshape(height, width, 3) for f in frames])


def test_a_gif_holds_every_frame(tmp_path):
    path = tmp_path / "a.gif"
    write_animation(path, squares, 12, fps=25)
    frames, durations, loop = read_gif(path)
    assert durations == [40] * 12
    assert loop == 0
    expected = np.array([squares(number)[..., :3] for number in range(12)])
    assert np.abs(frames.astype(int) - expected).max() <= 4
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("fps", [7, 24, 25, 29.97, 30, 50])
def test_gif_durations_keep_the_speed_on_average(fps):
    for frames in (1, 2, 100):
        durations = schedule.gif_delays(range(frames), schedule.frame_ends(frames, fps))
        assert len(durations) == frames
        assert all(d % 10 == 0 and d > 0 for d in durations)
        assert sum(durations) == pytest.approx(1000 * frames / fps, abs=5.01)


def test_a_gif_has_at_most_50_frames_per_second(tmp_path):
    write_animation(tmp_path / "a.gif", squares, 20, fps=120)
    _, durations, _ = read_gif(tmp_path / "a.gif")
    assert len(durations) == 7
    assert sum(durations) == pytest.approx(1000 * 20 / 120, abs=5.01)


def test_every_third_frame_plays_at_the_same_speed(tmp_path):
    path = tmp_path / "a.gif"
    write_animation(path, squares, 10, fps=30, every=3)
    frames, durations, _ = read_gif(path)
    assert durations == [100] * 3 + [30]  # 10 frames, in all
    assert (frames[1][15, 6:16] < 250).any(-1).all()


def test_a_gif_of_one_frame(tmp_path):
    write_animation(tmp_path / "a.gif", squares, 1)
    frames, _, _ = read_gif(tmp_path / "a.gif")
    assert frames.shape == (1, 40, 60, 3)


def test_the_shared_palette_keeps_the_plain_colours():
    palette = film.shared_palette([squares(0), squares(5)]).getpalette()
    colours = [tuple(palette[i : i + 3]) for i in range(0, len(palette), 3)]
    assert {(255, 255, 255), (200, 30, 30)} <= set(colours)
    noise = np.random.default_rng(0).integers(0, 256, (50, 50, 4), dtype=np.uint8)
    assert len(film.shared_palette([noise]).getpalette()) <= 3 * 128


@needs_ffmpeg
def test_an_mp4_is_h264(tmp_path):
    path = tmp_path / "a.mp4"
    write_animation(path, squares, 12, fps=25)
    header, frames = read_mp4(path)
    assert header["codec"] == "h264"
    assert header["pix_fmt"].startswith("yuv420p")
    assert header["fps"] == 25
    assert header["size"] == (60, 40)
    expected = np.array([squares(number)[..., :3] for number in range(12)]).astype(int)
    assert frames.shape == expected.shape
    assert np.abs(frames - expected).mean() < 6
    assert list(tmp_path.iterdir()) == [path]


@needs_ffmpeg
def test_a_webm_is_vp9(tmp_path):
    path = tmp_path / "a.webm"
    write_animation(path, squares, 12, fps=25)
    header, frames = read_mp4(path)
    assert header["codec"] == "vp9"
    assert header["duration"] == pytest.approx(12 / 25, abs=0.02)
    assert len(frames) == 12


@needs_ffmpeg
def test_an_mp4_of_every_second_frame_is_as_long_as_the_recording(tmp_path):
    write_animation(tmp_path / "a.mp4", squares, 11, fps=30, every=2)
    header, frames = read_mp4(tmp_path / "a.mp4")
    assert len(frames) == 6
    assert 6 / header["fps"] == pytest.approx(11 / 30, rel=0.01)


@needs_ffmpeg
def test_an_mp4_of_uneven_times_shows_each_frame_at_its_time(tmp_path):
    times = np.array([0.0, 0.1, 0.5, 0.6])
    write_animation(tmp_path / "a.mp4", squares, 4, fps=10, times=times)
    header, frames = read_mp4(tmp_path / "a.mp4")
    assert len(frames) / header["fps"] == pytest.approx(0.7, rel=0.01)
    left_edges = [int((frame[15].min(-1) < 120).argmax()) for frame in frames]
    assert left_edges == [0, 2, 2, 2, 2, 4, 6]


@pytest.mark.parametrize("suffix", [".gif", pytest.param(".mp4", marks=needs_ffmpeg)])
def test_an_animation_of_a_recording(tmp_path, suffix):
    body = recording(5, fps=25)
    keypoints = body.keypoints.copy()
    keypoints[3] = np.nan
    body = Recording(keypoints, depth=body.depth, fps=25)
    path = tmp_path / f"a{suffix}"
    figure = plot_3D_skeleton(body, path, true=body, views=VIEWS, dpi=40, quiet=True)
    assert any(text.get_text().startswith("frame 2  ·  0.08 s") for text in figure.texts)
    frames = read_gif(path)[0] if suffix == ".gif" else read_mp4(path)[1]
    assert len(frames) == 5
    assert frames.shape[1] % 2 == frames.shape[2] % 2 == 0
    dark = (frames.min(-1) < 120).sum((1, 2))
    assert dark[3] < dark[[0, 1, 2, 4]].min()  # titles only


def test_an_animation_of_one_frame(tmp_path):
    plot_3D_skeleton(recording(1), tmp_path / "a.gif", dpi=30)
    assert len(read_gif(tmp_path / "a.gif")[0]) == 1


@needs_ffmpeg
def test_an_error_of_ffmpeg_is_one_line(tmp_path):
    def odd(number):
        return squares(number)[:39]

    with pytest.raises(InputError, match=r"/a.mp4: expected .* found .*height not div") as error:
        write_animation(tmp_path / "a.mp4", odd, 50)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_without_ffmpeg_the_message_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.setenv("PATH", "")
    assert film.find_ffmpeg() is None
    with pytest.raises(
        InputError, match=r"/a.mp4: ffmpeg, .*pip install 'signlift\[video\]'"
    ) as error:
        write_animation(tmp_path / "a.mp4", squares, 3)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_ffmpeg_on_the_path_is_used_without_the_package(tmp_path, monkeypatch):
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert film.find_ffmpeg() == str(program)


@pytest.mark.parametrize("suffix", [".gif", pytest.param(".mp4", marks=needs_ffmpeg)])
def test_a_drawing_that_fails_leaves_the_old_file(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_text("old")

    def broken(number):
        if number == 3:
            raise KeyboardInterrupt
        return squares(number)

    with pytest.raises(KeyboardInterrupt):
        write_animation(path, broken, 8)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "frames", "options", "message"),
    [
        (
            "a.avi",
            3,
            {},
            r"a.avi: expected a name that ends in one of .gif .mp4 .webm, found '.avi'",
        ),
        ("a.gif", 0, {}, "frames: expected a number above 0, found 0"),
        ("a.gif", 3, {"fps": 0.0}, "fps: expected a number above 0"),
        ("a.gif", 3, {"every": 0}, "every: expected a number above 0, found 0"),
    ],
)
def test_wrong_options_are_one_line(tmp_path, name, frames, options, message):
    with pytest.raises(InputError, match=message) as error:
        write_animation(tmp_path / name, squares, frames, **options)
    assert "\n" not in str(error.value)
