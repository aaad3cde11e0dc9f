"""What a skeleton figure holds: its panels, and what each shows of every frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.visualization.style import drawn_keypoints, lacks_neck
from signlift.visualization.view_projection import (
    floor_grid,
    floor_level,
    grid_step,
    limits,
    project,
    wall_grid,
)

#: The title of the panel of the 2D keypoints.
INPUT = "2D input"

#: Lowest and highest across, lowest and highest down.
Window = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Panel:
    """One view of one body over a whole clip.

    Parameters
    ----------
    group
        What is shown: "2D input", "true", "predicted" or "3D".
    view
        One of `signlift.visualization.VIEWS`.
    points
        [T, K, 3], across, down and away from the viewer; NaN is not drawn. The J keypoints and,
        for a skeleton that lacks a Neck, the middle of the shoulders after them.
    observed
        [T], whether the 2D position of any drawn keypoint is known.
    across, down
        Lowest and highest value that the panel shows.
    grid
        [lines, 2, 2], the ends of the faint lines behind the skeleton, across and down.
    shadow
        [T, K, 2], across and down of the points' shadows on the floor, or None.
    """

    group: str
    view: str
    points: Float[np.ndarray, "T K 3"]
    observed: Bool[np.ndarray, " T"]
    across: tuple[float, float]
    down: tuple[float, float]
    grid: Float[np.ndarray, "lines 2 2"]
    shadow: Float[np.ndarray, "T K 2"] | None = None

    @property
    def flat(self) -> bool:
        """Whether it shows the 2D input."""
        return self.group == INPUT

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in the unit of the points."""
        return self.across[1] - self.across[0], self.down[1] - self.down[0]


@dataclass(frozen=True, eq=False)
class Scene:
    """The panels of a figure by group, the groups in reading order."""

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
    flat: Float[np.ndarray, "T J 2"] | None,
    views: Sequence[str],
    fps: float | None,
) -> Scene:
    """Lay out what is to be drawn.

    Parameters
    ----------
    bodies
        Title -> a recording with depth, all on one skeleton and equally long.
    flat
        [T, J, 2], the 2D input, drawn first; None to leave it out.
    views
        Where each body is seen from.

    Returns
    -------
    The scene. All panels share the limits, those of true and predicted too.
    """
    drawn = list(drawn_keypoints(skeleton))
    clips = [body.points[:, drawn] for body in bodies.values()]
    if flat is not None:
        unknown = np.full((*flat.shape[:2], 1), np.nan, flat.dtype)
        clips.append(np.concatenate([flat, unknown], -1)[:, drawn])
    box = limits(np.concatenate(clips))
    step = grid_step(float(box[1, 1] - box[1, 0]))
    windows = _windows({*views, *(["front"] if flat is not None else [])}, box, clips)

    def panel(
        title: str,
        view: str,
        points: Float[np.ndarray, "T J 3"],
        keypoints: Float[np.ndarray, "T J 2"],
    ) -> Panel:
        across, down = windows[view]
        observed = (~np.isnan(keypoints[:, drawn]).any(-1)).any(-1)
        if lacks_neck(skeleton):
            points = np.concatenate([points, skeleton.point(points, "Neck")[:, None]], 1)
        seen = project(points, view, box)
        if view != "turned":
            return Panel(title, view, seen, observed, across, down, wall_grid(across, down, step))
        fallen = points.copy()
        fallen[..., 1] = np.where(np.isnan(points[..., 1]), np.nan, floor_level(box))
        shadow = project(fallen, view, box)[..., :2]
        return Panel(title, view, seen, observed, across, down, floor_grid(box, step), shadow)

    groups = [
        tuple(panel(title, view, body.points, body.keypoints) for view in views)
        for title, body in bodies.items()
    ]
    if flat is not None:
        level = np.where(np.isnan(flat[..., :1]), np.nan, flat[..., :1] * 0)
        groups.insert(0, (panel(INPUT, "front", np.concatenate([flat, level], -1), flat),))
    return Scene(skeleton, tuple(groups), len(clips[0]), fps)


def _windows(
    views: Iterable[str], box: Float[np.ndarray, "3 2"], clips: list[Float[np.ndarray, "T J 3"]]
) -> dict[str, Window]:
    """What part of its plane each view shows; all are equally tall."""
    windows = {view: _window(view, box, clips) for view in views}
    tallest = max(high - low for _, (low, high) in windows.values())
    return {view: (across, _grown(down, tallest)) for view, (across, down) in windows.items()}


def _window(
    view: str, box: Float[np.ndarray, "3 2"], clips: list[Float[np.ndarray, "T J 3"]]
) -> Window:
    if view != "turned":
        return _pair(box[0] if view == "front" else box[2]), _pair(box[1])
    # In perspective the corners of the box lie far outside of what is in it.
    seen = [floor_grid(box, float(np.ptp(box))).reshape(-1, 2)]
    for points in clips:
        inside = ((points >= box[:, 0]) & (points <= box[:, 1])).all(-1)
        seen.append(project(points[inside], view, box)[:, :2])
    ends = np.concatenate(seen)
    low, high = ends.min(0), ends.max(0)
    pad = 0.04 * float((high - low).max())
    return _pair(np.array([low[0] - pad, high[0] + pad])), _pair(
        np.array([low[1] - pad, high[1] + pad])
    )


def _pair(values: Float[np.ndarray, "2"]) -> tuple[float, float]:
    return float(values[0]), float(values[1])


def _grown(values: tuple[float, float], length: float) -> tuple[float, float]:
    """A range made as long as `length` about its middle."""
    extra = (length - (values[1] - values[0])) / 2
    return values[0] - extra, values[1] + extra
