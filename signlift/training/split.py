"""The split into training and test recordings: by recording or by group, never by frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Int

from signlift.errors import InputError, parameter_problem, problem


@dataclass(frozen=True, eq=False)
class Split:
    """The numbers of the recordings to train on and to test on, rising."""

    train: Int[np.ndarray, " R"]
    test: Int[np.ndarray, " S"]


def split_recordings(
    count: int, test_fraction: float, seed: int, groups: Sequence[str] | None = None
) -> Split:
    """Hold back a share of the recordings.

    Parameters
    ----------
    count
        V, how many recordings there are.
    test_fraction
        The share that is held back, rounded up to one recording when it is above zero.
    seed
        Which ones is drawn from this.
    groups
        [V], a label for each recording (a person, a take, a day). Recordings with the same label
        stay together; groups are drawn until the share is reached.

    Raises
    ------
    InputError
        As many labels as recordings are expected, and something must be left to train on.
    """
    if groups is not None and len(groups) != count:
        raise InputError(
            parameter_problem("groups", expected=f"{count} labels", found=str(len(groups)))
        )
    _, labels = np.unique(
        np.arange(count) if groups is None else np.asarray(groups), return_inverse=True
    )
    wanted = int(np.ceil(test_fraction * count - 1e-9))  # 0.55 of 100 is 55, not 56
    held_back = np.zeros(count, bool)
    for label in np.random.default_rng(seed).permutation(labels.max(initial=-1) + 1):
        if held_back.sum() >= wanted:
            break
        held_back |= labels == label
    if held_back.all():
        what = "recordings" if groups is None else f"recordings in {labels.max() + 1} groups"
        expected = "something left to train on (a smaller one, 0 for none, or `test_data`)"
        found = f"{test_fraction:g} of {count} {what}"
        raise InputError(parameter_problem("test_fraction", expected=expected, found=found))
    return Split(np.flatnonzero(~held_back), np.flatnonzero(held_back))


def read_groups(path: str | PathLike[str]) -> list[str]:
    """Read the labels of recordings from a text file, one a line, in their order.

    Raises
    ------
    InputError
        There is no such file, or it is not text.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        found = "none that can be read"
        raise InputError(
            problem(path, expected="a text file with a label a line", found=found)
        ) from None
    while lines and not lines[-1].strip():
        lines.pop()
    return [line.strip() for line in lines]
