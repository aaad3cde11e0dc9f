"""Parts of signlift's own JSON besides OpenPose's people: uncertainty and other keypoints."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE25, Skeleton, get_skeleton
from signlift.core.skeleton_tables import FACE, HANDS
from signlift.errors import InputError, problem
from signlift.io.finite_numbers import to_numbers

#: Keypoints that OpenPose does not have, by name: x, y, z and confidence; and their uncertainty.
_OTHERS, _OTHER_UNCERTAINTY = "other_keypoints_3d", "other_depth_uncertainty"

_PARTS: dict[str, tuple[str, ...]] = {
    "pose_depth_uncertainty": OPENPOSE25.keypoints,
    "face_depth_uncertainty": FACE,
    "hand_left_depth_uncertainty": HANDS["L"],
    "hand_right_depth_uncertainty": HANDS["R"],
}

#: Largest number of other keypoints.
_MAX_OTHERS = 2000


def restore_own_parts(recording: Recording, value: Mapping[str, Any], where: str) -> Recording:
    """Add the uncertainty of depth and the keypoints that OpenPose does not have.

    Parameters
    ----------
    recording
        What was read of OpenPose's people, with depth.
    value
        The JSON value of a file that signlift wrote.
    where
        The file, for messages.

    Returns
    -------
    The recording on the skeleton that the file names, if it is one of signlift's and has all
    keypoints; else on one with the keypoints of the recording and the others. The same recording
    where the file has neither uncertainty nor others.

    Raises
    ------
    InputError
        A field has another form.
    """
    frames = value.get("frames")
    if recording.depth is None or not isinstance(frames, list) or len(frames) != len(recording):
        return recording
    people = [_find_person(frame) for frame in frames]
    names = next((tuple(map(str, p[_OTHERS])) for p in people if _is_named(p)), ())[:_MAX_OTHERS]
    target = _find_skeleton(recording.skeleton, names, value)
    restored = _move_to(recording, target)
    values = np.full((len(people), len(target), 4), np.nan, np.float32)
    uncertainty = np.full(values.shape[:2], np.nan, np.float32)
    for t, person in enumerate(people):
        place = f"{where}, frame {t}"
        for key, keypoints in _PARTS.items():
            if person.get(key):
                numbers = _numbers(person[key], len(keypoints), place, key)
                _place(uncertainty[t], numbers, target, keypoints)
        for array, key, width in ((values, _OTHERS, 4), (uncertainty, _OTHER_UNCERTAINTY, 1)):
            others = person.get(key)
            if names and isinstance(others, Mapping):
                listed = [others.get(name, [0] * width if width > 1 else 0) for name in names]
                numbers = _numbers(listed, len(names) * width, place, key)
                shape = (len(names), width) if width > 1 else (len(names),)
                _place(array[t], numbers.reshape(shape), target, names)
    assert restored.depth is not None
    added = ~np.isnan(values[..., 0])
    if added.any():
        confidence = restored.confidence
        restored = replace(
            restored,
            keypoints=np.where(added[..., None], values[..., :2], restored.keypoints),
            depth=np.where(added, values[..., 2], restored.depth),
            confidence=None if confidence is None else np.where(added, values[..., 3], confidence),
        )
    if np.isnan(uncertainty).all():
        return restored
    assert restored.depth is not None
    return restored.with_depth(
        restored.depth, np.where(np.isnan(restored.depth), np.nan, uncertainty)
    )


def _find_person(frame: object) -> Mapping[str, Any]:
    people = frame.get("people") if isinstance(frame, Mapping) else None
    person = people[0] if isinstance(people, list) and len(people) == 1 else None
    return person if isinstance(person, Mapping) else {}


def _is_named(person: Mapping[str, Any]) -> bool:
    return isinstance(person.get(_OTHERS), Mapping) and bool(person[_OTHERS])


def _find_skeleton(skeleton: Skeleton, others: tuple[str, ...], value: Any) -> Skeleton:
    """Find the named skeleton, or make one with the other keypoints."""
    names = (*skeleton.keypoints, *(name for name in others if not skeleton.has(name)))
    header = value.get("header")
    title = str(header.get("skeleton")) if isinstance(header, Mapping) else ""
    known = None
    with contextlib.suppress(InputError):
        known = get_skeleton(title)
    if known is not None and all(map(known.has, others)):
        return known
    if not others:
        return skeleton
    try:
        return Skeleton(title or "unnamed", names, skeleton.bones)
    except ValueError:  # keypoints of one side only
        return skeleton


def _move_to(recording: Recording, target: Skeleton) -> Recording:
    """Put the keypoints of OpenPose on another skeleton by name; depth stays as the file has it."""
    source = recording.skeleton
    if source == target:
        return recording
    pairs = [(target.index(name), source.find(name)) for name in target.keypoints]
    columns = {column: number for column, number in pairs if number is not None}

    def move(values: NDArray[np.float32], fill: float) -> NDArray[np.float32]:
        moved = np.full((len(values), len(target), *values.shape[2:]), fill, np.float32)
        moved[:, list(columns)] = values[:, list(columns.values())]
        return moved

    depth, confidence = recording.depth, recording.confidence
    return replace(
        recording,
        keypoints=move(recording.keypoints, np.nan),
        skeleton=target,
        depth=None if depth is None else move(depth, np.nan),
        confidence=None if confidence is None else move(confidence, 0),
        detector_depth=None,
    )


def _numbers(value: object, count: int, where: str, key: str) -> NDArray[np.float32]:
    numbers = to_numbers(value, where, key, finite=True).ravel()
    if numbers.size != count:
        expected = f"{count} numbers in {key}"
        raise InputError(problem(where, expected=expected, found=str(numbers.size)))
    return numbers.astype(np.float32)


def _place(
    target: NDArray[np.float32],
    values: NDArray[np.float32],
    skeleton: Skeleton,
    names: tuple[str, ...],
) -> None:
    """Set values by the names of keypoints; those of zeros alone are missing."""
    for name, each in zip(names, values, strict=True):
        column = skeleton.find(name)
        if column is not None and np.any(each):
            target[column] = each
