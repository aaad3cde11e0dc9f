"""Keep the wrists out of the trunk and the head.

The trunk is a cylinder with an ellipse for its section, the head an ellipsoid; both are as much
larger than the body as a wrist is thick, so that a wrist on the surface is a hand that touches.
Their sizes are our own, in statures.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.geometry.interpolation import smoothstep
from signlift.simulation.signer.anthropometry import Proportions

# Half depth of the trunk and half height of the head, wrist included.
_DEPTH, _HEAD_HEIGHT = 0.072, 0.078
# What a wrist adds to the half width of the face and to the nose.
_WRIST = 0.014
# Half width and half depth of the neck, and between which heights above the shoulders' middle
# the trunk narrows to it.
_NECK, _TRUNK_ENDS, _NECK_BEGINS = (0.050, 0.055), -0.02, 0.05
# No elbow folds further than this: from the wrist to the shoulder, in arms.
_FOLDED = 0.33
# How far behind the middle of a part is what wrists are pushed away from, in its half depths.
_BEHIND = 0.6
# How gently the surface pushes, in parts of the distance from the axis.
_SOFT = 0.12


def clear(
    wrists: Float[np.ndarray, "T 2 3"], head: Float[np.ndarray, "T 3"], body: Proportions
) -> Float[np.ndarray, "T 2 3"]:
    """Push wrists out of the body, straight away from the middle of the trunk or the head.

    Parameters
    ----------
    wrists
        [T, 2, 3] in metres from the Neck, each on its own side: x outwards, y up, z forward.
    head
        [T, 3], the joint on which the head turns, in metres from the Neck with the left at +x.
    body
        The lengths.

    Returns
    -------
    [T, 2, 3]: the wrists themselves where they are well clear of the body. A smooth path stays
    smooth.
    """
    tall = body.stature
    # The middle of the head lies above the joint.
    middle = head[:, None] * np.array([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]])
    middle = middle + np.array([0.0, 0.27 * body.head, 0.0])
    size = np.array(
        [0.5 * body.face + _WRIST * tall, _HEAD_HEIGHT * tall, body.nose + _WRIST * tall]
    )
    out = _out_of(wrists, middle, size, 1.0)
    height = out[..., 1:2] / tall
    narrow = smoothstep((height - _TRUNK_ENDS) / (_NECK_BEGINS - _TRUNK_ENDS))
    trunk, neck = np.array([0.4 * body.shoulders, _DEPTH * tall]), np.array(_NECK) * tall
    above = smoothstep((height - 0.8 * body.neck / tall) / 0.05)
    section = trunk + narrow * (neck - trunk)
    out[..., ::2] = _out_of(out[..., ::2], np.zeros(2), section, 1.0 - above)
    return out


def _out_of(
    wrists: Float[np.ndarray, "T 2 D"],
    middle: Float[np.ndarray, "*#rest D"],
    size: Float[np.ndarray, "*#rest D"],
    strength: float | Float[np.ndarray, "T 2 1"],
) -> Float[np.ndarray, "T 2 D"]:
    """Push wrists out of ellipsoids with these half axes; the last coordinate is the depth.

    They are pushed away from a point behind the middle: hands that would pass through the middle
    pass before the body.
    """
    back = np.zeros(size.shape[-1])
    back[-1] = _BEHIND
    away = wrists - middle + back * size
    stretch = np.where(away[..., -1:] > 0, 1.0 + _BEHIND, 1.0 - _BEHIND)
    scaled = away / size
    scaled[..., -1:] /= stretch
    return wrists + away * (_push(scaled, strength) - 1.0)


def unfold(
    wrists: Float[np.ndarray, "T 2 3"], shoulders: Float[np.ndarray, "T 2 3"], body: Proportions
) -> Float[np.ndarray, "T 2 3"]:
    """Push wrists away from their shoulders, as far as an elbow folds.

    Parameters
    ----------
    wrists, shoulders
        [T, 2, 3] in metres, each on its own side.
    body
        The lengths.

    Returns
    -------
    [T, 2, 3]: the wrists themselves where they are well away.
    """
    away = wrists - shoulders
    return shoulders + away * _push(away / (_FOLDED * body.arm), 1.0)


def _push(
    place: Float[np.ndarray, "T 2 D"], strength: float | Float[np.ndarray, "T 2 1"]
) -> Float[np.ndarray, "T 2 1"]:
    """By how much to lengthen a place, so that it comes to lie outside a ball of radius 1.

    Further out the push fades: signs keep their places.
    """
    far = np.maximum(np.sqrt(np.einsum("...i,...i->...", place, place))[..., None], 0.02)
    outside = 0.5 * (far + 1.0 + np.sqrt((far - 1.0) ** 2 + _SOFT**2))
    return 1.0 + strength * (outside / far - 1.0)
