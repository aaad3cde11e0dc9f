"""Wrists of an avatar: the twist between forearm and hand is shared between both."""

from __future__ import annotations

import numpy as np

from signlift.animation.gaps import Gaps
from signlift.geometry.interpolation import slerp
from signlift.geometry.rotations import twist_frames
from signlift.utils.array_types import Float

#: The fraction of the twist between elbow and hand that the forearm takes. In people it turns from
#: the elbow to the wrist; the forearm of an avatar is one piece, which turns by half of it.
FOREARM_FRACTION = 0.5

#: The twist at which the forearm turns most. People turn their hands by about 90 degrees to either
#: side of the rest pose. Beyond, the forearm turns back, so that it is the same at half a turn to
#: either side and never jumps.
MAX_TWIST = np.radians(120)


def solve_wrists(
    forearms: Float[np.ndarray, "T N 3 3"], palms: Float[np.ndarray, "T N 3 3"], gaps: Gaps
) -> tuple[Float[np.ndarray, "T N 3 3"], Float[np.ndarray, "T N 3 3"]]:
    """Compute the rotations of forearms and hands.

    Parameters
    ----------
    forearms
        [T, N, 3, 3], the rotations of the forearms by the hinges of the elbows, in the animation
        frame.
    palms
        [T, N, 3, 3], those of the palms; NaN where they are unknown.
    gaps
        How gaps are filled.

    Returns
    -------
    The rotations of forearms and hands, without NaN. A forearm turns about itself by a fraction of
    the hand's twist. Where the palm is unknown it keeps its last rotation relative to the forearm's
    hinge; before it is first known, it is straight.
    """
    relative = np.swapaxes(forearms, -1, -2) @ palms
    relative = gaps.hold("wrists", relative, np.eye(3), slerp, parts=True)
    twists = forearm_twist(twist_about_x(relative))
    return twist_frames(forearms, twists), forearms @ relative


def twist_about_x(rotations: Float[np.ndarray, "*batch 3 3"]) -> Float[np.ndarray, "*batch"]:
    """Compute the twist of rotations about x in radians: what remains without the swing.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.euler_angles import euler_matrices
    >>> float(twist_about_x(euler_matrices(np.array([[0.5]]), "X"))[0])
    0.5
    """
    sine = rotations[..., 2, 1] - rotations[..., 1, 2]
    return 2 * np.arctan2(sine, 1 + np.trace(rotations, axis1=-2, axis2=-1))


def forearm_twist(twist: Float[np.ndarray, "*batch"]) -> Float[np.ndarray, "*batch"]:
    """Compute the twist of the forearm for a twist of the hand, both in radians.

    Examples
    --------
    >>> import numpy as np
    >>> np.degrees(forearm_twist(np.radians([40.0, -120.0, 180.0, -180.0]))).round(6) + 0.0
    array([ 20., -60.,   0.,   0.])
    """
    size = np.abs(twist)
    falling = FOREARM_FRACTION * MAX_TWIST * (np.pi - size) / (np.pi - MAX_TWIST)
    return np.asarray(np.sign(twist) * np.minimum(FOREARM_FRACTION * size, falling))
