import json

import numpy as np
import pytest
from detected import body, landmarks
from hypothesis import given, settings
from hypothesis import strategies as st
from pose_files import make_pose, mediapipe, to_bytes

import signlift as sl
from signlift.core.skeleton import COCO17, MEDIAPIPE33, OPENPOSE25, PANOPTIC26, SKELETONS
from signlift.io.people.detector_rules import RULES, find_rule
from signlift.io.people.observation import (
    describe_unobserved,
    mask_missing,
    mask_outside,
    observe_recording,
)
from signlift.io.reader import ReadOptions

SIZE = (640, 480)


def save_json(path, frames):
    path.write_text(json.dumps(frames))
    return path


def instances(values, scores):
    """MMPose's frames."""
    return [
        {"frame_id": t, "instances": [{"keypoints": xy.tolist(), "keypoint_scores": s.tolist()}]}
        for t, (xy, s) in enumerate(zip(values, scores, strict=True))
    ]


def test_every_skeleton_has_one_rule():
    assert [find_rule(skeleton).detector for skeleton in (MEDIAPIPE33, OPENPOSE25, PANOPTIC26)] == [
        "MediaPipe",
        "OpenPose",
        "other",
    ]
    assert {find_rule(skeleton) for skeleton in SKELETONS} == set(RULES)
    assert find_rule(COCO17).min_confidence == 0.3
    assert find_rule(COCO17, 0.1).min_confidence == 0.1
    assert find_rule(COCO17, 0.1).margin == find_rule(COCO17).margin
    assert find_rule(COCO17, 0).margin is None


@settings(max_examples=50)
@given(x=st.floats(width=32), y=st.floats(width=32), confidence=st.floats(-1e6, 0, width=32))
def test_confidence_of_zero_or_less_is_missing_wherever_it_is(x, y, confidence):
    values = np.array([[x, y, confidence], [1, 2, 0.5], [np.nan, 2, 0.5], [1, 2, np.nan]], "f4")
    mask_missing(values)
    assert np.isnan(values[:, 0]).tolist() == [True, False, True, False]
    assert values[:, 2][:3].tolist() == [0, 0.5, 0] and np.isnan(values[3, 2])


@pytest.mark.parametrize(
    "mark", [(0, 0, 0), (-1, -1, 0), (-1, -1, -1), (None, None, 0.5), (np.inf, 1e30, 0)]
)
def test_all_marks_of_missing_keypoints_are_equal(tmp_path, mark):
    rows = body(17, 8).tolist()
    missing = np.random.default_rng(0).random((8, 17)) < 0.2
    for t, j in np.argwhere(missing):
        rows[t][j] = list(mark)
    path = save_json(tmp_path / "clip.json", rows)
    recording = sl.read(path)
    np.testing.assert_array_equal(recording.observed, ~missing)
    assert (recording.confidence[missing] == 0).all()


@pytest.mark.parametrize("wild", [(1e4, -3e3), (1e30, np.inf), (-1, 5)])
def test_wild_coordinates_with_confidence_zero_are_missing_in_arrays(tmp_path, wild):
    values = body(17, 12)
    expected = values.copy()
    missing = np.random.default_rng(0).random((12, 17)) < 0.15
    values[missing] = (*wild, 0)
    expected[missing] = np.nan
    np.save(tmp_path / "a.npy", values)
    np.save(tmp_path / "people.npy", values[:, None])
    np.savez(tmp_path / "a.npz", keypoints=values[..., :2], confidence=values[..., 2])
    np.save(tmp_path / "nan.npy", expected)
    reference = sl.read(tmp_path / "nan.npy")
    np.testing.assert_array_equal(reference.observed, ~missing)
    for name in ("a.npy", "a.npz", "people.npy"):
        recording = sl.read(tmp_path / name)
        np.testing.assert_array_equal(recording.keypoints, reference.keypoints)
        np.testing.assert_array_equal(recording.confidence, reference.confidence)


def test_wild_coordinates_do_not_decide_the_unit(tmp_path):
    values = body(17, 12, at=(0.5, 0.5), size=0.3, move=0.001)
    values[:, 11:] = (4000, 3000, 0)
    np.save(tmp_path / "a.npy", values)
    recording = sl.read(tmp_path / "a.npy", size=SIZE)
    np.testing.assert_allclose(recording.keypoints[:, :11], values[:, :11, :2] * SIZE, 1e-4)


def test_the_minimum_confidence_can_be_set(tmp_path):
    values = body(25, 6)
    values[:, 3, 2], values[:, 4, 2], values[:, 5, 2] = 0.01, 0.2, 0.4
    np.save(tmp_path / "a.npy", values)

    def missing(**options):
        return np.flatnonzero(~sl.read(tmp_path / "a.npy", **options).observed[0]).tolist()

    assert missing() == []  # OpenPose's wrists at rest have as little
    assert missing(min_confidence=0.1) == [3]
    assert missing(min_confidence=0.3) == [3, 4]
    assert missing(min_confidence=0) == []
    with pytest.raises(sl.InputError, match=r"confidence of 1 or more \(`min_confidence`\), found"):
        missing(min_confidence=1)


def test_hips_and_legs_that_rtmpose_makes_up_are_missing(tmp_path):
    values = body(17, 6)
    values[:, 11:, 1], values[:, 11:, 2] = 470, 0.05
    path = save_json(tmp_path / "clip.json", instances(values[..., :2], values[..., 2]))
    recording = sl.read(path)
    assert recording.observed.mean(0).tolist() == [1] * 11 + [0] * 6
    assert recording.notes == (
        "treated as missing (confidence below 0.3): hips, knees, ankles in 100% of the frames",
    )
    assert sl.read(path, min_confidence=0).observed.all()


def test_one_clip_is_observed_alike_in_every_format(tmp_path):
    pose = make_pose(mediapipe(), frames=5, size=SIZE, step=3)
    rng = np.random.default_rng(3)
    data, confidence = pose.body.data[:, 0, :33, :2], pose.body.confidence[:, 0, :33]
    confidence[:] = rng.uniform(0, 1, confidence.shape)
    data[:, 25:, 1] = rng.uniform(470, 560, data[:, 25:, 1].shape)  # around the lower edge
    (tmp_path / "clip.pose").write_bytes(to_bytes(pose))
    values = np.concatenate([np.asarray(data), confidence[..., None]], -1)
    np.save(tmp_path / "clip.npy", np.insert(values / [*SIZE, 1], 2, 0, axis=-1))
    np.savez(tmp_path / "clip.npz", keypoints=values[..., :2], confidence=values[..., 2], size=SIZE)
    frames = [{"pose_landmarks": landmarks(frame, SIZE)} for frame in values]
    save_json(tmp_path / "clip.json", frames)
    expected = (values[..., 2] >= 0.3) & (values[..., 1] <= 480 + 0.05 * 640)
    for suffix in ("pose", "npy", "npz", "json"):
        recording = sl.read(tmp_path / f"clip.{suffix}", size=SIZE)
        np.testing.assert_array_equal(recording.observed[:, :33], expected)
        np.testing.assert_allclose(
            recording.keypoints[:, :33][expected], values[..., :2][expected], rtol=1e-4
        )
        assert recording.notes[0].startswith("treated as missing (confidence below 0.3 or outside")


def test_mediapipes_hands_have_no_visibility(tmp_path):
    values = np.random.default_rng(0).uniform(0.3, 0.7, (6, 75, 4))
    values[:, 33:, 3] = 0
    values[:, 33:54, :2] = 0
    np.save(tmp_path / "a.npy", values)
    recording = sl.read(tmp_path / "a.npy", size=SIZE, min_confidence=0)
    assert recording.observed.mean(0).tolist() == [1] * 33 + [0] * 21 + [1] * 21


def test_confidences_that_are_all_zero_say_nothing(tmp_path):
    values = body(17, 6)
    values[..., 2] = 0
    values[2, 3:5, :2] = 0
    np.save(tmp_path / "a.npy", values)
    with pytest.warns(sl.InputWarning, match=r"a.npy: the confidences of all keypoints are 0"):
        recording = sl.read(tmp_path / "a.npy")
    assert np.argwhere(~recording.observed).tolist() == [[2, 3], [2, 4]]


@pytest.mark.parametrize("largest", [100, 255])
def test_confidences_in_percent_or_bytes_are_scaled(tmp_path, largest):
    values = body(17, 6)
    values[0, 0, 2] = 1
    expected = values[..., 2].copy()
    values[..., 2] *= largest
    np.save(tmp_path / "a.npy", values)
    with pytest.warns(sl.InputWarning, match=f"confidences up to {largest} are divided by"):
        recording = sl.read(tmp_path / "a.npy")
    np.testing.assert_allclose(recording.confidence, expected, rtol=1e-5)


def test_a_depth_is_not_a_confidence(tmp_path):
    values = body(17, 6)
    values[..., 2] += 1500
    np.save(tmp_path / "a.npy", values)
    with pytest.raises(sl.InputError, match=r"confidence from 0 to 1, found up to 1.5e\+03 \(a de"):
        sl.read(tmp_path / "a.npy")


def test_nothing_is_outside_an_image_of_unknown_size():
    values = np.full((2, 3, 3), 900, np.float32)
    assert not mask_outside(values, None, 0.05).any()
    assert not mask_outside(values, SIZE, None).any()
    assert not mask_outside(values, (1, 1), 0.05).any()
    assert mask_outside(values, SIZE, 0.05).all() and (values[..., 2] == 0).all()


def test_keypoints_of_a_recording_are_left_out_afterwards():
    values = body(25, 4)
    values[1, 3, 2] = 0.1
    recording = sl.Recording(values[..., :2], "openpose25", confidence=values[..., 2])
    assert observe_recording(recording, ReadOptions()) is recording
    observed = observe_recording(recording, ReadOptions(min_confidence=0.2))
    assert np.argwhere(~observed.observed).tolist() == [[1, 3]]
    assert observed.notes == ("treated as missing (confidence below 0.2): 1.0% of the keypoints",)
    assert describe_unobserved(np.zeros((2, 3, 25), bool), OPENPOSE25, ReadOptions()) == ()


def test_an_image_that_is_too_small_is_named(tmp_path):
    values = body(17, 6, at=(900, 300))
    np.savez(tmp_path / "a.npz", keypoints=values[..., :2], confidence=values[..., 2], size=SIZE)
    line = r"a.npz: shoulders are outside the image of 640 x 480 pixels .*\(`size`\)"
    with pytest.warns(sl.InputWarning, match=line):
        assert not sl.read(tmp_path / "a.npz").observed.any()
    assert sl.read(tmp_path / "a.npz", min_confidence=0).observed.all()
