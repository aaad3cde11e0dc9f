"""The session gives what a causal lift of the same keypoints gives."""

from dataclasses import replace

import numpy as np
import pytest

import signlift as sl
from signlift.core.body_proportions import BodyProportions
from signlift.core.skeleton import COCO17, MEDIAPIPE543, get_skeleton
from signlift.errors import InputError
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.session import LiveSession
from signlift.live.settling import Settling

SAMPLE = sl.read(sl.sample_path("openpose"))[:20]


def with_detector_depth(recording):
    """Add z as MediaPipe gives it: relative to the hips, and in the hands to their wrists."""
    lifted = sl.load().lift(recording)
    depth = np.nan_to_num(lifted.depth * 1.1)
    for side in "LR":
        hand = [
            number
            for number, name in enumerate(recording.skeleton.keypoints)
            if number >= 33 and name.startswith(side)
        ]
        if hand:
            depth[:, hand] -= depth[:, hand[:1]]
    return replace(recording, detector_depth=depth)


def recordings():
    yield SAMPLE.convert("panoptic26")
    yield SAMPLE
    yield SAMPLE.convert("coco17")
    for name in ("mediapipe33", "mediapipe75", "mediapipe543"):
        yield with_detector_depth(SAMPLE.convert(name))


def push_all(session, recording):
    frames = [KeypointFrame.from_recording(recording, t) for t in range(len(recording))]
    return [session.push(frame) for frame in frames]


@pytest.mark.parametrize("recording", list(recordings()), ids=lambda each: each.skeleton.name)
def test_depth_is_that_of_a_causal_lift_of_the_same_keypoints(shipped, recording):
    session = LiveSession(shipped, recording.skeleton, recording.fps, size=recording.size)
    frames = push_all(session, recording)
    lifted, proportions = shipped.lift_with_proportions(recording, causal=True)
    depth = np.stack([frame.depth for frame in frames])
    uncertainty = np.stack([frame.uncertainty for frame in frames])
    scale = np.nanmax(np.abs(lifted.depth))
    np.testing.assert_allclose(depth, lifted.depth, atol=1e-4 * scale)
    np.testing.assert_allclose(uncertainty, lifted.depth_uncertainty, atol=1e-4 * scale)
    assert session.proportions.lengths == pytest.approx(proportions.lengths, rel=1e-4)
    assert [frame.number for frame in frames] == list(range(len(recording)))
    assert all(frame.latency > 0 for frame in frames)


def test_a_session_records_what_it_lifts(shipped, tmp_path):
    session = LiveSession(shipped, SAMPLE.skeleton, SAMPLE.fps, size=SAMPLE.size, name="me")
    push_all(session, SAMPLE[:3])
    assert not session.is_recording
    session.start_recording()
    frames = push_all(session, SAMPLE[3:8])
    assert session.recorded_frames == 5
    recording = session.stop_recording()
    assert (recording.name, recording.fps, recording.size) == ("me", SAMPLE.fps, SAMPLE.size)
    np.testing.assert_array_equal(recording.keypoints, SAMPLE.keypoints[3:8])
    np.testing.assert_array_equal(recording.confidence, SAMPLE.confidence[3:8])
    np.testing.assert_array_equal(recording.depth, [frame.depth for frame in frames])
    np.testing.assert_array_equal(
        recording.depth_uncertainty, [frame.uncertainty for frame in frames]
    )
    assert recording.times is None and recording.proportions.lengths
    assert recording.notes[-1].endswith("with the shipped weights, causally")
    for name in ("me.npz", "me.bvh", "me.csv"):
        assert sl.write(recording, tmp_path / name).stat().st_size > 0
    assert not session.is_recording
    with pytest.raises(InputError, match="a recording that was started, found none"):
        session.stop_recording()


def test_uneven_times_are_recorded(shipped):
    session = LiveSession(shipped, "coco17", 30)
    session.start_recording()
    keypoints = np.random.default_rng(0).normal(300, 50, (17, 2)).astype(np.float32)
    for time in (5.0, 5.03, 5.2, 5.25):
        session.push(KeypointFrame(keypoints, time=time))
    recording = session.stop_recording()
    np.testing.assert_allclose(recording.times, [0, 0.03, 0.2, 0.25])
    session.start_recording()
    for time in (7.0, 6.0, 8.0):  # a clock that was set back
        session.push(KeypointFrame(keypoints, time=time))
    assert session.stop_recording().times is None


def test_frames_without_anybody_have_no_depth_and_count_as_time(shipped):
    session = LiveSession(shipped, "coco17", 30)
    empty = session.push(KeypointFrame.empty(COCO17, id=3))
    assert np.isnan(empty.depth).all() and empty.proportions is None and empty.id == 3
    assert (empty.settling, empty.settled) == (0.0, False)
    with pytest.raises(InputError, match="a frame with keypoints"):
        session.save_proportions("never.json")
    session.start_recording()
    assert len(session.stop_recording()) == 0


def test_saved_proportions_are_settled_from_their_second_use_on(shipped, tmp_path):
    recording = SAMPLE.convert("panoptic26")
    session = LiveSession(shipped, recording.skeleton, recording.fps)
    first = push_all(session, recording)
    path = session.save_proportions(tmp_path / "me.json")
    assert BodyProportions.read(path).lengths == pytest.approx(
        session.proportions.lengths, rel=1e-5
    )
    lengths = BodyProportions(**session.proportions.lengths)
    session.use_proportions(lengths)  # measured, so that nothing remains to be estimated
    second = push_all(session, recording)
    assert second[0].number == 0 and not first[0].settled and second[0].settled
    ratio = second[-1].proportions.torso / second[-1].proportions.forearm
    assert ratio == pytest.approx(lengths.torso / lengths.forearm, rel=1e-5)
    expected = shipped.lift(recording, causal=True, proportions=lengths).depth
    depth = np.stack([frame.depth for frame in second])
    np.testing.assert_allclose(depth, expected, atol=1e-4 * np.abs(expected).max())
    session.load_proportions(path)
    assert (
        session.given_proportions.uncertainties
        and session.push(KeypointFrame.from_recording(recording)).settled
    )


def test_a_restarted_session_forgets_the_signer(shipped):
    session = LiveSession(shipped, SAMPLE.skeleton, SAMPLE.fps)
    first = push_all(session, SAMPLE[:4])
    session.restart()
    second = push_all(session, SAMPLE[:4])
    np.testing.assert_array_equal(first[-1].depth, second[-1].depth)
    assert second[-1].number == 3


def test_wrong_settings_and_frames_are_refused(shipped):
    with pytest.raises(InputError, match="frame_rate: expected"):
        LiveSession(shipped, "coco17", 0)
    with pytest.raises(InputError, match="skeleton: expected one of"):
        LiveSession(shipped, "smpl")
    session = LiveSession(shipped, MEDIAPIPE543)
    with pytest.raises(InputError, match="shape"):
        session.push(KeypointFrame(np.zeros((3, 2), np.float32)))


def test_proportions_settle_once_they_stop_changing():
    settling = Settling(10)
    fractions = []
    for frame in range(60):
        length = 25 * (1 + 0.3 * np.exp(-frame / 8))
        settling.update(BodyProportions(torso=50.0, forearm=length))
        fractions.append(settling.fraction)
    assert fractions[0] == 0 and fractions[-1] == 1 and settling.settled
    assert 0 < fractions[25] < 1
    settling.update(BodyProportions(torso=50.0, forearm=25.0 * 1.2))
    assert not settling.settled and settling.fraction < 1
    settling = Settling(10)
    settling.update(None)
    for frame in range(40):  # the scale changes, as when a signer comes nearer
        settling.update(BodyProportions(torso=50.0 + frame, forearm=25.0 + frame / 2))
    assert settling.settled


def test_every_live_skeleton_is_known(shipped):
    for name in ("panoptic26", "openpose137", "mediapipe75", "mediapipe553"):
        assert LiveSession(shipped, name).skeleton == get_skeleton(name)


def test_a_mirrored_signer_gives_one_warning(shipped):
    recording = sl.read(sl.sample_path("openpose"))
    mirrored = sl.Recording(
        recording.keypoints * [-1, 1] + [600, 0],
        recording.skeleton,
        confidence=recording.confidence,
        fps=recording.fps,
        name="camera",
    )
    session = LiveSession(shipped, mirrored.skeleton, mirrored.fps, name="camera")
    with pytest.warns(sl.InputWarning, match="camera: expected the left shoulder") as warned:
        frames = push_all(session, mirrored)
    lines = [frame.warning for frame in frames if frame.warning]
    assert len(warned) == len(lines) == 1 and "`mirror`" in lines[0]
    checked = LiveSession(shipped, mirrored.skeleton, mirrored.fps, check_person=False)
    assert not any(frame.warning for frame in push_all(checked, mirrored))
