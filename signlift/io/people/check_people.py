"""The check of the people of a file, in one warning for each kind of fault."""

from __future__ import annotations

import warnings
from collections import Counter
from os import PathLike

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputWarning
from signlift.io.people.person_check import MIRRORED, Fault, find_fault
from signlift.io.recordings import Recordings

#: Number of recordings of one file that are compared, and the maximum number of frames of each.
_MAX_SAMPLED, _MAX_FRAMES = 16, 20_000

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
        sample = np.unique(np.linspace(0, len(recordings) - 1, _MAX_SAMPLED).astype(int)).tolist()
        sample = [number for number in sample if recordings.lengths[number] <= _MAX_FRAMES]
        found = [find_fault(recordings[number], named=named, sized=sized) for number in sample]
        for fault, count in Counter(fault for fault in found if fault is not None).items():
            if fault not in ignored and count >= max(2, _COMMON * len(sample)):
                line = f"{fault.line(path)} (in {count} of {len(sample)} recordings)"
                warnings.warn(InputWarning(line, path), stacklevel=3)
                ignored.add(fault)
        # One of many people may be seen from behind.
        ignored.add(MIRRORED)
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
