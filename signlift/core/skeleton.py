"""Skeletons: keypoint names, sides, bones, limb chains, and conversions by name.

Nothing else in signlift knows a keypoint by its number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from signlift.core import skeleton_tables as skeletons
from signlift.errors import InputError, parameter_problem

#: The keypoint that depth is relative to.
ROOT = "MidHip"

#: Points that are the middle of two others, in every skeleton that has those two.
DERIVED = {"Neck": ("LShoulder", "RShoulder"), "MidHip": ("LHip", "RHip")}

#: Names that a skeleton uses for a keypoint that others call differently.
_COMMON_NAMES = {"LHand": "LWrist", "RHand": "RWrist"}

Bone = tuple[str, str]


@dataclass(frozen=True)
class Skeleton:
    """An ordered set of named keypoints and how they hang together.

    A name that begins with L or R and a capital (LElbow) is a keypoint of that side of the
    person; any other (Nose) lies in the middle.

    Parameters
    ----------
    name
        The skeleton's name, for `get_skeleton`.
    keypoints
        Names in the order of the arrays' J axis.
    chains
        Limb chains, each from the trunk outwards: what is drawn, and where bones come from.
    aliases
        Other names of the skeleton.

    Raises
    ------
    ValueError
        A name that stands twice, a chain of an unknown keypoint, a keypoint with two parents,
        or a sided keypoint without its counterpart.
    """

    name: str
    keypoints: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...] = ()
    aliases: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if len(set(self.keypoints)) != len(self.keypoints):
            raise ValueError(f"{self.name}: a keypoint name stands twice")
        unknown = {name for chain in self.chains for name in chain} - set(self.keypoints)
        if unknown:
            raise ValueError(f"{self.name}: chains of unknown keypoints {sorted(unknown)}")
        children = [child for _, child in self.bones]
        if len(set(children)) != len(children):
            raise ValueError(f"{self.name}: a keypoint has two parents")
        for name in self.keypoints:
            if other_side(name) not in self.keypoints:
                raise ValueError(f"{self.name}: {name} has no {other_side(name)}")

    def __len__(self) -> int:
        """J, the number of keypoints."""
        return len(self.keypoints)

    @cached_property
    def bones(self) -> tuple[Bone, ...]:
        """(parent, child) of each bone, parents before their children."""
        return tuple(dict.fromkeys(bone for chain in self.chains for bone in pairwise(chain)))

    @cached_property
    def bone_index(self) -> Int[np.ndarray, "bones 2"]:
        """The bones as keypoint numbers: parent, child."""
        pairs = [[self.index(parent), self.index(child)] for parent, child in self.bones]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """'left', 'right' or 'middle' for each keypoint."""
        return tuple(side(name) for name in self.keypoints)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The (left, right) counterparts."""
        return tuple((name, other_side(name)) for name in self.keypoints if side(name) == "left")

    @cached_property
    def mirror(self) -> Int[np.ndarray, " J"]:
        """The permutation that swaps left and right: `mirrored = values[..., mirror]`."""
        return np.array([self.index(other_side(name)) for name in self.keypoints], dtype=np.int64)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.keypoints)}

    @cached_property
    def _common_numbers(self) -> dict[str, int]:
        numbered = reversed(list(enumerate(self.keypoints)))  # the first of a name counts
        return {_COMMON_NAMES.get(name, name): number for number, name in numbered}

    def index(self, name: str) -> int:
        """The number of a keypoint; KeyError, with the names, when there is no such keypoint."""
        if name not in self._numbers:
            names = ", ".join(self.keypoints)
            raise KeyError(f"{self.name}: expected one of its keypoints ({names}), found {name}")
        return self._numbers[name]

    def find(self, name: str) -> int | None:
        """The number of the keypoint with this name in any skeleton's terms, or None.

        `LHand` (the seed's term) and `LWrist` are one keypoint.
        """
        return self._common_numbers.get(_COMMON_NAMES.get(name, name))

    def has(self, name: str) -> bool:
        """Whether a point is one of the keypoints or can be derived from two of them."""
        parts = DERIVED.get(name, ())
        return self.find(name) is not None or (
            bool(parts) and all(self.find(part) is not None for part in parts)
        )

    def point(self, values: NDArray[np.floating], name: str) -> NDArray[np.floating]:
        """One point of every frame: the keypoint, or the middle that stands for it.

        Parameters
        ----------
        values
            [..., J, C] with NaN for what is missing.
        name
            A keypoint, or a derived point such as Neck where the skeleton has both shoulders.

        Returns
        -------
        [..., C]. The skeleton's own keypoint; where it is missing (or the skeleton has none),
        the middle of the two keypoints that define it; NaN where one of those is missing.

        Raises
        ------
        InputError
            The skeleton has neither the point nor what it is derived from.
        """
        if not self.has(name):
            raise InputError(f"skeleton {self.name}: expected a keypoint {name}, found none")
        number = self.find(name)
        own = None if number is None else values[..., number, :]
        numbers = [self.find(part) for part in DERIVED.get(name, ())]
        if not numbers or None in numbers:
            assert own is not None
            return own
        middle = (values[..., numbers[0], :] + values[..., numbers[1], :]) / 2
        return middle if own is None else np.where(np.isnan(own), middle, own)


def side(name: str) -> str:
    """'left', 'right' or 'middle', by the first letters of a keypoint's name."""
    if len(name) > 1 and name[1].isupper() and name[0] in "LR":
        return "left" if name[0] == "L" else "right"
    return "middle"


def other_side(name: str) -> str:
    """The name of the counterpart on the other side; a middle keypoint is its own."""
    if side(name) == "middle":
        return name
    return ("R" if name[0] == "L" else "L") + name[1:]


def convert(
    values: Float[np.ndarray, "*rest J C"], source: Skeleton, target: Skeleton
) -> Float[np.ndarray, "*rest K C"]:
    """Carry keypoints from one skeleton to another, by name.

    Parameters
    ----------
    values
        [..., J, C] on `source`, NaN for what is missing; any C (coordinates, depth, ...).
    source, target
        The skeletons to go from and to.

    Returns
    -------
    [..., K, C] on `target`. Neck and MidHip are recomputed as the middle of the shoulders and
    of the hips; where one of the two is missing the source's own Neck or MidHip is taken.
    Keypoints that the source does not have are NaN.

    Raises
    ------
    InputError
        `values` does not have the source's number of keypoints.
    """
    if values.ndim < 2 or values.shape[-2] != len(source):
        raise InputError(
            f"values for {source.name}: expected shape [..., {len(source)}, C], "
            f"found {list(values.shape)}"
        )
    out = np.full((*values.shape[:-2], len(target), values.shape[-1]), np.nan, values.dtype)
    for number, name in enumerate(target.keypoints):
        parts = [source.find(part) for part in DERIVED.get(name, ())]
        own = source.find(name)
        if own is not None:
            out[..., number, :] = values[..., own, :]
        if parts and None not in parts:
            middle = (values[..., parts[0], :] + values[..., parts[1], :]) / 2
            out[..., number, :] = np.where(np.isnan(middle), out[..., number, :], middle)
    return out


PANOPTIC26 = Skeleton(*skeletons.PANOPTIC26)
PANOPTIC67 = Skeleton(*skeletons.PANOPTIC67)
OPENPOSE25 = Skeleton(*skeletons.OPENPOSE25)
OPENPOSE67 = Skeleton(*skeletons.OPENPOSE67)
OPENPOSE137 = Skeleton(*skeletons.OPENPOSE137)
COCO17 = Skeleton(*skeletons.COCO17)
COCO18 = Skeleton(*skeletons.COCO18)
WHOLEBODY133 = Skeleton(*skeletons.WHOLEBODY133)
HALPE26 = Skeleton(*skeletons.HALPE26)
HALPE136 = Skeleton(*skeletons.HALPE136)
MEDIAPIPE33 = Skeleton(*skeletons.MEDIAPIPE33)
MEDIAPIPE75 = Skeleton(*skeletons.MEDIAPIPE75)

#: All of them; of those with as many keypoints, the first is meant when no name is given.
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
)


def skeleton_of_size(keypoints: int) -> Skeleton | None:
    """The skeleton that is meant by a number of keypoints alone, or None.

    26 are panoptic26 (not halpe26) and 67 are panoptic67 (not openpose67).
    """
    return next((candidate for candidate in SKELETONS if len(candidate) == keypoints), None)


def get_skeleton(name: str | Skeleton) -> Skeleton:
    """The skeleton of this name or alias (a skeleton is given back as it is).

    Raises
    ------
    InputError
        No skeleton has this name.
    """
    if isinstance(name, Skeleton):
        return name
    for candidate in SKELETONS:
        if name in (candidate.name, *candidate.aliases):
            return candidate
    names = ", ".join(candidate.name for candidate in SKELETONS)
    raise InputError(parameter_problem("skeleton", expected=f"one of {names}", found=repr(name)))


def subtract_root_depth(
    depth: Float[np.ndarray, "*rest J"], on: Skeleton
) -> Float[np.ndarray, "*rest J"]:
    """Depth relative to the root of each frame.

    Parameters
    ----------
    depth
        [..., J], any unit, positive away from the camera, NaN for what is missing.
    on
        What the J keypoints are.

    Returns
    -------
    [..., J]: `depth` less the depth of MidHip (on COCO-17: of the middle of the hips).
    NaN in all of a frame whose root is missing.
    """
    return depth - on.point(depth[..., None], ROOT)
