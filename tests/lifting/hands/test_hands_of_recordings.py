from importlib.resources import files

import numpy as np
import pytest
from hand_nets import open_random_hand_network, random_hand_net

import signlift as sl
from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75, OPENPOSE137, PANOPTIC67
from signlift.lifting.open_network import WEIGHTS_PACKAGE, open_hands
from signlift.model.hand_export import export_hands
from signlift.simulation import sample_motion

T = 30


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Return a directory with the shipped network of the body and a random one of hands."""
    directory = tmp_path_factory.mktemp("model")
    for name in ("proportions.onnx", "depth.onnx"):
        content = files(WEIGHTS_PACKAGE).joinpath(name).read_bytes()
        (directory / name).write_bytes(content)
    export_hands(random_hand_net(), directory)
    return directory


@pytest.fixture(scope="module")
def lifter(model):
    return sl.load(model)


def signer(skeleton, missing=()):
    """Return a recording of a simulated signer on a skeleton with hands."""
    points = sample_motion(np.random.default_rng(3), T, skeleton=skeleton)
    keypoints = points[..., :2] * [300, -300] + [320, 600]
    for name in missing:
        keypoints[:, skeleton.index(name)] = np.nan
    return sl.Recording(keypoints, skeleton, fps=30, size=(640, 640))


@pytest.mark.parametrize("skeleton", [PANOPTIC67, OPENPOSE137, MEDIAPIPE75])
def test_every_keypoint_of_both_hands_gets_a_depth_of_its_own(lifter, skeleton):
    lifted = lifter.lift(signer(skeleton))
    for side in "LR":
        for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky"):
            columns = [skeleton.index(f"{side}{finger}{joint}") for joint in (1, 2, 3, 4)]
            assert np.isfinite(lifted.depth[:, columns]).all()
            assert (np.abs(np.diff(lifted.depth[:, columns], axis=1)).mean() > 0).all()
            assert (lifted.depth_uncertainty[:, columns] > 0).all()
        wrist = skeleton.find(f"{side}Wrist")
        root = skeleton.index(f"{side}HandRoot")
        np.testing.assert_allclose(lifted.depth[:, root], lifted.depth[:, wrist], atol=1e-3)


def test_knuckles_of_a_body_alone_get_a_depth(lifter):
    skeleton = MEDIAPIPE33
    points = sample_motion(np.random.default_rng(3), T, skeleton=MEDIAPIPE75)
    keypoints = points[..., :2] * [300, -300] + [320, 600]
    for name, same in (("Thumb", "Thumb2"), ("Index", "Index1"), ("Pinky", "Pinky1")):
        for side in "LR":
            column = MEDIAPIPE75.index(side + name)
            keypoints[:, column] = keypoints[:, MEDIAPIPE75.index(side + same)]
    columns = [MEDIAPIPE75.index(name) for name in skeleton.keypoints]
    recording = sl.Recording(keypoints[:, columns], skeleton, fps=30)
    depth = lifter.lift(recording).depth
    assert np.isfinite(depth[:, [skeleton.index(name) for name in ("LPinky", "RThumb")]]).all()


def test_a_stream_equals_causal_lifting(lifter):
    recording = signer(MEDIAPIPE75)
    causal = lifter.lift(recording, causal=True)
    stream = lifter.stream(MEDIAPIPE75, fps=30, size=(640, 640))
    for t, frame in enumerate(recording):
        np.testing.assert_allclose(stream.step(frame), causal.depth[t], atol=0.02)
        np.testing.assert_allclose(stream.uncertainty, causal.depth_uncertainty[t], atol=0.02)


def test_hands_that_are_missing_are_lifted_and_completed(lifter):
    names = [name for name in MEDIAPIPE75.keypoints if name.startswith(("LHandRoot", "LThumb"))]
    recording = signer(MEDIAPIPE75, missing=names)
    columns = [MEDIAPIPE75.index(name) for name in names]
    completed = lifter.lift(recording, complete=True)
    assert np.isfinite(completed.depth[:, columns]).all()
    assert np.isfinite(completed.keypoints[:, columns]).all()
    assert (completed.confidence[:, columns] == 0).all()


def test_frames_without_anything_have_no_depth_of_hands(lifter):
    recording = signer(MEDIAPIPE75)
    keypoints = recording.keypoints.copy()
    keypoints[5] = np.nan
    lifted = lifter.lift(sl.Recording(keypoints, MEDIAPIPE75, fps=30))
    assert np.isnan(lifted.depth[5]).all() and np.isfinite(lifted.depth[6, 33:]).all()


def test_the_detectors_own_depth_of_hands_is_used(lifter):
    recording = signer(MEDIAPIPE75)
    depth = np.random.default_rng(0).normal(0, 5, recording.keypoints.shape[:2])
    other = sl.Recording(
        recording.keypoints, MEDIAPIPE75, fps=30, size=(640, 640), detector_depth=depth
    )
    index = MEDIAPIPE75.index("LIndex4")
    assert np.abs(lifter.lift(other).depth - lifter.lift(recording).depth)[:, index].max() > 0.01


def test_a_model_without_hands_takes_the_shipped_ones(tmp_path, model):
    assert open_hands(model, 1).about["config"]["hidden_size"] == 8
    shipped = open_hands(tmp_path, 1)
    assert (shipped is None) == (not files(WEIGHTS_PACKAGE).joinpath("hands.onnx").is_file())
    open_random_hand_network(tmp_path)
    assert open_hands(tmp_path / "depth.onnx", 1) is not None
