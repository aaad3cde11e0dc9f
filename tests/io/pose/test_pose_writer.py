import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pose_files import OPENPOSE, OPENPOSE135, component, make_pose, mediapipe, to_bytes
from pose_format import Pose

import signlift as sl
from signlift.core.skeleton import OPENPOSE25, PANOPTIC26, PANOPTIC67, Skeleton
from signlift.io.export.metadata import COMPLETED_CONFIDENCE
from signlift.io.pose.pose_writer import extend_depth, write_pose


def read(tmp_path, pose):
    path = tmp_path / "in.pose"
    path.write_bytes(to_bytes(pose))
    return sl.read(path)


def written(recording, tmp_path):
    """The file that is written, as pose-format reads it."""
    return Pose.read(sl.write(recording, tmp_path / "out.pose").read_bytes())


def with_some_depth(recording, seed=0):
    """Depth of the body alone, as a model gives it."""
    body = [OPENPOSE25.has(name) for name in recording.skeleton.keypoints]
    depth = np.random.default_rng(seed).normal(0, 30, recording.keypoints.shape[:2])
    return recording.with_depth(np.where(body, depth, np.nan))


@pytest.mark.parametrize("components", [OPENPOSE, OPENPOSE135, mediapipe()])
def test_the_points_of_the_input_are_written_with_depth(tmp_path, components):
    before = make_pose(components, fps=29.97)
    before.body.confidence[1, 0, [0, 4, 7]] = 0
    recording = with_some_depth(read(tmp_path, before))
    after = written(recording, tmp_path)
    assert round(after.header.version, 3) == 0.2
    assert after.body.fps == pytest.approx(29.97)
    assert (after.header.dimensions.width, after.header.dimensions.height) == (640, 480)
    for ours, theirs in zip(after.header.components, components, strict=True):
        assert (ours.name, ours.points, ours.format) == (theirs.name, theirs.points, "XYZC")
        assert ours.limbs == [tuple(limb) for limb in theirs.limbs]
        np.testing.assert_array_equal(ours.colors, theirs.colors)
    J = before.header.total_points()
    observed = recording.observed[:, :J]
    np.testing.assert_array_equal(after.body.confidence[:, 0] > 0, observed)
    np.testing.assert_array_equal(
        after.body.data.data[:, 0][observed][:, :2], before.body.data.data[:, 0][observed][:, :2]
    )
    np.testing.assert_array_equal(
        after.body.confidence[:, 0][observed], before.body.confidence[:, 0][observed]
    )
    assert (after.body.data.data[:, 0][~observed] == 0).all()
    # Reading it again gives depth of all that is observed.
    again = sl.read(tmp_path / "out.pose")
    assert again.skeleton == recording.skeleton
    body = ~np.isnan(recording.depth) & recording.observed
    np.testing.assert_array_equal(again.depth[body], recording.depth.astype("f4")[body])
    np.testing.assert_array_equal(~np.isnan(again.depth), recording.observed)


@pytest.mark.parametrize("components", [OPENPOSE, mediapipe()])
def test_fingers_have_the_depth_of_the_wrist_and_the_face_that_of_the_nose(tmp_path, components):
    recording = with_some_depth(read(tmp_path, make_pose(components)))
    after = written(recording, tmp_path)
    z, first = after.body.data.data[:, 0, :, 2], 0
    hung = {"face": "Nose", "left": "LWrist", "right": "RWrist"}
    for part in after.header.components:
        points = z[:, first : first + len(part.points)]
        first += len(part.points)
        for word, host in hung.items():
            if word in part.name.lower():
                expected = recording.depth[:, recording.skeleton.index(host)].astype("f4")
                np.testing.assert_array_equal(
                    points, np.broadcast_to(expected[:, None], points.shape)
                )


def test_the_nearest_attachment_with_depth_counts(tmp_path):
    recording = with_some_depth(read(tmp_path, make_pose(OPENPOSE)))
    depth, index = recording.depth.copy(), recording.skeleton.index
    depth[1, [index("LWrist"), index("Nose")]] = np.nan
    depth[2] = np.nan
    recording = recording.with_depth(depth)
    extended = extend_depth(recording)
    assert extended[1, index("LMiddle4")] == extended[1, index("LElbow")]
    assert extended[1, index("NoseBridge3")] == extended[1, index("Neck")]
    # What has depth in other frames is not made up in this one.
    assert np.isnan(extended[1, index("LWrist")])
    assert np.isnan(extended[2]).all()
    after = written(recording, tmp_path)
    assert (after.body.confidence[2] == 0).all()
    assert after.body.confidence[1, 0, index("LWrist")] == 0


def test_mediapipes_hand_points_of_the_body_are_attached_to_the_wrist(tmp_path):
    recording = with_some_depth(read(tmp_path, make_pose(mediapipe())))
    extended, index = extend_depth(recording), recording.skeleton.index
    for name, host in (("LPinky", "LWrist"), ("LMouth", "Nose")):
        np.testing.assert_array_equal(extended[:, index(name)], extended[:, index(host)])


def test_hands_without_components_are_attached_by_bones(tmp_path):
    keypoints = np.random.default_rng(0).uniform(0, 99, (3, 67, 2))
    body = [name in PANOPTIC26.keypoints for name in PANOPTIC67.keypoints]
    depth = np.where(body, np.arange(67.0), np.nan) * np.ones((3, 1))
    extended = extend_depth(sl.Recording(keypoints, PANOPTIC67, depth=depth))
    assert (extended[:, PANOPTIC67.index("LThumb4")] == PANOPTIC67.index("LHand")).all()
    assert (extended[:, PANOPTIC67.index("RHandRoot")] == PANOPTIC67.index("RHand")).all()


def test_missing_points_are_not_written_unless_completed(tmp_path):
    pose = make_pose(OPENPOSE, frames=20)
    legs = [
        n
        for n, p in enumerate(OPENPOSE[0].points)
        if any(w in p for w in ("Hip", "Knee", "Ankle", "Toe", "Heel"))
    ]
    pose.body.confidence[:, 0, legs] = 0
    recording, lifter = read(tmp_path, pose), sl.load()
    lifted = lifter.lift(recording)
    assert np.isfinite(lifted.depth[:, legs]).all()
    after = written(lifted, tmp_path)
    assert (after.body.confidence[:, 0, legs] == 0).all()
    assert after.body.data.mask[:, 0, legs].all()
    completed = written(lifter.lift(recording, complete=True), tmp_path)
    np.testing.assert_allclose(completed.body.confidence[:, 0, legs], COMPLETED_CONFIDENCE)
    assert not completed.body.data.mask[:, 0, legs].any()


def test_depth_of_the_body_does_not_depend_on_other_points(tmp_path):
    recording = read(tmp_path, make_pose(OPENPOSE, frames=9))
    lifted, alone = (sl.load().lift(one) for one in (recording, recording.convert("openpose25")))
    np.testing.assert_allclose(lifted.depth[:, :25], alone.depth, rtol=1e-4, atol=1e-3)
    assert recording.convert("panoptic26").observed[:, :25].all()


def test_openpose25_is_written_as_the_component_of_openpose(tmp_path):
    keypoints = np.random.default_rng(0).uniform(0, 300, (3, 25, 2))
    write_pose(sl.Recording(keypoints, OPENPOSE25), tmp_path / "out.pose")
    after = Pose.read((tmp_path / "out.pose").read_bytes())
    (part,) = after.header.components
    assert (part.name, part.format) == ("pose_keypoints_2d", "XYC")
    assert part.limbs == OPENPOSE[0].limbs
    # Without an image size the header has the largest coordinates; fps is unknown.
    assert after.header.dimensions.width == np.ceil(keypoints[..., 0].max())
    assert after.body.fps == 0
    assert (after.body.confidence == 1).all()


def test_any_other_skeleton_is_one_component_of_its_bones(tmp_path):
    skeleton = Skeleton("Jérôme", ("MidHip", "Neck", "Wörm"), (("MidHip", "Neck"),))
    keypoints = np.ones((2, 3, 2))
    depth = np.array([[0, 5.5, np.nan], [0, -3, np.nan]])
    recording = sl.Recording(
        keypoints, skeleton, depth=depth, times=np.array([0, 0.5]), size=(1e6, 7.2)
    )
    after = written(recording, tmp_path)
    (part,) = after.header.components
    assert (part.name, part.points, part.limbs) == ("J?r?me", ["MidHip", "Neck", "W?rm"], [(0, 1)])
    np.testing.assert_array_equal(after.body.data[:, 0, 1], [[1, 1, 5.5], [1, 1, -3]])
    assert (after.body.confidence[:, 0] == [1, 1, 0]).all()
    sizes = after.header.dimensions
    assert (sizes.width, sizes.height, sizes.depth, after.body.fps) == (65535, 8, 9, 2)


def test_no_frames(tmp_path):
    nothing = sl.Recording(np.empty((0, 25, 2)), OPENPOSE25, depth=np.empty((0, 25)))
    assert written(nothing, tmp_path).body.data.shape == (0, 1, 25, 3)


def test_a_path_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(sl.InputError, match=r"a\.pose: expected a file to write"):
        sl.write(sl.Recording(np.ones((1, 25, 2)), OPENPOSE25), tmp_path / "file" / "a.pose")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@given(st.integers(1, 4), st.integers(0, 1000), st.floats(0, 0.9))
def test_what_is_written_is_read(tmp_path_factory, frames, seed, missing):
    directory = tmp_path_factory.mktemp("written")
    parts = [OPENPOSE[0], component("hands", ["LEFT_T", "RIGHT_T"], letters="XYC")]
    pose = make_pose(parts, frames=frames, seed=seed)
    rng = np.random.default_rng(seed)
    pose.body.confidence[rng.random(pose.body.confidence.shape) < missing] = 0
    pose.body.confidence[0, 0, 0] = 0.5
    recording = with_some_depth(read(directory, pose), seed)
    again = sl.read(sl.write(recording, directory / "again.pose"))
    observed = again.observed
    np.testing.assert_array_equal(again.keypoints[observed], recording.keypoints[observed])
    np.testing.assert_array_equal(again.confidence[observed], recording.confidence[observed])
    np.testing.assert_array_equal(observed, recording.observed & ~np.isnan(extend_depth(recording)))
    assert again.skeleton == recording.skeleton
