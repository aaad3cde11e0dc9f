import numpy as np
import pytest
from videos import HEIGHT, SIDE, WIDTH, SquareDetector, make_video

from signlift.core.skeleton import COCO17
from signlift.errors import InputError
from signlift.io.video.detect_people import detect_people
from signlift.io.video.keypoint_detector import Detection


def test_one_recording_of_one_person(tmp_path):
    detector = SquareDetector()
    path = make_video(tmp_path / "video.mp4", 12)
    (recording,) = detect_people(path, detector)
    assert detector.num_images == len(recording) == 12
    assert recording.skeleton == COCO17
    assert recording.fps == pytest.approx(30)
    assert recording.times is None
    assert recording.size == (WIDTH, HEIGHT)
    assert recording.name == "video.mp4"
    assert recording.notes == ("keypoints by squares 1.0",)
    middle = (SIDE - 1) / 2
    expected = np.stack([middle + 2 * np.arange(12), np.full(12, middle)], -1)
    np.testing.assert_allclose(recording.keypoints[:, 0], expected, atol=1)
    np.testing.assert_allclose(recording.confidence, 0.9)


def test_uneven_frames_have_times_and_the_median_rate(tmp_path):
    times = np.cumsum([0, 0.05, 0.05, 0.2, 0.05, 0.05])
    path = make_video(tmp_path / "video.mp4", 6, times=times)
    (recording,) = detect_people(path, SquareDetector())
    np.testing.assert_allclose(recording.times, times, atol=1e-3)
    assert recording.fps == pytest.approx(20, rel=1e-2)


def test_a_single_frame(tmp_path):
    (recording,) = detect_people(make_video(tmp_path / "video.mp4", 1), SquareDetector())
    assert len(recording) == 1
    assert recording.fps == pytest.approx(30)
    assert recording.times is None


def test_a_damaged_video_notes_how_much_was_decoded(tmp_path):
    path = make_video(tmp_path / "video.mp4", 40, options={"movflags": "faststart"})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * 0.85)])
    (recording,) = detect_people(path, SquareDetector())
    assert 0 < len(recording) < 40
    assert recording.notes[-1] == f"{len(recording)} of 40 frames could be decoded"


class Crowd(SquareDetector):
    """Two people in every third frame, one in others, none in the first."""

    def detect(self, image):
        one = super().detect(image)
        if self.num_images == 1:
            return Detection(one.keypoints[:0], one.confidence[:0])
        if self.num_images % 3:
            return one
        return Detection(
            np.concatenate([one.keypoints, one.keypoints + 20]),
            np.concatenate([one.confidence, one.confidence]),
        )


def test_people_are_those_that_the_detector_follows(tmp_path):
    first, second = detect_people(make_video(tmp_path / "video.mp4", 9), Crowd())
    assert np.isnan(first.keypoints[0]).all()
    assert (first.confidence[0] == 0).all()
    assert first.observed[1:].all()
    assert np.flatnonzero(second.observed.all(1)).tolist() == [2, 5, 8]
    np.testing.assert_allclose(second.keypoints[2] - first.keypoints[2], 20)
    assert (first.name, second.name) == ("video.mp4", "video.mp4")
    assert [one.notes[-1] for one in (first, second)] == ["person 0 of 2", "person 1 of 2"]


class Nobody(SquareDetector):
    def detect(self, image):
        one = super().detect(image)
        return Detection(one.keypoints[:0], one.confidence[:0])


class Missing(SquareDetector):
    def detect(self, image):
        one = super().detect(image)
        return Detection(one.keypoints * np.nan, one.confidence * 0)


@pytest.mark.parametrize("detector", [Nobody(), Missing()])
def test_no_person(tmp_path, detector):
    path = make_video(tmp_path / "video.mp4", 5)
    with pytest.raises(InputError, match="expected a video of a person, found none in 5 frames"):
        detect_people(path, detector)


def test_no_video(tmp_path):
    detector = SquareDetector()
    with pytest.raises(InputError, match="no such file"):
        detect_people(tmp_path / "none.mp4", detector)
    assert detector.num_images == 0
