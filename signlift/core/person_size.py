"""The size of a person: the centimetres in one unit of a recording, by the person's height."""

from __future__ import annotations

from collections.abc import Sequence

from signlift.core.body_proportions import BodyProportions

#: Beginning of the note about the scale of a recording.
SCALE_NOTE = "scale: "


def scale_of_height(height: float, proportions: BodyProportions) -> float:
    """Compute the number of centimetres in one unit of a person's bone lengths.

    The bones of the upper body are compared with the average ones of people of this height.

    Parameters
    ----------
    height
        The person's stature in cm, 40 to 280.
    proportions
        The bone lengths in the unit; those with a small uncertainty count more.

    Returns
    -------
    The scale; NaN if no bone of the upper body is known.

    Raises
    ------
    InputError
        The stature is out of range.

    Examples
    --------
    >>> from signlift import BodyProportions
    >>> round(scale_of_height(170, BodyProportions(torso=100.0)), 3)
    0.476
    """
    return BodyProportions.from_stature(height).unit_ratio(proportions)


def describe_scale(unit: str, scale: float) -> str:
    """Describe the centimetres in one unit of a recording, for its notes.

    Examples
    --------
    >>> describe_scale("px", 0.35451)
    'scale: 1 px = 0.3545 cm'
    """
    return f"{SCALE_NOTE}1 {unit} = {scale:.4g} cm"


def describe_scales(scales: Sequence[float], height: float) -> str:
    """Describe the centimetres in one unit of recordings, as a height gives them.

    Parameters
    ----------
    scales
        Centimetres per unit of each, at least one.
    height
        The stature in cm.

    Examples
    --------
    >>> describe_scales([0.35451, 0.3545, 0.36], 172)
    'a unit of the depth is about 0.3545 to 0.36 cm (by a height of 172 cm)'
    """
    smallest, largest = f"{min(scales):.4g}", f"{max(scales):.4g}"
    span = smallest if smallest == largest else f"{smallest} to {largest}"
    return f"a unit of the depth is about {span} cm (by a height of {height:g} cm)"
