import numpy as np

import signlift as sl
from signlift.core.skeleton import MEDIAPIPE75, PANOPTIC26
from signlift.datasets.simulated import simulate_recording
from signlift.lifting.wrist_keypoints import add_wrist_keypoints


def signer(frames=20):
    recording = simulate_recording(0, 0, min_frames=frames, max_frames=frames, skeleton=MEDIAPIPE75)
    return sl.Recording(
        recording.keypoints,
        MEDIAPIPE75,
        fps=30,
        confidence=np.where(recording.observed, 0.9, 0).astype(np.float32),
    )


def without_wrists(recording, *names):
    keypoints, confidence = recording.keypoints.copy(), recording.confidence.copy()
    for name in names:
        keypoints[5:9, MEDIAPIPE75.index(name)] = np.nan
        confidence[5:9, MEDIAPIPE75.index(name)] = 0
    return sl.Recording(keypoints, MEDIAPIPE75, fps=30, confidence=confidence)


def test_a_missing_wrist_is_that_of_its_hand():
    recording = signer()
    hidden = without_wrists(recording, "LWrist")
    whole, mapped = recording.convert(PANOPTIC26), hidden.convert(PANOPTIC26)
    keypoints, confidence = add_wrist_keypoints(
        hidden, PANOPTIC26, mapped.keypoints, mapped.confidence
    )
    wrist, root = PANOPTIC26.index("LHand"), MEDIAPIPE75.index("LHandRoot")
    np.testing.assert_array_equal(keypoints[5:9, wrist], recording.keypoints[5:9, root])
    assert (confidence[5:9, wrist] == np.float32(0.9)).all()
    others = np.arange(26) != wrist
    np.testing.assert_array_equal(keypoints[:, others], whole.keypoints[:, others])
    assert np.isnan(mapped.keypoints[5:9, wrist]).all()  # what was given is left alone


def test_without_hands_or_gaps_nothing_changes():
    recording = signer().convert("mediapipe33")
    mapped = recording.convert(PANOPTIC26)
    keypoints, confidence = mapped.keypoints, mapped.confidence
    for source in (recording, signer()):
        same = add_wrist_keypoints(source, PANOPTIC26, keypoints, confidence)
        assert same[0] is keypoints and same[1] is confidence


def test_the_lifter_and_its_stream_use_the_wrists_of_the_hands():
    recording, lifter = signer(), sl.load()
    hidden = without_wrists(recording, "LWrist", "RWrist")
    lost = without_wrists(recording, "LWrist", "RWrist", "LHandRoot", "RHandRoot")
    depth = [lifter.lift(each, causal=True).depth for each in (recording, hidden, lost)]
    wrists = [MEDIAPIPE75.index(name) for name in ("LWrist", "RWrist")]
    # The signer's wrists are at its hands' wrists.
    np.testing.assert_allclose(depth[1][:, wrists], depth[0][:, wrists], rtol=1e-3, atol=0.5)
    assert np.abs(depth[2][5:9, wrists] - depth[0][5:9, wrists]).max() > 1
    stream = lifter.stream(MEDIAPIPE75, fps=30)
    steps = np.stack([stream.step(frame) for frame in hidden])
    np.testing.assert_allclose(steps[:, wrists], depth[1][:, wrists], rtol=1e-4, atol=1e-2)
