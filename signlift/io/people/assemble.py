"""Assembly of recordings from the people that a detector found in each frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, problem
from signlift.io.frame_limit import check_frame_count
from signlift.io.people.confidence_range import forget_zero_confidence
from signlift.io.people.detector_depth import scale_detector_depth
from signlift.io.people.detector_rules import find_rule
from signlift.io.people.main_person import choose_people, find_people, name_person
from signlift.io.people.observation import (
    check_size,
    describe_unobserved,
    mask_outside,
    mask_unreliable,
)
from signlift.io.people.tracking import Identity
from signlift.io.pixels import to_pixels
from signlift.io.reader import ReadOptions
from signlift.utils.array_types import Bool, Float, Int


class Person(NamedTuple):
    """A person in one frame.

    Attributes
    ----------
    skeleton
        The J keypoints.
    values
        [J, 3], x, y and confidence (NaN where there is none).
    identity
        The number or name by which the file identifies people from frame to frame; None where it
        does not.
    depth
        [J], in the unit of x and y, relative to MidHip; None where the file has none.
    detector_depth
        [J], z of MediaPipe as in the file (see `signlift.io.people.detector_depth`); None where
        the file has none.
    """

    skeleton: Skeleton
    values: NDArray[np.float32]
    identity: Identity | None = None
    depth: NDArray[np.float32] | None = None
    detector_depth: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class FileMetadata:
    """Properties of a recording that its file holds besides keypoints; None where it does not.

    Parameters
    ----------
    fps
        Frames per second.
    size
        Width and height of the image in pixels.
    times
        [T], the time of each frame in seconds, where frames are not evenly spaced.
    unit
        Unit of x, y and depth. Normalised image coordinates are "px" too, as they are converted.
    notes
        Notes in the file.
    """

    fps: float | None = None
    size: tuple[float, float] | None = None
    times: NDArray[np.float64] | None = None
    unit: str = "px"
    notes: tuple[str, ...] = ()


#: Metadata of a file that has none.
NO_METADATA = FileMetadata()


def assemble_people(
    frames: Sequence[tuple[int, Sequence[Person]]],
    length: int,
    name: str,
    options: ReadOptions,
    metadata: FileMetadata = NO_METADATA,
    *,
    fractions: bool = True,
    notes: tuple[str, ...] = (),
) -> list[Recording]:
    """Build the recording of one person: the main person, or `options.person`; or of all.

    Parameters
    ----------
    frames
        Frame numbers from 0, in any order, and the people in each. Other frames are empty.
    length
        T, the number of frames.
    name
        Name of the recording.
    options, metadata
        Options of the user and metadata of the file. The file takes precedence.
    fractions
        Take small numbers as normalised image coordinates.
    notes
        Notes of the reader. The number of the person is added where there are several.

    Returns
    -------
    Recordings on the skeleton that has the keypoints of all people, one unless `options.person`
    is "all". Those of several people are named NAME/personN. Keypoints are missing by the
    rule of the detector (see `signlift.io.people.detector_rules`), and a note says which.
    Confidence is limited to 0 ... 1, and 0 for missing keypoints.

    Raises
    ------
    InputError
        No frame has a person or a keypoint, people have different skeletons, there is no person
        of this number, or x and y are fractions of an unknown size.
    """
    check_frame_count(name, length)
    detections = [(number, person) for number, people in frames for person in people]
    if not detections:
        expected, found = "a frame with a person", f"none in {length} frames"
        raise InputError(problem(name, expected=expected, found=found))
    detections.sort(key=lambda detection: detection[0])
    numbers = np.array([number for number, _ in detections], dtype=np.int64)
    everyone = [person for _, person in detections]
    skeleton, values = stack_people(everyone, name)
    z = _stack_on(skeleton, everyone, [person.detector_depth for person in everyone])
    unobserved, z = _observe(values, z, skeleton, name, options, metadata, fractions=fractions)
    identities = [person.identity for _, person in detections]
    people = find_people(numbers, values[..., :2], values[..., 2], skeleton, identities)
    if not people:
        expected, found = "a frame with a keypoint", f"none in {length} frames"
        raise InputError(problem(name, expected=expected, found=found))
    recordings = []
    for number, rows in choose_people(people, options.person, name).items():
        sequence = np.full((length, len(skeleton), 3), np.nan, np.float32)
        sequence[..., 2] = 0
        sequence[numbers[rows]] = values[rows]
        chosen = [everyone[row] for row in rows]
        recordings.append(
            _recording(
                sequence,
                skeleton,
                name_person(name, number, options.person, len(people)),
                options,
                metadata,
                (
                    *metadata.notes,
                    *notes,
                    *describe_unobserved(unobserved[:, rows], skeleton, options),
                    *((f"person {number} of {len(people)}",) if len(people) > 1 else ()),
                ),
                _place(
                    _stack_on(skeleton, chosen, [person.depth for person in chosen]),
                    numbers[rows],
                    length,
                ),
                _place(None if z is None else z[rows], numbers[rows], length),
            )
        )
    return recordings


def make_recording(
    values: Float[np.ndarray, "T J 3"],
    skeleton: Skeleton,
    name: str,
    options: ReadOptions,
    metadata: FileMetadata = NO_METADATA,
    *,
    fractions: bool = True,
    z: Float[np.ndarray, "T J"] | None = None,
) -> Recording:
    """Build a recording of the keypoints [T, J, 3] of one person (see `assemble_people`).

    `z` is MediaPipe's, as in the file (see `signlift.io.people.detector_depth`).
    """
    values = values.astype(np.float32)
    unobserved, z = _observe(values, z, skeleton, name, options, metadata, fractions=fractions)
    notes = (*metadata.notes, *describe_unobserved(unobserved, skeleton, options))
    return _recording(values, skeleton, name, options, metadata, notes, detector_depth=z)


def stack_people(people: Sequence[Person], name: str) -> tuple[Skeleton, NDArray[np.float32]]:
    """Stack people on the skeleton that has the keypoints of all of them.

    Returns
    -------
    The skeleton, and [D, J, 3]; NaN for keypoints that a person's own skeleton does not have.

    Raises
    ------
    InputError
        There is no such skeleton among those of the people.
    """
    skeletons = list(dict.fromkeys(person.skeleton for person in people))
    largest = max(skeletons, key=len)
    if len(skeletons) == 1:
        return largest, np.stack([person.values for person in people])
    columns = {}
    for skeleton in skeletons:
        if not set(skeleton.keypoints) <= set(largest.keypoints):
            found = f"{skeleton.name} and {largest.name}"
            raise InputError(problem(name, expected="people on one skeleton", found=found))
        columns[skeleton] = [largest.index(keypoint) for keypoint in skeleton.keypoints]
    values = np.full((len(people), len(largest), 3), np.nan, np.float32)
    for row, person in enumerate(people):
        values[row, columns[person.skeleton]] = person.values
    return largest, values


def _observe(
    values: NDArray[np.float32],
    z: Float[np.ndarray, "D J"] | None,
    skeleton: Skeleton,
    name: str,
    options: ReadOptions,
    metadata: FileMetadata,
    *,
    fractions: bool,
) -> tuple[Bool[np.ndarray, "2 D J"], Float[np.ndarray, "D J"] | None]:
    """Mask missing keypoints [D, J, 3] and convert the others to pixels, in place.

    Parameters
    ----------
    z
        MediaPipe's, as in the file; None where there is none.

    Returns
    -------
    [2, D, J], keypoints below the minimum confidence, and those outside the image; and the
    detector depth [D, J] in the unit of the keypoints, or None.
    """
    forget_zero_confidence(values, skeleton, name)
    below = mask_unreliable(values, skeleton, name, options)
    if metadata.unit != "px":
        return np.stack([below, np.zeros_like(below)]), None
    size = metadata.size or options.size
    xy = values[..., :2]
    pixels = to_pixels(xy, size, name, required=fractions)
    converted = pixels is not xy
    values[..., :2] = pixels
    margin = find_rule(skeleton, options.min_confidence).margin
    outside = mask_outside(values, size, margin)
    check_size(outside, skeleton, size, name)
    if z is not None:
        width = None if size is None else size[0]
        z = scale_detector_depth(z, values[..., :2], skeleton, width, fractions=converted)
    return np.stack([below, outside]), z


def _stack_on(
    skeleton: Skeleton, people: Sequence[Person], values: Sequence[NDArray[np.float32] | None]
) -> Float[np.ndarray, "D J"] | None:
    """Stack values per keypoint of D people on one skeleton; None where nobody has any."""
    if all(each is None for each in values):
        return None
    stacked = np.full((len(people), len(skeleton)), np.nan, np.float32)
    for row, (person, each) in enumerate(zip(people, values, strict=True)):
        if each is not None and person.skeleton is skeleton:
            stacked[row] = each
        elif each is not None:
            stacked[row, [skeleton.index(name) for name in person.skeleton.keypoints]] = each
    return stacked


def _place(
    values: Float[np.ndarray, "D J"] | None, frames: Int[np.ndarray, " D"], length: int
) -> Float[np.ndarray, "T J"] | None:
    """Place the values of one person in the frames of a recording, NaN in all others."""
    if values is None or np.isnan(values).all():
        return None
    sequence = np.full((length, values.shape[1]), np.nan, np.float32)
    sequence[frames] = values
    return sequence


def _recording(
    values: Float[np.ndarray, "T J 3"],
    skeleton: Skeleton,
    name: str,
    options: ReadOptions,
    metadata: FileMetadata,
    notes: tuple[str, ...],
    depth: Float[np.ndarray, "T J"] | None = None,
    detector_depth: Float[np.ndarray, "T J"] | None = None,
) -> Recording:
    """Build a recording of x, y (in pixels) and confidence; None if no confidence is known."""
    keypoints, confidence = values[..., :2], np.clip(values[..., 2], 0, 1)
    unknown = np.isnan(confidence[~np.isnan(keypoints[..., 0])]).all()
    return Recording(
        keypoints,
        skeleton,
        depth=depth,
        confidence=None if unknown else confidence,
        fps=metadata.fps or options.fps,
        name=name,
        times=metadata.times,
        size=metadata.size or options.size,
        unit=metadata.unit,
        notes=notes,
        detector_depth=detector_depth,
    )
