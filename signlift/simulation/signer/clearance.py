"""Collision avoidance: keep the wrists out of the trunk and the head.

The trunk is a cylinder with an elliptic section, the head an ellipsoid. Both are larger than the
body by the thickness of a wrist, so that a wrist on the surface belongs to a hand that touches the
body. Their sizes are our own, in statures.
"""

from __future__ import annotations

import numpy as np

from signlift.geometry.interpolation import smoothstep
from signlift.simulation.signer.anthropometry import BodyDimensions
from signlift.utils.array_types import Float

# Half depth of the trunk and half height of the head, including the wrist.
_DEPTH, _HEAD_HEIGHT = 0.072, 0.078
# Thickness of a wrist, added to the half width of the face and to the nose.
_WRIST = 0.014
# Half width and half depth of the neck, and the heights relative to the middle of the shoulders
# between which the trunk narrows to it.
_NECK, _TRUNK_ENDS, _NECK_BEGINS = (0.050, 0.055), -0.02, 0.05
# Minimum distance from the wrist to the shoulder, in arm lengths: elbows do not fold further.
_MIN_FOLD = 0.33
# Distance of the centre of the push behind the middle of a part, in its half depths.
_BEHIND = 0.6
# Softness of the surface, as a fraction of the distance from the axis.
_SOFTNESS = 0.12
# Minimum distance from the centre of the push, as a fraction of the size of a part: nearer wrists
# have no direction to be pushed in, and stay inside.
_MIN_RADIUS = 0.02


def push_out_of_body(
    wrists: Float[np.ndarray, "T 2 3"], head: Float[np.ndarray, "T 3"], body: BodyDimensions
) -> Float[np.ndarray, "T 2 3"]:
    """Push wrists out of the body, away from the middle of the trunk or the head.

    Parameters
    ----------
    wrists
        [T, 2, 3] in metres from the Neck, in each side's own coordinates: x outwards, y up, z
        forward.
    head
        [T, 3], the joint about which the head rotates, in metres from the Neck, the left at +x.
    body
        The body dimensions.

    Returns
    -------
    wrists
        [T, 2, 3], unchanged where they are well clear of the body. A smooth path stays smooth.
    """
    stature = body.stature
    # The middle of the head is above the joint.
    middle = head[:, None] * np.array([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]])
    middle = middle + np.array([0.0, 0.27 * body.head, 0.0])
    width, depth = 0.5 * body.face + _WRIST * stature, body.nose + _WRIST * stature
    size = np.array([width, _HEAD_HEIGHT * stature, depth])
    out = _push_out_of_ellipsoid(wrists, middle, size, 1.0)
    height = out[..., 1:2] / stature
    narrowing = smoothstep((height - _TRUNK_ENDS) / (_NECK_BEGINS - _TRUNK_ENDS))
    trunk = np.array([0.4 * body.shoulders, _DEPTH * stature])
    neck = np.array(_NECK) * stature
    above = smoothstep((height - 0.8 * body.neck / stature) / 0.05)
    section = trunk + narrowing * (neck - trunk)
    out[..., ::2] = _push_out_of_ellipsoid(out[..., ::2], np.zeros(2), section, 1.0 - above)
    return out


def push_out_of_shoulders(
    wrists: Float[np.ndarray, "T 2 3"], shoulders: Float[np.ndarray, "T 2 3"], body: BodyDimensions
) -> Float[np.ndarray, "T 2 3"]:
    """Push wrists away from their shoulders to the distance of a fully folded elbow.

    Parameters
    ----------
    wrists, shoulders
        [T, 2, 3] in metres, in each side's own coordinates.
    body
        The body dimensions.

    Returns
    -------
    wrists
        [T, 2, 3], unchanged where they are far from the shoulder.
    """
    offset = wrists - shoulders
    return shoulders + offset * _push_factor(offset / (_MIN_FOLD * body.arm), 1.0)


def _push_out_of_ellipsoid(
    wrists: Float[np.ndarray, "T 2 D"],
    middle: Float[np.ndarray, "*#rest D"],
    size: Float[np.ndarray, "*#rest D"],
    strength: float | Float[np.ndarray, "T 2 1"],
) -> Float[np.ndarray, "T 2 D"]:
    """Push wrists out of ellipsoids with half axes `size`; the last coordinate is the depth.

    They are pushed away from a point behind the middle: hands whose path runs through the middle
    pass in front of the body.
    """
    back = np.zeros(size.shape[-1])
    back[-1] = _BEHIND
    offset = wrists - middle + back * size
    stretch = np.where(offset[..., -1:] > 0, 1.0 + _BEHIND, 1.0 - _BEHIND)
    scaled = offset / size
    scaled[..., -1:] /= stretch
    return wrists + offset * (_push_factor(scaled, strength) - 1.0)


def _push_factor(
    position: Float[np.ndarray, "T 2 D"], strength: float | Float[np.ndarray, "T 2 1"]
) -> Float[np.ndarray, "T 2 1"]:
    """Compute the factor that moves a position out of a ball of radius 1.

    Further out the factor approaches 1, so that signs keep their locations.
    """
    radius = np.sqrt(np.einsum("...i,...i->...", position, position))[..., None]
    radius = np.maximum(radius, _MIN_RADIUS)
    outside = 0.5 * (radius + 1.0 + np.sqrt((radius - 1.0) ** 2 + _SOFTNESS**2))
    return 1.0 + strength * (outside / radius - 1.0)
