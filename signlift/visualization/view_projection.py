"""Where a skeleton is seen from: camera-frame points to the plane of a panel, and its limits."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.geometry.rotations import euler_matrices

#: In front (as the camera sees it), from the person's left when facing the camera, and
#: three-quarter from above, in perspective.
VIEWS = ("front", "side", "turned")

#: The turned view: degrees to the side and from above, and its distance in radii of the scene.
_YAW, _PITCH, _DISTANCE = 38.0, 15.0, 4.5

#: What `limits` leaves free on each side, in parts of the longest.
MARGIN = 0.08


def project(
    points: Float[np.ndarray, "*rest 3"], view: str, box: Float[np.ndarray, "3 2"]
) -> Float[np.ndarray, "*rest 3"]:
    """Points as a panel shows them.

    Parameters
    ----------
    points
        [..., 3] in the camera frame: x right, y down, z away; NaN for what is missing.
    view
        One of `VIEWS`.
    box
        [3, 2], the limits of the scene (see `limits`); the turned view looks at its middle.

    Returns
    -------
    [..., 3] in the unit of `points`: across (to the right), down, and away from the viewer,
    which says what hides what. NaN where missing, and where a point lies behind the viewer.
    """
    x, y, z = np.moveaxis(points, -1, 0)
    if view == "front":
        return points
    if view == "side":  # the camera stands on the left of the panel
        return np.stack([z, y, -x], -1)
    across, down, away = np.moveaxis(_turn(points - box.mean(1)), -1, 0)
    distance = _DISTANCE * float(np.linalg.norm(box[:, 1] - box[:, 0])) / 2
    farness = 1 + away / distance
    farness = np.where(farness > 0.1, farness, np.nan)
    return np.stack([across / farness, down / farness, away], -1)


def _turn(points: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 3"]:
    rotation = euler_matrices(np.array([_PITCH, _YAW]), "XY", degrees=True)
    return points @ rotation.T.astype(points.dtype)


def limits(points: Float[np.ndarray, "N J 3"]) -> Float[np.ndarray, "3 2"]:
    """The box that a whole clip is drawn in, whatever a few stray points do.

    Parameters
    ----------
    points
        [N, J, 3]: all frames of all that is drawn, NaN for what is missing (each coordinate
        for itself, as a point may be known in 2D only).

    Returns
    -------
    [3, 2], the lowest and highest x, y and z, with a margin. A point counts unless it is far
    from where its keypoint is nearly all the time, or from where the whole body is. -1 to 1
    where there is no point.
    """
    spread = max((_spread(axis) for axis in np.moveaxis(points, -1, 0)), default=0.0)
    box = np.array([_range(axis, spread) for axis in np.moveaxis(points, -1, 0)])
    if np.isnan(box).all():
        return np.array([[-1.0, 1.0]] * 3)
    box = np.where(np.isnan(box), 0.0, box)
    size = box[:, 1] - box[:, 0]
    largest = float(size.max()) or 1.0
    # A flat axis still gets a panel wide enough to show that it is flat.
    half = np.maximum(size, 0.3 * largest) / 2 + MARGIN * largest
    middle = box.mean(1)
    return np.stack([middle - half, middle + half], 1)


def _spread(values: Float[np.ndarray, "N J"]) -> float:
    """The median distance from the median."""
    known = values[~np.isnan(values)]
    return float(np.median(np.abs(known - np.median(known)))) if known.size else 0.0


def _range(values: Float[np.ndarray, "N J"], spread: float) -> tuple[float, float]:
    """The lowest and highest value of one axis that is no outlier; NaN without any value."""
    known = values[~np.isnan(values)]
    if not known.size:
        return np.nan, np.nan
    middle = float(np.median(known))
    kept: list[float] = []
    for keypoint in values.T:
        known = keypoint[~np.isnan(keypoint)]
        if spread > 0:
            known = known[np.abs(known - middle) <= 12 * spread]
        if known.size:
            low, high = np.percentile(known, [10, 90])
            reach = 2 * (high - low) + 2 * spread
            known = known[(known >= low - reach) & (known <= high + reach)]
            kept += [float(known.min()), float(known.max())]
    return (min(kept), max(kept)) if kept else (middle, middle)


def floor_level(box: Float[np.ndarray, "3 2"]) -> float:
    """The y of the floor: that of the lowest point, with no margin."""
    size = float((box[:, 1] - box[:, 0]).max())
    return float(box[1, 1]) - size * MARGIN / (1 + 2 * MARGIN)


def grid_values(low: float, high: float, step: float) -> Float[np.ndarray, " lines"]:
    """The multiples of `step` from `low` to `high`."""
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def grid_step(length: float) -> float:
    """A round number (1, 2 or 5 times a power of ten) near a quarter of `length`."""
    power = 10.0 ** np.floor(np.log10(length / 4))
    return float(power * min((1, 2, 5, 10), key=lambda factor: abs(factor * power - length / 4)))


def wall_grid(
    across: tuple[float, float], down: tuple[float, float], step: float
) -> Float[np.ndarray, "lines 2 2"]:
    """The lines behind a view in parallel projection: [lines, 2, 2], their ends across and down."""
    upright = [[[value, down[0]], [value, down[1]]] for value in grid_values(*across, step)]
    level = [[[across[0], value], [across[1], value]] for value in grid_values(*down, step)]
    return np.array([*upright, *level]).reshape(-1, 2, 2)


def floor_grid(box: Float[np.ndarray, "3 2"], step: float) -> Float[np.ndarray, "lines 2 2"]:
    """The lines of the turned view's floor: [lines, 2, 2], their ends across and down."""
    x, _, z = ([low, *grid_values(low, high, step), high] for low, high in box)
    floor = floor_level(box)
    ends = [[[value, floor, z[0]], [value, floor, z[-1]]] for value in x]
    ends += [[[x[0], floor, value], [x[-1], floor, value]] for value in z]
    return project(np.array(ends), "turned", box)[..., :2]
