"""Rotations of palms, from the wrist and the knuckles."""

from __future__ import annotations

import numpy as np

from signlift.animation.hand_points import HandPoints
from signlift.geometry.rotations import are_off_line, nearest_rotation
from signlift.utils.array_types import Float

#: Weights of the base of the thumb, which moves in the palm, and of the knuckles.
_WEIGHTS = np.array([0.2, 1.0, 1.0, 1.0, 1.0])

#: The minimum ratio of the second singular value of the knuckles' directions to the first: below
#: it they are on a line with the wrist, and do not determine the rotation.
_MIN_SPAN_RATIO = 0.1


def fit_palms(hands: HandPoints, palm: Float[np.ndarray, "5 3"]) -> Float[np.ndarray, "T 2 3 3"]:
    """Fit a rigid palm to the wrist and the knuckles of each frame by weighted least squares.

    Parameters
    ----------
    hands
        Both hands, as left hands.
    palm
        [5, 3], the palm in the unit of the hands (see `hand_shape.HandShape.palm`).

    Returns
    -------
    [T, 2, 3, 3], the axes of the palm as columns (along it, to the thumb, out of it), about the
    wrist. NaN where the wrist or too many knuckles are missing, or they are on a line.
    """
    offsets = hands.points[:, :, 1::4] - hands.points[:, :, :1]
    observed = ~np.isnan(offsets).any(-1)
    weights = np.where(observed, _WEIGHTS * np.maximum(hands.weights[:, :, 1::4], 1e-3), 0.0)
    offsets = np.where(observed[..., None], offsets, 0.0)
    weighted = np.swapaxes(weights[..., None] * offsets, -1, -2)
    correlation = weighted @ palm
    squares = np.tensordot(weights, palm[:, :, None] * palm[:, None], 1)
    determined = observed.sum(-1) >= 2
    determined &= are_off_line(weighted @ offsets, _MIN_SPAN_RATIO)
    determined &= are_off_line(squares, _MIN_SPAN_RATIO)
    rotation = nearest_rotation(np.where(determined[..., None, None], correlation, np.eye(3)))
    return np.where(determined[..., None, None], rotation, np.nan)
