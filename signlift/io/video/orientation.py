"""Orientation of video frames: rotation and mirroring by the display matrix."""

from __future__ import annotations

import numpy as np

from signlift.utils.array_types import Int, UInt8


def apply_display_matrix(
    image: UInt8[np.ndarray, "H W C"], matrix: Int[np.ndarray, " 9"] | None
) -> UInt8[np.ndarray, "height width C"]:
    """Rotate and mirror an image by a display matrix, to the nearest quarter turn.

    Parameters
    ----------
    image
        [H, W, C].
    matrix
        a b u c d v x y w of ISO/IEC 14496-12: a point (x, y) is displayed at
        (a x + c y, b x + d y). None for an image that is displayed as it is.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.array([[[1], [2]]], np.uint8)
    >>> upside_down = np.array([-1, 0, 0, 0, -1, 0, 0, 0, 1])
    >>> apply_display_matrix(image, upside_down).tolist()
    [[[2], [1]]]
    """
    if matrix is None:
        return image
    a, b, c, d = (int(matrix[number]) for number in (0, 1, 3, 4))
    across, down = a, d
    if abs(b) + abs(c) > abs(a) + abs(d):
        image = image.transpose(1, 0, 2)
        across, down = c, b
    image = image[:, ::-1] if across < 0 else image
    return np.ascontiguousarray(image[::-1] if down < 0 else image)
