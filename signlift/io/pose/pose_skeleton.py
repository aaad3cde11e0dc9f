"""Skeletons of .pose files: all points of the file, with common names for those that have one.

The points of OpenPose (137 and 135), MediaPipe Holistic, AlphaPose and COCO-WholeBody are
recognised by name, also where a file holds only some of them (see `pose_points`).
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from signlift.core.face_mesh import mesh_bones
from signlift.core.skeleton import (
    COCO17,
    OPENPOSE25,
    OPENPOSE137,
    SKELETONS,
    Bone,
    Skeleton,
    other_side,
)
from signlift.core.skeleton_tables import FACE
from signlift.io.pose.pose_header import PoseComponent
from signlift.io.pose.pose_points import FOOT_NAMES, translate_body_name, translate_part_name

_HAND = re.compile(r"hand|thumb|index|middle|ring|pinky|finger", re.IGNORECASE)
_FOOT = re.compile(r"foot|toe|heel", re.IGNORECASE)


@dataclass(frozen=True)
class PoseSkeleton(Skeleton):
    """Points of a .pose file, in the file's order.

    Keypoints of the body, the hands and the face have the names that other skeletons use (LWrist,
    LIndex1, RJaw0). All others have the component's name in lower case before their own
    (face_landmarks:10). The counterparts of left and right keypoints that the file does not have
    follow at the end: they are never observed, and not written.

    The name of the skeleton is that of a built-in one (openpose137) only where the order is the
    same.

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

    @cached_property
    def _common_numbers(self) -> dict[str, int]:
        # MediaPipe's FOOT_INDEX is the big toe here, and keeps its own name on mediapipe33.
        numbers = {**super()._common_numbers}
        for foot, toe in FOOT_NAMES.items():
            if foot not in numbers and toe in numbers:
                numbers[foot] = numbers[toe]
        return numbers


def build_pose_skeleton(components: Sequence[PoseComponent]) -> Skeleton:
    """Build the skeleton for the points of a .pose file.

    Parameters
    ----------
    components
        The components of its header.

    Returns
    -------
    One of signlift's skeletons where the points are exactly its keypoints in one component, else a
    `PoseSkeleton`.

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
    counterparts = [name for name in map(other_side, names) if name not in names]
    body = {name for name in names if name in OPENPOSE25.keypoints}
    bones = [*_body_bones(body), *_face_bones(set(names))]
    start = 0
    for component in components:
        end = start + len(component.points)
        if component.in_image:
            bones += _hand_bones(component, names[start:end], body)
        start = end
    return PoseSkeleton(
        _skeleton_name(components, names),
        (*names, *counterparts),
        chains=tuple(bones),
        components=tuple(components),
    )


def find_body_component(components: Sequence[PoseComponent]) -> PoseComponent | None:
    """Find the component with the most keypoints of a body; None if no component has any."""
    best, best_count = None, 0
    for component in components:
        count = len({translate_body_name(point) for point in component.points} - {None})
        if component.in_image and count > best_count:
            best, best_count = component, count
    return best


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
    """List keypoint names in the file's order; only the first of equal points is common."""
    names: list[str] = []
    used: set[str] = set()
    for component in components:
        for point in component.points:
            name = translate_body_name(point) if component is body else None
            if name is None and component.in_image:
                name = translate_part_name(component.name, point)
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


def _skeleton_name(components: Sequence[PoseComponent], names: Sequence[str]) -> str:
    """Name a skeleton by its detector and size; one name stands for one order of keypoints."""
    text = " ".join(component.name for component in components)
    detector = "pose"
    if "_LANDMARKS" in text:
        detector = "mediapipe"
    elif "keypoints_2d" in text or "BODY_135" in text:
        detector = "openpose"
    name = f"{detector}{len(names)}"
    for skeleton in SKELETONS:
        common = [FOOT_NAMES.get(keypoint, keypoint) for keypoint in skeleton.keypoints]
        if skeleton.name == name and common != list(names):
            return f"pose{len(names)}"
    return name


def _body_bones(names: set[str]) -> list[Bone]:
    """List the bones between these keypoints: OpenPose's, or COCO's first where Neck is missing."""
    first, second = (OPENPOSE25, COCO17) if "Neck" in names else (COCO17, OPENPOSE25)
    parents: dict[str, str] = {}
    for parent, child in (*first.bones, *second.bones):
        if parent in names and child in names:
            parents.setdefault(child, parent)
    return [(parent, child) for child, parent in parents.items()]


def _face_bones(names: set[str]) -> list[Bone]:
    """List the bones between the landmarks of a face: OpenPose's, and the contours of the mesh."""
    face = [bone for bone in OPENPOSE137.bones if names.intersection(FACE).issuperset(bone)]
    return [*face, *mesh_bones(names)]


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
