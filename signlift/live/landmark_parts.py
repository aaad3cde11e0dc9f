"""The parts of a person as MediaPipe gives them: landmarks of body, hands and face."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.face_mesh import MESH_SIZE
from signlift.core.skeleton import MEDIAPIPE33, Skeleton, mesh_landmarks
from signlift.errors import InputError, problem
from signlift.io.detectors.people_forms.mediapipe import parse_landmarks
from signlift.io.finite_numbers import to_numbers

_POSE, _HAND = len(MEDIAPIPE33), 21

#: Parts of MediaPipe's people, and their numbers of landmarks.
PARTS = {
    "body": (_POSE,),
    "face": (MESH_SIZE - 10, MESH_SIZE),
    "left_hand": (_HAND,),
    "right_hand": (_HAND,),
}

#: Numbers of a landmark in a flat list: x, y and z; of the body with its visibility.
_FLAT_WIDTHS = {"body": (4, 3), "face": (3,), "left_hand": (3,), "right_hand": (3,)}


def parse_parts(
    message: Mapping[str, Any], skeleton: Skeleton, where: str
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None] | None:
    """Parse the parts of a person of MediaPipe.

    Parameters
    ----------
    message
        `body`, `left_hand`, `right_hand` and `face`, each null where there is none. Those that the
        skeleton lacks are left out.
    skeleton
        One of MediaPipe's skeletons.
    where
        The source of the message, for errors.

    Returns
    -------
    [J, 3], x, y and confidence, and [J], z, all fractions of the image; None for nobody.

    Raises
    ------
    InputError
        The skeleton is another one, or a part has other numbers of landmarks.
    """
    if not skeleton.name.startswith("mediapipe"):
        expected = f"`keypoints`, for the skeleton {skeleton.name}"
        found = "the parts of a MediaPipe skeleton"
        raise InputError(problem(where, expected=expected, found=found))
    out = np.full((len(skeleton), 4), np.nan, np.float32)
    for part, start, count in _layout(skeleton):
        landmarks = _parse_part(part, message.get(part), f"{where}, {part}")
        if landmarks is None:
            continue
        if part != "body":  # MediaPipe gives these no visibility, or 0
            landmarks[:, 3] = 1
        out[start : start + count][: len(landmarks)] = landmarks[:count]
    if np.isnan(out[:, :2]).all():
        return None
    return out[:, [0, 1, 3]], out[:, 2]


def _layout(skeleton: Skeleton) -> list[tuple[str, int, int]]:
    """List the parts of a skeleton with their first keypoints and their numbers of keypoints."""
    counts = {"body": _POSE, "face": mesh_landmarks(skeleton)}
    if len(skeleton) > _POSE:
        counts |= {"left_hand": _HAND, "right_hand": _HAND}
    starts = np.cumsum([0, *counts.values()]).tolist()
    return [
        (part, start, count) for (part, count), start in zip(counts.items(), starts, strict=False)
    ]


def _parse_part(part: str, value: object, where: str) -> NDArray[np.float32] | None:
    """Parse the landmarks of a part to [n, 4]: x, y, z and visibility."""
    if isinstance(value, Mapping):  # MediaPipe for Python has the list in `landmark`
        value = value.get("landmark", value)
    if value is None or value == []:
        return None
    if not isinstance(value, list):
        raise InputError(problem(where, expected="a list of landmarks", found=repr(value)[:40]))
    if not isinstance(value[0], list | Mapping):
        numbers = to_numbers(value, where, "landmarks")
        widths, counts = _FLAT_WIDTHS[part], PARTS[part]
        shapes = {width * count: width for width in widths for count in counts}
        if numbers.ndim != 1 or numbers.size not in shapes:
            expected = f"{' or '.join(map(str, shapes))} numbers"
            raise InputError(problem(where, expected=expected, found=str(numbers.size)))
        width = shapes[numbers.size]
        landmarks = np.full((numbers.size // width, 4), np.nan, np.float32)
        landmarks[:, :width] = numbers.reshape(-1, width)
        return landmarks
    landmarks = parse_landmarks(value, where)
    if len(landmarks) not in PARTS[part]:
        expected = f"{' or '.join(map(str, PARTS[part]))} landmarks"
        raise InputError(problem(where, expected=expected, found=str(len(landmarks))))
    return landmarks
