"""Parts of the body that keypoints belong to, for messages; and the body that lifting needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from os import PathLike

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import side
from signlift.errors import InputError, problem
from signlift.utils.array_types import Bool

#: Names of parts, by what the names of their keypoints contain.
_PARTS = (
    ("(?i)foot|toe|heel", "feet"),
    ("(?i)hand.+|thumb|index|middle|ring|pinky|finger", "hands"),
    ("(?i)face|eye|ear|mouth|nose|jaw|brow|lip|nostril|pupil|^Head$|^Keypoint26$", "face"),
    ("Hip$", "hips"),
    ("Knee$", "knees"),
    ("Ankle$", "ankles"),
    ("Shoulder$", "shoulders"),
    ("Elbow$", "elbows"),
    ("(Wrist|Hand)$", "wrists"),
)

#: One of the parts of both sides.
_SINGULAR = {part: part.removesuffix("s") for _, part in _PARTS if part.endswith("s")} | {
    "feet": "foot"
}

_UPPER, _LOWER = ("LShoulder", "RShoulder", "Neck"), ("LHip", "RHip", "MidHip")


def name_parts(keypoints: Sequence[str]) -> list[str]:
    """Name the parts of the body that keypoints belong to, each once.

    Examples
    --------
    >>> name_parts(["LHip", "RHip", "LIndex3", "Neck"])
    ['hips', 'left hand', 'Neck']
    """
    sides: dict[str, set[str]] = {}
    for keypoint in keypoints:
        sides.setdefault(_name_part(keypoint), set()).add(side(keypoint))
    return [
        f"{min(each)} {_SINGULAR[part]}"
        if each in ({"left"}, {"right"}) and part in _SINGULAR
        else part
        for part, each in sides.items()
    ]


def frames_with_body(recording: Recording) -> Bool[np.ndarray, " T"]:
    """Find the frames with enough of the body to place and to scale a person.

    These have both shoulders (or one and the Neck), or one of them and a hip.

    Returns
    -------
    [T].
    """
    observed = recording.observed
    counts = []
    for names in (_UPPER, _LOWER):
        columns = [recording.skeleton.find(name) for name in names]
        counts.append(observed[:, [column for column in columns if column is not None]].sum(1))
    upper, lower = counts
    return np.asarray((upper >= 2) | ((upper >= 1) & (lower >= 1)))


def require_body(recording: Recording, where: str | PathLike[str]) -> None:
    """Raise InputError where a recording has keypoints, but no frame has enough of the body.

    Parameters
    ----------
    recording
        Keypoints on any skeleton.
    where
        The file or recording, for the message.
    """
    if recording.observed.any() and not frames_with_body(recording).any():
        expected = "keypoints of the body (both shoulders, or a shoulder and a hip)"
        raise InputError(problem(where, expected=expected, found=describe_observed(recording)))


def describe_observed(recording: Recording) -> str:
    """Describe what a recording without a body has, as "hands and face alone"."""
    columns = np.flatnonzero(recording.observed.any(0))
    *parts, last = name_parts([recording.skeleton.keypoints[column] for column in columns])
    return f"{', '.join(parts)} and {last} alone" if parts else f"{last} alone"


def _name_part(keypoint: str) -> str:
    return next((part for pattern, part in _PARTS if re.search(pattern, keypoint)), keypoint)
