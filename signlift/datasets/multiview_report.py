"""How well the views agree: reprojection errors by keypoint and by view, as JSON and as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.skeleton import ROOT
from signlift.datasets.multiview import Triangulation


def triangulation_report(done: Triangulation) -> dict[str, Any]:
    """What to say of a triangulation, as JSON takes it (None where there is nothing to measure).

    Returns
    -------
    `frames`, `first_frame`, `fps`, `unit`, `skeleton`, `settings`; `frames_with_root`, those in
    which MidHip is known, as there is no depth in others; and `all`, `keypoints` (by name) and
    `views` (a list), each with

    - `mean_error`, `median_error`: of the observations that points are made of, in pixels
    - `observations`: how many were sure enough to count
    - `dropped`: the share of these that no point is made of
    - `found`: the share of frames with a point, of those in which two views or more count (not
      for views)
    - `views_per_point`: the mean (not for views)
    """
    known = ~np.isnan(done.skeleton.point(done.points, ROOT)).any(-1)
    two = done.counted.sum(0) >= 2
    settings = done.settings

    def group(part: Any, *, by_view: bool = False) -> dict[str, Any]:
        figures = _figures(done.errors[part], done.counted[part], done.used[part])
        if by_view:
            return figures
        rest = part[1:]
        found = ~np.isnan(done.points[rest][..., 0])
        used = done.used[part].sum(0)
        return figures | {
            "found": _share(int((found & two[rest]).sum()), int(two[rest].sum())),
            "views_per_point": _share(int(used.sum()), int(found.sum())),
        }

    everything = slice(None)
    return {
        "frames": len(done.points),
        "frames_with_root": int(known.sum()),
        "first_frame": done.first,
        "fps": done.fps,
        "unit": done.unit,
        "skeleton": done.skeleton.name,
        "settings": {
            "threshold": settings.threshold,
            "min_confidence": settings.min_confidence,
            "min_views": settings.min_views,
        },
        "all": group((everything, everything)),
        "keypoints": {
            name: group((everything, everything, number))
            for number, name in enumerate(done.skeleton.keypoints)
        },
        "views": [
            {"name": name, "camera": camera.name, **group((number,), by_view=True)}
            for number, (name, camera) in enumerate(zip(done.names, done.cameras, strict=True))
        ],
    }


def report_table(report: dict[str, Any]) -> str:
    """The report as text: a line for each keypoint that was seen, and for each view."""
    head = f"{'mean px':>9}{'median px':>11}{'dropped':>9}"
    lines = [f"{'keypoint':<16}{head}{'found':>8}{'views':>7}"]
    for name, row in [*report["keypoints"].items(), ("all", report["all"])]:
        if row["observations"]:
            numbers = [
                _number(row["mean_error"], 9),
                _number(row["median_error"], 11),
                _percent(row["dropped"], 9),
                _percent(row["found"], 8),
                _number(row["views_per_point"], 7),
            ]
            lines.append(f"{name:<16}{''.join(numbers)}")
    lines += ["", f"{'view':<24}{'camera':<12}{head}"]
    for row in report["views"]:
        numbers = [
            _number(row["mean_error"], 9),
            _number(row["median_error"], 11),
            _percent(row["dropped"], 9),
        ]
        lines.append(f"{row['name'][-23:]:<24}{row['camera'][:11]:<12}{''.join(numbers)}")
    return "\n".join(lines)


def _figures(
    errors: Float[np.ndarray, "*rest"],
    counted: Bool[np.ndarray, "*rest"],
    used: Bool[np.ndarray, "*rest"],
) -> dict[str, Any]:
    off = errors[used]
    observations = int(counted.sum())
    return {
        "mean_error": float(off.mean()) if off.size else None,
        "median_error": float(np.median(off)) if off.size else None,
        "observations": observations,
        "dropped": _share(observations - int(used.sum()), observations),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(value: float | None, width: int) -> str:
    return f"{'-' if value is None else format(value, '.2f'):>{width}}"


def _percent(value: float | None, width: int) -> str:
    return f"{'-' if value is None else format(value, '.1%'):>{width}}"
