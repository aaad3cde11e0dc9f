import numpy as np
import pytest

from signlift.animation.avatar import solve_avatar
from signlift.animation.head import FACE_OFFSETS
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.core.skeleton_arrays import convert
from signlift.datasets.simulated import LOWER_BODY, simulate_recording
from signlift.errors import InputError
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer

FLIP = np.array([1, -1, -1])
JOINTS = {
    "Hips": "MidHip",
    "Neck": "Neck",
    **{
        f"{name}{joint}": f"{name[0]}{keypoint}"
        for name in ("Left", "Right")
        for joint, keypoint in (
            ("Arm", "Shoulder"),
            ("ForeArm", "Elbow"),
            ("Hand", "Hand"),
            ("UpLeg", "Hip"),
            ("Leg", "Knee"),
            ("Foot", "Ankle"),
        )
    },
}


def orthographic(points, **options):
    """World points [T, 26, 3] in cm as a recording from the front, without perspective."""
    points = points * FLIP
    points = points - points[:, 2:3] * [0, 0, 1]
    return Recording(points[..., :2], depth=points[..., 2], unit="cm", **options)


@pytest.fixture(scope="module")
def signer():
    rng = np.random.default_rng(5)
    moved = Signer().sample_motion(rng, 90, 30.0, fingers=False)
    return orthographic(convert(moved, SIGNER, PANOPTIC26) * 100, fps=30.0)


def joint(avatar, name):
    return avatar.motion.forward_kinematics().positions[:, avatar.motion.names.index(name)]


def distances(avatar, recording):
    """[T] cm from each joint to its keypoint, by the joint's name."""
    points = (recording.points - avatar.origin) * avatar.scale * FLIP
    return {
        name: np.linalg.norm(joint(avatar, name) - points[:, PANOPTIC26.index(keypoint)], axis=-1)
        for name, keypoint in JOINTS.items()
    }


def steps(avatar):
    """[T - 1, K] degrees that each joint turns against its parent from frame to frame."""
    rotations = avatar.motion.forward_kinematics().rotations
    parents = [joint.parent for joint in avatar.motion.joints]
    own = rotations.copy()
    own[:, 1:] = np.swapaxes(rotations[:, parents[1:]], 2, 3) @ rotations[:, 1:]
    between = np.swapaxes(own[:-1], 2, 3) @ own[1:]
    cos = (np.trace(between, axis1=2, axis2=3) - 1) / 2
    return np.degrees(np.arccos(np.clip(cos, -1, 1)))


def test_joints_are_where_the_keypoints_are(signer):
    avatar = solve_avatar(signer)
    assert avatar.scale == 1
    away = distances(avatar, signer)
    # The signer's bones hold their lengths but for the trunk and the shoulders, which shrug.
    for name, distance in away.items():
        most = 3.0 if name in ("Neck", "LeftArm", "RightArm") else 1.0
        assert distance.max() < most, name
    assert np.mean([distance.mean() for distance in away.values()]) < 0.3


def test_bones_hold_their_lengths_and_nothing_jumps(signer):
    avatar = solve_avatar(signer)
    positions = avatar.motion.forward_kinematics().positions
    for number, one in enumerate(avatar.motion.joints[1:], 1):
        lengths = np.linalg.norm(positions[:, number] - positions[:, one.parent], axis=-1)
        np.testing.assert_allclose(lengths, np.linalg.norm(one.offset), atol=1e-9)
    assert steps(avatar).max() < 30
    assert np.abs(np.diff(avatar.motion.values, axis=0)).max() < 90
    assert not np.isnan(avatar.motion.values).any()


def test_perspective_and_missing_keypoints_cost_some_centimetres():
    recording = simulate_recording(0, 1, max_frames=80, missing=0.1)
    avatar = solve_avatar(recording, height=170)
    away = distances(avatar, recording)
    assert np.nanmean([np.nanmean(distance) for distance in away.values()]) < 2.5
    assert 120 < np.ptp(avatar.motion.forward_kinematics().positions[..., 1]) < 230
    assert np.isfinite(avatar.motion.values).all()


def test_the_head_looks_where_the_nose_points(signer):
    avatar = solve_avatar(signer)
    ahead = avatar.motion.forward_kinematics().rotations[:, avatar.motion.names.index("Head"), :, 2]
    face = signer.points * FLIP
    ears = (face[:, PANOPTIC26.index("LEar")] + face[:, PANOPTIC26.index("REar")]) / 2
    nose = face[:, PANOPTIC26.index("Nose")] - ears
    cos = (ahead * nose).sum(-1) / np.linalg.norm(nose, axis=-1)
    assert cos.min() > np.cos(np.radians(12))


def test_a_person_in_the_rest_pose_has_no_rotations():
    avatar = solve_avatar(_t_pose())
    np.testing.assert_allclose(avatar.motion.values[0, 3:], 0, atol=0.5)
    np.testing.assert_allclose(avatar.motion.values[0, [0, 2]], 0, atol=1e-6)
    feet = joint(avatar, "LeftToeBase")[0, 1]
    assert feet == pytest.approx(0, abs=1.0)


def _t_pose(frames=1):
    points = np.full((26, 3), np.nan)
    for name, place in {
        "MidHip": (0, 90, 0),
        "Neck": (0, 140, 0),
        "LShoulder": (20, 140, 0),
        "LElbow": (50, 140, 0),
        "LHand": (75, 140, 0),
        "LHip": (10, 90, 0),
        "LKnee": (10, 48, 0),
        "LAnkle": (10, 7, 0),
        "Nose": (0, 160.6, 10.5),
        "LEye": (3, 164, 7.6),
        "LEar": (7.3, 162, 0),
    }.items():
        points[PANOPTIC26.index(name)] = place
        if name[0] == "L":
            points[PANOPTIC26.index("R" + name[1:])] = np.array(place) * [-1, 1, 1]
    return orthographic(np.tile(points, (frames, 1, 1)))


def without(recording, names, frames=slice(None)):
    keypoints = recording.keypoints.copy()
    for name in names:
        keypoints[frames, PANOPTIC26.index(name)] = np.nan
    return Recording(keypoints, depth=recording.depth, fps=recording.fps, unit=recording.unit)


def test_a_limb_that_goes_missing_keeps_its_pose(signer):
    arm = ("LElbow", "LHand")
    avatar = solve_avatar(without(signer, arm, slice(40, 60)))
    names = avatar.motion.names
    rotations = avatar.motion.forward_kinematics().rotations
    chest = rotations[:, names.index("Spine1")]
    held = np.swapaxes(chest, 1, 2) @ rotations[:, names.index("LeftArm")]
    np.testing.assert_allclose(held[40:51], np.tile(held[39], (11, 1, 1)), atol=1e-6)
    assert steps(avatar).max() < 30
    seen = np.r_[0:40, 60:90]
    assert distances(avatar, signer)["LeftHand"][seen].max() < 1


def test_unobserved_arms_hang_and_legs_stand(signer):
    avatar = solve_avatar(without(signer, [*LOWER_BODY, "LElbow", "LHand"]))
    arm = joint(avatar, "LeftHand") - joint(avatar, "LeftArm")
    assert (arm[:, 1] < -0.9 * np.linalg.norm(arm, axis=-1)).all()
    leg = joint(avatar, "RightFoot") - joint(avatar, "RightUpLeg")
    assert (leg[:, 1] < -0.9 * np.linalg.norm(leg, axis=-1)).all()
    np.testing.assert_allclose(np.median(joint(avatar, "RightToeBase")[:, 1]), 0, atol=3)
    assert "thigh" not in avatar.measured
    assert steps(avatar).max() < 30
    away = distances(avatar, signer)
    assert away["RightHand"].max() < 1
    # The trunk is upright where the hips were never seen.
    assert np.abs(joint(avatar, "Neck")[:, 1] - joint(avatar, "Hips")[:, 1]).min() > 40


def test_hands_without_elbows_are_reached(signer):
    avatar = solve_avatar(without(signer, ("LElbow", "RElbow"), slice(30, None)))
    away = distances(avatar, signer)
    assert max(away["LeftHand"].max(), away["RightHand"].max()) < 2
    assert np.linalg.norm(np.diff(joint(avatar, "LeftForeArm"), axis=0), axis=-1).max() < 20


def test_a_single_shoulder_and_frames_without_a_person(signer):
    avatar = solve_avatar(without(signer, ("LShoulder",), slice(20, 30)))
    assert steps(avatar).max() < 60
    empty = without(signer, PANOPTIC26.keypoints, slice(50, 70))
    avatar = solve_avatar(empty)
    np.testing.assert_allclose(
        avatar.motion.values[50:61], np.tile(avatar.motion.values[49], (11, 1)), atol=1e-6
    )
    assert steps(avatar).max() < 30
    assert np.abs(np.diff(avatar.motion.values[:, :3], axis=0)).max() < 5
    first = solve_avatar(without(signer, PANOPTIC26.keypoints, slice(0, 5)))
    assert np.isfinite(first.motion.values).all()


def test_one_frame_alone():
    avatar = solve_avatar(_t_pose())
    assert (len(avatar.motion), avatar.motion.fps) == (1, 30)


@pytest.mark.parametrize("name", ["coco17", "openpose25"])
def test_other_skeletons(signer, name):
    avatar = solve_avatar(signer.convert(name))
    away = distances(avatar, signer)
    assert max(away[joint].max() for joint in ("LeftHand", "RightHand", "LeftFoot")) < 1.5


def test_a_person_who_turns_around_and_lies_down(signer):
    world = signer.points * FLIP
    angle = np.linspace(0, 2 * np.pi, len(world))
    cos, sin, zero = np.cos(angle), np.sin(angle), np.zeros(len(angle))
    about = np.stack([cos, zero, sin, zero, zero + 1, zero, -sin, zero, cos], -1).reshape(-1, 3, 3)
    turned = orthographic(np.einsum("tij,tkj->tki", about, world), fps=30.0)
    avatar = solve_avatar(turned)
    assert steps(avatar).max() < 30
    assert distances(avatar, turned)["LeftHand"].max() < 1
    # The turn is counted on, not back from 180 to -180 degrees.
    turns = avatar.motion.values[:, 5]
    assert abs(abs(turns[-1] - turns[0]) - 360) < 30
    lying = orthographic(world[..., [1, 0, 2]] * [1, -1, 1], fps=30.0)
    avatar = solve_avatar(lying)
    assert distances(avatar, lying)["RightHand"].max() < 1
    assert steps(avatar).max() < 30


def test_uneven_frames_are_resampled(signer):
    times = np.cumsum(np.r_[0, np.where(np.arange(89) % 3, 1 / 30, 2 / 30)])
    uneven = Recording(signer.keypoints, depth=signer.depth, times=times, unit="cm")
    avatar = solve_avatar(uneven)
    assert avatar.motion.fps == pytest.approx(30)
    assert len(avatar.motion) == pytest.approx(times[-1] * 30 + 1, abs=1)
    assert np.isfinite(avatar.motion.values).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Recording(np.zeros((0, 26, 2)), depth=np.zeros((0, 26))),
            "expected at least one frame, found none",
        ),
        (
            lambda: Recording(np.zeros((3, 26, 2))),
            "expected a recording with depth, found no depth",
        ),
        (
            lambda: Recording(np.full((3, 26, 2), np.nan), depth=np.zeros((3, 26))),
            "expected shoulders",
        ),
        (lambda: Recording(np.zeros((3, 26, 2)), depth=np.zeros((3, 26))), "expected shoulders"),
        (
            lambda: Recording(np.full((3, 26, 2), np.nan), depth=np.zeros((3, 26)), unit="cm"),
            "expected shoulders or hips with depth in some frame",
        ),
    ],
)
def test_recordings_without_a_person(make, message):
    with pytest.raises(InputError, match=message) as error:
        solve_avatar(make())
    assert len(error.value.problems) == 1


def test_random_numbers_give_a_motion_without_nan():
    rng = np.random.default_rng(0)
    for missing in (0.0, 0.5, 0.9):
        keypoints = rng.normal(0, 100, (30, 26, 2))
        keypoints[rng.random((30, 26)) < missing] = np.nan
        avatar = solve_avatar(Recording(keypoints, depth=rng.normal(0, 100, (30, 26))))
        assert np.isfinite(avatar.motion.values).all()


def test_a_trunk_that_leans_does_not_tip_legs_that_are_never_observed(signer):
    turn = np.radians(20)
    lean = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    points = (signer.points * FLIP - signer.points[:, 2:3] * FLIP) @ lean.T
    names = ("Knee", "Ankle", "BigToe", "SmallToe", "Heel")
    for side in "LR":
        for name in names:
            points[:, PANOPTIC26.index(side + name)] = np.nan
    avatar = solve_avatar(orthographic(points, fps=30.0))
    for side in ("Left", "Right"):
        leg = joint(avatar, f"{side}Foot") - joint(avatar, f"{side}UpLeg")
        np.testing.assert_allclose(leg[:, [0, 2]] / leg[:, [1]], 0, atol=0.1)
    trunk = joint(avatar, "Neck") - joint(avatar, "Hips")
    assert (np.degrees(np.arctan2(trunk[:, 2], trunk[:, 1])) > 10).mean() > 0.9


LEGS = [f"{side}{name}" for side in "LR" for name in ("Hip", "Knee", "Ankle", "BigToe")]
LEGS += [f"{side}{name}" for side in "LR" for name in ("SmallToe", "Heel")]
ARM = ("RElbow", "RHand")
FOOT = ("RAnkle", "RBigToe", "RSmallToe", "RHeel")

#: What is cut, by how many degrees in a frame more than elsewhere it may come back, and which
#: joints are held in between.
CUTS = {
    "elbow and hand": (ARM, 17, ("RightForeArm",)),
    "hand": (("RHand",), 14, ("RightForeArm",)),
    "elbow": (("RElbow",), 10, ()),
    "shoulder and arm": (
        ("RShoulder", *ARM),
        17,
        ("RightShoulder", "RightArm", "RightForeArm"),
    ),
    "hips and legs": (("MidHip", *LEGS), 4, ("LeftUpLeg", "RightUpLeg", "LeftLeg", "RightFoot")),
    "face": (tuple(FACE_OFFSETS), 4, ("Head",)),
    "foot": (FOOT, 4, ("RightFoot",)),
}


@pytest.mark.parametrize("cut", CUTS)
def test_parts_that_are_observed_again_do_not_jump(signer, cut):
    names, most, still = CUTS[cut]
    avatar, whole = (solve_avatar(one) for one in (without(signer, names, slice(35, 75)), signer))
    turned = steps(avatar)
    assert (turned - steps(whole))[60:85].max() < most
    root = np.diff(avatar.motion.values[60:85, :3], axis=0)
    assert np.linalg.norm(root, axis=-1).max() < 1.5
    for name in still:
        number = avatar.motion.names.index(name)
        assert turned[35:65, number].max() < 1e-4  # held
        assert turned[66:74, number].max() > 0.01  # and then blends
    # What is seen is where it was; the lengths of the bones are those of fewer frames.
    seen, usual = np.r_[0:35, 75:90], distances(whole, signer)
    for name, distance in distances(avatar, signer).items():
        np.testing.assert_allclose(distance[seen], usual[name][seen], atol=1.5)
