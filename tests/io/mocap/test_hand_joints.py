import numpy as np
import pytest

from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from signlift.core.skeleton_arrays import convert
from signlift.io.mocap.clip import view_from_front
from signlift.io.mocap.hand_joints import (
    HAND_KEYPOINTS,
    WHOLE,
    find_hand_joints,
    place_hands,
)
from signlift.io.mocap.motion_clips import read_mocap
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer

FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")
BODY = "hand arm foretwist middleback spring toe1"


def names_of(*patterns, fingers=FINGERS, sides=("L", "R")):
    """Names of the first three joints of each finger; * is the side, and % the finger."""
    return [
        pattern.replace("*", side).replace("%", finger)
        for side in sides
        for finger in fingers
        for pattern in patterns
    ]


def numbered(first, *patterns, sides=("L", "R")):
    return names_of(*patterns, fingers=[str(first + n) for n in range(5)], sides=sides)


WORDS = ("Left", "Right")

#: Program: names of the joints of both hands, thumb first.
PROGRAMS = {
    "HumanIK": names_of("*Hand%1", "*Hand%2", "*Hand%3", sides=WORDS),
    "Mixamo": names_of(*(f"mixamorig:*Hand%{n}" for n in (1, 2, 3)), sides=WORDS),
    "Unreal": [name.lower() for name in names_of("%_01_*", "%_02_*", "%_03_*")],
    "Rigify": [
        name.replace("f_thumb", "thumb")
        for name in names_of(
            *(f"DEF-f_%.0{n}.*" for n in (1, 2, 3)),
            fingers=[finger.lower() for finger in FINGERS],
        )
    ],
    "Biped": numbered(0, "Bip01 * Finger%", "Bip01 * Finger%1", "Bip01 * Finger%2"),
    "MakeHuman": numbered(1, "finger%-1.*", "finger%-2.*", "finger%-3.*"),
    "Poser": names_of(
        *("*%1", "*%2", "*%3"), fingers=("Thumb", "Index", "Mid", "Ring", "Pinky"), sides="lr"
    ),
    "VRoid": names_of(
        *(f"J_Bip_*_%{n}" for n in (1, 2, 3)),
        fingers=("Thumb", "Index", "Middle", "Ring", "Little"),
    ),
    "Second Life": names_of("mHand%1*", "mHand%2*", "mHand%3*", sides=WORDS),
    "Character Creator": names_of(
        *(f"CC_Base_*_%{n}" for n in (1, 2, 3)), fingers=("Thumb", "Index", "Mid", "Ring", "Pinky")
    ),
    "VRM": names_of(
        *("*%Proximal", "*%Intermediate", "*%Distal"),
        fingers=("Thumb", "Index", "Middle", "Ring", "Little"),
        sides=("left", "right"),
    ),
    "keypoints": names_of("*%1", "*%2", "*%3"),
}

EXPECTED = [f"{side}{finger}{n}" for side in "LR" for finger in FINGERS for n in (1, 2, 3)]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_names_of_programs(program):
    names = [*BODY.split(), *PROGRAMS[program]]
    first = len(BODY.split())
    assert find_hand_joints(names) == {
        keypoint: first + number for number, keypoint in enumerate(EXPECTED)
    }


def test_bones_of_the_palm_do_not_count_and_a_fourth_joint_is_the_tip():
    unreal = [f"index_{joint}_l" for joint in ("metacarpal", "01", "02", "03")]
    rokoko = [
        f"LeftFinger{n}{joint}"
        for n in (1, 2)
        for joint in ("Metacarpal", "Proximal", "Medial", "Distal", "Tip")
        if (n, joint) != (1, "Medial")
    ]
    xsens = ["RightFirstMC", "RightFirstPP", "RightFirstDP"]
    xsens += [f"RightSecond{joint}" for joint in ("MC", "PP", "MP", "DP")]
    assert list(find_hand_joints(unreal).values()) == [1, 2, 3]
    assert find_hand_joints(rokoko) == {
        **{f"LThumb{n + 1}": n for n in range(4)},
        **{f"LIndex{n}": 4 + n for n in range(1, 5)},
    }
    assert find_hand_joints(xsens) == {
        **{f"RThumb{n + 1}": n for n in range(3)},
        **{f"RIndex{n}": 3 + n for n in range(1, 4)},
    }


def test_few_joints_are_no_finger():
    assert find_hand_joints(["LThumb", "LeftHandThumb2", "LeftHandFinger1", "Spine_r"]) == {}


def test_a_tip_that_the_file_lacks_goes_on_and_bends_on():
    straight = np.array([[[0.0, 0, 0], [4, 0, 0], [7, 0, 0]]])
    names = ["LeftHandIndex1", "LeftHandIndex2", "LeftHandIndex3"]
    wrists = np.full((1, 2, 3), [[-8.0, 0, 0], [np.nan] * 3])
    hands = place_hands(straight, names, wrists)
    tip = hands[0, HAND_KEYPOINTS.index("LIndex4")]
    np.testing.assert_allclose(tip, [7 + 3 * 0.88, 0, 0])
    np.testing.assert_array_equal(hands[0, HAND_KEYPOINTS.index("LHandRoot")], [-8, 0, 0])
    assert np.isnan(hands[0, HAND_KEYPOINTS.index("RHandRoot")]).all()
    bent = straight.copy()
    bent[0, 2] = 4, -3, 0  # by 90 degrees downwards
    tip = place_hands(bent, names, wrists)[0, HAND_KEYPOINTS.index("LIndex4")]
    direction = (tip - bent[0, 2]) / np.linalg.norm(tip - bent[0, 2])
    np.testing.assert_allclose(direction, [-np.sin(np.pi / 3), -np.cos(np.pi / 3), 0], atol=1e-6)
    assert place_hands(straight, ["a", "b", "c"], wrists) is None
    assert place_hands(straight[:0], names, wrists[:0]).shape == (0, 42, 3)


def test_the_end_of_a_bvh_finger_is_its_tip_unless_it_has_no_length():
    names = ["LeftHandIndex1", "LeftHandIndex2", "LeftHandIndex3", "LeftHandIndex3_End"]
    wrists = np.zeros((1, 2, 3))
    for last, tip in ((9.0, 9.0), (7.0, 7 + 3 * 0.88)):
        joints = np.array([[[0.0, 0, 0], [4, 0, 0], [7, 0, 0], [last, 0, 0]]])
        hands = place_hands(joints, names, wrists)
        np.testing.assert_allclose(hands[0, HAND_KEYPOINTS.index("LIndex4")], [tip, 0, 0])


@pytest.fixture(scope="module")
def points():
    """[12, 68, 3] in cm, y up."""
    return Signer().sample_motion(np.random.default_rng(1), 12, 30.0) * 100


def test_arrays_of_67_keypoints_have_fingers(tmp_path, points):
    np.save(tmp_path / "a.npy", convert(points, SIGNER, PANOPTIC67))
    (clip,) = read_mocap(tmp_path / "a.npy")
    expected = convert(points, SIGNER, PANOPTIC67)
    np.testing.assert_allclose(clip.hands, expected[:, 25:], atol=1e-3)
    np.testing.assert_allclose(clip.points_on(PANOPTIC67), expected, atol=1e-3)
    assert clip.points_on(WHOLE).shape == (12, 68, 3)
    recording = view_from_front(clip, PANOPTIC67)
    np.testing.assert_allclose(
        recording.keypoints[:, 25:], expected[:, 25:, :2] * [1, -1], atol=1e-3
    )
    assert not np.isnan(recording.depth).any()
    assert not any(note.startswith("not in") for note in view_from_front(clip).notes)


def test_fingers_keep_their_places_in_other_units_and_axes(tmp_path, points):
    whole = convert(points, SIGNER, PANOPTIC67)
    np.save(tmp_path / "a.npy", whole[..., [2, 0, 1]] / 100)  # metres, z up
    (clip,) = read_mocap(tmp_path / "a.npy")
    turned = whole[..., [2, 1, 0]] * [1, 1, -1]  # by a quarter about y
    np.testing.assert_allclose(clip.hands, turned[:, 25:], atol=1e-3)
    np.save(tmp_path / "a.npy", whole * [1, 1, -1])
    (clip,) = read_mocap(tmp_path / "a.npy")
    assert clip.mirrored
    np.testing.assert_allclose(clip.hands, whole[:, 25:] * [-1, 1, -1], atol=1e-3)


def test_a_body_has_no_hands(tmp_path, points):
    np.save(tmp_path / "a.npy", convert(points, SIGNER, PANOPTIC26))
    (clip,) = read_mocap(tmp_path / "a.npy")
    assert clip.hands is None
    assert np.isnan(clip.points_on(PANOPTIC67)[:, 25:]).all()


def test_joints_by_name_have_fingers(tmp_path, points):
    body = {"upperarm": "Shoulder", "lowerarm": "Elbow", "hand": "Hand", "thigh": "Hip"}
    body |= {"calf": "Knee", "foot": "Ankle", "ball": "BigToe"}
    joints = {
        f"{name}_{side}": f"{side.upper()}{part}" for name, part in body.items() for side in "lr"
    }
    for side in "lr":
        for finger in FINGERS:
            for n in (1, 2, 3):
                joints[f"{finger.lower()}_0{n}_{side}"] = f"{side.upper()}{finger}{n}"
    array = points[:, [SIGNER.index(keypoint) for keypoint in joints.values()]]
    np.savez(tmp_path / "a.npz", clip=array, joint_names=np.array(list(joints)))
    (clip,) = read_mocap(tmp_path / "a.npz")
    assert clip.rig == "metahuman"
    hands = convert(points, SIGNER, PANOPTIC67)[:, 25:]
    tips = np.array([name.endswith("4") for name in HAND_KEYPOINTS])
    np.testing.assert_allclose(clip.hands[:, ~tips], hands[:, ~tips], atol=1e-3)
    # Tips are made: not far from those of the signer.
    assert np.linalg.norm(clip.hands[:, tips] - hands[:, tips], axis=-1).max() < 2.5
