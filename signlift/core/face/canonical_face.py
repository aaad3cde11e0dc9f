"""Canonical face: positions of landmarks on an average adult head.

The face is our own: a few curves over an average head, no mesh of anybody. Its measures are means
of women and men: L. G. Farkas, Anthropometry of the Head and Face, 1994 (widths, heights, and
distances from the tragion to the nasion, the subnasale and the gnathion), and C. C. Gordon et al.,
1988 Anthropometric Survey of U.S. Army Personnel (breadths and depths of the head).

Frame: millimetres, x to the person's left, y down, z backwards; the camera frame of a person who
faces the camera. The origin is the middle between the tragions (at the ears), and the line from
there to the lower rim of the orbit is level (the Frankfurt horizontal).
"""

from __future__ import annotations

import numpy as np

#: x, y and forward (the negative z) of the points of a curve, on the left side or in the middle.
Point = tuple[float, float, float]
Curve = tuple[Point, ...]

#: Middle of the face, from the top of the head to below the chin.
PROFILE: Curve = (
    (0, -130, 5),  # vertex
    (0, -112, 60),
    (0, -82, 84),  # hairline
    (0, -65, 92),
    (0, -42, 97),  # glabella
    (0, -26, 91),  # sellion
    (0, -15, 95),
    (0, -7, 99),
    (0, 1, 105),
    (0, 7, 111),
    (0, 12, 116),  # pronasale
    (0, 16, 116),
    (0, 21, 108),
    (0, 26, 99),  # subnasale
    (0, 34, 100),
    (0, 40, 103),  # upper lip
    (0, 46, 101),
    (0, 48, 100),
    (0, 54, 101),  # lower lip
    (0, 64, 92),
    (0, 78, 91),  # pogonion
    (0, 92, 78),  # gnathion
)

#: From the hairline around the side of the face, in front of the ear, along the jaw to the chin.
OUTLINE: Curve = (
    (0, -82, 84),
    (15, -81, 83),
    (29, -78, 77),
    (41, -70, 69),
    (52, -59, 56),
    (60, -46, 42),
    (66, -33, 30),
    (70, -18, 21),
    (71, -2, 17),
    (69, 15, 16),
    (66, 32, 17),
    (61, 48, 21),
    (56, 59, 30),
    (49, 69, 42),
    (41, 76, 53),
    (32, 83, 63),
    (23, 88, 70),
    (12, 91, 76),
    (0, 92, 78),
)

#: The edges of a brow, from the outer end inwards.
UPPER_BROW: Curve = ((55, -38, 69), (49, -43, 79), (39, -46, 87), (27, -46, 94), (14, -41, 97))
LOWER_BROW: Curve = ((52, -36, 70), (46, -39, 80), (37, -41, 87), (26, -40, 92), (12, -36, 94))

#: From the outer corner of the eye inwards.
UPPER_LID: Curve = (
    (44.5, -23, 70),
    (42, -25.5, 75),
    (38, -27.5, 79),
    (31, -28.5, 82),
    (24, -27, 82.5),
    (19.5, -24, 81.5),
    (16.5, -21.5, 80),
)
LOWER_LID: Curve = (
    (44.5, -23, 70),
    (42, -20.5, 73),
    (38, -18.5, 76),
    (31, -17.5, 79),
    (24, -18, 80),
    (19.5, -19.5, 80),
    (16.5, -21.5, 80),
)

#: Edges of the lips, closed, from the corner of the mouth to the middle.
UPPER_LIP: Curve = ((26, 47, 85), (17, 43, 94), (11, 41, 99), (5, 39.5, 102.5), (0, 40.5, 103))
LOWER_LIP: Curve = ((26, 47, 85), (19, 51, 92), (12, 53.5, 97), (6, 54.5, 100), (0, 55, 100.5))
UPPER_INNER_LIP: Curve = ((23.5, 47, 87), (16, 46.5, 94), (8, 46, 99), (0, 46.5, 101))
LOWER_INNER_LIP: Curve = ((23.5, 47, 87), (16, 47.5, 93), (8, 48.5, 98), (0, 48.5, 100))

#: Single points: on the nose, in and around the eye, on the cheek and the ear.
POINTS: dict[str, Point] = {
    "alare": (17, 16, 92),
    "alar base": (14, 21, 95),
    "nostril": (8, 24, 99),
    "pupil": (32, -22.5, 82),
    "ear": (73, 0, 0),
    "orbitale": (33, 0, 81),
    "nose side": (14, -4, 89),
    "cheekbone": (54, 2, 63),
    "zygion": (67, -2, 37),
    "cheek": (42, 24, 73),
    "nasolabial": (24, 24, 88),
    "mouth side": (38, 48, 72),
    "jaw": (58, 38, 38),
    "chin side": (20, 74, 84),
    "temple": (64, -36, 42),
    "forehead": (28, -66, 87),
    "forehead side": (50, -58, 65),
    "parietal": (64, -85, 0),
    "crown": (35, -118, 20),
}


def sample(curve: Curve, count: int) -> list[Point]:
    """Sample points along a curve, from its first point to its last.

    Parameters
    ----------
    curve
        At least two points.
    count
        Number of points, at least two: those of the curve if it has as many, else points at equal
        distances.

    Examples
    --------
    >>> sample(((0, 0, 0), (0, 4, 0)), 3)
    [(0.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, 4.0, 0.0)]
    """
    if count == len(curve):
        return list(curve)
    points = np.array(curve, np.float64)
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    distances = np.linspace(0, at[-1], count)
    columns = [np.interp(distances, at, points[:, axis]).tolist() for axis in range(3)]
    return list(zip(*columns, strict=True))
