"""BVH files with the joint names of animation programs: all give the same keypoints."""

import re

import numpy as np
import pytest

import signlift as sl
from signlift.core.skeleton import PANOPTIC26
from signlift.datasets.simulated import simulate_recording
from signlift.errors import InputError
from signlift.io.mocap.bvh import write_bvh
from signlift.io.mocap.motion_clips import read_mocap
from signlift.io.mocap.rig_tables import find_rig

#: The joints of signlift's own files, in the order of the names below.
JOINTS = ["Hips", "Spine", "Spine1", "Neck", "Head"]
LIMBS = ["Shoulder", "Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot", "ToeBase"]

RIGIFY = "spine spine.001 spine.003 spine.004 spine.006"
RIGIFY_LIMBS = "shoulder.* upper_arm.* forearm.* hand.* thigh.* shin.* foot.* toe.*"
POSER = "hip abdomen chest neck head"
ARP = "root.x spine_01.x spine_02.x neck.x head.x"

#: Program: rig, names of the joints in the middle and of the limbs, words for left and right.
PROGRAMS = {
    "Rigify": ("rigify", RIGIFY, RIGIFY_LIMBS, "LR"),
    "Rigify DEF": (
        "rigify",
        *(re.sub(r"(\S+)", r"DEF-\1", names) for names in (RIGIFY, RIGIFY_LIMBS)),
        "LR",
    ),
    "Rigify ORG": (
        "rigify",
        "root ORG-spine ORG-spine.003 ORG-spine.004 ORG-spine.006",
        re.sub(r"(\S+)", r"ORG-\1", RIGIFY_LIMBS),
        "LR",
    ),
    "Rigify FK": (
        "rigify",
        "torso spine_fk.001 spine_fk.003 neck head",
        "shoulder.* upper_arm_fk.* forearm_fk.* hand_fk.* thigh_fk.* shin_fk.* foot_fk.* toe_fk.*",
        "LR",
    ),
    "Auto-Rig Pro": (
        "auto-rig-pro",
        ARP,
        "shoulder.* arm_stretch.* forearm_stretch.* hand.* thigh_stretch.* leg_stretch.* foot.* "
        "toes_01.*",
        "lr",
    ),
    "Auto-Rig Pro, controls": (
        "auto-rig-pro",
        "c_root.x c_spine_01.x c_spine_02.x c_neck.x c_head.x",
        "c_shoulder.* c_arm_fk.* c_forearm_fk.* c_hand_fk.* c_thigh_fk.* c_leg_fk.* c_foot_fk.* "
        "c_toes_fk.*",
        "lr",
    ),
    "Auto-Rig Pro, for games": (
        "auto-rig-pro",
        "c_root_bend.x c_spine_01_bend.x c_spine_02_bend.x neck.x head.x",
        "shoulder.* c_arm_twist.* c_forearm_stretch.* hand.* c_thigh_twist.* c_leg_stretch.* "
        "foot.* toes_01.*",
        "lr",
    ),
    "Poser, Second Life's upload": (
        "poser",
        POSER,
        "*Collar *Shldr *ForeArm *Hand *Thigh *Shin *Foot *Toe",
        "lr",
    ),
    "Daz Genesis 8": (
        "poser",
        "hip abdomenLower chestLower neckLower head",
        "*Collar *ShldrBend *ForearmBend *Hand *ThighBend *Shin *Foot *Toe",
        "lr",
    ),
    "Daz Genesis 9": (
        "poser",
        "hip spine1 spine3 neck1 head",
        "*_shoulder *_upperarm *_forearm *_hand *_thigh *_shin *_foot *_toes",
        "lr",
    ),
    "MakeHuman": (
        "makehuman",
        "root spine05 spine02 neck01 head",
        "shoulder01.* upperarm01.* lowerarm01.* wrist.* upperleg01.* lowerleg01.* foot.* toe1-1.*",
        "LR",
    ),
    "MakeHuman for games, Unreal": (
        "metahuman",
        "pelvis spine_01 spine_02 neck_01 head",
        "clavicle_* upperarm_* lowerarm_* hand_* thigh_* calf_* foot_* ball_*",
        "lr",
    ),
    "Second Life": (
        "second-life",
        "mPelvis mTorso mChest mNeck mHead",
        "mCollar* mShoulder* mElbow* mWrist* mHip* mKnee* mAnkle* mToe*",
        ("Left", "Right"),
    ),
    "VRoid": (
        "vroid",
        "J_Bip_C_Hips J_Bip_C_Spine J_Bip_C_Chest J_Bip_C_Neck J_Bip_C_Head",
        "J_Bip_*_Shoulder J_Bip_*_UpperArm J_Bip_*_LowerArm J_Bip_*_Hand J_Bip_*_UpperLeg "
        "J_Bip_*_LowerLeg J_Bip_*_Foot J_Bip_*_ToeBase",
        "LR",
    ),
    "VRM": (
        "classic",
        "hips spine chest neck head",
        "*Shoulder *UpperArm *LowerArm *Hand *UpperLeg *LowerLeg *Foot *Toes",
        ("left", "right"),
    ),
    "Xsens MVN": (
        "classic",
        "Hips Chest Chest4 Neck Head",
        "*Collar *UpperArm *ForeArm *Hand *UpperLeg *LowerLeg *Foot *Toe",
        ("Left", "Right"),
    ),
    "Poser, names in words": (
        "classic",
        "Hip Abdomen Chest Neck Head",
        "*_Collar *_Shoulder *_Forearm *_Hand *_Thigh *_Shin *_Foot *_Toe",
        ("Left", "Right"),
    ),
    "MakeHuman, as MocapNET writes it": (
        "keypoints",
        "hip abdomen chest neck head",
        "*Collar *Shoulder *Elbow *Hand *Hip *Knee *Foot toe1-1.*",
        "lr",
    ),
    "VRChat": (
        "classic",
        "Hips Spine Chest Neck Head",
        "*_shoulder *_arm *_elbow *_wrist *_leg *_knee *_ankle *_toe",
        ("Left", "Right"),
    ),
    "Rokoko": (
        "humanik",
        "Hips Spine Spine2 Neck Head",
        "*Shoulder *Arm *ForeArm *Hand *Thigh *Shin *Foot *Toe",
        ("Left", "Right"),
    ),
    "Character Creator": (
        "biped",
        "CC_Base_Hip CC_Base_Waist CC_Base_Spine02 CC_Base_NeckTwist01 CC_Base_Head",
        "CC_Base_*_Clavicle CC_Base_*_Upperarm CC_Base_*_Forearm CC_Base_*_Hand CC_Base_*_Thigh "
        "CC_Base_*_Calf CC_Base_*_Foot CC_Base_*_ToeBase",
        "LR",
    ),
    "Source engine": (
        "biped",
        "ValveBiped.Bip01_Pelvis ValveBiped.Bip01_Spine ValveBiped.Bip01_Spine1 "
        "ValveBiped.Bip01_Neck1 ValveBiped.Bip01_Head1",
        "ValveBiped.Bip01_*_Clavicle ValveBiped.Bip01_*_UpperArm ValveBiped.Bip01_*_Forearm "
        "ValveBiped.Bip01_*_Hand ValveBiped.Bip01_*_Thigh ValveBiped.Bip01_*_Calf "
        "ValveBiped.Bip01_*_Foot ValveBiped.Bip01_*_Toe0",
        "LR",
    ),
}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A BVH file with signlift's own names, and its clip."""
    recording = simulate_recording(0, 3, min_frames=8, max_frames=8)
    path = write_bvh(recording, tmp_path_factory.mktemp("own") / "a.bvh", height=170)
    return path.read_text(), read_mocap(path)[0]


def renamed(text, middle, limbs, sides):
    """The text of a BVH file with other names of the joints."""
    names = dict(zip(JOINTS, middle.split(), strict=True))
    for word, side in zip(("Left", "Right"), sides, strict=True):
        for own_name, name in zip(LIMBS, limbs.split(), strict=True):
            names[word + own_name] = name.replace("*", side)
    return re.sub(
        r"(ROOT|JOINT) (\S+)", lambda match: f"{match[1]} {names.get(match[2], match[2])}", text
    )


@pytest.mark.parametrize("program", PROGRAMS)
def test_joints_of_animation_programs(tmp_path, own, program):
    text, expected = own
    rig, *names = PROGRAMS[program]
    path = tmp_path / "a.bvh"
    path.write_text(renamed(text, *names))
    (clip,) = read_mocap(path)
    assert (clip.rig, clip.unit, clip.up) == (rig, 1, "y")
    body = [
        number
        for number, name in enumerate(PANOPTIC26.keypoints)
        if not name.endswith(("Toe", "Keypoint26"))
    ]
    np.testing.assert_allclose(clip.points[:, body], expected.points[:, body], atol=0.01)
    assert np.isfinite(clip.points).all()
    tips = np.abs(clip.points - expected.points).max(0)  # rigs have other joints at the toes
    assert tips.max() < 15


@pytest.mark.parametrize("order", [("twist", "stretch"), ("stretch", "twist")])
def test_a_limb_of_auto_rig_pro_begins_at_the_parent_of_its_two_bones(order):
    # In the animator's rig, arm_stretch begins in the middle of the upper arm.
    limbs = ["arm", "forearm", "hand", "thigh", "leg", "foot"]
    names = [
        f"{limb}.{side}" if limb in ("hand", "foot") else f"{limb}_{part}.{side}"
        for side in "lr"
        for limb in limbs
        for part in (order if limb in ("arm", "thigh") else ("stretch", "twist"))
    ]
    rig = find_rig(names, "a.bvh")
    assert rig.name == "auto-rig-pro"
    joints = {key: names[number] for key, (number,) in rig.find_joints(names).items()}
    assert (joints["LShoulder"], joints["LElbow"]) == (f"arm_{order[0]}.l", "forearm_stretch.l")
    assert (joints["RHip"], joints["RKnee"]) == (f"thigh_{order[0]}.r", "leg_stretch.r")


@pytest.mark.parametrize("part", ["ForeArm", "Hand", "Leg", "UpLeg", "Arm"])
def test_a_rig_without_a_part_of_an_arm_or_a_leg_is_refused(tmp_path, own, part):
    path = tmp_path / "a.bvh"
    path.write_text(re.sub(rf"JOINT (Left|Right){part}\n", r"JOINT \1Bone\n", own[0]))
    keypoint = {"ForeArm": "Elbow", "Hand": "Hand", "Leg": "Knee", "UpLeg": "Hip"}
    name = keypoint.get(part, "Shoulder")
    expected = (
        rf"a\.bvh: expected shoulders, .* as in humanik .*found no L{name}, R{name} among Hips"
    )
    with pytest.raises(InputError, match=expected):
        sl.read(path)
    with pytest.raises(InputError, match=f"expected the joints of humanik, found none for L{name}"):
        read_mocap(path, rig="humanik")


def test_a_rig_of_the_user_may_lack_joints(tmp_path, own):
    path = tmp_path / "a.bvh"
    path.write_text(own[0].replace("LeftForeArm", "Bone"))
    rig = tmp_path / "own.json"
    rig.write_text(
        '{"keypoints": {"LShoulder": "LeftArm", "RShoulder": "RightArm", "LHip": '
        '"LeftUpLeg", "RHip": "RightUpLeg"}}'
    )
    (clip,) = read_mocap(path, rig=rig)
    assert np.isnan(clip.points[:, PANOPTIC26.index("LElbow")]).all()
