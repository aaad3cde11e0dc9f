"""Weighted linear triangulation of points from several cameras.

Hartley & Zisserman, Multiple View Geometry, 2nd edition, 12.2 (the inhomogeneous method, as people
are not at infinity). The equations are reweighted by the distances of the last solution, so that
errors count in pixels (Hartley & Sturm, Triangulation, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signlift.geometry.camera import Camera
from signlift.utils.array_types import Bool, Float

#: Solutions after the first, each weighted by the distances of the one before.
_REWEIGHTINGS = 3

#: Minimum ratio of the eigenvalues of the equations: views along one line determine no distance.
_MIN_EIGENVALUE_RATIO = 1e-9


def triangulate_points(
    rays: Float[np.ndarray, "N V 2"],
    weights: Float[np.ndarray, "N V"],
    cameras: Sequence[Camera],
) -> Float[np.ndarray, "N 3"]:
    """Find the points of the world with the least squared reprojection errors, in pixels.

    Parameters
    ----------
    rays
        [N, V, 2], x / z and y / z in the frame of each camera, undistorted (see `Camera.rays`);
        NaN where the point is not observed.
    weights
        [N, V], weights of the views, 0 or more; a view of weight 0 is left out.
    cameras
        The V cameras.

    Returns
    -------
    [N, 3] in the unit of the world. NaN for a point with fewer than two views, with views along
    one line, or that is not in front of each of its cameras.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.triangulation import triangulate_points
    >>> from signlift.geometry.virtual_camera import look_at
    >>> target = np.array([0.0, 1.0, 0.0])
    >>> cameras = [look_at(np.array([x, 1.0, 3.0]), target) for x in (-1.0, 1.0)]
    >>> point = np.array([[0.2, 1.3, -0.1]])
    >>> rays = np.stack([camera.rays(camera.project(point)) for camera in cameras], 1)
    >>> triangulate_points(rays, np.ones((1, 2)), cameras).round(6)
    array([[ 0.2,  1.3, -0.1]])
    """
    used = (weights > 0) & ~np.isnan(rays).any(-1)
    middle, scale = _normalising_frame(cameras)
    R = np.stack([camera.rotation for camera in cameras])
    # Coordinates relative to the cameras, in their distance: the equations are well conditioned.
    t = np.stack([camera.to_camera(middle) for camera in cameras]) / scale
    focal = np.array([camera.focal for camera in cameras])
    directions = np.where(used[..., None], rays, 0)
    # x (r3 X + t3) = r1 X + t1, and the same for y.
    left = directions[..., None] * R[:, 2][:, None] - R[:, :2]
    right = t[:, :2] - directions * t[:, 2, None]
    pixels = np.where(used, weights * focal, 0)
    points = np.full((len(rays), 3), np.nan)
    z = np.ones(used.shape)
    for _ in range(1 + _REWEIGHTINGS):
        points = _solve(left, right, pixels / z)
        z = points @ R[:, 2].T + t[:, 2]
        z = np.maximum(np.where(np.isnan(z), 1.0, z), 1e-3)
    in_front = ((points @ R[:, 2].T + t[:, 2] > 0) | ~used).all(1)
    valid = in_front & (used.sum(1) >= 2)
    return np.where(valid[:, None], points * scale + middle, np.nan)


def reprojection_errors(
    points: Float[np.ndarray, "N 3"],
    keypoints: Float[np.ndarray, "N V 2"],
    cameras: Sequence[Camera],
) -> Float[np.ndarray, "N V"]:
    """Compute the distances between keypoints and their projected points, through the lens.

    Parameters
    ----------
    points
        [N, 3] in the world, NaN where missing.
    keypoints
        [N, V, 2] in pixels, NaN where missing.
    cameras
        The V cameras.

    Returns
    -------
    [N, V] in pixels; NaN where the point or the keypoint is missing, or the point is not in
    the view of the camera.
    """
    projected = np.stack([camera.project(points) for camera in cameras], 1)
    return np.linalg.norm(projected - keypoints, axis=-1)


def triangulate_consistent(
    keypoints: Float[np.ndarray, "N V 2"],
    rays: Float[np.ndarray, "N V 2"],
    weights: Float[np.ndarray, "N V"],
    cameras: Sequence[Camera],
    threshold: float,
    min_views: int = 2,
) -> tuple[Float[np.ndarray, "N 3"], Bool[np.ndarray, "N V"]]:
    """Triangulate points without the views that are inconsistent with the others.

    While the error of a view exceeds the threshold, one view is left out: the one without which
    the others fit best. It is not always the view with the largest error, as an outlier moves the
    point towards itself. In the end, left-out views that now fit are used again.

    Parameters
    ----------
    keypoints, rays
        [N, V, 2], in pixels, and as `Camera.rays` computes them.
    weights, cameras
        As for `triangulate_points`.
    threshold
        The maximum reprojection error of a view, in pixels.
    min_views
        The minimum number of views of a point, 2 or more.

    Returns
    -------
    points
        [N, 3]; NaN where the last `min_views` views still do not fit, or where there were fewer.
    used
        [N, V], True for the views that a point is triangulated from; False where it is NaN.
    """
    all_weights = np.where(np.isnan(rays).any(-1), 0, weights)
    weights = all_weights.copy()
    points, max_error = _fit(keypoints, rays, weights, cameras)
    has_views = (weights > 0).sum(1) >= min_views
    points[~has_views] = np.nan
    while True:
        counts = (weights > 0).sum(1)
        rows = np.flatnonzero(has_views & ~(max_error <= threshold) & (counts > min_views))
        if not len(rows):
            break
        best = np.full(len(rows), np.inf)
        left_out = np.argmax(weights[rows] > 0, axis=1)
        for view in range(len(cameras)):
            candidates = np.flatnonzero(weights[rows, view] > 0)
            if not len(candidates):
                continue
            selected = rows[candidates]
            without = weights[selected].copy()
            without[:, view] = 0
            fitted, error = _fit(keypoints[selected], rays[selected], without, cameras)
            error = np.where(np.isnan(error), np.inf, error)
            better = error < best[candidates]
            best[candidates[better]], left_out[candidates[better]] = error[better], view
            points[selected[better]], max_error[selected[better]] = fitted[better], error[better]
        weights[rows, left_out] = 0
        max_error[rows[np.isinf(best)]] = np.inf
    points[~(max_error <= threshold)] = np.nan
    weights = _restore_views(points, keypoints, rays, (all_weights, weights), cameras, threshold)
    return points, (weights > 0) & ~np.isnan(points[:, :1])


def _restore_views(
    points: Float[np.ndarray, "N 3"],
    keypoints: Float[np.ndarray, "N V 2"],
    rays: Float[np.ndarray, "N V 2"],
    weights: tuple[Float[np.ndarray, "N V"], Float[np.ndarray, "N V"]],
    cameras: Sequence[Camera],
    threshold: float,
) -> Float[np.ndarray, "N V"]:
    """Triangulate points again, in place, with the left-out views that fit now.

    `weights` are those of all views and those of the remaining views; returns the new ones.
    """
    all_weights, remaining = weights
    fits = reprojection_errors(points, keypoints, cameras) <= threshold
    restored = np.where(fits | (remaining > 0), all_weights, 0)
    rows = np.flatnonzero((restored != remaining).any(1) & ~np.isnan(points[:, 0]))
    if len(rows):
        fitted, max_error = _fit(keypoints[rows], rays[rows], restored[rows], cameras)
        valid = max_error <= threshold
        points[rows[valid]], remaining[rows[valid]] = fitted[valid], restored[rows[valid]]
    return remaining


def _fit(
    keypoints: Float[np.ndarray, "N V 2"],
    rays: Float[np.ndarray, "N V 2"],
    weights: Float[np.ndarray, "N V"],
    cameras: Sequence[Camera],
) -> tuple[Float[np.ndarray, "N 3"], Float[np.ndarray, " N"]]:
    """Triangulate points, and compute the maximum errors of their views; NaN without a point."""
    points = triangulate_points(rays, weights, cameras)
    errors = reprojection_errors(points, keypoints, cameras)
    max_error = np.where(weights > 0, errors, -np.inf).max(1, initial=-np.inf)
    return points, np.where(np.isnan(points).any(1), np.nan, max_error)


def _normalising_frame(cameras: Sequence[Camera]) -> tuple[Float[np.ndarray, "3"], float]:
    """Compute the middle of the cameras, and their mean distance from it (1 if that is 0)."""
    positions = np.stack([camera.position for camera in cameras])
    middle = positions.mean(0)
    scale = float(np.linalg.norm(positions - middle, axis=1).mean())
    return middle, scale if scale > 0 else 1.0


def _solve(
    left: Float[np.ndarray, "N V 2 3"],
    right: Float[np.ndarray, "N V 2"],
    weights: Float[np.ndarray, "N V"],
) -> Float[np.ndarray, "N 3"]:
    """Solve left X = right by least squares, with weights on the equations."""
    N, V = weights.shape
    A = (left * weights[..., None, None]).reshape(N, 2 * V, 3)
    b = (right * weights[..., None]).reshape(N, 2 * V, 1)
    normal = A.transpose(0, 2, 1) @ A
    values = np.linalg.eigvalsh(normal)
    solvable = values[:, 0] > _MIN_EIGENVALUE_RATIO * np.maximum(values[:, 2], np.finfo(float).tiny)
    normal[~solvable] = np.eye(3)
    points = np.linalg.solve(normal, A.transpose(0, 2, 1) @ b)[..., 0]
    return np.where(solvable[:, None], points, np.nan)
