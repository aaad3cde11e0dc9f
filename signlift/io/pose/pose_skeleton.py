"""The skeleton of a .pose file: all its points, the body's under the names that all skeletons use.

OpenPose's 137 and 135 points, MediaPipe Holistic, AlphaPose and COCO-WholeBody are known by the
names of their points, whole or reduced.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from signlift.core.skeleton import COCO17, OPENPOSE25, SKELETONS, Bone, Skeleton, other_side

#: MediaPipe's own 3D of the body, in metres: not keypoints of the picture.
_WORLD = "WORLD"

#: Names of detectors that mean a keypoint which others call differently.
_SYNONYMS = {"LFootIndex": "LBigToe", "RFootIndex": "RBigToe", "Hip": "MidHip", "Pelvis": "MidHip"}

_HAND = re.compile(r"hand|thumb|index|middle|ring|pinky|finger", re.IGNORECASE)
_FOOT = re.compile(r"foot|toe|heel", re.IGNORECASE)


@dataclass(frozen=True)
class PoseComponent:
    """A component of a .pose header.

    Attributes
    ----------
    name, points
        As in the file.
    limbs
        Pairs of the component's point numbers.
    colors
        Red, green and blue, 0 to 255, of limbs or points.
    """

    name: str
    points: tuple[str, ...]
    limbs: tuple[tuple[int, int], ...] = ()
    colors: tuple[tuple[int, int, int], ...] = ()

    @property
    def of_picture(self) -> bool:
        """Whether its points are places in the picture."""
        return _WORLD not in self.name.upper()


@dataclass(frozen=True)
class PoseSkeleton(Skeleton):
    """The points of a .pose file, in the file's order.

    The body's keypoints have their common names (Nose, LWrist), all others the component's in
    small letters and their own (face_keypoints_2d:FB_1). Behind them stand counterparts of sided
    keypoints that the file does not have: they are never observed, and not written.

    Attributes
    ----------
    components
        What the file's header says.
    """

    components: tuple[PoseComponent, ...] = field(default=(), compare=False)

    @property
    def own(self) -> int:
        """How many of the keypoints are the file's."""
        return sum(len(component.points) for component in self.components)


def pose_skeleton(components: Sequence[PoseComponent]) -> Skeleton:
    """The skeleton of the points of a .pose file.

    Parameters
    ----------
    components
        The header's.

    Returns
    -------
    One of signlift's skeletons where the points are exactly those, else a `PoseSkeleton`.
    """
    if len(components) == 1:
        for known in SKELETONS:
            if components[0].points == known.keypoints:
                return known
    body = body_component(components)
    names = _unique(_names(components, body))
    ours = [name for name in names if name in OPENPOSE25.keypoints]
    unseen = [other for name in ours if (other := other_side(name)) not in names]
    starts = [sum(len(c.points) for c in components[:n]) for n in range(len(components))]
    bones = _body_bones(set(ours))
    for component, start in zip(components, starts, strict=True):
        if component.of_picture:
            own = names[start : start + len(component.points)]
            bones += _hand_bones(component, own, set(ours))
    return PoseSkeleton(
        _family(components) + str(len(names)),
        (*names, *unseen),
        chains=tuple(bones),
        components=tuple(components),
    )


def body_component(components: Sequence[PoseComponent]) -> PoseComponent | None:
    """The component with the most keypoints of a body, or None if there is none."""
    best, most = None, 0
    for component in components:
        known = len({common_name(point) for point in component.points} - {None})
        if component.of_picture and known > most:
            best, most = component, known
    return best


def common_name(point: str) -> str | None:
    """A body point's name in all skeletons: LEFT_SHOULDER, left_shoulder are LShoulder.

    None where it is no keypoint of OpenPose's BODY_25. MediaPipe's FOOT_INDEX is the big toe.
    """
    words = re.split(r"[_ ]", point)
    if len(words) > 1 or point.isupper() or point.islower():
        words = [word.capitalize() for word in words]
        sided = words[0] in ("Left", "Right")
        point = (words[0][0] if sided else words[0]) + "".join(words[1:])
    point = _SYNONYMS.get(point, point)
    return point if point in OPENPOSE25.keypoints else None


def hosts(component: str, point: str) -> tuple[str, ...]:
    """The body points that a point hangs on, the nearest first.

    Those of hands hang on the wrist, those of feet on the ankle, all others (face, head) on the
    nose; where one has no depth the next is taken.
    """
    text = f"{component} {point}"
    sided = re.search(r"left|right", text, re.IGNORECASE)
    letter = sided[0][0].upper() if sided else point[0] if re.match("[LR][A-Z]", point) else ""
    if letter and _FOOT.search(text):
        return f"{letter}Ankle", f"{letter}Knee", "MidHip"
    if letter and _HAND.search(text):
        return f"{letter}Wrist", f"{letter}Elbow", f"{letter}Shoulder", "Neck"
    return "Nose", "Neck", "MidHip"


def _names(components: Sequence[PoseComponent], body: PoseComponent | None) -> list[str]:
    """Keypoint names in the file's order; a body point that stands twice is one the first time."""
    names: list[str] = []
    taken: set[str] = set()
    for component in components:
        for point in component.points:
            name = common_name(point) if component is body else None
            if name is None or name in taken:
                # In small letters no component, LEFT_HAND_LANDMARKS say, looks like a side.
                name = f"{component.name.lower()}:{point}"
            taken.add(name)
            names.append(name)
    return names


def _unique(names: Sequence[str]) -> list[str]:
    """Names of which none stands twice: the later ones are numbered."""
    times: Counter[str] = Counter()
    taken: set[str] = set()
    unique = []
    for given in names:
        name = given
        while name in taken:
            times[given] += 1
            name = f"{given}#{times[given] + 1}"
        taken.add(name)
        unique.append(name)
    return unique


def _family(components: Sequence[PoseComponent]) -> str:
    names = " ".join(component.name for component in components)
    if "_LANDMARKS" in names:
        return "mediapipe"
    return "openpose" if "keypoints_2d" in names or "BODY_135" in names else "pose"


def _body_bones(names: set[str]) -> list[Bone]:
    """The bones of a body as OpenPose has them, or as COCO has where there is no Neck."""
    first, second = (OPENPOSE25, COCO17) if "Neck" in names else (COCO17, OPENPOSE25)
    bones: dict[str, str] = {}
    for parent, child in (*first.bones, *second.bones):
        if parent in names and child in names:
            bones.setdefault(child, parent)
    return [(parent, child) for child, parent in bones.items()]


def _hand_bones(component: PoseComponent, names: Sequence[str], body: set[str]) -> list[Bone]:
    """A hand's bones, from the wrist outwards along the component's limbs."""
    number_of = len(names)
    hand = {
        number
        for number, name in enumerate(names)
        if name not in body and hosts(component.name, component.points[number])[0][1:] == "Wrist"
    }
    if not hand:
        return []
    next_to: dict[int, list[int]] = {number: [] for number in range(number_of)}
    for a, b in component.limbs:
        next_to[a].append(b)
        next_to[b].append(a)
    bones: list[Bone] = []
    queue = deque(number for number, name in enumerate(names) if name in body)
    if not queue:  # a component of its own: its first point is the wrist
        first = min(hand)
        wrist = hosts(component.name, component.points[first])[0]
        if wrist in body:
            bones.append((wrist, names[first]))
        hand.discard(first)
        queue.append(first)
    while queue:
        number = queue.popleft()
        for other in next_to[number]:
            if other in hand:
                hand.discard(other)
                bones.append((names[number], names[other]))
                queue.append(other)
    return bones
