"""Lines of a face: brows, eyes, nose, lips and its outline, between the landmarks of a skeleton."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from signlift.core.face_mesh import CONTOURS, NOSE_BRIDGE, mesh_name
from signlift.core.skeleton import Skeleton
from signlift.core.skeleton_tables import FACE, OPENPOSE137
from signlift.utils.array_types import Int

#: Parts of a face without a line, which are dots where a skeleton has no landmarks of the face.
_DOTS = ("Nose", "LEye", "REye")
_MOUTH = ("LMouth", "RMouth")


@dataclass(frozen=True, eq=False)
class FaceLines:
    """The lines of a face.

    Attributes
    ----------
    features, outline
        Numbers of the keypoints along each line: of brows, eyes, nose and lips, and of the outline.
    dots, mouth
        [D] and [0 or 2], numbers of single keypoints, and of the corners of the mouth, where a
        skeleton has no landmarks of the face.
    """

    features: tuple[Int[np.ndarray, " _"], ...]
    outline: tuple[Int[np.ndarray, " _"], ...]
    dots: Int[np.ndarray, " D"]
    mouth: Int[np.ndarray, " M"]


@lru_cache(maxsize=32)
def find_face_lines(skeleton: Skeleton) -> FaceLines:
    """List the lines of a face that a skeleton has the landmarks of.

    Examples
    --------
    >>> from signlift.core.skeleton import OPENPOSE137, PANOPTIC26
    >>> lines = find_face_lines(OPENPOSE137)
    >>> len(lines.features), len(lines.outline), len(lines.dots)
    (15, 2, 0)
    >>> find_face_lines(PANOPTIC26).dots.tolist()
    [1, 15, 17]
    """
    features: list[Int[np.ndarray, " _"]] = []
    outline: list[Int[np.ndarray, " _"]] = []
    for kind, names in _named_lines():
        numbers = [number for name in names if (number := skeleton.find(name)) is not None]
        if len(numbers) > 1:
            (outline if kind == "outline" else features).append(np.array(numbers))
    dots, mouth = (
        [number for name in names if (number := skeleton.find(name)) is not None]
        if not features and skeleton.has("LEye")
        else []
        for names in (_DOTS, _MOUTH)
    )
    return FaceLines(
        tuple(features), tuple(outline), np.array(dots, np.int64), np.array(mouth, np.int64)
    )


def _named_lines() -> Iterator[tuple[str, list[str]]]:
    """List the lines by the names of their landmarks.

    Files may list pairs of landmarks, and OpenPose's lines are longer: those of its skeleton.
    """
    for kind, sides in CONTOURS.items():
        for line in sides:
            yield kind, [mesh_name(number) for number in line.split()]
    yield "nose", [mesh_name(number) for number in NOSE_BRIDGE.split()]
    for chain in OPENPOSE137.chains:
        if len(chain) > 1 and set(chain) <= set(FACE):
            names = [*chain, chain[0]] if "Eyelid" in chain[0] else list(chain)
            yield ("outline" if "Jaw" in chain[0] else "feature"), names
