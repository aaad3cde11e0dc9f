"""The depth that MediaPipe itself estimates, z, in the unit of the keypoints.

MediaPipe's z grows away from the camera, in roughly the scale of x: as a fraction of the width of
the image (MediaPipe's guides of the Pose and the Hand Landmarker). Programs that convert x and y to
pixels often leave z as it is, as pose-format does. The body's z is relative to the middle of the
hips, that of a hand to its wrist, that of the face mesh to the head.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.io.finite_numbers import MAX_NUMBER
from signlift.io.people.main_person import body_columns
from signlift.utils.array_types import Float

#: z beside pixels whose spread is below this fraction of that of x and y is in widths of the image:
#: in pixels it is 0.6 to 3 times that of x and y.
MIN_SPREAD = 0.05

#: The wrists of the hands, where MediaPipe's z is 0, and the largest z there.
_WRISTS, _MAX_WRIST = ("LHandRoot", "RHandRoot"), 1e-3

#: Spread of z in the unit of x and y, in spreads of x and y, that is MediaPipe's.
_PLAUSIBLE = (0.1, 10.0)


def scale_detector_depth(
    z: Float[np.ndarray, "*frames J"],
    keypoints: Float[np.ndarray, "*frames J 2"],
    skeleton: Skeleton,
    width: float | None,
    *,
    fractions: bool,
) -> NDArray[np.float32] | None:
    """Convert a detector's z to the unit of x and y.

    Parameters
    ----------
    z
        [..., J], as in the file; NaN where there is none.
    keypoints
        [..., J, 2], in pixels or another unit; NaN where missing.
    skeleton
        The J keypoints.
    width
        The width of the image in the unit of the keypoints. None if unknown.
    fractions
        True where x and y were fractions of the image, so that z was one of its width. Otherwise z
        is in the unit of x and y, or a fraction of the width, as its spread on the body shows.

    Returns
    -------
    [..., J] float32, NaN where there is none or the keypoint is missing. None where there is no z,
    its unit is unknown, or it is not 0 at the wrists of the hands: then it is not MediaPipe's, but
    perhaps the depth of a lifted recording.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.skeleton import COCO17
    >>> keypoints = np.arange(34.0).reshape(1, 17, 2) * 20
    >>> z = np.arange(17.0)[None] / 17
    >>> scale_detector_depth(z, keypoints, COCO17, 680, fractions=False)[0, 1:3]
    array([40., 80.], dtype=float32)
    """
    with np.errstate(invalid="ignore"):
        present = ~np.isnan(keypoints[..., 0]) & (np.abs(z) < MAX_NUMBER)
    z = np.where(present, z, np.nan)
    if find_wrist_origin(z, skeleton) is False:
        return None
    spread = spread_ratio(z, keypoints, skeleton)
    factor: float | None = 1.0
    if fractions or spread <= MIN_SPREAD:
        factor = width
    if factor is None or not _PLAUSIBLE[0] <= spread * factor <= _PLAUSIBLE[1]:
        return None
    return np.asarray(z * factor, np.float32)


def find_wrist_origin(z: Float[np.ndarray, "*frames J"], skeleton: Skeleton) -> bool | None:
    """Return whether z is 0 at the wrists of the hands, as MediaPipe's is; None without hands.

    Parameters
    ----------
    z
        [..., J], in any unit, NaN where there is none.
    skeleton
        The J keypoints.
    """
    wrists = z[..., [skeleton.index(name) for name in _WRISTS if skeleton.has(name)]]
    wrists = wrists[~np.isnan(wrists)]
    return bool(np.abs(wrists).max() <= _MAX_WRIST) if wrists.size else None


def spread_ratio(
    z: Float[np.ndarray, "*frames J"],
    keypoints: Float[np.ndarray, "*frames J 2"],
    skeleton: Skeleton,
) -> float:
    """Divide the standard deviation of z on the body by the larger one of x and y.

    Without a keypoint of the body with z all keypoints count; 0 where none has z.
    """
    z, keypoints = z.reshape(-1, z.shape[-1]), keypoints.reshape(-1, *keypoints.shape[-2:])
    columns = body_columns(skeleton)
    if not columns or np.isnan(z[:, columns]).all():
        columns = list(range(len(skeleton)))
    z, keypoints = z[:, columns], keypoints[:, columns]
    present = ~np.isnan(z)
    if not present.any():
        return 0.0
    extent = float(np.std(keypoints[present], axis=0, dtype=np.float64).max())
    return float(np.std(z[present], dtype=np.float64)) / extent if extent > 0 else 0.0
