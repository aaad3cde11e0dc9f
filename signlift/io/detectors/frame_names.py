"""Frame numbers in file names, and the recordings that files belong to.

Programs that write a file for each frame put the frame number last: OpenPose in twelve digits
before `_keypoints`, also in the names of WLASL and How2Sign, MMPose and AlphaPose in those of the
images. Other numbers name a clip, a second, a camera, a person or a frame rate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from signlift.errors import problem

_DIGITS = re.compile(r"[0-9]+")
_SUFFIX = re.compile(
    r"(\.(jpe?g|png|bmp|tiff?))?\.[A-Za-z][A-Za-z0-9]*(?<!\.gz)(\.gz)?$", re.IGNORECASE
)

#: The end of OpenPose's names. Nothing else in such a name is a frame number.
_OPENPOSE = re.compile(r"(?<![0-9])([0-9]{12})_keypoints$", re.IGNORECASE)

#: A word right before a frame number, wherever it stands.
_FRAME_WORD = re.compile(r"(?:^|[^a-z])frame[_\-. ]?$", re.IGNORECASE)

#: Words right before numbers that never count frames.
_PLACE_WORD = re.compile(r"(?:^|[^a-z])(?:view|cam|camera|person)[_\-. ]?$", re.IGNORECASE)

#: Words right before, and units right after, numbers that count frames only if no other does.
_OTHER_WORD = re.compile(
    r"(?:^|[^a-z])(?:subject|signer|track|angle|id|v)[_\-. ]?$|[0-9]x$", re.IGNORECASE
)
_OTHER_UNIT = re.compile(r"(?:fps|hz|p|px|d|k|kpts?|x[0-9]+)(?![a-z])", re.IGNORECASE)

#: A date, with or without a time of day.
_DATE = re.compile(
    r"(?<![0-9])(?:19|20)[0-9]{2}([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[-_ T.]?(?:[01][0-9]|2[0-3])([-_.:h]?)[0-5][0-9]\2[0-5][0-9])?(?![0-9])"
)

#: Maximum number of digits of a frame number. Longer ones are other numbers, and slow to convert.
_MAX_DIGITS = 18

#: Smallest number of digits of a padded number, which counts frames even if it is always 0.
_PADDED_DIGITS = 3

#: Maximum number of frames that gaps between frame numbers add, or a multiple of the other frames.
MAX_ADDED, MAX_ADDED_RATIO = 30_000, 4


def group_frames(names: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """Group the names of frame files by recording.

    Files belong to one recording if they are in one directory and their names differ in the frame
    number only. OpenPose's twelve digits before `_keypoints` are always the frame number. In other
    names it is the number right after the word frame, or else the last one, apart from numbers
    that count something else by their words (`view1`, `cam01`, `person_2`, `25fps`, `1920x1080`),
    dates, and numbers that are the same in all such names. A file whose only numbers are those of
    a view, camera or person is a recording of one frame.

    Parameters
    ----------
    names
        Names of files, with / between directories. Names without a number are left out.

    Returns
    -------
    The frames (number, name) of each recording, sorted by number. The name of a recording is the
    common part of the names of its files.

    Examples
    --------
    >>> group_frames(["walk_10.json", "walk_9.json", "sit_0.json"])
    {'sit': [(0, 'sit_0.json')], 'walk': [(9, 'walk_9.json'), (10, 'walk_10.json')]}
    >>> list(group_frames(["00300_000000000000_keypoints.json", "12_25fps.json", "13_25fps.json"]))
    ['00300', '25fps']
    """
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    patterns: dict[str, list[str]] = defaultdict(list)
    for name in names:
        directory, _, file = name.rpartition("/")
        stem = _stem(file)
        match = _OPENPOSE.search(stem)
        if match is not None:
            group = _join(directory, stem[: match.start()].rstrip("_-. "))
            groups[group].append((int(match[1]), name))
            continue
        pattern = _DIGITS.sub("#", stem)
        if "#" in pattern:
            patterns[f"{directory}/{pattern}"].append(name)
    for members in patterns.values():
        stems = [_stem(name.rpartition("/")[2]) for name in members]
        place = _frame_place(stems)
        for name, stem in zip(members, stems, strict=True):
            directory = name.rpartition("/")[0]
            if place is None:
                groups[_join(directory, _without_words(stem))].append((0, name))
                continue
            number = list(_DIGITS.finditer(stem))[place]
            if len(number[0]) <= _MAX_DIGITS:
                group = _join(directory, _recording_name(stem, number))
                groups[group].append((int(number[0]), name))
    return {group: sorted(files) for group, files in sorted(groups.items())}


def frame_number(name: str) -> int | None:
    """Find the frame number of a name alone; None where there is none.

    Examples
    --------
    >>> frame_number("clip3_0017.jpg")
    17
    """
    stem = _stem(name)
    numbers = _DIGITS.findall(stem)
    if not numbers:
        return None
    place = -1 if _OPENPOSE.search(stem) else _frame_place([stem])
    number = numbers[-1 if place is None else place]
    return int(number) if len(number) <= _MAX_DIGITS else None


def gap_problem(where: str, numbers: Collection[int]) -> str | None:
    """Describe, in one line, gaps between frame numbers that would add too many frames.

    Parameters
    ----------
    where
        The file or recording, for the line.
    numbers
        Frame numbers; at least one.

    Returns
    -------
    The line, or None if the gaps add at most `MAX_ADDED` frames, or `MAX_ADDED_RATIO` times those
    that there are.
    """
    count, first, last = len(set(numbers)), min(numbers), max(numbers)
    added, limit = last - first + 1 - count, max(MAX_ADDED, MAX_ADDED_RATIO * count)
    if added <= limit:
        return None
    expected = f"frame numbers with at most {limit:,} missing between them"
    found = f"{count:,} frames with numbers from {first} to {last}"
    return problem(where, expected=expected, found=found)


def _frame_place(stems: Sequence[str]) -> int | None:
    """Choose the frame number among the numbers of stems that differ in their numbers only."""
    columns = list(zip(*(_DIGITS.findall(stem) for stem in stems), strict=True))
    first = stems[0]
    spans = [match.span() for match in _DIGITS.finditer(first)]
    dates = [match.span() for match in _DATE.finditer(first)]
    after_word, plain, other = [], [], []
    for place, (start, end) in enumerate(spans):
        before, after = first[:start], first[end:]
        if _FRAME_WORD.search(before):
            after_word.append(place)
        elif _PLACE_WORD.search(before):
            continue
        elif (
            _OTHER_WORD.search(before)
            or _OTHER_UNIT.match(after)
            or any(begin <= start and end <= stop for begin, stop in dates)
        ):
            other.append(place)
        else:
            plain.append(place)
    places = next((places for places in (after_word, plain, other) if places), None)
    if places is None:
        return None
    last = places[-1]
    if all(len(n) >= _PADDED_DIGITS and n[0] == "0" for n in columns[last]):
        return last
    return next((place for place in reversed(places) if len(set(columns[place])) > 1), last)


def _stem(name: str) -> str:
    """Remove the suffix, with .gz after it, and that of an image before it.

    Suffixes begin with a letter, as numbers may contain a dot.
    """
    return _SUFFIX.sub("", name)


def _recording_name(stem: str, number: re.Match[str]) -> str:
    """Remove the frame number, and the words that detectors append."""
    before = stem[: number.start()].rstrip("_-. ")
    after = _without_words(stem[number.end() :].lstrip("_-. "))
    return "_".join(part for part in (before, after) if part)


def _without_words(stem: str) -> str:
    """Remove the words that detectors append."""
    for word in ("keypoints", "predictions"):
        stem = stem.removesuffix(word).rstrip("_-. ")
    return stem


def _join(directory: str, name: str) -> str:
    return "/".join(part for part in (directory, name) if part)
