"""Kinds of options that several verbs share."""

from __future__ import annotations

import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import ArgumentCollection, Parameter, Token
from cyclopts.exceptions import UnknownOptionError

from signlift.cli.help_text import Placeholder
from signlift.errors import InputWarning

if TYPE_CHECKING:
    from signlift.io import ReadOptions

SkeletonName = Literal[
    "panoptic26",
    "panoptic67",
    "openpose25",
    "openpose67",
    "openpose137",
    "coco17",
    "coco18",
    "mediapipe33",
    "mediapipe75",
    "mediapipe543",
    "mediapipe553",
    "wholebody133",
    "halpe26",
    "halpe136",
    "h36m17",
]
#: Skeletons that a DepthLSTM can be trained on.
TrainingSkeleton = Literal["panoptic26", "panoptic67", "openpose25", "coco17"]


def read_path(_type: Any, tokens: Sequence[Token]) -> Path:
    """Read a path, or `-`, which the parser takes for an option otherwise.

    A file:// URL is a path; other URLs lose a slash, as `stores.url_of` knows.
    """
    (token,) = tokens
    if not token.value.startswith("-") or token.value == "-":
        return Path(re.sub("^file://(?=/)", "", token.value))
    if token.keyword is None:
        nothing = ArgumentCollection()  # type: ignore[no-untyped-call]
        raise UnknownOptionError(token=token, argument_collection=nothing)
    raise ValueError("a path")


@contextmanager
def print_warnings_at_once() -> Iterator[None]:
    """Print warnings of the input on stderr as they come, for verbs that run long."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", InputWarning)
        show_other = warnings.showwarning

        def show(message: Warning | str, *details: Any, **more: Any) -> None:
            if isinstance(message, InputWarning):
                print_note(str(message))
            else:
                show_other(message, *details, **more)

        warnings.showwarning = show
        yield


#: Maximum number of files for which a line is printed that is otherwise the same.
_MAX_REPEATED = 3


@contextmanager
def print_warnings(
    counts: Counter[str] | None = None,
) -> Iterator[list[warnings.WarningMessage]]:
    """Print warnings on stderr, and list them.

    Lines that are the same but for the recording or the file that they begin with are printed
    once, with a count of the others.

    Parameters
    ----------
    counts
        Numbers of such lines in earlier files, which are increased. A line is printed for the
        first three files only; `print_more_warnings` counts the others.
    """
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as recorded:
            warnings.simplefilter("always", InputWarning)
            caught = recorded
            yield caught
    finally:
        lines = [(str(each.message), str(getattr(each.message, "where", ""))) for each in caught]
        print_repeated(lines, counts)


def print_repeated(warned: Iterable[tuple[str, str]], counts: Counter[str] | None = None) -> None:
    """Print the warnings of one file; those that differ in their beginnings alone once.

    Parameters
    ----------
    warned
        Lines, each with its beginning.
    counts
        As for `print_warnings`.
    """
    lines: dict[str, dict[str, None]] = {}
    for line, where in warned:
        lines.setdefault(line.removeprefix(where), {})[line] = None
    for kind, (first, *others) in lines.items():
        if counts is not None:
            counts[kind] += 1
        if counts is None or counts[kind] <= _MAX_REPEATED:
            print_note(first + (f" (and {len(others)} others like it)" if others else ""))


def print_more_warnings(counts: Mapping[str, int]) -> None:
    """Count the files whose warnings `print_warnings` did not print."""
    for kind, count in counts.items():
        if count > _MAX_REPEATED:
            print_note(f"{count - _MAX_REPEATED} more files: {kind.removeprefix(': ')}")


def print_note(line: str) -> None:
    """Print a line of library code on stderr, with options for the parameters in backquotes."""
    text = re.sub(r"`(\w+)`", lambda match: "--" + match[1].replace("_", "-"), line)
    print(text, file=sys.stderr)


def split_names(_type: Any, tokens: Sequence[Token]) -> tuple[str, ...]:
    """Read names separated by commas."""
    return tuple(part.strip() for token in tokens for part in token.value.split(","))


def split_numbers(_type: Any, tokens: Sequence[Token]) -> tuple[int, ...]:
    """Read whole numbers separated by commas."""
    try:
        return tuple(int(part) for part in split_names(_type, tokens))
    except ValueError:
        raise ValueError("whole numbers separated by commas") from None


def read_person(_type: Any, tokens: Sequence[Token]) -> int | Literal["all"]:
    """Read the number of a person, or `all`."""
    (token,) = tokens
    if token.value == "all":
        return "all"
    if not re.fullmatch(r"[+-]?\d+", token.value):
        raise ValueError("a whole number or all")
    return int(token.value)


#: The people of a file to read.
PersonOption = Annotated[
    int | Literal["all"] | None,
    Placeholder("N|all"),
    Parameter(converter=read_person, n_tokens=1, allow_leading_hyphen=True),
]

Names = Annotated[
    tuple[str, ...] | None, Placeholder("NAME,..."), Parameter(converter=split_names, n_tokens=1)
]
Numbers = Annotated[
    tuple[int, ...] | None, Placeholder("N,..."), Parameter(converter=split_numbers, n_tokens=1)
]


@Parameter(name="*")
@dataclass(frozen=True)
class KeypointFlags:
    """Corrections of the keypoints that a verb reads.

    Attributes
    ----------
    min_confidence
        Smallest confidence of an observed keypoint, from 0 to 1. Default: that of the detector.
    keep_zeros
        Take keypoints at (0, 0) or (-1, -1) without a confidence as observed, even where many
        frames have them.
    rotate
        Turn the keypoints clockwise, for a video that was recorded on its side.
    flip_y
        Turn y over, for keypoints whose y points upwards.
    mirror
        Turn x over and keep left and right, for keypoints that were mirrored.
    """

    min_confidence: float | None = None
    keep_zeros: bool = False
    rotate: Annotated[Literal["90", "180", "270"] | None, Placeholder("DEGREES")] = None
    flip_y: bool = False
    mirror: bool = False

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `signlift.read_all` and `ReadOptions` that stand for them."""
        return {
            "min_confidence": self.min_confidence,
            "keep_zeros": self.keep_zeros,
            "rotate": int(self.rotate or 0),
            "flip_y": self.flip_y,
            "mirror": self.mirror,
        }


NO_CORRECTIONS = KeypointFlags()


def make_read_options(
    corrections: KeypointFlags,
    *,
    skeleton: str | None,
    person: int | Literal["all"] | None,
    fps: float | None,
    size: tuple[int, int] | None,
    quiet: bool,
) -> ReadOptions:
    """Make the options of reading from those of a verb.

    Raises
    ------
    InputError
        Lists every problem of the options.
    """
    from signlift.core.skeleton import get_skeleton
    from signlift.io import ReadOptions

    return ReadOptions(
        skeleton=None if skeleton is None else get_skeleton(skeleton),
        person=person,
        fps=fps,
        size=size,
        quiet=quiet,
        **corrections.arguments(),
    )


def describe_counts(recordings: int, frames: int) -> str:
    """Describe the size of a data set.

    Examples
    --------
    >>> describe_counts(1, 4), describe_counts(12, 60)
    ('1 recording, 4 frames', '12 recordings, 60 frames')
    """
    counts = ((recordings, "recording"), (frames, "frame"))
    return ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
