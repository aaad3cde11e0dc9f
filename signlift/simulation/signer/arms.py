"""Shoulder positions and elbow directions for given wrists.

Coordinates are those of each arm's own side: x outwards, y up, z forward. The amounts are our own
estimates for raised and reaching arms.
"""

from __future__ import annotations

import numpy as np

from signlift.geometry.interpolation import smoothstep
from signlift.simulation.signer.anthropometry import BodyDimensions
from signlift.utils.array_types import Float

# Maximum rise of a shoulder with a raised arm, and its maximum forward motion with a reaching arm,
# in halves of the shoulder width; and its motion towards the neck for each unit that it rises.
_RISE, _REACH, _INWARDS = 0.24, 0.24, 0.3


def compute_shoulders(
    wrists: Float[np.ndarray, "T 2 3"],
    body: BodyDimensions,
    shrug: Float[np.ndarray, " T"],
    mobility: float,
) -> Float[np.ndarray, "T 2 3"]:
    """Compute the shoulders, which rise and move forward with the arms, and shrug.

    Parameters
    ----------
    wrists
        [T, 2, 3] in metres from the middle of the resting shoulders.
    body
        The body dimensions.
    shrug
        [T], rise of both shoulders in metres.
    mobility
        Factor of the motion with the wrists, around 1.

    Returns
    -------
    shoulders
        [T, 2, 3] in metres from the same point.
    """
    half, y, z = body.shoulders / 2, wrists[..., 1] / body.arm, wrists[..., 2] / body.arm
    lift = _RISE * smoothstep((y + 0.4) / 1.3) * (half * mobility) + shrug[:, None]
    reach = smoothstep((z - 0.35) / 0.7) - 0.25 * smoothstep((0.1 - z) / 0.5)
    front = _REACH * reach * (half * mobility)
    out = np.sqrt(np.maximum(half**2 - front**2, 0.0)) - _INWARDS * lift
    return np.stack([out, lift, front], -1)


def compute_elbow_directions(
    arms: Float[np.ndarray, "T 2 3"], swivel: Float[np.ndarray, "T 2"]
) -> Float[np.ndarray, "T 2 3"]:
    """Compute the direction in which each elbow bends.

    It is down and, by the swivel, outwards. For a hanging arm and one stretched to the side the
    elbow points backwards, for a raised arm and one behind the body further outwards, and for a
    hand across the trunk forwards.

    Where an arm points along this direction itself, such as in reaching behind the body, the elbow
    may swing to the other side within one frame. About 1 in 1000 recordings of 5 seconds has an
    elbow that is faster than 6 m/s.

    Parameters
    ----------
    arms
        [T, 2, 3] from the shoulder to the wrist.
    swivel
        [T, 2] in radians: 0 for a hanging elbow, a quarter turn for one raised to the side.

    Returns
    -------
    directions
        [T, 2, 3], not normalised.
    """
    axis = arms / np.maximum(np.linalg.norm(arms, axis=-1, keepdims=True), 1e-9)
    down, up = np.maximum(-axis[..., 1], 0.0) ** 2, np.maximum(axis[..., 1], 0.0) ** 2
    across = np.maximum(-axis[..., 0], 0.0) ** 2 * np.maximum(axis[..., 2], 0.0)
    sideways, behind = np.maximum(axis[..., 0], 0.0) ** 2, np.maximum(-axis[..., 2], 0.0)
    swivel = swivel + 0.8 * up
    sin, cos = np.sin(swivel), np.cos(swivel)
    back = 0.25 + down * cos - 0.5 * up - 1.2 * across + 0.8 * sideways - behind
    return np.stack([sin + 1.2 * behind, 1.5 * behind - cos, -back], -1)
