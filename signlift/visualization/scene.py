"""Content of a skeleton figure: its panels, and the points of each panel in every frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.visualization.style import drawn_keypoints, needs_neck_line
from signlift.visualization.view_projection import (
    compute_limits,
    floor_grid,
    floor_level,
    grid_step,
    project,
    wall_grid,
)

#: The title of the panel of the 2D keypoints.
INPUT_TITLE = "2D input"

#: The part of its plane that a view shows: lowest and highest horizontal and vertical value.
Window = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Panel:
    """One view of one body over a whole recording.

    Attributes
    ----------
    title
        The title of the panel's group: "2D input", "true", "predicted" or "3D".
    view
        One of `signlift.visualization.VIEWS`.
    points
        [T, K, 3], horizontal, vertical and away from the viewer; NaN is not drawn. The J
        keypoints and, for a skeleton that needs a neck line, the middle of the shoulders.
    observed
        [T], True in frames in which a drawn keypoint is observed.
    horizontal, vertical
        Lowest and highest value that the panel shows.
    grid
        [lines, 2, 2], both ends of the lines behind the skeleton.
    shadow
        [T, K, 2], shadows of the points on the floor; None without a floor.
    completed
        [T, J], True for keypoints of the 2D input that were not detected but completed; None where
        there are none.
    """

    title: str
    view: str
    points: Float[np.ndarray, "T K 3"]
    observed: Bool[np.ndarray, " T"]
    horizontal: tuple[float, float]
    vertical: tuple[float, float]
    grid: Float[np.ndarray, "lines 2 2"]
    shadow: Float[np.ndarray, "T K 2"] | None = None
    completed: Bool[np.ndarray, "T J"] | None = None

    @property
    def is_input(self) -> bool:
        """True for the panel of the 2D input."""
        return self.title == INPUT_TITLE

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in the unit of the points."""
        return self.horizontal[1] - self.horizontal[0], self.vertical[1] - self.vertical[0]


@dataclass(frozen=True, eq=False)
class Scene:
    """Panels of a figure, in groups with one title, in reading order.

    Attributes
    ----------
    skeleton
        The skeleton of all bodies.
    groups
        The panels of each body.
    frames
        T, the number of frames.
    fps
        Frames per second; None if unknown.
    """

    skeleton: Skeleton
    groups: tuple[tuple[Panel, ...], ...]
    frames: int
    fps: float | None = None

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels in reading order."""
        return tuple(panel for group in self.groups for panel in group)


def build_scene(
    skeleton: Skeleton,
    bodies: dict[str, Recording],
    input_keypoints: Float[np.ndarray, "T J 2"] | None,
    views: Sequence[str],
    fps: float | None,
    completed: Bool[np.ndarray, "T J"] | None = None,
) -> Scene:
    """Build the panels of a figure.

    Parameters
    ----------
    skeleton
        The skeleton of all bodies.
    bodies
        Recordings with depth by title, all of the same length.
    input_keypoints
        [T, J, 2], the 2D input, drawn first; None to leave it out.
    views
        The views of each body.
    fps
        Frames per second; None if unknown.
    completed
        [T, J], True for keypoints of the 2D input that were not detected; None if there are none.

    Returns
    -------
    The scene. All panels share one scale and the same limits.
    """
    drawn = list(drawn_keypoints(skeleton))
    drawn_points = [body.points[:, drawn] for body in bodies.values()]
    if input_keypoints is not None:
        unknown_depth = np.full((*input_keypoints.shape[:2], 1), np.nan, input_keypoints.dtype)
        drawn_points.append(np.concatenate([input_keypoints, unknown_depth], -1)[:, drawn])
    limits = compute_limits(np.concatenate(drawn_points))
    step = grid_step(float(limits[1, 1] - limits[1, 0]))
    input_views = [] if input_keypoints is None else ["front"]
    windows = _windows({*views, *input_views}, limits, drawn_points)

    def build_panel(
        title: str,
        view: str,
        points: Float[np.ndarray, "T J 3"],
        keypoints: Float[np.ndarray, "T J 2"],
    ) -> Panel:
        horizontal, vertical = windows[view]
        observed = (~np.isnan(keypoints[:, drawn]).any(-1)).any(-1)
        if needs_neck_line(skeleton):
            points = np.concatenate([points, skeleton.point(points, "Neck")[:, None]], 1)
        projected = project(points, view, limits)
        if view != "turned":
            grid = wall_grid(horizontal, vertical, step)
            return Panel(title, view, projected, observed, horizontal, vertical, grid)
        on_floor = points.copy()
        on_floor[..., 1] = np.where(np.isnan(points[..., 1]), np.nan, floor_level(limits))
        shadow = project(on_floor, view, limits)[..., :2]
        grid = floor_grid(limits, step)
        return Panel(title, view, projected, observed, horizontal, vertical, grid, shadow)

    groups = [
        tuple(build_panel(title, view, body.points, body.keypoints) for view in views)
        for title, body in bodies.items()
    ]
    if input_keypoints is not None:
        x = input_keypoints[..., :1]
        points = np.concatenate([input_keypoints, np.where(np.isnan(x), np.nan, x * 0)], -1)
        panel = build_panel(INPUT_TITLE, "front", points, input_keypoints)
        groups.insert(0, (replace(panel, completed=completed),))
    return Scene(skeleton, tuple(groups), len(drawn_points[0]), fps)


def _windows(
    views: Iterable[str],
    limits: Float[np.ndarray, "3 2"],
    drawn_points: list[Float[np.ndarray, "T J 3"]],
) -> dict[str, Window]:
    """Return the window of each view, all of the same height."""
    windows = {view: _window(view, limits, drawn_points) for view in views}
    height = max(high - low for _, (low, high) in windows.values())
    return {
        view: (horizontal, _extend(vertical, height))
        for view, (horizontal, vertical) in windows.items()
    }


def _window(
    view: str,
    limits: Float[np.ndarray, "3 2"],
    drawn_points: list[Float[np.ndarray, "T J 3"]],
) -> Window:
    if view != "turned":
        return _pair(limits[0] if view == "front" else limits[2]), _pair(limits[1])
    # In perspective the corners of the limits are far outside of the points within them.
    projected = [floor_grid(limits, float(np.ptp(limits))).reshape(-1, 2)]
    for points in drawn_points:
        inside = ((points >= limits[:, 0]) & (points <= limits[:, 1])).all(-1)
        projected.append(project(points[inside], view, limits)[:, :2])
    everything = np.concatenate(projected)
    low, high = everything.min(0), everything.max(0)
    margin = 0.04 * float((high - low).max())
    low, high = low - margin, high + margin
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def _pair(values: Float[np.ndarray, "2"]) -> tuple[float, float]:
    return float(values[0]), float(values[1])


def _extend(values: tuple[float, float], length: float) -> tuple[float, float]:
    """Extend a range about its centre to a length."""
    margin = (length - (values[1] - values[0])) / 2
    return values[0] - margin, values[1] + margin
