"""Names of the points of .pose files, translated to those of signlift's skeletons.

| detector | hands | face |
| --- | --- | --- |
| OpenPose, by pose-format | `hand_left_keypoints_2d`: BASE, T_STT ... P_DIP | FB_0 ... FP_69 |
| OpenPose's BODY_135 | LThumb1CMC ... RPinky4FingerTip | FaceContour0 ... LPupil |
| MediaPipe Holistic | `LEFT_HAND_LANDMARKS`: WRIST, THUMB_CMC ... PINKY_TIP | a mesh |
| AlphaPose, COCO-WholeBody | `LEFT_HAND`: hand_0 ... hand_20 | face_0 ... face_67 |

All of them have the 21 points of a hand in the same order, and the 68 of a face. MediaPipe's mesh
of a face has no points that other detectors have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from signlift.core.skeleton import HALPE26, MEDIAPIPE33, OPENPOSE25, other_side
from signlift.core.skeleton_tables import FACE, HANDS

#: MediaPipe's points of the feet that count as others.
FOOT_NAMES = {"LFootIndex": "LBigToe", "RFootIndex": "RBigToe"}

#: Detectors' names of body points that have another name here.
_SYNONYMS = {
    **FOOT_NAMES,
    "MouthLeft": "LMouth",
    "MouthRight": "RMouth",
    "Hip": "MidHip",
    "Pelvis": "MidHip",
    "HeadTop": "Head",
}
_BODY = {*OPENPOSE25.keypoints, *MEDIAPIPE33.keypoints, *HALPE26.keypoints}

#: The points of a hand, in the order of `HANDS`.
_OPENPOSE_HAND = (
    "BASE T_STT T_BCMC T_MCP T_IP I_CMC I_MCP I_PIP I_DIP M_CMC M_MCP M_PIP M_DIP "
    "R_CMC R_MCP R_PIP R_DIP P_CMC P_MCP P_PIP P_DIP"
).split()
_MEDIAPIPE_HAND = (
    "WRIST THUMB_CMC THUMB_MCP THUMB_IP THUMB_TIP "
    "INDEX_FINGER_MCP INDEX_FINGER_PIP INDEX_FINGER_DIP INDEX_FINGER_TIP "
    "MIDDLE_FINGER_MCP MIDDLE_FINGER_PIP MIDDLE_FINGER_DIP MIDDLE_FINGER_TIP "
    "RING_FINGER_MCP RING_FINGER_PIP RING_FINGER_DIP RING_FINGER_TIP "
    "PINKY_MCP PINKY_PIP PINKY_DIP PINKY_TIP"
).split()
_HAND_NUMBERS = {
    point: number
    for points in (_OPENPOSE_HAND, _MEDIAPIPE_HAND)
    for number, point in enumerate(points)
}

#: The parts of the face of BODY_135, in the order of `FACE`.
_FACE_135 = {
    f"{part}{number}": name
    for (part, number), name in zip(
        (
            *(("FaceContour", number) for number in range(17)),
            *(("REyeBrow", number) for number in range(5)),
            *(("LEyeBrow", number) for number in reversed(range(5))),
            *(("NoseUpper", number) for number in range(4)),
            *(("NoseLower", number) for number in range(5)),
            *(("REye", number) for number in range(6)),
            *(("LEye", number) for number in range(6)),
            *(("OMouth", number) for number in range(12)),
            *(("IMouth", number) for number in range(8)),
        ),
        FACE[:68],
        strict=True,
    )
}
_FACE_NUMBER = re.compile(r"(?:F[A-Z]{1,2}_|face[_-])(\d+)")
_HAND_NUMBER = re.compile(r"(?:(?:left|right)[_-])?hand[_-](\d+)")
_FINGER_135 = re.compile(r"([LR](?:Thumb|Index|Middle|Ring|Pinky)[1-4])[A-Z]\w*")
_SIDE = re.compile(r"left|right", re.IGNORECASE)


def translate_body_name(point: str) -> str | None:
    """Translate a detector's name of a body point to the name that skeletons use.

    Returns
    -------
    The name; None where the point is not a keypoint of the body in OpenPose, MediaPipe or Halpe.
    MediaPipe's FOOT_INDEX becomes the big toe.

    Examples
    --------
    >>> [translate_body_name(point) for point in ("LEFT_SHOULDER", "right_foot_index", "mole")]
    ['LShoulder', 'RBigToe', None]
    """
    words = re.split(r"[_ ]", point)
    if len(words) > 1 or point.isupper() or point.islower():
        words = [word.capitalize() for word in words]
        sided = words[0] in ("Left", "Right")
        point = (words[0][0] if sided else words[0]) + "".join(words[1:])
    point = _SYNONYMS.get(point, point)
    return point if point in _BODY else None


def translate_part_name(component: str, point: str) -> str | None:
    """Translate a detector's name of a point of a hand or of the face.

    Parameters
    ----------
    component, point
        The names of the component and of its point. The side of a hand is that of the component,
        or else of the point.

    Returns
    -------
    The name that skeletons use; None where no skeleton has the point.

    Examples
    --------
    >>> translate_part_name("hand_left_keypoints_2d", "I_CMC")
    'LIndex1'
    >>> translate_part_name("LEFT_HAND_LANDMARKS", "PINKY_TIP")
    'LPinky4'
    >>> translate_part_name("face_keypoints_2d", "FP_68")
    'RPupil'
    >>> translate_part_name("FACE_LANDMARKS", "0") is None
    True
    """
    if point in FACE or point in HANDS["L"] or point in HANDS["R"]:
        return point
    if point in _FACE_135:
        return _FACE_135[point]
    if finger := _FINGER_135.fullmatch(point):
        return finger[1]
    if (number := _FACE_NUMBER.fullmatch(point)) and "hand" not in component.lower():
        return FACE[int(number[1])] if int(number[1]) < len(FACE) else None
    sided = _SIDE.search(component) or _SIDE.search(point)
    if sided is None or "hand" not in f"{component} {point}".lower():
        return None
    hand = HANDS[sided[0][0].upper()]
    number = _HAND_NUMBER.fullmatch(point)
    index = int(number[1]) if number else _HAND_NUMBERS.get(point, len(hand))
    return hand[index] if index < len(hand) else None


def translate_names(names: Sequence[str]) -> tuple[str, ...]:
    """Translate COMPONENT:POINT, as earlier versions named hands and faces of .pose files.

    Names without a translation stay, and so do all of them where a point would lack its
    counterpart on the other side.

    Examples
    --------
    >>> translate_names(["Nose", "hand_left_keypoints_2d:BASE", "hand_right_keypoints_2d:BASE"])
    ('Nose', 'LHandRoot', 'RHandRoot')
    """
    translated = []
    for name in names:
        component, _, point = name.partition(":")
        translated.append((translate_part_name(component, point) if point else None) or name)
    complete = len(set(translated)) == len(names) and {*map(other_side, translated)} == {
        *translated
    }
    return tuple(translated if complete else names)
