"""Keypoint names, in the order of the arrays, and limb chains of the built-in skeletons.

`signlift.core.skeleton` builds a `Skeleton` from each `Layout`. Keypoints of the same name are the
same point of the body in all skeletons, as conversion goes by name. The 21 keypoints of a hand and
the 68 of a face are the same in all skeletons that have them.
"""

from __future__ import annotations

from typing import NamedTuple

from signlift.core.face_mesh import MESH_SIZE, mesh_bones, mesh_name
from signlift.core.hands import FINGERS, HAND_NAMES

Chain = tuple[str, ...]


class Layout(NamedTuple):
    """Fields of a `Skeleton`."""

    name: str
    keypoints: tuple[str, ...]
    chains: tuple[Chain, ...]
    aliases: tuple[str, ...] = ()


def _both_sides(*chain: str) -> tuple[Chain, Chain]:
    """Return a chain for the left and one for the right, with * replaced by L and R."""
    left, right = (tuple(name.replace("*", letter) for name in chain) for letter in "LR")
    return left, right


# ---------------------------------------------------------------------------------- bodies

_HEAD = _both_sides("Nose", "*Eye", "*Ear")
_LEGS = _both_sides("MidHip", "*Hip", "*Knee", "*Ankle")
_FEET = (*_both_sides("*Ankle", "*Heel"), *_both_sides("*Ankle", "*BigToe", "*SmallToe"))


def _body_chains(wrist: str) -> tuple[Chain, ...]:
    """Return the chains of a body with Neck and MidHip."""
    arms = _both_sides("Neck", "*Shoulder", "*Elbow", wrist)
    return (("MidHip", "Neck", "Nose"), *arms, *_HEAD, *_LEGS, *_FEET)


#: Chains of a body without Neck and MidHip, along the sides of its trunk.
_TRUNKLESS_CHAINS = (
    ("LHip", "RHip"),
    *_both_sides("*Hip", "*Shoulder", "*Elbow", "*Wrist"),
    *_both_sides("*Hip", "*Knee", "*Ankle"),
)

_PANOPTIC_BODY = tuple(
    "Neck Nose MidHip LShoulder LElbow LHand LHip LKnee LAnkle RShoulder RElbow RHand RHip RKnee "
    "RAnkle LEye LEar REye REar LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel".split()
)
_OPENPOSE_BODY = tuple(
    "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist MidHip RHip RKnee RAnkle LHip "
    "LKnee LAnkle REye LEye REar LEar LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel".split()
)
_COCO_BODY = tuple(
    "Nose LEye REye LEar REar LShoulder RShoulder LElbow RElbow LWrist RWrist LHip RHip LKnee "
    "RKnee LAnkle RAnkle".split()
)
_HALPE_BODY = (
    *_COCO_BODY,
    *"Head Neck MidHip LBigToe RBigToe LSmallToe RSmallToe LHeel RHeel".split(),
)
_MEDIAPIPE_BODY = tuple(
    "Nose LEyeInner LEye LEyeOuter REyeInner REye REyeOuter LEar REar LMouth RMouth LShoulder "
    "RShoulder LElbow RElbow LWrist RWrist LPinky RPinky LIndex RIndex LThumb RThumb LHip RHip "
    "LKnee RKnee LAnkle RAnkle LHeel RHeel LFootIndex RFootIndex".split()
)
_HALPE_CHAINS = (*_body_chains("*Wrist"), ("Nose", "Head"))
_MEDIAPIPE_CHAINS = (
    *_TRUNKLESS_CHAINS,
    *_both_sides("Nose", "*EyeInner", "*Eye", "*EyeOuter", "*Ear"),
    ("LMouth", "RMouth"),
    *_both_sides("*Wrist", "*Pinky"),
    *_both_sides("*Wrist", "*Index"),
    *_both_sides("*Wrist", "*Thumb"),
    *_both_sides("*Ankle", "*Heel"),
    *_both_sides("*Ankle", "*FootIndex"),
)

# ----------------------------------------------------------------------------------- hands


def _hand(letter: str) -> tuple[str, ...]:
    """Return the 21 keypoints of a hand: the root at the wrist, then four for each finger.

    This is the order of OpenPose, COCO-WholeBody, Halpe, Panoptic and MediaPipe.
    """
    return tuple(letter + name for name in HAND_NAMES)


def _hand_chains(wrist: str) -> tuple[Chain, ...]:
    fingers = (
        _both_sides("*HandRoot", *(f"*{finger}{number}" for number in (1, 2, 3, 4)))
        for finger in FINGERS
    )
    return (*_both_sides(wrist, "*HandRoot"), *(chain for pair in fingers for chain in pair))


#: The 21 keypoints of the left and of the right hand.
HANDS = {"L": _hand("L"), "R": _hand("R")}
_HANDS = (*HANDS["L"], *HANDS["R"])

# ------------------------------------------------------------------------------------ face

#: The 68 keypoints of a face in the annotation of the 300-W challenge (Sagonas et al., 300 Faces
#: in-the-Wild Challenge, 2013), which OpenPose, COCO-WholeBody and Halpe follow. The person's
#: right comes first. Numbers increase from the outside inwards, and around an eye or the mouth
#: from its corner over the top.
_FACE = tuple(
    "RJaw0 RJaw1 RJaw2 RJaw3 RJaw4 RJaw5 RJaw6 RJaw7 Jaw8 "
    "LJaw7 LJaw6 LJaw5 LJaw4 LJaw3 LJaw2 LJaw1 LJaw0 "
    "RBrow0 RBrow1 RBrow2 RBrow3 RBrow4 LBrow4 LBrow3 LBrow2 LBrow1 LBrow0 "
    "NoseBridge0 NoseBridge1 NoseBridge2 NoseBridge3 "
    "RNostril0 RNostril1 Nostril2 LNostril1 LNostril0 "
    "REyelid0 REyelid1 REyelid2 REyelid3 REyelid4 REyelid5 "
    "LEyelid3 LEyelid2 LEyelid1 LEyelid0 LEyelid5 LEyelid4 "
    "RLip0 RLip1 RLip2 Lip3 LLip2 LLip1 LLip0 LLip5 LLip4 Lip6 RLip4 RLip5 "
    "RInnerLip0 RInnerLip1 InnerLip2 LInnerLip1 LInnerLip0 LInnerLip3 InnerLip4 RInnerLip3".split()
)
_FACE_CHAINS = (
    *_both_sides("Jaw8", *(f"*Jaw{number}" for number in range(7, -1, -1))),
    *_both_sides(*(f"*Brow{number}" for number in range(4, -1, -1))),
    tuple(f"NoseBridge{number}" for number in range(4)),
    *_both_sides("Nostril2", "*Nostril1", "*Nostril0"),
    *_both_sides(*(f"*Eyelid{number}" for number in range(6))),
    *_both_sides("Lip3", "*Lip2", "*Lip1", "*Lip0"),
    *_both_sides("Lip6", "*Lip4", "*Lip5"),
    *_both_sides("InnerLip2", "*InnerLip1", "*InnerLip0"),
    *_both_sides("InnerLip4", "*InnerLip3"),
)

#: The 70 keypoints of OpenPose's face: the 68, and the pupils.
FACE = (*_FACE, "RPupil", "LPupil")

# ------------------------------------------------------------------------------- skeletons

#: The body of CMU Panoptic: 25 named keypoints, and a 26th that the original repository
#: (imatge-upc/3D_skeleton_conversion) left unnamed. The 26th is kept in arrays, but neither used
#: to normalise nor drawn.
PANOPTIC26 = Layout(
    "panoptic26", (*_PANOPTIC_BODY, "Keypoint26"), _body_chains("*Hand"), ("panoptic",)
)

#: How2Sign's Panoptic recordings: 25 body keypoints, 21 of the right hand, 21 of the left.
PANOPTIC67 = Layout(
    "panoptic67",
    (*_PANOPTIC_BODY, *_hand("R"), *_hand("L")),
    (*_body_chains("*Hand"), *_hand_chains("*Hand")),
)

#: OpenPose BODY_25 (Cao et al., OpenPose: Realtime Multi-Person 2D Pose Estimation, 2019).
OPENPOSE25 = Layout("openpose25", _OPENPOSE_BODY, _body_chains("*Wrist"), ("body25", "BODY_25"))

#: BODY_25, then 21 keypoints of the left hand and 21 of the right.
OPENPOSE67 = Layout(
    "openpose67",
    (*_OPENPOSE_BODY, *_HANDS),
    (*_body_chains("*Wrist"), *_hand_chains("*Wrist")),
)

#: BODY_25, the 70 keypoints of OpenPose's face, left hand, right hand: the order of OpenPose's own
#: JSON and of pose-format's components.
OPENPOSE137 = Layout(
    "openpose137",
    (*_OPENPOSE_BODY, *FACE, *_HANDS),
    (*OPENPOSE67.chains, *_FACE_CHAINS, ("RPupil",), ("LPupil",)),
)

#: OpenPose's COCO model: the 17 keypoints of COCO and a Neck, in another order; no MidHip.
COCO18 = Layout(
    "coco18",
    tuple(
        "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist RHip RKnee RAnkle LHip LKnee "
        "LAnkle REye LEye REar LEar".split()
    ),
    (
        ("Neck", "Nose"),
        *_both_sides("Neck", "*Shoulder", "*Elbow", "*Wrist"),
        *_both_sides("Neck", "*Hip", "*Knee", "*Ankle"),
        *_HEAD,
    ),
    ("COCO-18", "openpose18"),
)

#: COCO's 17 keypoints (Lin et al., Microsoft COCO, 2014). Without Neck and MidHip, the trunk is
#: drawn along its sides, and depth is relative to the middle of the hips.
COCO17 = Layout("coco17", _COCO_BODY, (*_TRUNKLESS_CHAINS, *_HEAD), ("coco", "COCO-17"))

#: The 17 keypoints that pose lifting uses of Human3.6M (Ionescu et al., 2014; Pavllo et al.,
#: VideoPose3D, 2019). Its Nose is the joint between neck and head ("Neck/Nose"), its Head the top.
H36M17 = Layout(
    "h36m17",
    tuple(
        "MidHip RHip RKnee RAnkle LHip LKnee LAnkle Spine Neck Nose Head LShoulder LElbow LWrist "
        "RShoulder RElbow RWrist".split()
    ),
    (
        ("MidHip", "Neck", "Nose", "Head"),
        ("MidHip", "Spine"),
        *_both_sides("Neck", "*Shoulder", "*Elbow", "*Wrist"),
        *_LEGS,
    ),
    ("h36m", "Human3.6M"),
)

#: COCO-WholeBody (Jin et al., Whole-Body Human Pose Estimation in the Wild, 2020): the 17
#: keypoints of COCO, feet, face, left hand, right hand.
WHOLEBODY133 = Layout(
    "wholebody133",
    (*_COCO_BODY, *"LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel".split(), *_FACE, *_HANDS),
    (*COCO17.chains, *_FEET, *_hand_chains("*Wrist"), *_FACE_CHAINS),
    ("coco-wholebody", "COCO-WholeBody"),
)

#: Halpe's 26 body keypoints (Fang et al., AlphaPose, 2022): Head is the top of the head.
HALPE26 = Layout("halpe26", _HALPE_BODY, _HALPE_CHAINS, ("Halpe-26",))

#: Halpe's 136 keypoints: body, face, left hand, right hand.
HALPE136 = Layout(
    "halpe136",
    (*_HALPE_BODY, *_FACE, *_HANDS),
    (*_HALPE_CHAINS, *_hand_chains("*Wrist"), *_FACE_CHAINS),
    ("Halpe-136",),
)

#: MediaPipe Pose (BlazePose; Bazarevsky et al., 2020). Its Pinky, Index and Thumb are knuckles
#: that the network of the body predicts, and its FootIndex is the tip of a foot: other skeletons
#: do not have these keypoints.
MEDIAPIPE33 = Layout("mediapipe33", _MEDIAPIPE_BODY, _MEDIAPIPE_CHAINS, ("mediapipe", "blazepose"))

#: MediaPipe Holistic without its face mesh: pose, left hand, right hand.
MEDIAPIPE75 = Layout(
    "mediapipe75",
    (*_MEDIAPIPE_BODY, *_HANDS),
    (*_MEDIAPIPE_CHAINS, *_hand_chains("*Wrist")),
    ("holistic",),
)


def _holistic(landmarks: int) -> Layout:
    """Return MediaPipe Holistic with a face mesh of so many landmarks."""
    mesh = tuple(mesh_name(number) for number in range(landmarks))
    keypoints = (*_MEDIAPIPE_BODY, *mesh, *_HANDS)
    return Layout(
        f"mediapipe{len(keypoints)}", keypoints, (*MEDIAPIPE75.chains, *mesh_bones(set(mesh)))
    )


#: MediaPipe Holistic with its face mesh, without and with the irises: pose, face, left hand, right
#: hand.
MEDIAPIPE543, MEDIAPIPE553 = _holistic(MESH_SIZE - 10), _holistic(MESH_SIZE)
