"""Joints of the hands in motion capture, by the names that programs give them.

| program | thumb, index finger |
| --- | --- |
| HumanIK, Mixamo, Second Life | LeftHandThumb1 ..., LeftHandIndex1 ...; mHandIndex1Left |
| Unreal, MetaHuman | thumb_01_l, index_metacarpal_l, index_01_l |
| Rigify, VRoid, Poser, Auto-Rig Pro, Character Creator | thumb.01.L, f_index.01.L; J_Bip_L_Index1; lMid1 |
| 3ds Max Biped | Bip01 L Finger0, L Finger01; L Finger1, L Finger11 |
| MakeHuman | finger1-1.L, finger2-1.L |
| Rokoko | LeftFinger1Metacarpal, LeftFinger2Proximal, Medial, Distal, Tip |
| Xsens | LeftFirstMC, LeftSecondPP, MP, DP |
| keypoints of signlift | LThumb1 ..., LIndex1 ... |

A finger has its joints in the order of the file, from the palm outwards. The bones of the palm do not
count, but for that of the thumb.
"""  # noqa: E501

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from signlift.core.hands import FINGERS
from signlift.core.skeleton import PANOPTIC67, Skeleton
from signlift.io.mocap.rig import normalize_name
from signlift.utils.array_types import Float

#: All keypoints that motion capture has: those of panoptic26 and of both hands.
WHOLE = Skeleton("mocap68", (*PANOPTIC67.keypoints, "Keypoint26"), PANOPTIC67.chains)

#: The keypoints of both hands, in the order of panoptic67.
HAND_KEYPOINTS = PANOPTIC67.keypoints[25:]

_WORDS = {
    **{"thumb": 0, "first": 0, "index": 1, "second": 1, "middle": 2, "mid": 2, "third": 2},
    **{"ring": 3, "fourth": 3, "pinky": 4, "little": 4, "fifth": 4},
}
_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_NUMBERED = re.compile(r"finger(\d)")
_PALM = re.compile(r"carp|palm|inhand|mc$")

#: A letter for the side, at the beginning or the end of a name.
_FIRST = re.compile(rf"[lr](?=hand|finger|{_WORD.pattern})")
_LAST = re.compile("[lr]$")

#: What controls and helpers of animators are named, and what lies at a finger but is no joint.
_OTHER = re.compile(r"toe|foot|twist|ctrl|control|target|pole|ik|nail|bend|drv|mch|org")

#: Length of the last bone of a finger from the one before (Buryanov and Kotiuk, Proportions of hand
#: segments, 2010), where the motion capture has no finger tips; and how far it bends on.
_TIPS = {"Thumb": 0.86, "Index": 0.88, "Middle": 0.81, "Ring": 0.83, "Pinky": 1.09}
_BEND = 2 / 3

#: A last bone that is shorter than this fraction of the one before is none.
_MIN_TIP = 0.05


def find_hand_joints(names: Sequence[str]) -> dict[str, int]:
    """Find the joints of the fingers.

    Parameters
    ----------
    names
        Names of all joints of a file.

    Returns
    -------
    Numbers of joints by keypoint of the hands (LThumb1, RPinky4), without the wrists. Fingers with
    fewer than three joints are left out; a fourth one is the tip.

    Examples
    --------
    >>> names = ["LeftHand", *(f"LeftHandIndex{number}" for number in (1, 2, 3, 4))]
    >>> find_hand_joints(names)
    {'LIndex1': 1, 'LIndex2': 2, 'LIndex3': 3, 'LIndex4': 4}
    """
    fingers: dict[tuple[str, int], list[int]] = {}
    numbered = [_parse_finger(normalize_name(name.rpartition(":")[2])) for name in names]
    # Biped counts its fingers from 0, MakeHuman and Rokoko from 1. Words take precedence.
    by_words = any(parsed is not None and not parsed[2] for parsed in numbered)
    counts = {finger for _, finger, by_number in filter(None, numbered) if by_number}
    offset = 0 if 0 in counts else 1
    for number, parsed in enumerate(numbered):
        if parsed is None or (by_words and parsed[2]):
            continue
        side, finger, by_number = parsed
        finger -= offset if by_number else 0
        palm = _PALM.search(normalize_name(names[number]))
        if 0 <= finger < len(FINGERS) and (finger == 0 or palm is None):
            fingers.setdefault((side, finger), []).append(number)
    return {
        f"{side}{FINGERS[finger]}{joint}": number
        for (side, finger), numbers in fingers.items()
        if len(numbers) >= 3
        for joint, number in enumerate(numbers[:4], 1)
    }


def place_hands(
    positions: Float[np.ndarray, "T K 3"],
    names: Sequence[str],
    wrists: Float[np.ndarray, "T 2 3"],
) -> Float[np.ndarray, "T 42 3"] | None:
    """Place the keypoints of both hands at the joints of a file.

    Parameters
    ----------
    positions
        [T, K, 3] of the joints.
    names
        Their K names.
    wrists
        [T, 2, 3], left and right, NaN where missing.

    Returns
    -------
    [T, 42, 3] in the order of `HAND_KEYPOINTS`, NaN where missing; None where no finger has joints.
    Tips that the file lacks continue the finger, bent on by two thirds of its last angle.
    """
    joints = find_hand_joints(names)
    if not joints:
        return None
    hands = np.full((len(positions), len(HAND_KEYPOINTS), 3), np.nan)
    for keypoint, number in joints.items():
        hands[:, HAND_KEYPOINTS.index(keypoint)] = positions[:, number]
    for side, wrist in zip("LR", np.moveaxis(wrists, 1, 0), strict=True):
        if any(name.startswith(side) for name in joints):
            hands[:, HAND_KEYPOINTS.index(f"{side}HandRoot")] = wrist
        for finger, ratio in _TIPS.items():
            chain = [HAND_KEYPOINTS.index(f"{side}{finger}{joint}") for joint in (1, 2, 3, 4)]
            if f"{side}{finger}4" not in joints or _is_short(hands[:, chain]):
                hands[:, chain[3]] = _continue(hands[:, chain[:3]], ratio)
    return hands


def _parse_finger(name: str) -> tuple[str, int, bool] | None:
    """Parse side and finger of a normalised name; True at the end for a finger by its number."""
    word, number = _WORD.search(name), _NUMBERED.search(name)
    if (word is None and number is None) or _OTHER.search(name):
        return None
    side = re.search("left|right", name) or _FIRST.match(name) or _LAST.search(name)
    if side is None:
        return None
    if number is not None:
        return side[0][0].upper(), int(number[1]), True
    assert word is not None
    return side[0][0].upper(), _WORDS[word[0]], False


def _is_short(joints: Float[np.ndarray, "T 4 3"]) -> bool:
    """Return whether the tip of a finger is at its third joint, as an End Site of no length is."""
    lengths = np.linalg.norm(np.diff(joints[:, 1:], axis=1), axis=-1)
    lengths = lengths[~np.isnan(lengths).any(1)]
    return bool(len(lengths) and (lengths[:, 1] < _MIN_TIP * lengths[:, 0]).all())


def _continue(joints: Float[np.ndarray, "T 3 3"], ratio: float) -> Float[np.ndarray, "T 3"]:
    """Continue a finger beyond its third joint, bent on in the plane of its joints."""
    before, last = joints[:, 1] - joints[:, 0], joints[:, 2] - joints[:, 1]
    lengths = [np.linalg.norm(bone, axis=-1, keepdims=True) for bone in (before, last)]
    with np.errstate(invalid="ignore", divide="ignore"):
        u, v = before / lengths[0], last / lengths[1]
        cosine = np.clip((u * v).sum(-1, keepdims=True), -1, 1)
        across = v * cosine - u  # at right angles to v, the way that the finger bends
        size = np.linalg.norm(across, axis=-1, keepdims=True)
        across = np.where(size > 1e-6, across / size, 0)
        angle = _BEND * np.arccos(cosine)
        direction = np.cos(angle) * v + np.sin(angle) * across
    return joints[:, 2] + ratio * lengths[1] * direction
