from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from videos import make_video

from signlift.io.video.containers import looks_like_video, non_video_content


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "avi", "ts", "mpg", "flv", "m2ts"])
def test_containers_are_recognised_by_their_beginning(tmp_path, suffix):
    codec = {"ts": "mpeg2video", "m2ts": "mpeg2video", "mpg": "mpeg2video", "flv": "flv"}
    name = codec.get(suffix, "mpeg4")
    path = make_video(tmp_path / f"video.{suffix}", codec=name, fps=25, tick=Fraction(1, 25))
    head = path.read_bytes()[:4096]
    assert looks_like_video(head)
    assert non_video_content(head) is None


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"G",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0" + bytes(100),
        b"PK\x03\x04" + bytes(2000),
        b"\x93NUMPY" + bytes(100),
        b"RIFF\x00\x00\x00\x00WAVE" + bytes(100),
        b"G" + b"o" * 2000,
        b"#EXTM3U\n/etc/passwd\n",
        b"ffconcat version 1.0\nfile other.mp4\n",
        b'{"people": []}',
    ],
)
def test_other_files_are_not_videos(head):
    assert not looks_like_video(head)


def test_images_and_sound_in_the_same_container_are_named():
    start = b"\x00\x00\x00\x1cftyp"
    assert non_video_content(start + b"avif" + bytes(20)) == "an image"
    assert non_video_content(start + b"heic" + bytes(20)) == "an image"
    assert non_video_content(start + b"M4A " + bytes(20)) == "sound alone"
    assert non_video_content(start + b"isom" + bytes(20)) is None


@given(st.binary(max_size=1000))
def test_any_bytes_are_accepted(head):
    assert looks_like_video(head) in (True, False)
    assert non_video_content(head) in (None, "an image", "sound alone")
