"""Handshapes of signs: joint angles of the fingers, with the variation of people who sign.

The shapes are those of the phonology of sign languages and of manual alphabets: which fingers are
stretched, bent or closed, whether they are spread or crossed, and where the thumb is. The angles
are our own.
"""

from __future__ import annotations

import numpy as np

from signlift.core.hand_proportions import (
    ABDUCTION,
    END,
    FLEXION,
    MAX_ANGLES,
    MIDDLE,
    MIN_ANGLES,
)
from signlift.simulation.hands.finger_joints import limit_angles
from signlift.utils.array_types import Float

# States of a finger: flexion of the knuckle and of the middle joint, in degrees; for a crossed
# finger also its turn towards the thumb's side.
_STATES: dict[str, tuple[int, ...]] = {
    "I": (5, 6),  # stretched
    "F": (80, 95),  # closed to a fist
    "B": (75, 12),  # bent at the knuckle
    "H": (8, 90),  # a hook
    "C": (38, 42),  # curved
    "K": (18, 55),  # a claw
    "T": (55, 52),  # the tip at the thumb's tip
    "M": (68, 45),  # over the thumb
    "P": (35, 12),  # half bent
    "E": (40, 100),  # the tip on the palm's edge
    "R": (28, 30),  # relaxed
    "X": (22, 14, 16),  # crossed over the index finger
}

# States of the thumb: palmar and radial abduction, flexion of both joints, in degrees.
_THUMBS = {
    "beside": (12, 24, 6, 4),
    "out": (8, 58, 5, 0),
    "up": (4, 66, 0, -10),
    "across": (38, -4, 38, 40),
    "opposed": (52, 14, 18, 22),
    "pinch": (50, 24, 16, 20),
    "tucked": (40, -20, 30, 30),
    "claw": (36, 42, 14, 34),
    "relaxed": (28, 24, 14, 16),
}

# Name: states of index to little finger, spread of the fingers, state of the thumb.
_SHAPES: dict[str, tuple[str, float, str]] = {
    "fist": ("FFFF", 0.0, "across"),
    "A": ("FFFF", 0.0, "beside"),
    "thumb up": ("FFFF", 0.0, "up"),
    "flat": ("IIII", 0.0, "beside"),
    "flat, thumb out": ("IIII", 0.2, "out"),
    "B": ("IIII", 0.0, "tucked"),
    "spread": ("IIII", 1.0, "out"),
    "4": ("IIII", 1.0, "tucked"),
    "bent flat": ("BBBB", 0.0, "beside"),
    "bent, opposed": ("BBBB", 0.0, "opposed"),
    "index": ("IFFF", 0.0, "across"),
    "L": ("IFFF", 0.0, "out"),
    "X": ("HFFF", 0.0, "across"),
    "bent L": ("HFFF", 0.0, "out"),
    "D": ("ITTT", 0.0, "pinch"),
    "G": ("IFFF", 0.0, "opposed"),
    "V": ("IIFF", 1.0, "across"),
    "U": ("IIFF", -0.3, "across"),
    "R": ("IXFF", -1.4, "across"),
    "bent V": ("HHFF", 0.9, "across"),
    "3": ("IIFF", 1.0, "out"),
    "K": ("IPFF", 0.8, "opposed"),
    "W": ("IIIF", 0.9, "tucked"),
    "6": ("IIIT", 0.9, "pinch"),
    "7": ("IITI", 0.9, "pinch"),
    "8": ("ITII", 0.9, "pinch"),
    "open 8": ("IBII", 0.8, "out"),
    "F": ("TIII", 0.9, "pinch"),
    "I": ("FFFI", 0.3, "across"),
    "Y": ("FFFI", 0.8, "up"),
    "ILY": ("IFFI", 0.8, "out"),
    "horns": ("IFFI", 0.6, "across"),
    "C": ("CCCC", 0.0, "opposed"),
    "O": ("TTTT", 0.0, "pinch"),
    "flat O": ("BBBB", 0.0, "pinch"),
    "claw": ("KKKK", 0.9, "claw"),
    "bent claw": ("HHHH", 0.7, "claw"),
    "E": ("EEEE", 0.0, "tucked"),
    "M": ("MMMF", 0.0, "tucked"),
    "N": ("MMFF", 0.0, "tucked"),
    "T": ("FFFF", 0.0, "opposed"),
    "baby C": ("CFFF", 0.0, "opposed"),
    "pinch": ("TFFF", 0.0, "pinch"),
    "relaxed": ("RRRR", 0.2, "relaxed"),
}

#: Names of the handshapes.
HANDSHAPES = tuple(_SHAPES)

#: Spread fingers: their directions from the stretched hand, in degrees towards the thumb's side.
_SPREAD = np.array([10.0, 2.0, -6.0, -14.0])

#: Flexion of the end joint for each degree of the middle joint's.
_END_RATIO = 0.67

#: Fractions of the drawn shapes whose fingers are combined freely, and whose angles are any.
_COMBINED, _FREE = 0.2, 0.1

# Standard deviations of angles in degrees: thumb and fingers.
_VARIATION = np.array([[9.0, 9.0, 9.0, 10.0], *[[9.0, 3.5, 9.0, 5.0]] * 4])


def handshape(name: str) -> Float[np.ndarray, "5 4"]:
    """Return the joint angles of one of `HANDSHAPES` in radians.

    Examples
    --------
    >>> round(float(np.degrees(handshape("Y")[3, 0])))  # the ring finger's knuckle
    80
    """
    return np.array(_ANGLES[HANDSHAPES.index(name)])


def draw_handshapes(rng: np.random.Generator, count: int) -> Float[np.ndarray, "count 5 4"]:
    """Draw handshapes: most are signs' shapes, some combine states of fingers or are any posture.

    Parameters
    ----------
    rng
        The random generator.
    count
        Number of shapes.

    Returns
    -------
    [count, 5, 4], joint angles in radians, within their limits.
    """
    angles = _ANGLES[rng.integers(len(_ANGLES), size=count)].copy()
    kind = rng.random(count)
    combined = np.flatnonzero(kind < _COMBINED)
    donors = _ANGLES[rng.integers(len(_ANGLES), size=(len(combined), 5))]
    angles[combined] = donors[:, np.arange(5), np.arange(5)]
    free = kind > 1 - _FREE
    middle, half = (MAX_ANGLES + MIN_ANGLES) / 2, (MAX_ANGLES - MIN_ANGLES) / 2
    angles[free] = middle + half * rng.uniform(-0.95, 0.95, (int(free.sum()), 5, 4))
    # Shapes are formed more or less completely: between them and a relaxed hand.
    laxness = np.clip(rng.exponential(0.12, (count, 1, 1)), 0, 0.5)
    angles += laxness * (_RELAXED - angles)
    # Fingers deviate together and each by itself.
    size = rng.uniform(0.4, 1.2, (count, 1, 1)) * np.radians(_VARIATION)
    common = rng.standard_normal((count, 1, 4)) * 0.6
    angles += size * (common + 0.8 * rng.standard_normal((count, 5, 4)))
    ratio = rng.uniform(0.5, 1.0, (count, 1)) + 0.1 * rng.standard_normal((count, 4))
    coupled = ratio * angles[:, 1:, MIDDLE]
    loose = np.where(free[:, None], 0.5, 1.0)
    angles[:, 1:, END] += loose * (coupled - angles[:, 1:, END])
    return limit_angles(angles)


def _compute_angles(states: str, spread: float, thumb: str) -> Float[np.ndarray, "5 4"]:
    """Return the joint angles of a shape in radians."""
    angles = np.zeros((5, 4))
    angles[0] = _THUMBS[thumb]
    angles[1:, ABDUCTION] = spread * _SPREAD
    for finger, state in enumerate(states, 1):
        flexion, middle, *crossing = _STATES[state]
        angles[finger, [FLEXION, MIDDLE]] = flexion, middle
        angles[finger, ABDUCTION] += sum(crossing)
    angles[1:, END] = _END_RATIO * angles[1:, MIDDLE]
    return np.radians(angles)


_ANGLES = np.stack([limit_angles(_compute_angles(*shape)) for shape in _SHAPES.values()])
_RELAXED = _ANGLES[HANDSHAPES.index("relaxed")]
