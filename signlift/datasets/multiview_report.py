"""Report of a triangulation: reprojection errors of each keypoint and view, as JSON and text."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from signlift.core.skeleton import ROOT
from signlift.datasets.multiview import Triangulation
from signlift.errors import InputWarning, problem
from signlift.utils.array_types import Bool, Float

#: Fraction of the observations of a view from which on it is suspect.
_MAX_DROPPED = 0.5


def build_triangulation_report(triangulation: Triangulation) -> dict[str, Any]:
    """Summarise a triangulation as JSON values (None where nothing can be measured).

    Returns
    -------
    report
        `frames`, `first_frame`, `fps`, `unit`, `skeleton`, `settings`; `frames_with_root`, the
        number of frames with MidHip, as there is no depth in others; and `all`, `keypoints` (by
        name) and `views` (a list), each with

        - `mean_error`, `median_error`: reprojection error of the inliers, in pixels
        - `observations`: the number of confident observations
        - `dropped`: the fraction of these that are not inliers of a point
        - `coverage`: the fraction of frames with a point, of those with two or more confident
          observations (not for views)
        - `views_per_point`: the mean number of inliers of a point (not for views)
    """
    skeleton, settings = triangulation.skeleton, triangulation.settings
    has_root = ~np.isnan(skeleton.point(triangulation.points, ROOT)).any(-1)
    has_point = ~np.isnan(triangulation.points[..., 0])
    has_two_views = triangulation.confident.sum(0) >= 2

    def summarize(index: Any) -> dict[str, Any]:
        """Summarise the views, frames and keypoints of an index."""
        measures = _measure_errors(
            triangulation.errors[index],
            triangulation.confident[index],
            triangulation.inliers[index],
        )
        points = has_point[index[1:]]
        possible = has_two_views[index[1:]]
        inliers = triangulation.inliers[index].sum()
        return measures | {
            "coverage": _fraction(int((points & possible).sum()), int(possible.sum())),
            "views_per_point": _fraction(int(inliers), int(points.sum())),
        }

    def summarize_view(number: int) -> dict[str, Any]:
        return _measure_errors(
            triangulation.errors[number],
            triangulation.confident[number],
            triangulation.inliers[number],
        )

    every = slice(None)
    return {
        "frames": len(triangulation.points),
        "frames_with_root": int(has_root.sum()),
        "first_frame": triangulation.first,
        "fps": triangulation.fps,
        "unit": triangulation.unit,
        "skeleton": skeleton.name,
        "settings": {
            "threshold": settings.threshold,
            "min_confidence": settings.min_confidence,
            "min_views": settings.min_views,
        },
        "all": summarize((every, every)),
        "keypoints": {
            name: summarize((every, every, number))
            for number, name in enumerate(skeleton.keypoints)
        },
        "views": [
            {"name": name, "camera": camera.name, **summarize_view(number)}
            for number, (name, camera) in enumerate(
                zip(triangulation.names, triangulation.cameras, strict=True)
            )
        ],
    }


def warn_of_contradicted_views(report: dict[str, Any]) -> None:
    """Warn of views most of whose keypoints contradict the others: another person, or camera.

    Warns
    -----
    InputWarning
        A line for each such view.
    """
    for row in report["views"]:
        if row["dropped"] is not None and row["dropped"] > _MAX_DROPPED:
            expected = "keypoints that agree with the other views"
            found = (
                f"{row['dropped']:.0%} that do not: check `cameras`, frame numbers and the person"
            )
            line = problem(row["name"], expected=expected, found=found)
            warnings.warn(line, InputWarning, stacklevel=2)


def format_triangulation_report(report: dict[str, Any]) -> str:
    """Format a report as text: a line for each observed keypoint, and for each view."""
    head = f"{'mean px':>9}{'median px':>11}{'dropped':>9}"
    lines = [f"{'keypoint':<16}{head}{'coverage':>10}{'views':>7}"]
    for name, row in [*report["keypoints"].items(), ("all", report["all"])]:
        if row["observations"]:
            cells = [
                _format_number(row["mean_error"], 9),
                _format_number(row["median_error"], 11),
                _format_percent(row["dropped"], 9),
                _format_percent(row["coverage"], 10),
                _format_number(row["views_per_point"], 7),
            ]
            lines.append(f"{name:<16}{''.join(cells)}")
    lines += ["", f"{'view':<24}{'camera':<12}{head}"]
    for row in report["views"]:
        cells = [
            _format_number(row["mean_error"], 9),
            _format_number(row["median_error"], 11),
            _format_percent(row["dropped"], 9),
        ]
        lines.append(f"{row['name'][-23:]:<24}{row['camera'][:11]:<12}{''.join(cells)}")
    return "\n".join(lines)


def _measure_errors(
    errors: Float[np.ndarray, "*rest"],
    confident: Bool[np.ndarray, "*rest"],
    inliers: Bool[np.ndarray, "*rest"],
) -> dict[str, Any]:
    inlier_errors = errors[inliers]
    observations = int(confident.sum())
    return {
        "mean_error": float(inlier_errors.mean()) if inlier_errors.size else None,
        "median_error": float(np.median(inlier_errors)) if inlier_errors.size else None,
        "observations": observations,
        "dropped": _fraction(observations - int(inliers.sum()), observations),
    }


def _fraction(count: int, total: int) -> float | None:
    return count / total if total else None


def _format_number(value: float | None, width: int) -> str:
    return f"{'-' if value is None else format(value, '.2f'):>{width}}"


def _format_percent(value: float | None, width: int) -> str:
    return f"{'-' if value is None else format(value, '.1%'):>{width}}"
