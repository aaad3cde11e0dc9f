"""One view of one body over a whole recording, projected and ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.utils.array_types import Bool, Float
from signlift.visualization.body.drawn_points import DrawnPoints
from signlift.visualization.scene.view_projection import (
    floor_grid,
    floor_level,
    grid_step,
    magnify,
    project,
    project_axes,
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
    window
        The part of the plane that the panel shows.
    unit
        Length of a centimetre of the person in the unit of the points.
    points
        [T, N, 3], horizontal, vertical and away from the viewer, named by
        `body.drawn_points.point_names`; NaN is not drawn. In the 2D input, away is 0.
    detected
        [T, N], False for points that were completed, which are pale.
    magnification
        [T, N], of lengths at the points, in perspective.
    head_centres, head_axes
        [T, 2, 3] and [T, 2, 2, 3], skull and jaw.
    observed
        [T], True in frames in which a keypoint is observed.
    uncertainty
        [T, N], of the depth; None where it is not drawn.
    reference
        [T, N, 2], the true points that are drawn as lines over the body; None without.
    shadow
        [T, N, 2], shadows of the points on the floor; None without a floor.
    grid
        [lines, 2, 2], both ends of the lines behind the body.
    image_size
        Width and height of the images that the body is drawn over, whose upper left corner is at
        (0, 0); None without images.
    """

    title: str
    view: str
    window: Window
    unit: float
    points: Float[np.ndarray, "T N 3"]
    detected: Bool[np.ndarray, "T N"]
    magnification: Float[np.ndarray, "T N"]
    head_centres: Float[np.ndarray, "T 2 3"]
    head_axes: Float[np.ndarray, "T 2 2 3"]
    observed: Bool[np.ndarray, " T"]
    uncertainty: Float[np.ndarray, "T N"] | None = None
    reference: Float[np.ndarray, "T N 2"] | None = None
    shadow: Float[np.ndarray, "T N 2"] | None = None
    grid: Float[np.ndarray, "lines 2 2"] | None = None
    image_size: tuple[float, float] | None = None

    @property
    def is_input(self) -> bool:
        """True for the panel of the 2D input."""
        return self.title == INPUT_TITLE

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in the unit of the points."""
        (left, right), (top, bottom) = self.window
        return right - left, bottom - top

    @property
    def has_completed(self) -> bool:
        """True if a point is drawn that was completed."""
        return bool((~self.detected & ~np.isnan(self.points[..., 0])).any())


def project_panel(
    title: str,
    view: str,
    body: DrawnPoints,
    observed: Bool[np.ndarray, " T"],
    limits: Float[np.ndarray, "3 2"],
    window: Window,
    unit: float,
    *,
    reference: Float[np.ndarray, "T N 3"] | None = None,
    image_size: tuple[float, float] | None = None,
    has_floor: bool = False,
) -> Panel:
    """Project a body to a view.

    Parameters
    ----------
    title, view, observed, window, unit
        See `Panel`.
    body
        The points of the body.
    limits
        [3, 2], the limits of the scene.
    reference
        [T, N, 3], true points to draw as lines over the body.
    image_size
        Size of the images behind the front view.
    has_floor
        Draw a floor and a shadow in the turned view.
    """
    head = body.head
    magnification = magnify(head.centres, view, limits)
    panel = Panel(
        title,
        view,
        window,
        unit,
        project(body.points, view, limits),
        body.detected,
        magnify(body.points, view, limits),
        project(head.centres, view, limits),
        project_axes(head.axes, view, magnification),
        observed,
        uncertainty=body.uncertainty if view == "side" else None,
        reference=None if reference is None else project(reference, view, limits)[..., :2],
        image_size=image_size if view == "front" else None,
    )
    if view != "turned" or not has_floor:
        return panel
    on_floor = body.points.copy()
    on_floor[..., 1] = np.where(np.isnan(on_floor[..., 1]), np.nan, floor_level(limits))
    shadow = project(on_floor, view, limits)[..., :2]
    grid = floor_grid(limits, grid_step(float(limits[1, 1] - limits[1, 0])))
    return Panel(**{**panel.__dict__, "shadow": shadow, "grid": grid})
