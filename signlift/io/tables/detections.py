"""From the detections in the rows of a table to recordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75, Skeleton, mesh_landmarks
from signlift.errors import InputError, problem
from signlift.io.arrays.array_shapes import MEDIAPIPE, arrange_points, choose_skeleton
from signlift.io.arrays.mediapipe_rows import HOLISTIC_COUNTS
from signlift.io.detectors.people_forms.mediapipe import make_person
from signlift.io.people.assemble import FileMetadata, Person, assemble_people
from signlift.io.people.keypoint_names import describe_left_out, match_keypoints
from signlift.io.reader import ReadOptions
from signlift.io.tables.column_names import Key
from signlift.io.tables.frame_numbers import number_frames
from signlift.utils.array_types import Float, Int

#: Numbers of landmarks of MediaPipe's parts.
_POSE, _HAND = 33, 21


@dataclass(frozen=True, eq=False)
class Detections:
    """People in the frames of a table.

    Attributes
    ----------
    keys
        The K keypoints.
    values
        [D, K, 4], x, y, z and confidence of each detection; NaN where the table has none.
    frames
        [D], frame numbers.
    times
        [D], seconds, or None.
    people
        [D], name or number of each person in the table, or None.
    recordings
        [D], names of the recordings in the table, or None.
    """

    keys: Sequence[Key]
    values: Float[np.ndarray, "D K 4"]
    frames: Int[np.ndarray, " D"]
    times: Float[np.ndarray, " D"] | None = None
    people: Sequence[str] | None = None
    recordings: Sequence[str] | None = None


def assemble_recordings(
    detections: Detections, name: str, options: ReadOptions, metadata: FileMetadata
) -> list[Recording]:
    """Make recordings of the main person, `options.person` or all people of each one in a table.

    Parameters
    ----------
    detections
        The rows of the table.
    name
        Name of the table.
    options, metadata
        Options of the user and metadata of the file.

    Raises
    ------
    InputError
        The keypoints are not those of a body, or as `assemble_people`.
    """
    skeleton, values, notes = place_keypoints(detections.keys, detections.values, name, options)
    names = np.array(detections.recordings or [""] * len(values), object)
    groups = list(dict.fromkeys(names.tolist()))
    recordings: list[Recording] = []
    for group in groups:
        rows = np.flatnonzero(names == group)
        times = None if detections.times is None else detections.times[rows]
        title = f"{name}/{group}" if len(groups) > 1 else name
        timeline = number_frames(detections.frames[rows], times, title)
        people: dict[int, list[Person]] = {}
        for row, frame in zip(rows.tolist(), timeline.frames.tolist(), strict=True):
            identity = detections.people[row] if detections.people else None
            person = make_person(skeleton, values[row], identity or None)
            people.setdefault(frame, []).append(person)
        recordings += assemble_people(
            sorted(people.items()),
            timeline.length,
            title,
            options,
            timeline.describe(metadata),
            fractions=skeleton in MEDIAPIPE,
            notes=notes,
        )
    return recordings


def place_keypoints(
    keys: Sequence[Key], values: Float[np.ndarray, "D K 4"], name: str, options: ReadOptions
) -> tuple[Skeleton, NDArray[np.float32], tuple[str, ...]]:
    """Place the keypoints of a table on a skeleton.

    Parameters
    ----------
    keys
        Names, numbers, or numbers in parts of MediaPipe's.
    values
        [D, K, 4], x, y, z and confidence.
    name, options
        The table, for messages, and the user's skeleton.

    Returns
    -------
    The skeleton, [D, J, 4], and notes of what was left out.

    Raises
    ------
    InputError
        The keypoints are not those of a body.
    """
    numbers = [number for number, key in enumerate(keys) if isinstance(key, int)]
    parts = [number for number, key in enumerate(keys) if isinstance(key, tuple)]
    if parts:
        return _place_parts([keys[i] for i in parts], values[:, parts], name, options)
    names = [str(key) for key in keys if isinstance(key, str)]
    if len(numbers) > len(names):
        return _place_numbers(
            [int(str(keys[i])) for i in numbers], values[:, numbers], name, options
        )
    columns = [number for number, key in enumerate(keys) if isinstance(key, str)]
    named = match_keypoints(names, name, options.skeleton)
    placed = _missing(len(values), len(named.skeleton))
    for keypoint, column in named.columns.items():
        placed[:, keypoint] = values[:, columns[column]]
    return named.skeleton, placed, describe_left_out(named.left_out)


def _place_numbers(
    numbers: Sequence[int], values: Float[np.ndarray, "D K 4"], name: str, options: ReadOptions
) -> tuple[Skeleton, NDArray[np.float32], tuple[str, ...]]:
    """Place numbered keypoints; numbers may begin with 0 or 1."""
    first = 1 if min(numbers) == 1 else 0
    count = max(numbers) + 1 - first
    if count > 4 * max(HOLISTIC_COUNTS):
        expected = "keypoints that are numbered from 0"
        raise InputError(problem(name, expected=expected, found=f"number {max(numbers)}"))
    points = _missing(len(values), count)
    points[:, np.array(numbers) - first] = values
    if count in HOLISTIC_COUNTS:
        points = arrange_points(points, name, options).array
    return choose_skeleton(points.shape[1], name, options), points, ()


def _place_parts(
    keys: Sequence[Key], values: Float[np.ndarray, "D K 4"], name: str, options: ReadOptions
) -> tuple[Skeleton, NDArray[np.float32], tuple[str, ...]]:
    """Place the landmarks of MediaPipe's parts; those of the face if the user's skeleton has it."""
    pairs = [key for key in keys if isinstance(key, tuple)]
    counts: dict[str, int] = {}
    for part, number in pairs:
        counts[part] = max(counts.get(part, 0), number + 1)
    if "pose" not in counts:
        found = ", ".join(sorted(counts))
        raise InputError(problem(name, expected="landmarks of a pose", found=found))
    landmarks = mesh_landmarks(options.skeleton)
    sizes = {"pose": _POSE, "face": landmarks, "left_hand": _HAND, "right_hand": _HAND}
    for part, count in sizes.items():
        if count and counts.get(part, count) > count:
            found = f"number {counts[part] - 1}"
            expected = f"{count} landmarks of {part}, numbered from 0"
            raise InputError(problem(name, expected=expected, found=found))
    skeleton = MEDIAPIPE75 if "left_hand" in counts or "right_hand" in counts else MEDIAPIPE33
    if landmarks and options.skeleton is not None:
        skeleton = options.skeleton
    starts = dict(zip(sizes, np.cumsum([0, *sizes.values()]).tolist(), strict=False))
    placed = _missing(len(values), len(skeleton))
    for column, (part, number) in enumerate(pairs):
        if sizes.get(part):
            placed[:, starts[part] + number] = values[:, column]
    zeros = (placed[..., :2] == 0).all(-1)
    placed[zeros] = (np.nan, np.nan, np.nan, 0)
    return choose_skeleton(len(skeleton), name, options), placed, ()


def _missing(D: int, J: int) -> NDArray[np.float32]:
    return np.full((D, J, 4), np.nan, np.float32)
