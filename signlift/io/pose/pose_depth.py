"""Depth in .pose files: MediaPipe's own z, or that of a lifted recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.io.finite_numbers import MAX_NUMBER
from signlift.io.people.detector_depth import (
    MIN_SPREAD,
    find_wrist_origin,
    scale_detector_depth,
    spread_ratio,
)
from signlift.io.pose.pose_header import PoseComponent
from signlift.utils.array_types import Float

#: Largest z of MediaPipe in the middle of the hips, in widths of the image.
_MAX_HIPS = 0.02


class PoseDepth(NamedTuple):
    """The depth in a file.

    Attributes
    ----------
    depth
        [T, P, J], z of a lifted recording, in the unit of x and y; None where there is none.
    detector_depth
        [T, P, J], MediaPipe's z in the unit of x and y; None where there is none.
    """

    depth: Float[np.ndarray, "T P J"] | None = None
    detector_depth: Float[np.ndarray, "T P J"] | None = None


def find_depth(
    components: Sequence[PoseComponent],
    data: Float[np.ndarray, "T P J D"],
    xy: Float[np.ndarray, "T P J 2"],
    skeleton: Skeleton,
    width: float | None,
    *,
    fractions: bool,
) -> PoseDepth:
    """Find out whose depth the z of a file is, and its unit.

    z is MediaPipe's where the components are MediaPipe's and z is 0 at the wrists of the hands, or,
    without hands, in the middle of the hips. A file that was moved or scaled since then has another
    zero, and its z no known unit. Other z is the depth of a lifted recording where its spread is
    that of a person.

    Parameters
    ----------
    components
        The components of the header.
    data
        [T, P, J, D], the values as in the file.
    xy
        [T, P, J, 2], x and y in pixels (or another unit), NaN where missing.
    skeleton
        The J keypoints.
    width
        The width of the image in the unit of `xy`. None if unknown.
    fractions
        True where x and y are fractions of the image in the file.
    """
    if not all(component.format.startswith("XYZ") for component in components):
        return PoseDepth()
    with np.errstate(invalid="ignore"):
        valid = ~np.isnan(xy[..., 0]) & (np.abs(data[..., 2]) < MAX_NUMBER)
    z = np.where(valid, data[..., 2], np.nan)
    spread = spread_ratio(z, xy, skeleton)
    in_widths = fractions or spread <= MIN_SPREAD
    if _is_mediapipe(components) and _has_origins(z, skeleton, in_widths=in_widths):
        detector = scale_detector_depth(z, xy, skeleton, width, fractions=fractions)
        return PoseDepth(detector_depth=detector)
    return PoseDepth() if in_widths else PoseDepth(depth=z)


def _is_mediapipe(components: Sequence[PoseComponent]) -> bool:
    return all(component.name.upper().endswith("_LANDMARKS") for component in components)


def _has_origins(z: Float[np.ndarray, "T P J"], skeleton: Skeleton, *, in_widths: bool) -> bool:
    """Return whether z is 0 where MediaPipe's is.

    The hips of a lifted recording are there, too, in the unit of x and y, and its hands are not.
    """
    at_wrists = find_wrist_origin(z, skeleton)
    if at_wrists is not None:
        return at_wrists
    if not in_widths or not (skeleton.has("LHip") and skeleton.has("RHip")):
        return False
    hips = (z[..., skeleton.index("LHip")] + z[..., skeleton.index("RHip")]) / 2
    hips = hips[~np.isnan(hips)]
    return bool(hips.size and np.abs(np.median(hips)) <= _MAX_HIPS)
