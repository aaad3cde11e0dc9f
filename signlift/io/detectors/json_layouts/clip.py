"""The frames of one recording in a JSON file."""

from __future__ import annotations

from typing import Any, NamedTuple

from signlift.errors import InputError, problem
from signlift.io.detectors.frame_names import frame_number, gap_problem, group_frames
from signlift.io.people.assemble import FileMetadata


class Frames(NamedTuple):
    """Frames of one recording.

    Attributes
    ----------
    frames
        Number from 0, and JSON value of each frame, which `parse_people` reads.
    length
        T, the number of frames, including missing ones.
    name
        Name of the recording in its file; "" for the only one.
    metadata
        Metadata of this recording; None where it is that of the file.
    names
        Names of the keypoints, in order; None where the file has none.
    """

    frames: list[tuple[int, Any]]
    length: int
    name: str = ""
    metadata: FileMetadata | None = None
    names: tuple[str, ...] | None = None


def split_by_name(items: list[tuple[str, Any]], where: str) -> list[Frames]:
    """Split items by the recordings and the frames that their names belong to.

    Names of images may be those of several videos (`a/0001.jpg`, `b/0001.jpg`). They are, if all
    groups of names (see `group_frames`) have two frames or more.

    Raises
    ------
    InputError
        As for `number_frames`.
    """
    groups = group_frames({name for name, _ in items if not name.isdecimal()})
    if len(groups) < 2 or min(map(len, groups.values())) < 2:
        return [number_frames(items, where)]
    group_of = {name: group for group, frames in groups.items() for _, name in frames}
    split: dict[str, list[tuple[str, Any]]] = {}
    for name, item in items:
        split.setdefault(group_of.get(name, ""), []).append((name, item))
    return [
        number_frames(split[group], f"{where} ({group})")._replace(name=group) for group in split
    ]


def number_frames(items: list[tuple[str, Any]], where: str) -> Frames:
    """Place items by the frame numbers in their names, the first frame at 0.

    AlphaPose names the frames of a video 0.jpg, 1.jpg, ... and leaves out those without a person:
    such numbers count from 0, even if the first file has a higher number.

    Raises
    ------
    InputError
        A name has no number, or the numbers are too far apart to be those of frames.
    """
    numbers = []
    for name, _ in items:
        number = frame_number(name)
        if number is None:
            expected = "a frame number in each name"
            raise InputError(problem(where, expected=expected, found=repr(name)[:40]))
        numbers.append(number)
    first = min(numbers)
    unpadded = all(
        name.startswith(f"{number}.") for number, (name, _) in zip(numbers, items, strict=True)
    )
    if unpadded and max(numbers) < 2 * len(set(numbers)) + 100:
        first = 0
    return place_frames(numbers, [item for _, item in items], where, first)


def place_frames(
    numbers: list[int], values: list[Any], where: str, first: int | None = None
) -> Frames:
    """Place values at their frame numbers, counted from `first` (the smallest number).

    Raises
    ------
    InputError
        The numbers are too far apart to be those of frames.
    """
    first = min(numbers) if first is None else first
    length = max(numbers) - first + 1
    gap = gap_problem(where, [first, *numbers])
    if gap is not None:
        raise InputError(gap)
    placed = [(number - first, value) for number, value in zip(numbers, values, strict=True)]
    return Frames(sorted(placed, key=lambda frame: frame[0]), length)
