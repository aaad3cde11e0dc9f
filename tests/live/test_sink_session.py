import numpy as np

from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.sink_session import SharedSinks, SinkSession
from signlift.live.sinks.recording import RecordingSink

KEYPOINTS = np.random.default_rng(0).normal(300, 50, (17, 2)).astype(np.float32)
FRAME = KeypointFrame(KEYPOINTS, depth=KEYPOINTS[:, 0])


def open_session(shipped, sinks, fps=25, size=None):
    return SinkSession(shipped, sinks, skeleton="coco17", frame_rate=fps, size=size)


def test_frames_are_recorded_beside_the_sessions_own_recordings(shipped):
    recorded = RecordingSink()
    assert recorded.to_recording() is None
    session = open_session(shipped, SharedSinks([recorded]))
    session.push(FRAME)
    session.start_recording()
    session.push(FRAME)
    assert len(session.stop_recording()) == 1
    session.use_proportions(None)  # restarts the session, but not the recording
    session.push(FRAME)
    recording = recorded.to_recording()
    assert len(recording) == 3 and recording.fps == 25
    np.testing.assert_array_equal(recording.detector_depth[2], KEYPOINTS[:, 0])


def test_the_session_that_was_opened_last_has_the_sinks(shipped):
    recorded = RecordingSink()
    shared = SharedSinks([recorded])
    first, second = open_session(shipped, shared), open_session(shipped, shared)
    first.push(FRAME)
    first.restart()
    assert len(recorded) == 0
    second.push(FRAME)
    assert len(recorded) == 1
    open_session(shipped, shared, fps=30).push(FRAME)  # detection became faster
    assert len(recorded) == 2 and recorded.to_recording().fps == 30
    open_session(shipped, shared, size=(640, 480))  # another camera: its frames cannot be joined
    assert len(recorded) == 0
