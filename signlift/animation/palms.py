"""Rotations of palms, from the wrist and the knuckles."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from signlift.animation.hand_points import HandPoints
from signlift.geometry.rotations import nearest_rotation

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
    correlation = np.einsum("thk,thki,kj->thij", weights, offsets, palm)
    roots = np.sqrt(weights)[..., None]
    determined = observed.sum(-1) >= 2
    for vectors in (roots * offsets, roots * palm):
        determined &= _spans_plane(vectors)
    rotation = nearest_rotation(np.where(determined[..., None, None], correlation, np.eye(3)))
    return np.where(determined[..., None, None], rotation, np.nan)


def _spans_plane(vectors: Float[np.ndarray, "T 2 5 3"]) -> Bool[np.ndarray, "T 2"]:
    """Return True where vectors from the wrist are not on a line, by the sums of their products."""
    products = np.einsum("thki,thkj->thij", vectors, vectors)
    values = np.linalg.eigvalsh(products)
    return values[..., 1] > _MIN_SPAN_RATIO**2 * values[..., 2]
