"""People by number, and the frames of each; or frames by name, and the people of each by number.

    {"1": {"0001": {"keypoints": [x, y, score, ...], "scores": null}, ...}, ...}

The first is the form of tracked people of AlphaPose in data sets for the detection of anomalies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from signlift.errors import InputError, problem
from signlift.io.detectors.frame_names import frame_number
from signlift.io.detectors.json_layouts.clip import Frames, place_frames
from signlift.io.detectors.people_forms.mmpose import has_keypoints
from signlift.io.detectors.people_forms.openpose import is_openpose_person

_FRAME = re.compile(r"frame|image|img|\.(jpe?g|png|bmp|webp|tiff?)$", re.IGNORECASE)
_PERSON = re.compile(r"person|people|track|player|signer|^id|^pid", re.IGNORECASE)


def is_tracked(value: object) -> bool:
    """Recognise an object of objects of people."""
    if not isinstance(value, Mapping) or not value:
        return False
    inner = [each for each in value.values() if each is not None and each != {}]
    return bool(inner) and all(
        isinstance(each, Mapping) and all(map(_is_person, each.values())) for each in inner
    )


def split_tracked(value: Mapping[str, Any], where: str) -> list[Frames]:
    """Split an object of people and frames.

    The outer keys are the people, unless they look like names of frames, the inner ones look like
    people, or there are more different outer keys than inner ones.

    Raises
    ------
    InputError
        The names of the frames have no numbers.
    """
    pairs = [
        (str(outer), str(inner), person)
        for outer, each in value.items()
        for inner, person in (each or {}).items()
    ]
    outers, inners = ({pair[level] for pair in pairs} for level in (0, 1))
    if _frames_come_first(outers, inners):
        pairs = [(inner, outer, person) for outer, inner, person in pairs]
    numbers, people = [], []
    for identity, frame, person in pairs:
        number = frame_number(frame)
        if number is None:
            expected = "a frame number in each name"
            raise InputError(problem(where, expected=expected, found=repr(frame)[:40]))
        numbers.append(number)
        people.append({**person, "track_id": identity})
    return [place_frames(numbers, people, where)]


def _frames_come_first(outers: set[str], inners: set[str]) -> bool:
    """Decide whether the outer names are those of frames."""
    scores = [
        bool(_FRAME.search(next(iter(names)))) - bool(_PERSON.search(next(iter(names))))
        for names in (outers, inners)
    ]
    return scores[0] > scores[1] if scores[0] != scores[1] else len(outers) > len(inners)


def _is_person(value: object) -> bool:
    return has_keypoints(value) or is_openpose_person(value)
