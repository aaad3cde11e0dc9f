"""What follows from where the wrists are: the shoulders' girdle, and where the elbows point.

All in the coordinates of each arm's own side: x outwards, y up, z to the front. The amounts are
our own, of the size that raised and reaching arms have.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.geometry.interpolation import smoothstep
from signlift.simulation.signer.anthropometry import Proportions

# How far a shoulder rises with a raised arm and goes to the front with a reaching one, at most
# and in halves of the shoulders' width; rising, it also comes nearer to the neck.
_RISE, _REACH, _INWARDS = 0.24, 0.24, 0.3


def shoulder_places(
    wrists: Float[np.ndarray, "T 2 3"],
    body: Proportions,
    shrug: Float[np.ndarray, " T"],
    follow: float,
) -> Float[np.ndarray, "T 2 3"]:
    """Where the shoulders are: they lift and go forward with the arms, and shrug.

    Parameters
    ----------
    wrists
        [T, 2, 3] in metres from the middle of the shoulders at rest.
    body
        The lengths.
    shrug
        [T], by how much both are lifted, in metres.
    follow
        How much they follow the wrists, around 1.

    Returns
    -------
    [T, 2, 3] in metres from the same point.
    """
    half, y, z = body.shoulders / 2, wrists[..., 1] / body.arm, wrists[..., 2] / body.arm
    lift = _RISE * smoothstep((y + 0.4) / 1.3) * (half * follow) + shrug[:, None]
    front = (
        _REACH
        * (smoothstep((z - 0.35) / 0.7) - 0.25 * smoothstep((0.1 - z) / 0.5))
        * (half * follow)
    )
    out = np.sqrt(np.maximum(half**2 - front**2, 0.0)) - _INWARDS * lift
    return np.stack([out, lift, front], -1)


def elbow_ways(
    arms: Float[np.ndarray, "T 2 3"], swivel: Float[np.ndarray, "T 2"]
) -> Float[np.ndarray, "T 2 3"]:
    """The direction that each elbow bends to.

    Parameters
    ----------
    arms
        [T, 2, 3] from the shoulder to the wrist.
    swivel
        [T, 2] in radians: 0 lets the elbow hang, a quarter turn lifts it to the side.

    Returns
    -------
    [T, 2, 3], of any length: down and out by the swivel. Behind an arm that hangs the elbow
    points to the back, as behind one to the side, and further out than the swivel has it for an
    arm that is raised or behind the body; before the trunk, with the hand across, to the front.
    """
    axis = arms / np.maximum(np.linalg.norm(arms, axis=-1, keepdims=True), 1e-9)
    down, up = np.maximum(-axis[..., 1], 0.0) ** 2, np.maximum(axis[..., 1], 0.0) ** 2
    across = np.maximum(-axis[..., 0], 0.0) ** 2 * np.maximum(axis[..., 2], 0.0)
    aside, behind = np.maximum(axis[..., 0], 0.0) ** 2, np.maximum(-axis[..., 2], 0.0)
    swivel = swivel + 0.8 * up
    sin, cos = np.sin(swivel), np.cos(swivel)
    back = 0.25 + down * cos - 0.5 * up - 1.2 * across + 0.8 * aside - behind
    return np.stack([sin + 1.2 * behind, 1.5 * behind - cos, -back], -1)
