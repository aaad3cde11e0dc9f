"""Choice of the main person, and the order in which people are numbered, for all formats.

People are ranked by size and duration in the image: the sum over frames of the extent of the body
(the diagonal of the box around its keypoints) times the mean confidence of its keypoints. Person 0
is the main person, who is large in the image and observed all the time. People who are observed in
few frames compared with the most observed person are left out, as false detections.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TypeVar

import numpy as np

from signlift.core.skeleton import OPENPOSE25, Skeleton
from signlift.errors import InputError, problem
from signlift.io.people.tracking import Identity, body_extents, group_identities, track_people
from signlift.io.reader import PersonChoice
from signlift.utils.array_types import Float, Int

PersonT = TypeVar("PersonT")

#: Smallest number of frames of a person, as a fraction of the frames of the person with most.
_MIN_FRACTION = 0.05


def find_people(
    frames: Int[np.ndarray, " D"],
    keypoints: Float[np.ndarray, "D J 2"],
    confidence: Float[np.ndarray, "D J"],
    skeleton: Skeleton,
    identities: Sequence[Identity | None] | None = None,
) -> list[Int[np.ndarray, " _"]]:
    """Group the detections of all frames by person, the main person first.

    Parameters
    ----------
    frames
        [D], frame number of each detection, not decreasing.
    keypoints
        [D, J, 2], x and y; NaN where missing.
    confidence
        [D, J], NaN where the detector has none.
    skeleton
        The J keypoints.
    identities
        The identity of each detection in the file; None where it has none.

    Returns
    -------
    For each person the numbers of the detections, in the order of time, at most one for each
    frame. People are identified by the file (see `group_identities`) where it can be, else
    tracked (see `track_people`) unless every frame has one at most.
    """
    points, masses = _body_masses(keypoints, confidence, skeleton)
    rows = np.flatnonzero(~np.isnan(keypoints[..., 0]).all(1))
    groups = None if identities is None else group_identities(frames, points, masses, identities)
    if groups is not None:
        people = groups
    elif np.bincount(frames[rows]).max(initial=0) <= 1:
        people = [rows] if len(rows) else []
    else:
        people = track_people(frames, points, masses)
    return [people[number] for number in _rank(people, masses)]


def rank_people(
    keypoints: Float[np.ndarray, "P T J 2"],
    confidence: Float[np.ndarray, "P T J"],
    skeleton: Skeleton,
) -> list[int]:
    """Rank people whose detections are already grouped, the main person first.

    Parameters
    ----------
    keypoints
        [P, T, J, 2], x and y; NaN where missing.
    confidence
        [P, T, J], NaN where the detector has none.
    skeleton
        The J keypoints.

    Returns
    -------
    Numbers from 0 to P - 1. People who are never observed, or rarely, are left out.

    Examples
    --------
    >>> import numpy as np
    >>> small = np.random.default_rng(0).uniform(0, 1, (10, len(OPENPOSE25), 2))
    >>> rank_people(np.stack([small, 2 * small]), np.ones((2, 10, 25)), OPENPOSE25)
    [1, 0]
    """
    P, T, J = confidence.shape
    flat_keypoints, flat_confidence = keypoints.reshape(P * T, J, 2), confidence.reshape(P * T, J)
    masses = _body_masses(flat_keypoints, flat_confidence, skeleton)[1]
    rows = np.arange(P * T).reshape(P, T)
    return _rank([rows[person][masses[rows[person]] > 0] for person in range(P)], masses)


def choose_people(
    people: Sequence[PersonT], person: PersonChoice, where: str | PathLike[str]
) -> dict[int, PersonT]:
    """Choose a person by number, or all people.

    Parameters
    ----------
    people
        The main person first.
    person
        Number from 0; None for the main person; "all" for all of them.
    where
        The file or recording, for messages.

    Returns
    -------
    The people by their numbers; at least one.

    Raises
    ------
    InputError
        There is no person of this number, or no person at all.

    Examples
    --------
    >>> choose_people(["main", "next"], 1, "clip"), choose_people(["main", "next"], "all", "clip")
    ({1: 'next'}, {0: 'main', 1: 'next'})
    """
    if not people:
        raise InputError(problem(where, expected="a frame with a keypoint", found="none"))
    if person == "all":
        return dict(enumerate(people))
    number = person or 0
    if not 0 <= number < len(people):
        last = len(people) - 1
        expected = f"a person from 0 to {last}" if last else "person 0 (there is only one)"
        raise InputError(problem(where, expected=expected, found=f"person {number}"))
    return {number: people[number]}


def require_one_person(person: PersonChoice, where: str | PathLike[str]) -> None:
    """Raise InputError where another person than the only one of a recording is asked for."""
    if person not in (None, 0, "all"):
        raise InputError(problem(where, expected="person 0", found=str(person)))


def name_person(name: str, number: int, person: PersonChoice, count: int) -> str:
    """Name the recording of a person: as the file, but for all of several people.

    Examples
    --------
    >>> name_person("clip.pose", 1, 1, 2), name_person("clip.pose", 1, "all", 2)
    ('clip.pose', 'clip.pose/person1')
    """
    return f"{name}/person{number}" if person == "all" and count > 1 else name


def file_of_people(names: Sequence[str]) -> str | None:
    """Return the file that recordings are all people of, by their names; None for others.

    Examples
    --------
    >>> file_of_people(["clip.pose/person0", "clip.pose/person1"])
    'clip.pose'
    """
    files = {name.rpartition("/person")[0] for name in names}
    numbers = [name.rpartition("/person")[2] for name in names]
    if len(names) < 2 or len(files) > 1 or not all(map(str.isdecimal, numbers)):
        return None
    return files.pop()


def body_columns(skeleton: Skeleton) -> list[int]:
    """List the numbers of the keypoints of the body, without hands and faces."""
    names = enumerate(skeleton.keypoints)
    return [number for number, name in names if OPENPOSE25.find(name) is not None]


def _body_masses(
    keypoints: Float[np.ndarray, "D J 2"],
    confidence: Float[np.ndarray, "D J"],
    skeleton: Skeleton,
) -> tuple[Float[np.ndarray, "D B 2"], Float[np.ndarray, " D"]]:
    """Select the body's keypoints, and compute the mass of each detection: 0 without keypoints."""
    body = body_columns(skeleton)
    if not np.isnan(keypoints[:, body, 0]).all():
        keypoints, confidence = keypoints[:, body], confidence[:, body]
    observed = ~np.isnan(keypoints[..., 0])
    confidence = np.where(np.isnan(confidence), 1, np.clip(confidence, 0, 1))
    weights = np.where(observed, confidence, 0).mean(1, dtype=np.float64) + 1e-6
    return keypoints, np.nan_to_num(body_extents(keypoints)) * weights


def _rank(people: Sequence[Int[np.ndarray, " _"]], masses: Float[np.ndarray, " D"]) -> list[int]:
    longest = max((len(rows) for rows in people), default=0)
    scores = [float(masses[rows].sum()) for rows in people]
    return [
        number
        for number in sorted(range(len(people)), key=lambda number: -scores[number])
        if scores[number] > 0 and len(people[number]) >= _MIN_FRACTION * longest
    ]
