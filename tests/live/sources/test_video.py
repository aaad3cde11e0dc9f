"""A video as if it were a camera."""

import numpy as np
import pytest

pytest.importorskip("av")

from signlift.core.skeleton import COCO17
from signlift.errors import InputError
from signlift.io import ReadOptions
from signlift.io.video.keypoint_detector import Detection
from signlift.live.run import run_live
from signlift.live.session import LiveSession
from signlift.live.sources.open_source import open_source
from signlift.live.sources.pacing import Pacing
from signlift.live.sources.video import VideoKeypoints
from tests.videos import HEIGHT, STANDING, WIDTH, make_video

PLACED = STANDING + np.array([20, 5], np.float32)


class StandingDetector:
    """Somebody who stands, and nobody in every fifth frame; it takes its time."""

    name, skeleton = "standing", COCO17

    def __init__(self, clock=None, seconds=0.0):
        self.images, self._clock, self._seconds = [], clock, seconds

    def detect(self, image):
        self.images.append(image.shape)
        if self._clock is not None:
            self._clock.now += self._seconds
        if len(self.images) % 5 == 0:
            empty = np.empty((0, 17, 2), np.float32)
            return Detection(empty, np.empty((0, 17), np.float32))
        confidence = np.full((1, 17), 0.9, np.float32)
        confidence[0, 3] = 0.1
        return Detection(PLACED[None], confidence, np.ones((1, 17), np.float32))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Clock:
    def __init__(self):
        self.now = 10.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def pacing_of(clock):
    return lambda interval, paced: Pacing(interval, paced=paced, clock=clock, sleep=clock.sleep)


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return make_video(tmp_path_factory.mktemp("video") / "signer.mp4", 12, fps=25)


def test_every_frame_of_a_video_is_lifted_at_its_time(shipped, video):
    clock = Clock()
    source = VideoKeypoints(video, StandingDetector(), make_pacing=pacing_of(clock))
    assert (source.name, source.frame_rate) == ("signer.mp4", 25)
    assert source.size == (WIDTH, HEIGHT) and source.skeleton == COCO17
    frames = list(source.frames())
    assert [frame.time for frame in frames] == pytest.approx(np.arange(12) / 25, abs=1e-3)
    assert clock.now - 10 == pytest.approx(11 / 25, abs=1e-3)
    np.testing.assert_allclose(frames[0].keypoints[5:], PLACED[5:])
    assert np.isnan(frames[0].keypoints[3]).all()  # its confidence is below that of the rule
    assert np.isnan(frames[4].keypoints).all()
    assert frames[0].depth[5] == 1 and np.isnan(frames[0].depth[3])


def test_a_slow_detector_gets_fewer_frames(video):
    clock = Clock()
    detector = StandingDetector(clock, seconds=0.1)
    source = VideoKeypoints(video, detector, make_pacing=pacing_of(clock))
    frames = list(source.frames())
    assert len(frames) == len(detector.images) == 12 - source.dropped
    assert 4 <= len(frames) <= 6
    assert np.diff([frame.time for frame in frames]).min() > 0.06


def test_without_pacing_no_frame_is_dropped(shipped, video):
    source = VideoKeypoints(video, StandingDetector(), paced=False)
    session = LiveSession(shipped, source.skeleton, source.frame_rate, size=source.size)
    assert run_live(source, session, []).lifted == 12


def test_a_file_that_is_no_video_is_refused(tmp_path):
    path = tmp_path / "text.mp4"
    path.write_text("hello")
    with pytest.raises(InputError, match="expected"), open_source(path, ReadOptions()):
        pass
