"""Fields of people that detectors have in common: their identity, and their frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signlift.io.people.assemble import Person
from signlift.io.people.tracking import Identity

#: Keys of the number or name of a frame.
FRAME_NUMBERS = "frame_id frame frame_idx frame_index frame_number image_id".split()

#: Keys of the identity, the most certain first. In some files `id` numbers the detections instead,
#: which `signlift.io.people.tracking.group_identities` recognises.
_IDENTITIES = (
    "track_id trackId tracking_id trackingId person_id personId instance_id idx id_ id".split()
)


def parse_identity(person: Mapping[str, Any]) -> Identity | None:
    """Find the number or name of a person; None where there is none, or a negative number.

    Examples
    --------
    >>> parse_identity({"track_id": 3.0}), parse_identity({"person_id": [-1]})
    (3, None)
    """
    for key in _IDENTITIES:
        if key in person:
            identity = to_identity(person[key])
            if identity is not None:
                return identity
    return None


def to_identity(value: object) -> Identity | None:
    """Convert the value of an identity; None where it is none."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and value:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value >= 0 and value == value // 1 else None


def are_places(frames: Sequence[Sequence[Person]]) -> bool:
    """Check whether the identities in all frames only number the people as they are listed.

    Detectors list people in any order, so that such numbers do not identify them.
    """
    several = [frame for frame in frames if len(frame) > 1]
    return bool(several) and any(
        all(
            person.identity == start + place
            for frame in frames
            for place, person in enumerate(frame)
        )
        for start in (0, 1)
    )
