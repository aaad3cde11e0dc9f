"""From what a detector found in each frame to the recording of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE25, Skeleton
from signlift.errors import InputError, problem
from signlift.io.people.tracking import find_people
from signlift.io.reader import ReadOptions

#: Numbers from here on count as infinite: their squares would be, in float32.
TOO_LARGE = np.float64(1e18)


class Person(NamedTuple):
    """One person in one frame: a skeleton, and [J, 3], x, y and confidence (NaN if not told)."""

    skeleton: Skeleton
    values: NDArray[np.float32]


@dataclass(frozen=True)
class FileFacts:
    """What a file says of its recording besides keypoints; None where it does not.

    Attributes
    ----------
    fps
        Frames per second.
    size
        Width and height of the picture.
    """

    fps: float | None = None
    size: tuple[float, float] | None = None


#: A file that says nothing.
NO_FACTS = FileFacts()


def assemble(
    frames: Sequence[tuple[int, Sequence[Person]]],
    length: int,
    name: str,
    options: ReadOptions,
    facts: FileFacts = NO_FACTS,
    *,
    fractions: bool = True,
    notes: tuple[str, ...] = (),
) -> Recording:
    """Make a recording of the people in each frame: of the main one, or of `options.person`.

    Parameters
    ----------
    frames
        Frame numbers from 0, and the people in each. Frames that are left out have nobody.
    length
        T, how many frames there are.
    name
        The recording's.
    options, facts
        What the user and the file say of it.
    fractions
        Small numbers are fractions of the picture's width and height.
    notes
        Of the reader.

    Returns
    -------
    On the skeleton that has all keypoints of the people. A keypoint at (0, 0) with confidence 0
    is not observed; confidence is limited to 0 ... 1, and 0 where a keypoint is not observed. It
    is noted who it is of how many people.

    Raises
    ------
    InputError
        Nobody is in any frame, people are on different skeletons, there is no such person, or x
        and y are fractions of a size that is not known.
    """
    found = [(number, person) for number, people in frames for person in people]
    if not found:
        expected = "a person in a frame"
        raise InputError(problem(name, expected=expected, found=f"none in {length} frames"))
    skeleton, values = stack_people([person for _, person in found], name)
    numbers = np.array([number for number, _ in found], dtype=np.int64)
    clear_missing(values)
    order = np.argsort(numbers, kind="stable")
    order = order[~np.isnan(values[order, :, 0]).all(1)]
    if not len(order):
        expected = "a keypoint in a frame"
        raise InputError(problem(name, expected=expected, found=f"none in {length} frames"))
    people = [order]
    if len(np.unique(numbers[order])) < len(order):
        people = [order[rows] for rows in _people(skeleton, numbers[order], values[order])]
    rows = choose_person(people, options.person, name)
    whole = np.full((length, len(skeleton), 3), np.nan, np.float32)
    whole[..., 2] = 0
    whole[numbers[rows]] = values[rows]
    if len(people) > 1:
        notes = (*notes, f"person {options.person or 0} of {len(people)}")
    return to_recording(whole, skeleton, name, options, facts, fractions=fractions, notes=notes)


def to_recording(
    values: Float[np.ndarray, "T J 3"],
    skeleton: Skeleton,
    name: str,
    options: ReadOptions,
    facts: FileFacts = NO_FACTS,
    *,
    fractions: bool = True,
    notes: tuple[str, ...] = (),
) -> Recording:
    """Make a recording of one person's keypoints [T, J, 3]; the rest as `assemble`."""
    keypoints = values[..., :2]
    confidence = np.clip(values[..., 2], 0, 1)
    size = facts.size or options.size
    keypoints = in_pixels(keypoints, size, name, required=fractions)
    return Recording(
        keypoints,
        skeleton,
        confidence=None if np.isnan(confidence[~np.isnan(keypoints[..., 0])]).all() else confidence,
        fps=facts.fps or options.fps,
        name=name,
        size=size,
        notes=notes,
    )


def numbers_of(value: object, where: str, what: str) -> NDArray[np.float64]:
    """An array of the numbers in nested lists; null is NaN.

    Raises
    ------
    InputError
        There is something else, lists differ in length, or a number is infinite (or its square
        would be, in float32).
    """
    try:
        array = np.array(value, np.float64)
    except (ValueError, TypeError, OverflowError, RecursionError):
        expected, found = f"{what}: numbers, in lists of one length", "others"
        raise InputError(problem(where, expected=expected, found=found)) from None
    good = np.abs(array) < TOO_LARGE
    if not good.all() and not (good | np.isnan(array)).all():
        expected, found = f"{what}: finite numbers", f"one that is infinite or beyond {TOO_LARGE:g}"
        raise InputError(problem(where, expected=expected, found=found))
    return array


def clear_missing(values: NDArray[np.float32]) -> None:
    """Set to NaN, in place, x and y of [..., 3] that are not observed; their confidence to 0.

    Those are (0, 0) with confidence 0, and those with one coordinate only.
    """
    gone = (values == 0).all(-1) | np.isnan(values[..., :2]).any(-1)
    values[gone] = (np.nan, np.nan, 0)


def in_pixels(
    keypoints: NDArray[np.float32], size: tuple[float, float] | None, name: str, *, required: bool
) -> NDArray[np.float32]:
    """Multiply keypoints [..., 2] that are fractions of the picture by its size.

    Without the size nothing can be said of a person's proportions, as pictures are wide or high.

    Raises
    ------
    InputError
        They are fractions, as `required` says that small numbers are, or as all are from 0 to 1,
        and the size is not known; or they are small but no fractions.
    """
    seen = keypoints[~np.isnan(keypoints)]
    if not len(seen) or np.median(np.abs(seen)) > 2:
        return keypoints
    if (size is not None or required) and (seen < 0).mean() > 0.25:
        # OpenPose can write such, and MediaPipe's world landmarks are metres from the hips.
        expected = "x and y in pixels or as fractions of the picture, from its upper left corner"
        raise InputError(problem(name, expected=expected, found="small ones around 0"))
    if size is not None:
        return keypoints * np.array(size, np.float32)
    # Zeros alone tell nothing.
    if required or (seen.min() >= 0 and 0 < seen.max() <= 1):
        expected = "the picture's size (`size`), as x and y are fractions of it"
        raise InputError(problem(name, expected=expected, found="none, in the file or given"))
    return keypoints


def stack_people(people: Sequence[Person], name: str) -> tuple[Skeleton, NDArray[np.float32]]:
    """The people on the skeleton that has all keypoints of all, [D, J, 3], NaN for others.

    Raises
    ------
    InputError
        There is no such skeleton.
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


def choose_person(
    people: Sequence[Int[np.ndarray, " _"]], person: int | None, name: str
) -> Int[np.ndarray, " rows"]:
    """The detections of the person with this number, the first one's for None.

    Raises
    ------
    InputError
        There is no such person.
    """
    number = person or 0
    if not 0 <= number < len(people):
        expected = "person 0" if len(people) == 1 else f"a person from 0 to {len(people) - 1}"
        raise InputError(problem(name, expected=expected, found=str(number)))
    return people[number]


def _people(
    skeleton: Skeleton, numbers: Int[np.ndarray, " D"], values: NDArray[np.float32]
) -> list[Int[np.ndarray, " _"]]:
    """Who is who, by the keypoints of the body: hands and faces come and go."""
    body = [j for j, name in enumerate(skeleton.keypoints) if OPENPOSE25.find(name) is not None]
    if not np.isnan(values[:, body, 0]).all():
        values = values[:, body]
    seen = ~np.isnan(values[..., 0])
    sure = np.where(seen & ~np.isnan(values[..., 2]), np.clip(values[..., 2], 0, 1), seen)
    weight = sure.mean(1, dtype=np.float64) + 1e-6
    return find_people(numbers, values[..., :2], weight)
