"""Kinds of options that several verbs share."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import ArgumentCollection, Parameter, Token
from cyclopts.exceptions import UnknownOptionError

from signlift.cli.help_text import Placeholder
from signlift.errors import InputWarning

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
    "wholebody133",
    "halpe26",
    "halpe136",
]
#: Skeletons that a DepthLSTM can be trained on.
TrainingSkeleton = Literal["panoptic26", "panoptic67", "openpose25", "coco17"]


def read_path(_type: Any, tokens: Sequence[Token]) -> Path:
    """Read a path, or `-`, which the parser takes for an option otherwise."""
    (token,) = tokens
    if not token.value.startswith("-") or token.value == "-":
        return Path(token.value)
    if token.keyword is None:
        nothing = ArgumentCollection()  # type: ignore[no-untyped-call]
        raise UnknownOptionError(token=token, argument_collection=nothing)
    raise ValueError("a path")


@contextmanager
def print_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Print warnings on stderr, one line each, and list them."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        yield caught
    for warning in caught:
        print(warning.message, file=sys.stderr)


def split_names(_type: Any, tokens: Sequence[Token]) -> tuple[str, ...]:
    """Read names separated by commas."""
    return tuple(part.strip() for token in tokens for part in token.value.split(","))


def split_numbers(_type: Any, tokens: Sequence[Token]) -> tuple[int, ...]:
    """Read whole numbers separated by commas."""
    try:
        return tuple(int(part) for part in split_names(_type, tokens))
    except ValueError:
        raise ValueError("whole numbers separated by commas") from None


Names = Annotated[
    tuple[str, ...] | None, Placeholder("NAME,..."), Parameter(converter=split_names, n_tokens=1)
]
Numbers = Annotated[
    tuple[int, ...] | None, Placeholder("N,..."), Parameter(converter=split_numbers, n_tokens=1)
]
