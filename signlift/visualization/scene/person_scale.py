"""The size of a drawn person: centimetres per unit of the recording, and where they come from."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from signlift.core.person_size import SCALE_NOTE
from signlift.core.recording import Recording
from signlift.normalization.scale import recording_scale

#: The torso length of a person of unknown size, in cm.
ASSUMED_TORSO = 50.0

#: Lengths of a scale bar, in cm.
_BAR_LENGTHS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class PersonScale:
    """The size of a person in the unit of a recording.

    Attributes
    ----------
    body
        Units per centimetre of a person whose torso is 50 cm long, for the widths of bones.
    cm_per_unit
        Centimetres in one unit, for the scale bar.
    is_assumed
        Whether those are of an assumed torso of 50 cm, as nothing else is known.
    """

    body: float
    cm_per_unit: float
    is_assumed: bool


def measure_scale(recording: Recording, scale: float | None = None) -> PersonScale:
    """Measure a person: from the unit, the given scale, the notes, or an assumed torso of 50 cm.

    Parameters
    ----------
    recording
        Keypoints in any unit.
    scale
        Centimetres per unit, if they are known.

    Examples
    --------
    >>> import signlift as sl
    >>> points = np.zeros((1, 26, 2))
    >>> points[0, sl.skeleton_parts["MidHip"], 1] = 100
    >>> measure_scale(sl.Recording(points))
    PersonScale(body=2.0, cm_per_unit=0.5, is_assumed=True)
    """
    proportions = recording.proportions
    torso = proportions.torso if proportions is not None else None
    if torso is None or not np.isfinite(torso) or torso <= 0:
        torso = recording_scale(recording.keypoints, recording.skeleton)
    body = float(torso) / ASSUMED_TORSO
    known = _known_scale(recording) if scale is None else scale
    if known is None:
        return PersonScale(body, 1 / body, is_assumed=True)
    return PersonScale(body, known, is_assumed=False)


def _known_scale(recording: Recording) -> float | None:
    """Return the centimetres per unit that a recording states, or None."""
    if recording.unit in ("cm", "m"):
        return 100.0 if recording.unit == "m" else 1.0
    for note in reversed(recording.notes):
        match = re.match(rf"{re.escape(SCALE_NOTE)}1 \S+ = ([\d.e+-]+) cm$", note)
        if match:
            return float(match[1])
    return None


def bar_length(width: float) -> float:
    """Return the length in cm of a scale bar that is at most so many cm long: a round one.

    Examples
    --------
    >>> bar_length(29)
    20.0
    """
    fitting = [length for length in _BAR_LENGTHS if length <= width]
    return float(fitting[-1]) if fitting else width


def describe_length(length: float) -> str:
    """Describe the length of a scale bar.

    Examples
    --------
    >>> describe_length(20.0), describe_length(100.0)
    ('20 cm', '1 m')
    """
    return f"{length / 100:g} m" if length >= 100 else f"{length:.3g} cm"


def describe_size(scale: PersonScale) -> str:
    """Say what the scale bar assumes; "" if the size of the person is known.

    Examples
    --------
    >>> describe_size(PersonScale(2.0, 0.5, is_assumed=True))
    'a torso of 50 cm assumed'
    """
    return f"a torso of {ASSUMED_TORSO:g} cm assumed" if scale.is_assumed else ""
