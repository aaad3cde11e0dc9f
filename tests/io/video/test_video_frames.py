from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from videos import HEIGHT, WIDTH, make_sound, make_video, square_image

from signlift.errors import InputError
from signlift.io.video.frame_timing import compute_even_fps
from signlift.io.video.video_frames import VideoFrames, describe_streams, probe_video


def decode(path):
    video = VideoFrames(path)
    frames = list(video)
    return (
        np.array([seconds for seconds, _ in frames]),
        [image for _, image in frames],
        video.num_lost,
    )


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi"])
def test_frames_in_order_with_their_times(tmp_path, suffix):
    path = make_video(tmp_path / f"video.{suffix}", 10, fps=25, tick=Fraction(1, 25))
    times, images, lost = decode(path)
    np.testing.assert_allclose(times, np.arange(10) / 25, atol=1e-3)
    assert lost == 0
    for number, image in enumerate(images):
        assert image.shape == (HEIGHT, WIDTH, 3)
        assert image.dtype == np.uint8
        assert np.abs(image.astype(int) - square_image(number)).mean() < 10
    info = probe_video(path)
    assert info.size == (WIDTH, HEIGHT)
    assert info.fps == 25
    assert info.frames == 10


def test_sound_is_ignored(tmp_path):
    times, _, lost = decode(make_video(tmp_path / "video.mp4", 9, sound=True))
    assert len(times) == 9
    assert lost == 0


def test_a_title_in_any_encoding(tmp_path):
    path = make_video(tmp_path / "video.mp4", 3, title="Gebärde")
    content = path.read_bytes()
    title = "Gebärde".encode()
    assert title in content
    path.write_bytes(content.replace(title, "Gebärden".encode("latin-1")))
    assert len(decode(path)[1]) == 3


def test_a_single_frame(tmp_path):
    times, images, lost = decode(make_video(tmp_path / "video.mp4", 1))
    assert times.tolist() == [0]
    assert len(images) == 1
    assert lost == 0


def test_variable_frame_rate(tmp_path):
    given_times = np.cumsum([0, 0.04, 0.02, 0.1, 0.033, 0.05, 0.5, 0.03])
    path = make_video(tmp_path / "video.mp4", 8, times=given_times + 0.2)
    times, _, _ = decode(path)
    np.testing.assert_allclose(times, given_times, atol=1e-4)
    assert compute_even_fps(times, probe_video(path).tick) is None


def test_a_stream_without_a_container(tmp_path):
    path = make_video(tmp_path / "video.m1v", 9, codec="mpeg1video", fps=25, tick=Fraction(1, 25),
                      format="mpeg1video")  # fmt: skip
    times, images, _ = decode(path)
    assert len(images) == 9
    np.testing.assert_allclose(np.diff(times)[:-1], 1 / 25, atol=1e-3)


@pytest.mark.parametrize("rotation", [90, 180, -90])
def test_a_phone_held_upright(tmp_path, rotation):
    path = make_video(tmp_path / "video.mp4", 3, rotation=rotation)
    _, images, _ = decode(path)
    expected = np.rot90(square_image(0), rotation // 90)  # counterclockwise, as FFmpeg counts
    assert images[0].shape == expected.shape
    assert np.abs(images[0].astype(int) - expected).mean() < 10
    assert probe_video(path).size == expected.shape[1::-1]


def test_pixels_that_are_not_square(tmp_path):
    path = make_video(tmp_path / "video.mkv", 3, aspect=Fraction(2))
    assert probe_video(path).size == (2 * WIDTH, HEIGHT)
    assert decode(path)[1][0].shape == (HEIGHT, 2 * WIDTH, 3)


@pytest.mark.parametrize("fraction", [0.7, 0.8, 0.9, 0.99])
def test_the_beginning_of_a_truncated_file_is_decoded(tmp_path, fraction):
    path = make_video(tmp_path / "video.mp4", 40, options={"movflags": "faststart"}, gop=5)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * fraction)])
    times, images, lost = decode(path)
    assert 0 < len(images) < 40
    assert len(images) + lost == 40
    np.testing.assert_allclose(times, np.arange(len(times)) / 30, atol=1e-3)


def test_damage_in_the_middle(tmp_path):
    path = make_video(tmp_path / "video.mp4", 40, options={"movflags": "faststart"}, gop=5)
    data = bytearray(path.read_bytes())
    middle = (len(data) + data.index(b"mdat")) // 2
    data[middle : middle + 300] = bytes(300)
    path.write_bytes(data)
    times, images, lost = decode(path)
    assert len(images) < 40
    assert len(images) + lost == 40
    # The frames after the damage are where they were.
    np.testing.assert_allclose(times * 30, np.round(times * 30), atol=1e-2)
    assert times[-1] == pytest.approx(39 / 30, abs=0.01)


def problem_of(path):
    with pytest.raises(InputError) as error:
        probe_video(path)
    with pytest.raises(InputError):
        list(VideoFrames(path))
    assert len(error.value.problems) == 1
    assert str(path) in str(error.value)
    return str(error.value)


def test_files_that_are_not_videos(tmp_path):
    assert "no such file" in problem_of(tmp_path / "none.mp4")
    assert "a directory" in problem_of(tmp_path)
    assert "sound alone" in problem_of(make_sound(tmp_path / "sound.mp4"))
    assert "sound alone" in problem_of(make_sound(tmp_path / "sound.m4a"))
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    assert "an empty file" in problem_of(empty)
    image = tmp_path / "image.mp4"
    av.VideoFrame.from_ndarray(square_image(0), format="rgb24").to_image().save(image, "PNG")
    assert r"a file that begins with b'\x89PNG" in problem_of(image)
    playlist = tmp_path / "list.mp4"
    playlist.write_text("ffconcat version 1.0\nfile other.mp4\n")
    assert "a file that begins with b'ffconcat'" in problem_of(playlist)


def test_a_truncated_file_is_called_damaged(tmp_path):
    """FFmpeg may find no stream in it, one of unknown data, or a video without its frames."""
    path = make_video(tmp_path / "video.mp4", 20)
    content = path.read_bytes()
    index = content.index(b"moov")  # at the end
    for end in range(content.index(b"mdat") + 4, index, 30):
        path.write_bytes(content[:end])
        assert problem_of(path).endswith("expected a video, found a damaged or truncated file")
    for end in range(index, len(content), 30):
        path.write_bytes(content[:end])
        try:
            probe_video(path)
        except InputError as error:
            assert "no video stream" not in str(error)


def test_a_file_of_unknown_data_is_called_damaged():
    assert describe_streams({"data"}) == describe_streams(set()) == "a damaged or truncated file"
    assert describe_streams({"data", "subtitle"}) == "no video stream"
    assert describe_streams({"data", "audio"}) == "sound alone"


def test_frames_of_zeros_cannot_be_decoded(tmp_path):
    path = make_video(tmp_path / "video.mp4", 20)
    content = path.read_bytes()
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    path.write_bytes(content[:start] + bytes(end - start) + content[end:])
    with pytest.raises(InputError, match="a frame that can be decoded"):
        probe_video(path)


def test_an_unknown_codec(tmp_path):
    path = make_video(tmp_path / "video.mp4", 5)
    content = path.read_bytes()
    assert content.count(b"mp4v") == 1
    name, kind = content.index(b"mp4v"), content.index(b"esds")
    path.write_bytes(
        content[:name] + b"none" + content[name + 4 : kind] + b"none" + content[kind + 4 :]
    )
    assert "expected a video codec that FFmpeg supports, found an unknown codec" in problem_of(path)


def test_a_video_without_frames(tmp_path):
    with pytest.raises(InputError):
        probe_video(make_video(tmp_path / "video.mkv", 0))


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    directory = tmp_path_factory.mktemp("videos")
    made = []
    for suffix in ("mp4", "mkv", "avi"):
        path = make_video(directory / f"video.{suffix}", 8, tick=Fraction(1, 30))
        made.append((path, path.read_bytes()))
    return made


@settings(max_examples=60)
@given(data=st.data())
def test_random_damage_raises_nothing_else(videos, data):
    path, content = videos[data.draw(st.integers(0, len(videos) - 1))]
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(content) // 2, len(content)))
    other = path.with_name(f"damaged{path.suffix}")
    other.write_bytes(damaged[:cut])
    try:
        info = probe_video(other)
        times, images, lost = decode(other)
    except InputError as error:
        assert len(error.problems) == 1
        return
    assert (np.diff(times) > 0).all()
    assert {image.shape for image in images} <= {(info.size[1], info.size[0], 3)}
    assert lost >= 0
