"""Lists of poses without frame numbers: one person over time, or the people of one image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signlift.io.people.assemble import Person
from signlift.io.people.tracking import body_extents

#: Smallest number of people who may be the frames of one person, and the largest median distance
#: between the keypoints of one and the next, in extents of the body. Several people do not stand in
#: one place, and detectors remove such doubles.
_MIN_POSES, _MAX_DISTANCE = 3, 0.15


def are_one_person(people: Sequence[Person]) -> bool:
    """Check whether poses are those of one person in consecutive frames, not several people.

    Parameters
    ----------
    people
        The poses in their order.

    Returns
    -------
    True if there are at least three, and most are in the place of the one before.
    """
    if len(people) < _MIN_POSES or len({person.skeleton for person in people}) != 1:
        return False
    points = np.stack([person.values[:, :2] for person in people]).astype(np.float64)
    points[(points == 0).all(-1)] = np.nan
    distances = np.linalg.norm(np.diff(points, axis=0), axis=-1)
    extents = body_extents(points)[1:, None]
    relative = distances / np.where(extents > 0, extents, np.nan)
    return bool(np.isfinite(relative).any() and np.nanmedian(relative) < _MAX_DISTANCE)
