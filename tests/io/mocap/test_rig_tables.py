import pytest

from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError
from signlift.io.mocap.rig_tables import RIGS, find_rig, get_rig

BOTH = ("Left", "Right")
CMU = ["Hips", "LHipJoint", "RHipJoint", "LowerBack", "Spine", "Spine1", "Neck", "Neck1", "Head"]
CMU += [s + j for s in BOTH for j in ("UpLeg", "Leg", "Foot", "ToeBase", "ToeBase_End")]
CMU += [s + j for s in BOTH for j in ("Shoulder", "Arm", "ForeArm", "Hand", "FingerBase")]
CMU += ["LThumb", "RThumb", "Head_End", "LeftHandIndex1"]
MIXAMO = ["mixamorig:" + n for n in ("Hips", "Spine", "Spine2", "Neck", "Head", "HeadTop_End")]
MIXAMO += [
    f"mixamorig:{s}{j}"
    for s in BOTH
    for j in ("Shoulder", "Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot", "ToeBase", "Toe_End")
]
SHOGUN = [f"Actor_1:{n.removeprefix('mixamorig:')}" for n in MIXAMO]
BANDAI = ["joint_Root", "Hips", "Spine", "Chest", "Neck", "Head", "Head_End"]
BANDAI += [
    f"{j}_{s}"
    for s in "LR"
    for j in ("Shoulder", "UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot", "Toes")
]
METAHUMAN = ["root", "pelvis", "spine_01", "spine_05", "neck_01", "neck_02", "head"]
METAHUMAN += [
    f"{j}_{s}"
    for s in "lr"
    for j in ("clavicle", "upperarm", "lowerarm", "hand", "thigh", "calf", "foot", "ball")
]
BIPED = ["Bip01", "Bip01 Pelvis", "Bip01 Spine", "Bip01 Head"]
BIPED += [
    f"Bip01 {s} {j}"
    for s in "LR"
    for j in ("Clavicle", "UpperArm", "Forearm", "Hand", "Thigh", "Calf", "Foot", "Toe0")
]
CLASSIC = ["Hips", "Chest", "Neck", "Head"]
CLASSIC += [
    s + j
    for s in BOTH
    for j in ("Collar", "Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle", "Toe")
]
SMPL = ["pelvis", "spine1", "neck", "head"]
SMPL += [
    f"{s}_{j}"
    for s in ("left", "right")
    for j in ("collar", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")
]
PREFIXED = ["Model_" + n for n in CMU]

TABLE = [
    (CMU, "humanik", "LeftArm", "LeftUpLeg", "LeftToeBase_End", "Head_End"),
    (
        MIXAMO,
        "humanik",
        "mixamorig:LeftArm",
        "mixamorig:LeftUpLeg",
        "mixamorig:LeftToe_End",
        "mixamorig:HeadTop_End",
    ),
    (
        SHOGUN,
        "humanik",
        "Actor_1:LeftArm",
        "Actor_1:LeftUpLeg",
        "Actor_1:LeftToe_End",
        "Actor_1:HeadTop_End",
    ),
    (BANDAI, "bandai", "UpperArm_L", "UpperLeg_L", "Toes_L", "Head_End"),
    (METAHUMAN, "metahuman", "upperarm_l", "thigh_l", "ball_l", None),
    (BIPED, "biped", "Bip01 L UpperArm", "Bip01 L Thigh", "Bip01 L Toe0", None),
    (CLASSIC, "classic", "LeftShoulder", "LeftHip", "LeftToe", None),
    (SMPL, "classic", "left_shoulder", "left_hip", "left_foot", None),
    (
        PREFIXED,
        "humanik",
        "Model_LeftArm",
        "Model_LeftUpLeg",
        "Model_LeftToeBase_End",
        "Model_Head_End",
    ),
    (list(PANOPTIC26.keypoints), "keypoints", "LShoulder", "LHip", "LBigToe", "Keypoint26"),
]


@pytest.mark.parametrize(("names", "rig", "shoulder", "hip", "toe", "top"), TABLE)
def test_common_rigs_are_recognised_by_their_joints(names, rig, shoulder, hip, toe, top):
    found_rig = find_rig(names, "a.bvh")
    assert found_rig.name == rig
    joints = {
        keypoint: [names[n] for n in numbers]
        for keypoint, numbers in found_rig.find_joints(names).items()
    }
    assert joints["LShoulder"] == [shoulder]
    assert joints["LHip"] == [hip]
    assert joints["LBigToe"] == [toe]
    assert joints.get("Keypoint26") == (None if top is None else [top])
    main = ("Shoulder", "Elbow", "Hand", "Hip", "Knee", "Ankle")
    used = [joints[side + part][0] for side in "LR" for part in main]
    assert len(set(used)) == 12
    right = joints["RHand"][0].lower()
    assert any(side in right for side in ("right", "_r", " r ", "rhand"))


def test_no_rig():
    with pytest.raises(
        InputError, match=r"a\.bvh: expected shoulders, .* as in humanik, .*found a, b, bo\.ne"
    ):
        find_rig(["a", "b", "bo\nne"], "a.bvh")
    with pytest.raises(InputError, match="found none"):
        find_rig([], "a.bvh")


@pytest.mark.parametrize(
    "name", ["humanik", "Mixamo", "cmu", "shogun", "bandai", "metahuman", "smpl"]
)
def test_rigs_by_name(name):
    assert get_rig(name) in RIGS


def test_no_rig_of_this_name():
    with pytest.raises(InputError, match=r"expected a \.json file or one of humanik, .*found xyz"):
        get_rig("xyz")
