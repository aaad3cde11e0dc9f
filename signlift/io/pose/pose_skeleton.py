"""Skeletons of .pose files: all points of the file, with common names for those of the body.

The points of OpenPose (137 and 135), MediaPipe Holistic, AlphaPose and COCO-WholeBody are
recognised by name, also where a file holds only some of them.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from signlift.core.skeleton import COCO17, OPENPOSE25, SKELETONS, Bone, Skeleton, other_side
from signlift.io.pose.pose_header import PoseComponent

#: Detectors' names of keypoints that have another name here.
_SYNONYMS = {"LFootIndex": "LBigToe", "RFootIndex": "RBigToe", "Hip": "MidHip", "Pelvis": "MidHip"}

_HAND = re.compile(r"hand|thumb|index|middle|ring|pinky|finger", re.IGNORECASE)
_FOOT = re.compile(r"foot|toe|heel", re.IGNORECASE)


@dataclass(frozen=True)
class PoseSkeleton(Skeleton):
    """Points of a .pose file, in the file's order.

    Keypoints of the body have their common names (Nose, LWrist). All others have the component's
    name in lower case before their own (face_keypoints_2d:FB_1). The counterparts of left and
    right keypoints that the file does not have follow at the end: they are never observed, and
    not written.

    Parameters
    ----------
    components
        The components of the file's header.
    """

    components: tuple[PoseComponent, ...] = field(default=(), compare=False)

    @property
    def num_points(self) -> int:
        """Number of keypoints that the file has."""
        return sum(len(component.points) for component in self.components)


def build_pose_skeleton(components: Sequence[PoseComponent]) -> Skeleton:
    """Build the skeleton for the points of a .pose file.

    Parameters
    ----------
    components
        The components of its header.

    Returns
    -------
    One of signlift's skeletons where the points are exactly its keypoints, else a `PoseSkeleton`.

    Examples
    --------
    >>> body = PoseComponent("BODY", ("nose", "left_wrist", "mole"))
    >>> build_pose_skeleton([body]).keypoints
    ('Nose', 'LWrist', 'body:mole', 'RWrist')
    """
    if len(components) == 1:
        for skeleton in SKELETONS:
            if components[0].points == skeleton.keypoints:
                return skeleton
    names = _make_unique(_keypoint_names(components, find_body_component(components)))
    body = [name for name in names if name in OPENPOSE25.keypoints]
    counterparts = [other_side(name) for name in body if other_side(name) not in names]
    bones = _body_bones(set(body))
    start = 0
    for component in components:
        end = start + len(component.points)
        if component.in_image:
            bones += _hand_bones(component, names[start:end], set(body))
        start = end
    return PoseSkeleton(
        _detector_name(components) + str(len(names)),
        (*names, *counterparts),
        chains=tuple(bones),
        components=tuple(components),
    )


def find_body_component(components: Sequence[PoseComponent]) -> PoseComponent | None:
    """Find the component with the most keypoints of a body; None if no component has any."""
    best, best_count = None, 0
    for component in components:
        count = len({translate_name(point) for point in component.points} - {None})
        if component.in_image and count > best_count:
            best, best_count = component, count
    return best


def translate_name(point: str) -> str | None:
    """Translate a detector's name of a body point to the name that skeletons use.

    Returns
    -------
    The name, or None where the point is not a keypoint of OpenPose's BODY_25. MediaPipe's
    FOOT_INDEX becomes the big toe.

    Examples
    --------
    >>> [translate_name(point) for point in ("LEFT_SHOULDER", "right_foot_index", "mouth_left")]
    ['LShoulder', 'RBigToe', None]
    """
    words = re.split(r"[_ ]", point)
    if len(words) > 1 or point.isupper() or point.islower():
        words = [word.capitalize() for word in words]
        sided = words[0] in ("Left", "Right")
        point = (words[0][0] if sided else words[0]) + "".join(words[1:])
    point = _SYNONYMS.get(point, point)
    return point if point in OPENPOSE25.keypoints else None


def find_attachments(component: str, point: str) -> tuple[str, ...]:
    """List the body keypoints that a point is attached to, the nearest first.

    A hand is attached to the wrist, a foot to the ankle, anything else (face, head) to the nose.

    Examples
    --------
    >>> find_attachments("left_hand", "THUMB_TIP")
    ('LWrist', 'LElbow', 'LShoulder', 'Neck')
    """
    text = f"{component} {point}"
    sided = re.search(r"left|right", text, re.IGNORECASE)
    letter = sided[0][0].upper() if sided else point[0] if re.match("[LR][A-Z]", point) else ""
    if letter and _FOOT.search(text):
        return f"{letter}Ankle", f"{letter}Knee", "MidHip"
    if letter and _HAND.search(text):
        return f"{letter}Wrist", f"{letter}Elbow", f"{letter}Shoulder", "Neck"
    return "Nose", "Neck", "MidHip"


def _keypoint_names(components: Sequence[PoseComponent], body: PoseComponent | None) -> list[str]:
    """List keypoint names in the file's order; only the first of equal body points is common."""
    names: list[str] = []
    used: set[str] = set()
    for component in components:
        for point in component.points:
            name = translate_name(point) if component is body else None
            if name is None or name in used:
                # In lower case no component (LEFT_HAND_LANDMARKS) looks like a sided keypoint.
                name = f"{component.name.lower()}:{point}"
            used.add(name)
            names.append(name)
    return names


def _make_unique(names: Sequence[str]) -> list[str]:
    """Append numbers to repeated names."""
    repetitions: Counter[str] = Counter()
    used: set[str] = set()
    unique = []
    for name in names:
        candidate = name
        while candidate in used:
            repetitions[name] += 1
            candidate = f"{name}#{repetitions[name] + 1}"
        used.add(candidate)
        unique.append(candidate)
    return unique


def _detector_name(components: Sequence[PoseComponent]) -> str:
    names = " ".join(component.name for component in components)
    if "_LANDMARKS" in names:
        return "mediapipe"
    return "openpose" if "keypoints_2d" in names or "BODY_135" in names else "pose"


def _body_bones(names: set[str]) -> list[Bone]:
    """List the bones between these keypoints: OpenPose's, or COCO's first where Neck is missing."""
    first, second = (OPENPOSE25, COCO17) if "Neck" in names else (COCO17, OPENPOSE25)
    parents: dict[str, str] = {}
    for parent, child in (*first.bones, *second.bones):
        if parent in names and child in names:
            parents.setdefault(child, parent)
    return [(parent, child) for child, parent in parents.items()]


def _hand_bones(component: PoseComponent, names: Sequence[str], body: set[str]) -> list[Bone]:
    """List the bones of a hand, from the wrist outwards along the component's limbs."""
    hand = {
        number
        for number, (name, point) in enumerate(zip(names, component.points, strict=True))
        if name not in body and find_attachments(component.name, point)[0][1:] == "Wrist"
    }
    if not hand:
        return []
    neighbours: list[list[int]] = [[] for _ in names]
    for a, b in component.limbs:
        neighbours[a].append(b)
        neighbours[b].append(a)
    bones: list[Bone] = []
    queue = deque(number for number, name in enumerate(names) if name in body)
    if not queue:  # the hand is a component of its own, whose first point is the wrist
        first = min(hand)
        wrist = find_attachments(component.name, component.points[first])[0]
        if wrist in body:
            bones.append((wrist, names[first]))
        hand.discard(first)
        queue.append(first)
    while queue:
        number = queue.popleft()
        for neighbour in neighbours[number]:
            if neighbour in hand:
                hand.discard(neighbour)
                bones.append((names[number], names[neighbour]))
                queue.append(neighbour)
    return bones
