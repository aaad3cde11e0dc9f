import numpy as np
import pytest
from viewer.packed import unpack_mask, unpack_points, unpack_uncertainty

from signlift import BodyProportions, InputError, Recording
from signlift.viewer.packed_recording import measure_scale, pack_recording


def recording(frames=4, **fields):
    rng = np.random.default_rng(0)
    keypoints = rng.uniform(0, 400, (frames, 26, 2))
    depth = rng.uniform(-50, 50, (frames, 26))
    return Recording(keypoints, depth=fields.pop("depth", depth), **fields)


def test_a_recording_keeps_its_points_uncertainty_and_detections():
    rng = np.random.default_rng(1)
    confidence = rng.integers(0, 2, (4, 26)).astype(float)
    source = recording(confidence=confidence, depth_uncertainty=rng.uniform(1, 9, (4, 26)), fps=24)
    packed = pack_recording(source)
    points = unpack_points(packed["points"], 26, 4)
    np.testing.assert_allclose(points, source.points, atol=packed["points"]["step"])
    spread = unpack_uncertainty(packed["uncertainty"], 26, 4)
    np.testing.assert_allclose(spread, source.depth_uncertainty, rtol=0.01)
    np.testing.assert_array_equal(unpack_mask(packed["detected"], 26, 4), source.detected)
    assert (packed["fps"], packed["fpsAssumed"], packed["frames"]) == (24, False, 4)
    assert packed["bones"] == source.skeleton.bone_index.tolist()


def test_keypoints_without_depth_keep_their_place_in_the_image():
    depth = np.full((4, 26), np.nan)
    points = unpack_points(pack_recording(recording(depth=depth))["points"], 26, 4)
    assert not np.isnan(points[..., :2]).any()
    assert np.isnan(points[..., 2]).all()


def test_a_recording_without_frames_is_packed():
    packed = pack_recording(Recording(np.zeros((0, 26, 2)), depth=np.zeros((0, 26))))
    assert packed["frames"] == 0


def test_a_recording_without_depth_is_refused():
    with pytest.raises(InputError, match=r"walk: expected a recording with depth"):
        pack_recording(Recording(np.zeros((2, 26, 2)), name="walk"))


def test_a_truth_of_another_number_of_frames_is_refused():
    with pytest.raises(InputError, match="expected 4 frames, as recording has, found 3"):
        pack_recording(recording(), recording(3, name="truth"))


def test_a_truth_is_converted_to_the_skeleton_of_the_recording():
    packed = pack_recording(recording().convert("coco17"), recording())
    assert packed["truth"]["skeleton"] == "coco17"
    assert len(packed["truth"]["keypoints"]) == 17


def test_the_scale_is_that_of_the_unit():
    assert measure_scale(recording(unit="m")) == (100, False)
    assert measure_scale(recording(unit="cm")) == (1, False)


def test_the_scale_is_that_of_a_note():
    assert measure_scale(recording(notes=("scale: 1 px = 0.3545 cm",))) == (0.3545, False)


def test_the_scale_is_that_of_a_torso_of_50_cm_otherwise():
    assert measure_scale(recording(proportions=BodyProportions(torso=125.0))) == (0.4, True)
    keypoints = np.zeros((5, 26, 2))
    source = Recording(keypoints, depth=np.zeros((5, 26)))
    keypoints[:, source.skeleton.index("MidHip")] = (30, 40)
    assert measure_scale(Recording(keypoints, depth=np.zeros((5, 26)))) == (1, True)
