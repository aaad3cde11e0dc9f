"""Points from the directions they are seen in: weighted linear triangulation.

Hartley & Zisserman, Multiple View Geometry, 2nd edition, 12.2 (the inhomogeneous method: people
are not at infinity), with the equations weighted anew by the distances found, so that errors count
in pixels (Hartley & Sturm, Triangulation, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from signlift.geometry.camera import CalibratedCamera

#: Solutions after the first, each weighted by the distances of the one before.
_REWEIGHTINGS = 3

#: Views that look along one line tell no distance: least ratio of the equations' eigenvalues.
_LEAST_RATIO = 1e-9


def triangulate_points(
    rays: Float[np.ndarray, "N V 2"],
    weights: Float[np.ndarray, "N V"],
    cameras: Sequence[CalibratedCamera],
) -> Float[np.ndarray, "N 3"]:
    """Find the point of the world that lies nearest to what each camera sees, in pixels.

    Parameters
    ----------
    rays
        [N, V, 2], x / z and y / z in each camera's frame, without distortion; NaN where the view
        does not see the point.
    weights
        [N, V], 0 or more: how much each view counts; 0 where it is to be left out.
    cameras
        V of them.

    Returns
    -------
    [N, 3] in the unit of the cameras' world. NaN for a point with fewer than two views, with
    views that look along one line, or that is not in front of each camera that counts.
    """
    used = (weights > 0) & ~np.isnan(rays).any(-1)
    middle, scale = _frame(cameras)
    R = np.stack([camera.rotation for camera in cameras])
    # A world around the cameras, in their distance: the equations are then well conditioned.
    t = np.stack([camera.view(middle) for camera in cameras]) / scale
    focal = np.array([camera.focal for camera in cameras])
    seen = np.where(used[..., None], rays, 0)
    # x (r3 X + t3) = r1 X + t1, and the same for y.
    left = seen[..., None] * R[:, 2][:, None] - R[:, :2]
    right = t[:, :2] - seen * t[:, 2, None]
    pixels = np.where(used, weights * focal, 0)
    points = np.full((len(rays), 3), np.nan)
    away = np.ones(used.shape)
    for _ in range(1 + _REWEIGHTINGS):
        points = _solve(left, right, pixels / away)
        distance = points @ R[:, 2].T + t[:, 2]
        away = np.maximum(np.where(np.isnan(distance), 1.0, distance), 1e-3)
    front = ((points @ R[:, 2].T + t[:, 2] > 0) | ~used).all(1)
    good = front & (used.sum(1) >= 2)
    return np.where(good[:, None], points * scale + middle, np.nan)


def reprojection_errors(
    points: Float[np.ndarray, "N 3"],
    keypoints: Float[np.ndarray, "N V 2"],
    cameras: Sequence[CalibratedCamera],
) -> Float[np.ndarray, "N V"]:
    """How far from each keypoint its point is seen, through the lens.

    Parameters
    ----------
    points
        [N, 3] in the world, NaN for what is missing.
    keypoints
        [N, V, 2] in pixels, NaN for what is missing.
    cameras
        V of them.

    Returns
    -------
    [N, V] in pixels, NaN where the point or the keypoint is missing or not to be seen.
    """
    shown = np.stack([camera.pixels(camera.view(points)) for camera in cameras], 1)
    return np.linalg.norm(shown - keypoints, axis=-1)


def triangulate_consistent(
    keypoints: Float[np.ndarray, "N V 2"],
    rays: Float[np.ndarray, "N V 2"],
    weights: Float[np.ndarray, "N V"],
    cameras: Sequence[CalibratedCamera],
    threshold: float,
    min_views: int = 2,
) -> tuple[Float[np.ndarray, "N 3"], Bool[np.ndarray, "N V"]]:
    """Triangulate, and leave out views that do not fit to the others.

    While a view is off by more than the threshold, one is left out: that without which the others
    fit best (an outlier draws the point to itself, so that its own error need not be the largest).
    In the end views that fit after all are taken back.

    Parameters
    ----------
    keypoints, rays
        [N, V, 2], in pixels, and as `CalibratedCamera.rays` gives them.
    weights, cameras
        As for `triangulate_points`.
    threshold
        The largest reprojection error of a view, in pixels.
    min_views
        How many views a point has to have, 2 or more.

    Returns
    -------
    points
        [N, 3]; NaN where the views that are left (`min_views` of them) still do not fit, or where
        there were fewer.
    used
        [N, V], which views a point is made of; none where it is NaN.
    """
    all_weights = weights = np.where(np.isnan(rays).any(-1), 0, weights)
    weights = weights.copy()
    points, worst = _fit(keypoints, rays, weights, cameras)
    open_ = (weights > 0).sum(1) >= min_views
    points[~open_] = np.nan
    while True:
        counts = (weights > 0).sum(1)
        rows = np.flatnonzero(open_ & ~(worst <= threshold) & (counts > min_views))
        if not len(rows):
            break
        best = np.full(len(rows), np.inf)
        left_out = np.argmax(weights[rows] > 0, axis=1)
        for view in range(len(cameras)):
            has = np.flatnonzero(weights[rows, view] > 0)
            if not len(has):
                continue
            some = rows[has]
            without = weights[some].copy()
            without[:, view] = 0
            tried, off = _fit(keypoints[some], rays[some], without, cameras)
            off = np.where(np.isnan(off), np.inf, off)
            better = off < best[has]
            best[has[better]], left_out[has[better]] = off[better], view
            points[some[better]], worst[some[better]] = tried[better], off[better]
        weights[rows, left_out] = 0
        worst[rows[np.isinf(best)]] = np.inf
    points[~(worst <= threshold)] = np.nan
    weights = _take_back(points, keypoints, rays, (all_weights, weights), cameras, threshold)
    return points, (weights > 0) & ~np.isnan(points[:, :1])


def _take_back(
    points: Float[np.ndarray, "N 3"],
    keypoints: Float[np.ndarray, "N V 2"],
    rays: Float[np.ndarray, "N V 2"],
    weights: tuple[Float[np.ndarray, "N V"], Float[np.ndarray, "N V"]],
    cameras: Sequence[CalibratedCamera],
    threshold: float,
) -> Float[np.ndarray, "N V"]:
    """Make points, in place, of views that were left out too, where they now fit.

    `weights` are those of all views and of those that are left; the new ones are returned.
    """
    before, left = weights
    fits = reprojection_errors(points, keypoints, cameras) <= threshold
    more = np.where(fits | (left > 0), before, 0)
    rows = np.flatnonzero((more != left).any(1) & ~np.isnan(points[:, 0]))
    if len(rows):
        tried, worst = _fit(keypoints[rows], rays[rows], more[rows], cameras)
        good = worst <= threshold
        points[rows[good]], left[rows[good]] = tried[good], more[rows[good]]
    return left


def _fit(
    keypoints: Float[np.ndarray, "N V 2"],
    rays: Float[np.ndarray, "N V 2"],
    weights: Float[np.ndarray, "N V"],
    cameras: Sequence[CalibratedCamera],
) -> tuple[Float[np.ndarray, "N 3"], Float[np.ndarray, " N"]]:
    """The points, and the largest error of a view that counts; NaN where there is no point."""
    points = triangulate_points(rays, weights, cameras)
    errors = reprojection_errors(points, keypoints, cameras)
    worst = np.where(weights > 0, errors, -np.inf).max(1, initial=-np.inf)
    return points, np.where(np.isnan(points).any(1), np.nan, worst)


def _frame(cameras: Sequence[CalibratedCamera]) -> tuple[Float[np.ndarray, "3"], float]:
    """The middle of the cameras, and how far they are from it (1 where they are at one place)."""
    places = np.stack([camera.position for camera in cameras])
    middle = places.mean(0)
    scale = float(np.linalg.norm(places - middle, axis=1).mean())
    return middle, scale if scale > 0 else 1.0


def _solve(
    left: Float[np.ndarray, "N V 2 3"],
    right: Float[np.ndarray, "N V 2"],
    weights: Float[np.ndarray, "N V"],
) -> Float[np.ndarray, "N 3"]:
    """The least squares of left X = right, with weights on the equations."""
    N, V = weights.shape
    A = (left * weights[..., None, None]).reshape(N, 2 * V, 3)
    b = (right * weights[..., None]).reshape(N, 2 * V, 1)
    normal = A.transpose(0, 2, 1) @ A
    values = np.linalg.eigvalsh(normal)
    solvable = values[:, 0] > _LEAST_RATIO * np.maximum(values[:, 2], np.finfo(float).tiny)
    normal[~solvable] = np.eye(3)
    points = np.linalg.solve(normal, A.transpose(0, 2, 1) @ b)[..., 0]
    return np.where(solvable[:, None], points, np.nan)
