from dataclasses import replace

import numpy as np
import pytest
from drawn_recordings import standing
from videos import HEIGHT, WIDTH, make_video

from signlift.errors import InputError
from signlift.io.video.images_of_frames import ImagesOfFrames, shrink


def square_of(image):
    """The number of the frame whose square is in an image."""
    return round(int((image[4, :, 0] > 128).argmax()) / 2)


def body(frames, **fields):
    return replace(standing(frames), size=(float(WIDTH), float(HEIGHT)), **fields)


def test_each_frame_has_its_image_in_any_order(tmp_path):
    images = ImagesOfFrames(make_video(tmp_path / "a.mp4", 12, fps=30), body(12, fps=30))
    assert [square_of(images(frame)) for frame in range(12)] == list(range(12))
    assert [square_of(images(frame)) for frame in (3, 3, 9, 1)] == [3, 3, 9, 1]
    assert images.size == (WIDTH, HEIGHT)


def test_frames_are_matched_by_their_times(tmp_path):
    video = make_video(tmp_path / "a.mp4", 12, fps=30)
    images = ImagesOfFrames(video, body(6, fps=15))
    assert [square_of(images(frame)) for frame in range(6)] == [0, 2, 4, 6, 8, 10]
    times = np.array([0, 0.1, 0.3, 2.0])
    images = ImagesOfFrames(video, body(4, times=times))
    assert [square_of(images(frame)) for frame in range(4)] == [0, 3, 9, 11]


def test_keypoints_of_unknown_image_size_are_pixels_of_the_video(tmp_path):
    video = make_video(tmp_path / "a.mp4", 3)
    small = replace(standing(3), keypoints=standing(3).keypoints / 20)
    assert ImagesOfFrames(video, small).size == (WIDTH, HEIGHT)
    with pytest.raises(InputError, match=r"a.mp4: expected a video that the keypoints .* 64 x 48"):
        ImagesOfFrames(video, standing(3))


def test_a_video_in_another_shape_is_refused(tmp_path):
    video = make_video(tmp_path / "a.mp4", 3)
    with pytest.raises(InputError, match=r"a.mp4: expected a video in the shape .* 80 x 80, found"):
        ImagesOfFrames(video, replace(standing(3), size=(80.0, 80.0)))


def test_large_images_become_smaller():
    assert shrink(np.zeros((1080, 1920, 3), np.uint8)).shape == (540, 960, 3)
    assert shrink(np.zeros((9, 8, 3), np.uint8)).shape == (9, 8, 3)
