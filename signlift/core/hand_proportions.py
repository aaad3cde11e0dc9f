"""An average hand and the limits of its joints, for the simulation of hands and for avatars.

Frame of a hand: x along it, y towards the thumb's side, z out of the palm; the wrist is at 0.

Sources
-------
Phalanges, metacarpals and the soft tissue at the tips: A. Buryanov and V. Kotiuk, Proportions of
hand segments, International Journal of Morphology 28, 2010. The carpus and the positions of the
knuckles across the palm are our own choices.
"""

from __future__ import annotations

import numpy as np

#: [5, 3], the base of the thumb and the knuckles, in metres.
KNUCKLES = np.array(
    [
        [0.020, 0.022, 0.010],
        [0.086, 0.034, 0.001],
        [0.091, 0.011, -0.002],
        [0.088, -0.012, -0.001],
        [0.081, -0.031, 0.003],
    ]
)

#: [5, 3], metacarpal and phalanges of the thumb; proximal, middle and distal phalanges of the
#: fingers, the last ones with the soft tissue at the tip; in metres.
FINGER_BONES = np.array(
    [
        [46.2, 31.6, 27.3],
        [39.8, 22.4, 19.7],
        [44.6, 26.3, 21.4],
        [41.4, 25.7, 21.3],
        [32.7, 18.1, 19.7],
    ]
) * (1e-3)

#: From the wrist to the tip of the middle finger, in metres.
HAND_LENGTH = float(np.linalg.norm(KNUCKLES[2]) + FINGER_BONES[2].sum())

#: Angles of a finger: flexion of the knuckle, abduction (towards the thumb's side), flexion of the
#: middle joint and of the end joint. Of the thumb: palmar and radial abduction at its base (out of
#: the palm, and away from the index finger within it), flexion of its two other joints.
FLEXION, ABDUCTION, MIDDLE, END = range(4)
PALMAR, RADIAL = range(2)

#: Smallest and largest angles of the five fingers, [5, 4], in radians.
MIN_ANGLES = np.radians([[-5, -35, -15, -25], *[[-20, -18, -5, -10]] * 4])
MAX_ANGLES = np.radians([[65, 75, 70, 80], *[[95, 18, 110, 85]] * 4])

#: The thumb bends across the palm: out of the palm where it lies beside it, and back towards the
#: palm where it stands opposite the fingers (its base turns as it leaves the palm). The direction
#: out of the palm, relative to the one across it, is `THUMB_PLANE - THUMB_TURN * palmar`.
THUMB_PLANE, THUMB_TURN = 0.55, 1.6
