"""Projection of points of the camera frame to the plane of a view, and the limits of a scene."""

from __future__ import annotations

import numpy as np

from signlift.utils.array_types import Float

#: The views: from the front (as the camera sees the person), from the person's left when facing
#: the camera, and three-quarter from above, in perspective.
VIEWS = ("front", "side", "turned")

#: The turned view: degrees to the side and from above, and its distance in radii of the scene.
_YAW, _PITCH, _DISTANCE = 38.0, 15.0, 4.5

#: Margin of `compute_limits` on each side, as a fraction of the longest side.
MARGIN = 0.05

#: A coordinate further from the median than this many times the median deviation is an outlier.
_MAX_DEVIATIONS = 12


def project(
    points: Float[np.ndarray, "*frames 3"], view: str, limits: Float[np.ndarray, "3 2"]
) -> Float[np.ndarray, "*frames 3"]:
    """Project points to the plane of a view.

    Parameters
    ----------
    points
        [..., 3] in the camera frame: x right, y down, z away; NaN where missing.
    view
        One of `VIEWS`.
    limits
        [3, 2], the limits of the scene (see `compute_limits`). The turned view looks at its
        centre.

    Returns
    -------
    [..., 3] in the unit of `points`: horizontal (to the right), vertical (down), and away from the
    viewer. NaN where missing, and where a point is behind the viewer.
    """
    x, y, z = np.moveaxis(points, -1, 0)
    if view == "front":
        return points
    if view == "side":  # the camera is at the left of the panel
        return np.stack([z, y, -x], -1)
    horizontal, vertical, away = np.moveaxis(_turn(points - limits.mean(1)), -1, 0)
    perspective = 1 + away / _viewing_distance(limits)
    perspective = np.where(perspective > 0.1, perspective, np.nan)
    return np.stack([horizontal / perspective, vertical / perspective, away], -1)


def project_axes(
    axes: Float[np.ndarray, "*N 3 3"],
    view: str,
    magnification: Float[np.ndarray, "*N"],
) -> Float[np.ndarray, "*N 2 3"]:
    """Project the semi-axes of ellipsoids to the plane of a view.

    Parameters
    ----------
    axes
        [..., 3, 3], the semi-axes as columns.
    view
        One of `VIEWS`.
    magnification
        [...], that of the view where the ellipsoids are (see `magnify`).

    Returns
    -------
    [..., 2, 3], in perspective as if the ellipsoids were small.
    """
    if view == "front":
        return axes[..., :2, :]
    if view == "side":
        return axes[..., [2, 1], :]
    turned = np.swapaxes(_turn(np.swapaxes(axes, -1, -2)), -1, -2)
    return turned[..., :2, :] * magnification[..., None, None]


def magnify(
    points: Float[np.ndarray, "*frames 3"], view: str, limits: Float[np.ndarray, "3 2"]
) -> Float[np.ndarray, "*frames"]:
    """Return by how much lengths at points are magnified in a view: 1 without perspective.

    Parameters
    ----------
    points, view, limits
        As for `project`.
    """
    if view != "turned":
        return np.ones(points.shape[:-1], points.dtype)
    perspective = 1 + _turn(points - limits.mean(1))[..., 2] / _viewing_distance(limits)
    return np.asarray(1 / np.where(perspective > 0.1, perspective, np.nan))


def _viewing_distance(limits: Float[np.ndarray, "3 2"]) -> float:
    """Return the distance of the turned view from the middle of the scene."""
    return _DISTANCE * float(np.linalg.norm(limits[:, 1] - limits[:, 0])) / 2


def _turn(points: Float[np.ndarray, "*frames 3"]) -> Float[np.ndarray, "*frames 3"]:
    yaw, pitch = np.radians([_YAW, _PITCH])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    )
    return points @ (about_x @ about_y).T.astype(points.dtype)


def compute_limits(points: Float[np.ndarray, "N J 3"]) -> Float[np.ndarray, "3 2"]:
    """Compute the box in which a whole recording is drawn, without outliers.

    Parameters
    ----------
    points
        [N, J, 3]: all frames of everything that is drawn. NaN where missing, in each coordinate
        separately, as depth may be unknown where x and y are known.

    Returns
    -------
    [3, 2], the lowest and highest x, y and z, with a margin. Points count unless they are far
    from where their keypoint usually is, or from the whole body. -1 to 1 if there are no points.
    """
    deviation = max((_median_deviation(axis) for axis in np.moveaxis(points, -1, 0)), default=0.0)
    box = np.array([_range_of_inliers(axis, deviation) for axis in np.moveaxis(points, -1, 0)])
    if np.isnan(box).all():
        return np.array([[-1.0, 1.0]] * 3)
    box = np.where(np.isnan(box), 0.0, box)
    size = box[:, 1] - box[:, 0]
    largest = float(size.max()) or 1.0
    # An axis without extent gets a minimum width.
    half = np.maximum(size, 0.3 * largest) / 2 + MARGIN * largest
    centre = box.mean(1)
    return np.stack([centre - half, centre + half], 1)


def _median_deviation(values: Float[np.ndarray, "N J"]) -> float:
    """Compute the median absolute deviation from the median."""
    valid = values[~np.isnan(values)]
    return float(np.median(np.abs(valid - np.median(valid)))) if valid.size else 0.0


def _range_of_inliers(values: Float[np.ndarray, "N J"], deviation: float) -> tuple[float, float]:
    """Return the lowest and highest value of one axis without outliers; NaN without values."""
    valid = values[~np.isnan(values)]
    if not valid.size:
        return np.nan, np.nan
    median = float(np.median(valid))
    ends: list[float] = []
    for keypoint in values.T:
        valid = keypoint[~np.isnan(keypoint)]
        if deviation > 0:
            valid = valid[np.abs(valid - median) <= _MAX_DEVIATIONS * deviation]
        if valid.size:
            low, high = np.percentile(valid, [10, 90])
            tolerance = 2 * (high - low) + 2 * deviation
            valid = valid[(valid >= low - tolerance) & (valid <= high + tolerance)]
            ends += [float(valid.min()), float(valid.max())]
    return (min(ends), max(ends)) if ends else (median, median)


def floor_level(limits: Float[np.ndarray, "3 2"]) -> float:
    """Return the y of the floor: that of the lowest point, without the margin."""
    size = float((limits[:, 1] - limits[:, 0]).max())
    return float(limits[1, 1]) - size * MARGIN / (1 + 2 * MARGIN)


def grid_values(low: float, high: float, step: float) -> Float[np.ndarray, " lines"]:
    """Return the multiples of `step` from `low` to `high`."""
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def grid_step(length: float) -> float:
    """Return a round number (1, 2 or 5 times a power of ten) near a quarter of `length`.

    Examples
    --------
    >>> grid_step(21)
    5.0
    """
    power = 10.0 ** np.floor(np.log10(length / 4))
    return float(power * min((1, 2, 5, 10), key=lambda factor: abs(factor * power - length / 4)))


def wall_grid(
    horizontal: tuple[float, float], vertical: tuple[float, float], step: float
) -> Float[np.ndarray, "lines 2 2"]:
    """Return the grid behind a view in parallel projection: both ends of each line."""
    vertical_lines = [
        [[value, vertical[0]], [value, vertical[1]]] for value in grid_values(*horizontal, step)
    ]
    horizontal_lines = [
        [[horizontal[0], value], [horizontal[1], value]] for value in grid_values(*vertical, step)
    ]
    return np.array([*vertical_lines, *horizontal_lines]).reshape(-1, 2, 2)


def floor_grid(limits: Float[np.ndarray, "3 2"], step: float) -> Float[np.ndarray, "lines 2 2"]:
    """Return the grid on the floor of the turned view: both ends of each line, projected."""
    x, _, z = ([low, *grid_values(low, high, step), high] for low, high in limits)
    floor = floor_level(limits)
    ends = [[[value, floor, z[0]], [value, floor, z[-1]]] for value in x]
    ends += [[[x[0], floor, value], [x[-1], floor, value]] for value in z]
    return project(np.array(ends), "turned", limits)[..., :2]
