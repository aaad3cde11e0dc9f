"""Skeletons: keypoint names, sides, bones and limb chains; the built-in skeletons.

All other modules refer to keypoints by name, never by number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core import skeleton_tables as tables
from signlift.errors import InputError, parameter_problem, problem
from signlift.utils.array_types import Int

#: The keypoint that depth is relative to.
ROOT = "MidHip"

#: Points that are derived as the middle of two keypoints, in every skeleton that has those two.
DERIVED = {"Neck": ("LShoulder", "RShoulder"), "MidHip": ("LHip", "RHip")}

#: Names of panoptic26 for keypoints that other skeletons name differently.
_COMMON_NAMES = {"LHand": "LWrist", "RHand": "RWrist"}

Bone = tuple[str, str]


@dataclass(frozen=True)
class Skeleton:
    """An ordered set of named keypoints, and the bones between them.

    A name that begins with L or R and a capital letter (LElbow) is a keypoint of that side of the
    person. All other names (Nose) are keypoints in the middle.

    Parameters
    ----------
    name
        The name of the skeleton, as `get_skeleton` takes it.
    keypoints
        The names of the keypoints, in the order of the J axis of arrays.
    chains
        Limb chains, each from the trunk outwards. Neighbours in a chain are joined by a bone.
    aliases
        Other names of the skeleton.

    Raises
    ------
    ValueError
        A duplicate name, a chain of an unknown keypoint, a keypoint with two parents, or a left
        or right keypoint without its counterpart.

    Examples
    --------
    >>> from signlift.core.skeleton import Skeleton
    >>> arm = Skeleton("arm", ("LElbow", "LWrist", "RElbow", "RWrist"), (("LElbow", "LWrist"),))
    >>> arm.bones
    (('LElbow', 'LWrist'),)
    >>> arm.mirror
    array([2, 3, 0, 1])
    """

    name: str
    keypoints: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...] = ()
    aliases: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        names = set(self.keypoints)
        if len(names) < len(self.keypoints):
            duplicates = {name for name in names if self.keypoints.count(name) > 1}
            raise ValueError(f"{self.name}: duplicate keypoint names {sorted(duplicates)}")
        unknown = {name for chain in self.chains for name in chain} - names
        if unknown:
            raise ValueError(f"{self.name}: chains contain unknown keypoints {sorted(unknown)}")
        children = [child for _, child in self.bones]
        if len(set(children)) != len(children):
            raise ValueError(f"{self.name}: a keypoint has two parents")
        for name in self.keypoints:
            if other_side(name) not in names:
                raise ValueError(f"{self.name}: {name} has no counterpart {other_side(name)}")

    def __len__(self) -> int:
        """Return J, the number of keypoints."""
        return len(self.keypoints)

    @cached_property
    def bones(self) -> tuple[Bone, ...]:
        """(parent, child) names of each bone, in the order of the chains."""
        return tuple(dict.fromkeys(bone for chain in self.chains for bone in pairwise(chain)))

    @cached_property
    def bone_index(self) -> Int[np.ndarray, "bones 2"]:
        """[bones, 2], the numbers of the parent and the child of each bone."""
        pairs = [[self.index(parent), self.index(child)] for parent, child in self.bones]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """The side of each keypoint: 'left', 'right' or 'middle'."""
        return tuple(side(name) for name in self.keypoints)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(left, right) names of the keypoints that are each other's counterparts."""
        return tuple((name, other_side(name)) for name in self.keypoints if side(name) == "left")

    @cached_property
    def mirror(self) -> Int[np.ndarray, " J"]:
        """[J], the permutation that swaps left and right: `mirrored = values[..., mirror]`."""
        return np.array([self.index(other_side(name)) for name in self.keypoints], dtype=np.int64)

    @property
    def parts(self) -> Mapping[int | str, Any]:
        """The name of each keypoint by number, and the number of each keypoint by name.

        Examples
        --------
        >>> from signlift.core.skeleton import get_skeleton
        >>> parts = get_skeleton("coco17").parts
        >>> parts[0], parts["Nose"]
        ('Nose', 0)
        """
        return MappingProxyType({**dict(enumerate(self.keypoints)), **self._numbers})

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.keypoints)}

    @cached_property
    def _common_numbers(self) -> dict[str, int]:
        # In reverse, so that the first keypoint of a name takes precedence.
        numbered = reversed(list(enumerate(self.keypoints)))
        return {common_name(name): number for number, name in numbered}

    def index(self, name: str) -> int:
        """Return the number of a keypoint.

        Raises
        ------
        KeyError
            The skeleton has no such keypoint; the message lists those that it has.
        """
        if name not in self._numbers:
            names = ", ".join(self.keypoints)
            raise KeyError(f"{self.name}: expected one of its keypoints ({names}), found {name}")
        return self._numbers[name]

    def find(self, name: str) -> int | None:
        """Return the number of a keypoint by the name that any skeleton uses for it, or None.

        `LHand` (in panoptic26) and `LWrist` (elsewhere) are the same keypoint.
        """
        return self._common_numbers.get(_COMMON_NAMES.get(name, name))

    def find_ends(self, name: str) -> tuple[int, int] | None:
        """Return the numbers of the two keypoints that a point is derived from.

        None for a point that is not derived (only Neck and MidHip are), and if one of the two
        keypoints does not exist.
        """
        first, second = (self.find(end) for end in DERIVED.get(name, ("", "")))
        return None if first is None or second is None else (first, second)

    def has(self, name: str) -> bool:
        """Return True if a point is a keypoint or can be derived from two keypoints."""
        return self.find(name) is not None or self.find_ends(name) is not None

    def point(self, values: NDArray[np.floating], name: str) -> NDArray[np.floating]:
        """Select one point of every frame: a keypoint, or the middle of two.

        Parameters
        ----------
        values
            [..., J, C], NaN where missing.
        name
            A keypoint, or a derived point (Neck, MidHip) of which the skeleton has both ends.

        Returns
        -------
        [..., C], the keypoint of this name. Where it is missing, or if the skeleton has none, the
        middle of the two keypoints that the point is derived from; NaN where one of those is
        missing.

        Raises
        ------
        InputError
            The skeleton has neither the point nor the keypoints that it is derived from.

        Examples
        --------
        >>> from signlift.core.skeleton import get_skeleton
        >>> import numpy as np
        >>> skeleton = get_skeleton("coco17")
        >>> depth = np.zeros((17, 1))
        >>> depth[skeleton.index("LShoulder")] = 3
        >>> skeleton.point(depth, "Neck")
        array([1.5])
        """
        number, ends = self.find(name), self.find_ends(name)
        keypoint = None if number is None else values[..., number, :]
        if ends is not None:
            middle = (values[..., ends[0], :] + values[..., ends[1], :]) / 2
            return middle if keypoint is None else np.where(np.isnan(keypoint), middle, keypoint)
        if keypoint is None:
            where = f"skeleton {self.name}"
            raise InputError(problem(where, expected=f"a keypoint {name}", found="none"))
        return keypoint


def side(name: str) -> str:
    """Return 'left', 'right' or 'middle', by the first two letters of a keypoint's name.

    Examples
    --------
    >>> from signlift.core.skeleton import side
    >>> side("LElbow"), side("Neck"), side("Lip3")
    ('left', 'middle', 'middle')
    """
    if len(name) > 1 and name[1].isupper() and name[0] in "LR":
        return "left" if name[0] == "L" else "right"
    return "middle"


def common_name(name: str) -> str:
    """Return the name that most skeletons use for a keypoint: that of the wrist for a hand.

    Examples
    --------
    >>> from signlift.core.skeleton import common_name
    >>> common_name("LHand"), common_name("Nose")
    ('LWrist', 'Nose')
    """
    return _COMMON_NAMES.get(name, name)


def other_side(name: str) -> str:
    """Return the name of the counterpart on the other side; of a middle keypoint, its own name."""
    if side(name) == "middle":
        return name
    return ("R" if name[0] == "L" else "L") + name[1:]


PANOPTIC26 = Skeleton(*tables.PANOPTIC26)
PANOPTIC67 = Skeleton(*tables.PANOPTIC67)
OPENPOSE25 = Skeleton(*tables.OPENPOSE25)
OPENPOSE67 = Skeleton(*tables.OPENPOSE67)
OPENPOSE137 = Skeleton(*tables.OPENPOSE137)
COCO17 = Skeleton(*tables.COCO17)
COCO18 = Skeleton(*tables.COCO18)
H36M17 = Skeleton(*tables.H36M17)
WHOLEBODY133 = Skeleton(*tables.WHOLEBODY133)
HALPE26 = Skeleton(*tables.HALPE26)
HALPE136 = Skeleton(*tables.HALPE136)
MEDIAPIPE33 = Skeleton(*tables.MEDIAPIPE33)
MEDIAPIPE75 = Skeleton(*tables.MEDIAPIPE75)
MEDIAPIPE543 = Skeleton(*tables.MEDIAPIPE543)
MEDIAPIPE553 = Skeleton(*tables.MEDIAPIPE553)

#: Keypoint names by number and numbers by name, of panoptic26, as in the original repository.
skeleton_parts = PANOPTIC26.parts

#: All skeletons. Of several with the same number of keypoints, the first is the default.
SKELETONS: tuple[Skeleton, ...] = (
    PANOPTIC26,
    PANOPTIC67,
    OPENPOSE25,
    COCO17,
    COCO18,
    MEDIAPIPE33,
    WHOLEBODY133,
    HALPE26,
    HALPE136,
    OPENPOSE67,
    OPENPOSE137,
    MEDIAPIPE75,
    H36M17,
)


#: Skeletons with MediaPipe's face mesh. They are used where they are given: by default the mesh is
#: left out.
MESH_SKELETONS = (MEDIAPIPE543, MEDIAPIPE553)


def mesh_landmarks(skeleton: Skeleton | None) -> int:
    """Return the number of landmarks of the face mesh that a given skeleton has; 0 for no skeleton.

    Examples
    --------
    >>> from signlift.core.skeleton import MEDIAPIPE75, MEDIAPIPE543
    >>> mesh_landmarks(MEDIAPIPE543), mesh_landmarks(MEDIAPIPE75), mesh_landmarks(None)
    (468, 0, 0)
    """
    if skeleton is None or skeleton not in MESH_SKELETONS:
        return 0
    return len(skeleton) - len(MEDIAPIPE75)


def skeleton_of_size(keypoints: int) -> Skeleton | None:
    """Return the default skeleton of a number of keypoints, or None if there is none.

    17 keypoints are coco17 (not h36m17), 26 are panoptic26 (not halpe26), and 67 are panoptic67
    (not openpose67).
    """
    return next((candidate for candidate in SKELETONS if len(candidate) == keypoints), None)


def get_skeleton(name: str | Skeleton) -> Skeleton:
    """Look up a skeleton by its name or alias; a `Skeleton` is returned as it is.

    Raises
    ------
    InputError
        No skeleton has this name.

    Examples
    --------
    >>> from signlift.core.skeleton import get_skeleton
    >>> len(get_skeleton("BODY_25"))
    25
    """
    if isinstance(name, Skeleton):
        return name
    candidates = (*SKELETONS, *MESH_SKELETONS)
    for candidate in candidates:
        if name in (candidate.name, *candidate.aliases):
            return candidate
    names = ", ".join(candidate.name for candidate in candidates)
    raise InputError(parameter_problem("skeleton", expected=f"one of {names}", found=repr(name)))
