"""People with flat lists of their 18 keypoints: kinetics-skeleton, and AlphaPose's form `cmu`.

kinetics-skeleton (Yan et al., Spatial Temporal Graph Convolutional Networks, 2018) has one file for
each clip, with the people of each frame in OpenPose's COCO order, as fractions of the image:

    {"data": [{"frame_index": 1, "skeleton": [{"pose": [x, y, ...], "score": [...]}]}, ...],
     "label": ..., "label_index": ...}

AlphaPose's form `cmu` has the same order, in pixels: {"bodies": [{"joints": [x, y, score, ...]}]}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signlift.errors import InputError, problem
from signlift.io.detectors.nested_lists import describe_json
from signlift.io.detectors.people_forms.keypoint_order import KeypointOrder
from signlift.io.detectors.people_forms.mmpose import parse_mmpose_people
from signlift.io.detectors.people_forms.person_fields import parse_identity
from signlift.io.people.assemble import Person

#: Key of the people in a frame, and the keys of a person's keypoints and scores.
_KEYS = {"skeleton": ("pose", "score"), "bodies": ("joints", "scores")}


def is_flat_skeletons(frame: object) -> bool:
    """Recognise a frame of kinetics-skeleton, or of AlphaPose's form `cmu`."""
    return isinstance(frame, Mapping) and any(_people(frame, key) is not None for key in _KEYS)


def parse_flat_skeletons(
    frame: Mapping[str, Any], where: str, order: KeypointOrder
) -> list[Person]:
    """Parse the people in a frame.

    Raises
    ------
    InputError
        A person has another form.
    """
    key = next(key for key in _KEYS if _people(frame, key) is not None)
    keypoints, scores = _KEYS[key]
    parsed = []
    for number, person in enumerate(_people(frame, key) or []):
        place = f"{where}, person {number}"
        if person is None:
            continue
        if not isinstance(person, Mapping) or keypoints not in person:
            found = describe_json(person)
            raise InputError(problem(place, expected=f"an object with {keypoints}", found=found))
        value = {"keypoints": person[keypoints], "scores": person.get(scores)}
        parsed += [
            each._replace(identity=parse_identity(person))
            for each in parse_mmpose_people(value, place, order)
        ]
    return parsed


def _people(frame: Mapping[str, Any], key: str) -> list[Any] | None:
    """Return the list of people under a key, if one of them has the key of the keypoints."""
    people = frame.get(key)
    if not isinstance(people, list):
        return None
    named = any(isinstance(person, Mapping) and _KEYS[key][0] in person for person in people)
    return people if named or (not people and "frame_index" in frame) else None
