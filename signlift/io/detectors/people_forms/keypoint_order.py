"""The skeleton of keypoints that a file lists without their names, or with a list of names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import HALPE26, SKELETONS, Skeleton, common_name, skeleton_of_size
from signlift.errors import InputError, problem
from signlift.io.people.keypoint_names import match_keypoints, parse_keypoint_name

#: Numbers of keypoints of a hand, of two, and of faces, which have no body.
_WITHOUT_BODY = {
    21: "one hand, without a body",
    42: "two hands, without a body",
    **dict.fromkeys((68, 70, 98, 106, 468, 478), "a face, without a body"),
}

#: Smallest number of names that must agree with a skeleton of the same number of keypoints.
_MIN_AGREEING = 5


@dataclass(frozen=True)
class KeypointOrder:
    """Order of keypoints, as far as the user or the file gives it beside their number.

    Attributes
    ----------
    skeleton
        The skeleton that the user gives. It takes precedence.
    names
        The names of the keypoints, in order, that the file gives. Names that do not include both
        shoulders are ignored.
    """

    skeleton: Skeleton | None = None
    names: tuple[str, ...] | None = None

    def arrange(self, values: NDArray[Any], where: str) -> tuple[Skeleton, NDArray[Any]]:
        """Arrange keypoints in the order of a skeleton.

        Parameters
        ----------
        values
            [K, C], in the order of the file.
        where
            File and frame, for messages.

        Returns
        -------
        The skeleton, and [J, C]; NaN for keypoints that the file does not have.

        Raises
        ------
        InputError
            The given skeleton has another number of keypoints, or no skeleton has this number.

        Examples
        --------
        >>> KeypointOrder().arrange(np.zeros((26, 3)), "frame 0")[0].name
        'halpe26'
        """
        count = len(values)
        if self.skeleton is not None and len(self.skeleton) != count:
            expected = f"{len(self.skeleton)} keypoints ({self.skeleton.name})"
            raise InputError(problem(where, expected=expected, found=str(count)))
        if self.skeleton is not None:
            return self.skeleton, values
        if self.names is not None and len(self.names) == count and name_body(self.names):
            return arrange_by_name(self.names, values, where)
        return skeleton_for_count(count, where), values


#: The order that follows from the number of keypoints.
ANY_ORDER = KeypointOrder()


def skeleton_for_count(count: int, where: str) -> Skeleton:
    """Find the skeleton of a detector by its number of keypoints: halpe26 for 26.

    Parameters
    ----------
    count
        Number of keypoints.
    where
        File and frame, for messages.

    Raises
    ------
    InputError
        No skeleton has this number of keypoints.

    Examples
    --------
    >>> skeleton_for_count(17, "frame 0").name
    'coco17'
    """
    skeleton = HALPE26 if count == len(HALPE26) else skeleton_of_size(count)
    if skeleton is None:
        sizes = ", ".join(str(size) for size in sorted({len(each) for each in SKELETONS}))
        part = f" ({_WITHOUT_BODY[count]})" if count in _WITHOUT_BODY else ""
        found = f"{count}{part}"
        raise InputError(problem(where, expected=f"one of {sizes} keypoints", found=found))
    return skeleton


def name_body(names: Iterable[str]) -> bool:
    """Check whether names are those of keypoints of a body: both shoulders are among them."""
    return {"LShoulder", "RShoulder"} <= {parse_keypoint_name(name) for name in names}


def arrange_by_name(
    names: tuple[str, ...], values: NDArray[Any], where: str
) -> tuple[Skeleton, NDArray[Any]]:
    """Arrange keypoints in the order of the skeleton that has most of their names.

    Parameters
    ----------
    names
        K names, in any spelling.
    values
        [K, C].
    where
        File and frame, for messages.

    Returns
    -------
    As from `KeypointOrder.arrange`.

    Raises
    ------
    InputError
        The names do not include both shoulders, or include other names but not both elbows.
    """
    ordered = _find_ordered(names)
    if ordered is not None:
        return ordered, values
    skeleton, columns, left_out = match_keypoints(names, where)
    if left_out and not all(skeleton.find(name) in columns for name in ("LElbow", "RElbow")):
        found = ", ".join(repr(name[:20]) for name in left_out[:5])
        expected = "both elbows among the keypoints by name"
        raise InputError(problem(where, expected=expected, found=f"the other names {found}"))
    arranged = np.full((len(skeleton), *values.shape[1:]), np.nan, values.dtype)
    for index, column in columns.items():
        arranged[index] = values[column]
    return skeleton, arranged


@lru_cache(maxsize=64)
def _find_ordered(names: tuple[str, ...]) -> Skeleton | None:
    """Find a skeleton with these names in this order, as far as they are names of the body.

    So the keypoints of hands and faces, which everybody names differently, keep their places.
    """
    parsed = [parse_keypoint_name(name) for name in names]
    for skeleton in SKELETONS:
        if len(skeleton) == len(names):
            agreeing = [
                name == common_name(keypoint)
                for name, keypoint in zip(parsed, skeleton.keypoints, strict=True)
                if name is not None
            ]
            if len(agreeing) >= _MIN_AGREEING and all(agreeing):
                return skeleton
    return None
