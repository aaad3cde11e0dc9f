from functools import partial

import numpy as np
import pytest
from hand_nets import open_random_hand_network

from signlift.core.hands import HAND_UNIT
from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75, OPENPOSE137, PANOPTIC26
from signlift.errors import InputError
from signlift.lifting.backends.onnx import open_hand_network, open_lifting_network
from signlift.lifting.hands.hand_depth import add_hands, lifted_arms
from signlift.lifting.hands.hand_frames import (
    LiftedArms,
    hand_columns,
    has_hands,
    prepare_hands,
)
from signlift.lifting.hands.hand_lifter import CausalHandLifter, lift_hands_offline
from signlift.lifting.network_data import Prediction
from signlift.lifting.offline import LiftResult
from signlift.lifting.view import FrameSizes

T, J = 40, len(MEDIAPIPE75)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return open_random_hand_network(tmp_path_factory.mktemp("hands"))


def arms(frames=T, shift=0.0):
    wrists = np.tile([[[350.0, 300.0], [250.0, 300.0]]], (frames, 1, 1)) + shift
    return LiftedArms(
        wrists=wrists,
        elbows=wrists + np.array([0.0, 80.0]),
        observed_wrists=wrists.copy(),
        wrist_depth=np.full((frames, 2), -60.0),
        elbow_depth=np.full((frames, 2), -20.0),
        wrist_uncertainty=np.full((frames, 2), 6.0),
        arm=np.full(frames, 30 / HAND_UNIT),
        inverse_distance=np.full(frames, 1 / 600.0),
        centre=np.tile([300.0, 200.0], (frames, 1)),
    )


def keypoints(frames=T, seed=0):
    """Both hands near their wrists, mirror images of each other; the rest is missing."""
    points = np.full((frames, J, 2), np.nan)
    columns = hand_columns(MEDIAPIPE75).inputs
    hand = np.random.default_rng(seed).normal(0, 12, (frames, 21, 2))
    hand[:, 0] = 0
    points[:, columns[0]] = arms(frames).wrists[:, :1] + hand
    points[:, columns[1]] = arms(frames).wrists[:, 1:] + hand * [-1, 1]
    return points


def prepare(points, lifted=None):
    return prepare_hands(
        points, None, None, hand_columns(MEDIAPIPE75), lifted or arms(len(points)), 30.0
    )


def test_columns_of_skeletons():
    columns = hand_columns(MEDIAPIPE75)
    assert (columns.inputs >= 0).all() and len(columns.outputs) == 42 + 6
    body = hand_columns(MEDIAPIPE33)
    assert (body.inputs >= 0).sum() == len(body.outputs) == 6
    assert has_hands(OPENPOSE137) and not has_hands(PANOPTIC26)


def test_hands_are_normalised_at_the_distance_of_the_wrist_and_right_ones_mirrored():
    frames = prepare(keypoints())
    left, right = frames.window.keypoints
    np.testing.assert_allclose(left, right, atol=1e-5)
    # The wrist is a tenth nearer than MidHip, and a hand unit is 30 px there.
    index = hand_columns(MEDIAPIPE75).inputs[0, 5]
    step = keypoints()[:, index] - arms().wrists[:, 0]
    np.testing.assert_allclose(left[:, 5], step * 0.9 / 30, atol=1e-4)
    np.testing.assert_allclose(left[:, 0], 0)
    np.testing.assert_allclose(
        frames.window.sight[0, 0], [50 / 600, 100 / 600, 30 / 540], rtol=1e-5
    )
    np.testing.assert_allclose(frames.window.sight[1, 0, 0], 50 / 600, rtol=1e-5)


def test_missing_roots_are_replaced_by_the_wrists_of_the_body():
    points = keypoints()
    points[:, hand_columns(MEDIAPIPE75).inputs[0, 0]] = np.nan
    frames = prepare(points)
    np.testing.assert_allclose(frames.origin, arms().wrists)
    assert np.isnan(frames.window.keypoints[0, :, 0]).all()
    whole = prepare(keypoints()).window.keypoints
    np.testing.assert_allclose(frames.window.keypoints[:, :, 1:], whole[:, :, 1:])


def test_hands_that_the_detector_swapped_are_swapped_back_and_their_depths_too(network):
    columns = hand_columns(MEDIAPIPE75).inputs
    points = keypoints()
    swapped = points.copy()
    swapped[10:13, columns[0]], swapped[10:13, columns[1]] = (
        points[10:13, columns[1]],
        points[10:13, columns[0]],
    )
    frames, expected = prepare(swapped), prepare(points)
    assert np.flatnonzero(frames.swapped).tolist() == [10, 11, 12]
    np.testing.assert_array_equal(frames.window.keypoints, expected.window.keypoints)
    prediction = lift_hands_offline(network, frames.window)
    depth, _, refined = frames.in_recording_units(prediction)
    true_depth, _, true_refined = expected.in_recording_units(prediction)
    other = np.r_[21:42, 0:21]
    np.testing.assert_array_equal(depth[10:13], true_depth[10:13, other])
    np.testing.assert_array_equal(refined[11], true_refined[11, other])
    np.testing.assert_array_equal(depth[13:], true_depth[13:])


def test_one_hand_at_the_other_wrist_is_swapped_if_the_other_is_missing():
    columns = hand_columns(MEDIAPIPE75).inputs
    points = keypoints()
    points[5, columns[0]] = points[5, columns[1]]
    both_there = prepare(points)
    assert not both_there.swapped.any()
    points[5, columns[1]] = np.nan
    frames = prepare(points)
    assert np.flatnonzero(frames.swapped).tolist() == [5]
    assert np.isnan(frames.window.keypoints[0, 5]).all()


def test_a_stream_of_frames_gives_the_depth_of_causal_lifting(network):
    window = prepare(keypoints()).window
    whole = CausalHandLifter(network).step(window)
    lifter = CausalHandLifter(network)
    steps = [lifter.step(window.select(t, 1)) for t in range(T)]
    np.testing.assert_allclose(
        np.concatenate([step.depth for step in steps], 1), whole.depth, atol=1e-5
    )
    changed = window._replace(keypoints=window.keypoints.copy())
    changed.keypoints[:, 30:] += 1
    later = CausalHandLifter(network).step(changed)
    np.testing.assert_allclose(later.depth[:, :30], whole.depth[:, :30], atol=1e-6)


def test_offline_lifting_does_not_depend_on_the_direction_of_time(network):
    window = prepare(keypoints()).window
    forward = lift_hands_offline(network, window)
    backward = lift_hands_offline(network, window.map(lambda values: values[:, ::-1].copy()))
    np.testing.assert_allclose(forward.depth, backward.depth[:, ::-1], atol=1e-4)
    assert forward.refined.shape == (2, T, 21, 2)


def test_long_recordings_are_lifted_in_parts(network, monkeypatch):
    window = prepare(keypoints()).window
    whole = lift_hands_offline(network, window)
    monkeypatch.setattr("signlift.lifting.lanes.WINDOW", 7)
    np.testing.assert_allclose(lift_hands_offline(network, window).depth, whole.depth, atol=1e-5)


def body_result(frames=T):
    """Return what the body's network says of arms that are those of `arms`."""
    K = len(PANOPTIC26)
    depth, refined = np.zeros((frames, K), np.float32), np.zeros((frames, K, 2), np.float32)
    lifted = arms(frames)
    for side, name in enumerate("LR"):
        wrist, elbow = PANOPTIC26.index(f"{name}Hand"), PANOPTIC26.index(f"{name}Elbow")
        refined[:, wrist], refined[:, elbow] = lifted.wrists[:, side], lifted.elbows[:, side]
        depth[:, wrist], depth[:, elbow] = -60, -20
    prediction = Prediction(depth, np.full((frames, K), 6, np.float32), refined)
    sizes = FrameSizes(np.full(frames, 150.0), lifted.arm, lifted.inverse_distance)
    observed = np.full((frames, K, 2), np.nan)
    return LiftResult(prediction, None, None, None, sizes), observed


def test_hands_are_added_to_a_prediction_in_frames_with_a_body(network):
    recording = Recording(keypoints(), MEDIAPIPE75, fps=30)
    mapped = Prediction(
        np.zeros((T, J), np.float32), np.ones((T, J), np.float32), np.zeros((T, J, 2), np.float32)
    )
    mapped.depth[:, [MEDIAPIPE75.index("LWrist"), MEDIAPIPE75.index("RWrist")]] = -60
    mapped.depth[3] = np.nan

    def add(prediction):
        lift = partial(lift_hands_offline, network)
        prediction = prediction.map(np.copy)
        add_hands(prediction, *body_result(), PANOPTIC26, recording, 30.0, lift)
        return prediction

    result = add(mapped)
    columns = hand_columns(MEDIAPIPE75)
    assert np.isnan(result.depth[3]).all()
    rest = np.setdiff1d(np.arange(J), columns.outputs)
    np.testing.assert_array_equal(result.depth[4:, rest], mapped.depth[4:, rest])
    roots = columns.inputs[:, 0]
    np.testing.assert_allclose(result.depth[4:, roots], -60)
    np.testing.assert_allclose(result.uncertainty[4:, roots], 6)
    assert (result.uncertainty[4:, columns.outputs] >= 6).all()
    # Knuckles of the body's detector have the depth of the hand's.
    for one, same in (("LIndex", "LIndex1"), ("RThumb", "RThumb2"), ("LPinky", "LPinky1")):
        first, second = MEDIAPIPE75.index(one), MEDIAPIPE75.index(same)
        np.testing.assert_array_equal(result.depth[4:, first], result.depth[4:, second])
    assert add(Prediction(mapped.depth)).refined is None


def test_depths_of_arms_are_relative_to_the_hips_of_the_recording():
    result, observed = body_result(5)
    mapped = Prediction(np.full((5, J), 3.0, np.float32))
    sizes = result.sizes
    lifted = lifted_arms(
        mapped, result.prediction, observed, PANOPTIC26, MEDIAPIPE75, sizes, (640, 480)
    )
    np.testing.assert_allclose(lifted.wrist_depth, 3)
    np.testing.assert_allclose(lifted.elbow_depth, 43)
    np.testing.assert_allclose(lifted.centre, np.tile([320.0, 240.0], (5, 1)))
    np.testing.assert_allclose(lifted.wrists, arms(5).wrists)


def test_files_of_other_networks_are_refused(tmp_path, network):
    open_random_hand_network(tmp_path)
    with pytest.raises(InputError, match=r"proportions.onnx: expected .*, found no file"):
        open_lifting_network(lambda name: (tmp_path / name).read_bytes(), "model", 1)
    (tmp_path / "hands.onnx").write_bytes((tmp_path / "hand_proportions.onnx").read_bytes())
    with pytest.raises(InputError, match="a graph of kind 'hands', found"):
        open_hand_network(lambda name: (tmp_path / name).read_bytes(), "model", 1)
