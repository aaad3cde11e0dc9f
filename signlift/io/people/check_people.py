"""The check of the people of a file, in one warning for each kind of fault."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Sequence
from os import PathLike

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputWarning
from signlift.io.people.person_check import MIRRORED, Fault, find_fault
from signlift.io.recordings import Recordings

#: Maximum number of recordings of one file that are compared.
_MAX_SAMPLED = 16

#: Fraction of the compared recordings with a fault that is taken for that of the whole file.
_COMMON = 0.5


def check_people(
    recordings: Recordings,
    path: str | PathLike[str],
    *,
    named: bool = False,
    sized: bool = False,
    any_side: bool = False,
) -> Recordings:
    """Check that keypoints are those of people who stand or sit upright.

    Of several recordings, up to 16 are compared at once. A fault that half of them have is that of
    the file, and gives one line with a count. All other recordings are checked when they are read.

    Parameters
    ----------
    recordings
        The recordings of a file.
    path
        The file, for messages.
    named, sized
        See `find_fault`.
    any_side
        People may be seen from behind.

    Returns
    -------
    The recordings, which warn when they are read for the first time.

    Warns
    -----
    InputWarning
        One line for each kind of fault (see `signlift.io.people.person_check`).
    """
    several = len(recordings) > 1
    ignored: set[Fault] = {MIRRORED} if any_side else set()
    if several:
        # One of many people may be seen from behind, but hardly half of them.
        common = _warn_of_common(recordings, path, ignored, named=named, sized=sized)
        ignored |= {MIRRORED, *common}
    checked: set[str] = set()

    def check(recording: Recording) -> Recording:
        if recording.name not in checked:
            checked.add(recording.name)
            where = recording.name if several else path
            fault = find_fault(recording, named=named, sized=sized)
            if fault is not None and fault not in ignored:
                warnings.warn(InputWarning(fault.line(where), where), stacklevel=3)
        return recording

    return recordings.map(check)


def check_sample(recordings: Sequence[Recording], path: str | PathLike[str]) -> None:
    """Check up to 16 recordings of a dataset now.

    Parameters
    ----------
    recordings
        The recordings, with their depth where it is known.
    path
        The dataset, for messages.

    Warns
    -----
    InputWarning
        One line for each fault that half of them have.
    """
    _warn_of_common(recordings, path, ())


def _warn_of_common(
    recordings: Sequence[Recording],
    path: str | PathLike[str],
    ignored: Collection[Fault],
    *,
    named: bool = False,
    sized: bool = False,
) -> list[Fault]:
    """Warn of the faults that half of the compared recordings have, and list them."""
    numbers = np.unique(np.linspace(0, len(recordings) - 1, _MAX_SAMPLED).astype(int)).tolist()
    faults = [find_fault(recordings[number], named=named, sized=sized) for number in numbers]
    common = [
        (fault, count)
        for fault, count in Counter(fault for fault in faults if fault is not None).items()
        if fault not in ignored and count >= max(min(2, len(faults)), _COMMON * len(faults))
    ]
    for fault, count in common:
        line = f"{fault.line(path)} (in {count} of {len(faults)} recordings)"
        warnings.warn(InputWarning(line, path), stacklevel=4)
    return [fault for fault, _ in common]
