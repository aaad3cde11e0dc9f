from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from videos import HEIGHT, WIDTH, make_sound, make_video, picture

from signlift.errors import InputError
from signlift.io.video.video_frames import VideoFrames, even_fps, probe, rising, upright


def all_of(path):
    video = VideoFrames(path)
    frames = list(video)
    return np.array([seconds for seconds, _ in frames]), [image for _, image in frames], video.lost


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi"])
def test_frames_in_order_with_their_times(tmp_path, suffix):
    path = make_video(tmp_path / f"video.{suffix}", 10, fps=25, tick=Fraction(1, 25))
    times, images, lost = all_of(path)
    np.testing.assert_allclose(times, np.arange(10) / 25, atol=1e-3)
    assert lost == 0
    for number, image in enumerate(images):
        assert image.shape == (HEIGHT, WIDTH, 3)
        assert image.dtype == np.uint8
        assert np.abs(image.astype(int) - picture(number)).mean() < 10
    info = probe(path)
    assert info.size == (WIDTH, HEIGHT)
    assert info.fps == 25
    assert info.frames == 10


def test_sound_beside_the_pictures_is_no_matter(tmp_path):
    times, _, lost = all_of(make_video(tmp_path / "video.mp4", 9, sound=True))
    assert len(times) == 9
    assert lost == 0


def test_a_title_in_any_encoding(tmp_path):
    path = make_video(tmp_path / "video.mp4", 3, title="Gebärde")
    whole = path.read_bytes()
    title = "Gebärde".encode()
    assert title in whole
    path.write_bytes(whole.replace(title, "Gebärden".encode("latin-1")))
    assert len(all_of(path)[1]) == 3


def test_a_single_frame(tmp_path):
    times, images, lost = all_of(make_video(tmp_path / "video.mp4", 1))
    assert times.tolist() == [0]
    assert len(images) == 1
    assert lost == 0


def test_variable_frame_rate(tmp_path):
    given_times = np.cumsum([0, 0.04, 0.02, 0.1, 0.033, 0.05, 0.5, 0.03])
    path = make_video(tmp_path / "video.mp4", 8, times=given_times + 0.2)
    times, _, _ = all_of(path)
    np.testing.assert_allclose(times, given_times, atol=1e-4)
    assert even_fps(times, probe(path).tick) is None


def test_times_rise_whatever_the_container_says():
    assert rising(None, None, 0.04) == 0
    assert rising(7.5, None, 0.04) == 7.5
    assert rising(7.6, 7.5, 0.04) == 7.6
    assert rising(None, 7.5, 0.04) == pytest.approx(7.54)
    assert rising(7.5, 7.5, 0.04) == pytest.approx(7.54)  # twice the same
    assert rising(0.1, 7.5, 0.04) == pytest.approx(7.54)  # the clock was set anew


def test_a_stream_without_a_container(tmp_path):
    path = make_video(tmp_path / "video.m1v", 9, codec="mpeg1video", fps=25, tick=Fraction(1, 25),
                      format="mpeg1video")  # fmt: skip
    times, images, _ = all_of(path)
    assert len(images) == 9
    np.testing.assert_allclose(np.diff(times)[:-1], 1 / 25, atol=1e-3)


@pytest.mark.parametrize("rotation", [90, 180, -90])
def test_a_phone_held_upright(tmp_path, rotation):
    path = make_video(tmp_path / "video.mp4", 3, rotation=rotation)
    _, images, _ = all_of(path)
    expected = np.rot90(picture(0), rotation // 90)  # counterclockwise, as FFmpeg counts
    assert images[0].shape == expected.shape
    assert np.abs(images[0].astype(int) - expected).mean() < 10
    assert probe(path).size == expected.shape[1::-1]


def test_pixels_that_are_not_square(tmp_path):
    path = make_video(tmp_path / "video.mkv", 3, aspect=Fraction(2))
    assert probe(path).size == (2 * WIDTH, HEIGHT)
    assert all_of(path)[1][0].shape == (HEIGHT, 2 * WIDTH, 3)


def matrix(a, b, c, d):
    return np.array([a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30], np.int32)


def test_all_turns_and_mirrors():
    image = np.arange(6, dtype=np.uint8).reshape(2, 3, 1)
    shown = {
        (1, 0, 0, 1): image,
        (-1, 0, 0, 1): image[:, ::-1],
        (1, 0, 0, -1): image[::-1],
        (-1, 0, 0, -1): np.rot90(image, 2),
        (0, 1, -1, 0): np.rot90(image, -1),  # clockwise: x goes down, y goes to the left
        (0, -1, 1, 0): np.rot90(image, 1),
        (0, 1, 1, 0): image.transpose(1, 0, 2),
        (0, -1, -1, 0): np.rot90(image, 2).transpose(1, 0, 2),
    }
    for parts, expected in shown.items():
        np.testing.assert_array_equal(upright(image, matrix(*parts)), expected)
    assert upright(image, None) is image


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=9, max_size=9))
def test_any_matrix_only_moves_pixels(numbers):
    image = np.arange(6, dtype=np.uint8).reshape(2, 3, 1)
    out = upright(image, np.array(numbers, np.int32))
    assert sorted(out.ravel().tolist()) == list(range(6))


def test_even_fps():
    assert even_fps(np.arange(50) / 29.97) == pytest.approx(29.97)
    rounded = np.round(np.arange(500) / 60, 3)  # as Matroska rounds them
    assert even_fps(rounded, 1e-3) == pytest.approx(60, rel=1e-3)
    assert even_fps(rounded**1.01) is None
    assert even_fps(np.array([0, 1, 2, 4]) / 30) is None
    assert even_fps(np.zeros(1)) is None


@pytest.mark.parametrize("share", [0.7, 0.8, 0.9, 0.99])
def test_what_there_is_of_a_truncated_file(tmp_path, share):
    path = make_video(tmp_path / "video.mp4", 40, options={"movflags": "faststart"}, gop=5)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    times, images, lost = all_of(path)
    assert 0 < len(images) < 40
    assert len(images) + lost == 40
    np.testing.assert_allclose(times, np.arange(len(times)) / 30, atol=1e-3)


def test_damage_in_the_middle(tmp_path):
    path = make_video(tmp_path / "video.mp4", 40, options={"movflags": "faststart"}, gop=5)
    data = bytearray(path.read_bytes())
    middle = (len(data) + data.index(b"mdat")) // 2
    data[middle : middle + 300] = bytes(300)
    path.write_bytes(data)
    times, images, lost = all_of(path)
    assert len(images) < 40
    assert len(images) + lost == 40
    # The frames after the damage are where they were.
    np.testing.assert_allclose(times * 30, np.round(times * 30), atol=1e-2)
    assert times[-1] == pytest.approx(39 / 30, abs=0.01)


def say(path):
    with pytest.raises(InputError) as error:
        probe(path)
    with pytest.raises(InputError):
        list(VideoFrames(path))
    assert len(error.value.problems) == 1
    assert str(path) in str(error.value)
    return str(error.value)


def test_what_is_no_video(tmp_path):
    assert "no such file" in say(tmp_path / "none.mp4")
    assert "a folder" in say(tmp_path)
    assert "sound alone" in say(make_sound(tmp_path / "sound.mp4"))
    assert "sound alone" in say(make_sound(tmp_path / "sound.m4a"))
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    assert "another file" in say(empty)
    picture_path = tmp_path / "picture.mp4"
    av.VideoFrame.from_ndarray(picture(0), format="rgb24").to_image().save(picture_path, "PNG")
    assert "another file" in say(picture_path)
    playlist = tmp_path / "list.mp4"
    playlist.write_text("ffconcat version 1.0\nfile other.mp4\n")
    assert "another file" in say(playlist)


def test_nothing_that_can_be_decoded(tmp_path):
    path = make_video(tmp_path / "video.mp4", 20)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])  # the index stands at the end
    assert "damaged or truncated" in say(path)
    beginning, end = whole.index(b"mdat") + 4, whole.index(b"moov") - 4
    path.write_bytes(whole[:beginning] + bytes(end - beginning) + whole[end:])
    with pytest.raises(InputError, match="a frame that can be decoded"):
        probe(path)


def test_a_codec_that_nobody_knows(tmp_path):
    path = make_video(tmp_path / "video.mp4", 5)
    whole = path.read_bytes()
    assert whole.count(b"mp4v") == 1
    name, kind = whole.index(b"mp4v"), whole.index(b"esds")
    path.write_bytes(whole[:name] + b"none" + whole[name + 4 : kind] + b"none" + whole[kind + 4 :])
    assert "a codec that FFmpeg knows" in say(path)


def test_a_video_without_frames(tmp_path):
    with pytest.raises(InputError):
        probe(make_video(tmp_path / "video.mkv", 0))


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    made = []
    for suffix in ("mp4", "mkv", "avi"):
        path = make_video(folder / f"video.{suffix}", 8, tick=Fraction(1, 30))
        made.append((path, path.read_bytes()))
    return made


@settings(max_examples=60)
@given(data=st.data())
def test_random_damage_raises_nothing_else(videos, data):
    path, whole = videos[data.draw(st.integers(0, len(videos) - 1))]
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(whole) // 2, len(whole)))
    other = path.with_name(f"damaged{path.suffix}")
    other.write_bytes(damaged[:cut])
    try:
        info = probe(other)
        times, images, lost = all_of(other)
    except InputError as error:
        assert len(error.problems) == 1
        return
    assert (np.diff(times) > 0).all()
    assert {image.shape for image in images} <= {(info.size[1], info.size[0], 3)}
    assert lost >= 0
