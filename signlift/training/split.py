"""Split into training and test recordings: by recording or by group, never by frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.errors import InputError, parameter_problem, problem
from signlift.utils.array_types import Int
from signlift.utils.regular_files import read_regular


@dataclass(frozen=True, eq=False)
class Split:
    """Training and test recordings of a dataset.

    Attributes
    ----------
    train, test
        [R] and [S], the numbers of the recordings, in ascending order.
    """

    train: Int[np.ndarray, " R"]
    test: Int[np.ndarray, " S"]


def split_recordings(
    count: int, test_fraction: float, seed: int, groups: Sequence[str] | None = None
) -> Split:
    """Hold back a fraction of the recordings for testing.

    Parameters
    ----------
    count
        V, the number of recordings.
    test_fraction
        The fraction that is held back, rounded up to a whole recording.
    seed
        Seed of the choice.
    groups
        [V], a label for each recording (a person, a take, a day). Recordings with the same label
        stay together; groups are drawn until the fraction is reached.

    Raises
    ------
    InputError
        The number of labels is not that of the recordings, or nothing is left to train on.

    Examples
    --------
    >>> split = split_recordings(4, 0.25, seed=0)
    >>> len(split.train), len(split.test)
    (3, 1)
    """
    if groups is not None and len(groups) != count:
        raise InputError(
            parameter_problem("groups", expected=f"{count} labels", found=str(len(groups)))
        )
    _, labels = np.unique(
        np.arange(count) if groups is None else np.asarray(groups), return_inverse=True
    )
    size = int(np.ceil(test_fraction * count - 1e-9))  # 0.55 of 100 is 55, not 56
    held_back = np.zeros(count, bool)
    for label in np.random.default_rng(seed).permutation(labels.max(initial=-1) + 1):
        if held_back.sum() >= size:
            break
        held_back |= labels == label
    if held_back.all():
        number = f"{count} recordings"
        if groups is not None:
            number += f" in {labels.max() + 1} groups"
        expected = "a fraction that leaves recordings to train on (0 for none), or `test_data`"
        found = f"{test_fraction:g} of {number}"
        raise InputError(parameter_problem("test_fraction", expected=expected, found=found))
    return Split(np.flatnonzero(~held_back), np.flatnonzero(held_back))


def read_groups(path: str | PathLike[str]) -> list[str]:
    """Read the labels of recordings from a text file.

    Parameters
    ----------
    path
        A text file with one label per line, in the order of the recordings.

    Raises
    ------
    InputError
        The file does not exist, or is not text.
    """
    path = Path(path)
    try:
        lines = read_regular(path).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        found = "bytes that are not text" if isinstance(error, ValueError) else "no readable file"
        expected = "a text file with one label per line"
        raise InputError(problem(path, expected=expected, found=found)) from None
    while lines and not lines[-1].strip():
        lines.pop()
    return [line.strip() for line in lines]
