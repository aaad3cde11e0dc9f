"""Content of a skeleton figure: its panels, and the points of each panel in every frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Bool, Float
from signlift.visualization.body.drawn_points import DrawnPoints, derive_points, point_names
from signlift.visualization.body.parts import find_parts
from signlift.visualization.scene.panel import INPUT_TITLE, Panel, Window, project_panel
from signlift.visualization.scene.person_scale import PersonScale
from signlift.visualization.scene.view_projection import compute_limits, floor_grid, project

#: Points are in the limits if they are detected in at least this fraction of the frames.
_MIN_DETECTED = 0.1

#: Ends of the names of points that are in the limits even if they are never detected.
_ALWAYS = ("Elbow", "Wrist")

#: Radius of limbs and of the body about its keypoints, in centimetres.
_FLESH = 3.0


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
    scale
        The size of the person.
    fps
        Frames per second; None if unknown.
    times
        [T], seconds of frames that are not evenly spaced; None if frame t is at t / fps.
    """

    skeleton: Skeleton
    groups: tuple[tuple[Panel, ...], ...]
    frames: int
    scale: PersonScale
    fps: float | None = None
    times: Float[np.ndarray, " T"] | None = None

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels in reading order."""
        return tuple(panel for group in self.groups for panel in group)

    def seconds(self, frame: int) -> float | None:
        """Return the time of a frame; None if the frame rate is unknown."""
        if self.times is not None:
            return float(self.times[frame])
        return frame / self.fps if self.fps else None


def build_scene(
    bodies: dict[str, Recording],
    views: Sequence[str],
    scale: PersonScale,
    *,
    show_input: bool = False,
    fps: float | None = None,
    reference: Recording | None = None,
    image_size: tuple[float, float] | None = None,
) -> Scene:
    """Build the panels of a figure.

    Parameters
    ----------
    bodies
        Recordings with depth by title, all of the same length and on the same skeleton. The last
        one has the 2D input.
    views
        The views of each body.
    scale
        The size of the person.
    show_input
        Draw the 2D keypoints first.
    fps
        Frames per second; None if unknown.
    reference
        A recording with the true depth, to be drawn as lines over the bodies.
    image_size
        Width and height of the images that the front view is drawn over; all of it is shown.

    Returns
    -------
    The scene. All panels share one scale and the same limits.
    """
    body = list(bodies.values())[-1]
    drawn = {title: derive_points(each, scale.body) for title, each in bodies.items()}
    extents = [_extent(each, body.skeleton) for each in drawn.values()]
    true = None if reference is None else derive_points(reference, scale.body)
    if true is not None:
        extents.append(_extent(true, body.skeleton))
    flat = _flat_input(body, scale.body) if show_input else None
    if flat is not None:
        extents.append(_extent(flat, body.skeleton))
    limits = compute_limits(np.concatenate(extents, 1))
    limits += _FLESH * scale.body * np.array([-1, 1])
    windows = _windows({*views, *(["front"] if show_input else [])}, limits, extents, image_size)
    has_floor = _has_feet(body)

    def panels(title: str, points: DrawnPoints, observed: Bool[np.ndarray, " T"]) -> list[Panel]:
        return [
            project_panel(
                title,
                view,
                points,
                observed,
                limits,
                windows[view],
                scale.body,
                reference=None if true is None else true.points,
                image_size=image_size,
                has_floor=has_floor,
            )
            for view in views
        ]

    groups = [
        tuple(panels(title, drawn[title], np.asarray(each.observed.any(1))))
        for title, each in bodies.items()
    ]
    if flat is not None:
        first = groups[0][0]
        panel = project_panel(
            INPUT_TITLE, "front", flat, first.observed, limits, windows["front"], scale.body
        )
        groups.insert(0, (panel,))
    return Scene(body.skeleton, tuple(groups), len(body), scale, fps, body.times)


def _flat_input(body: Recording, unit: float) -> DrawnPoints:
    """Return the detected 2D keypoints as points of depth 0."""
    keypoints = np.where(body.detected[..., None], body.keypoints, np.nan)
    depth = np.where(np.isnan(keypoints[..., 0]), np.nan, np.float32(0))
    flat = replace(body, keypoints=keypoints, depth=depth, depth_uncertainty=None)
    return derive_points(flat, unit)


def _extent(body: DrawnPoints, skeleton: Skeleton) -> Float[np.ndarray, "T M 3"]:
    """Collect the points that the limits have to hold; NaN elsewhere.

    The hips of people from the waist up are completed, and do not count.
    """
    names, parts = point_names(skeleton), find_parts(skeleton)
    used = np.unique(parts.corners)
    detected = body.detected[:, used] & ~np.isnan(body.points[:, used, 0])
    often = detected.mean(0) >= _MIN_DETECTED if len(detected) else np.zeros(len(used), bool)
    always = np.array([names[number].endswith(_ALWAYS) for number in used], bool)
    counted = (detected & often) | always
    points = np.where(counted[..., None], body.points[:, used], np.nan)
    has_band = np.isin(used, parts.corners[parts.has_band])
    band = np.nan_to_num(body.uncertainty[:, used]) * has_band
    near, far = points.copy(), points.copy()
    near[..., 2] -= band
    far[..., 2] += band
    head = np.where(body.head.detected[:, None, None], body.head.corners, np.nan)
    everything = np.concatenate([near, far, head.astype(points.dtype)], 1)
    return everything if counted.any() else body.points


def _has_feet(body: Recording) -> bool:
    """Return True if an ankle is detected in some frames: then there is a floor."""
    ankles = [body.skeleton.find(name) for name in ("LAnkle", "RAnkle")]
    detected = body.detected & ~np.isnan(body.points[..., 0])
    return any(ankle is not None and detected[:, ankle].mean() >= _MIN_DETECTED for ankle in ankles)


def _windows(
    views: Iterable[str],
    limits: Float[np.ndarray, "3 2"],
    extents: list[Float[np.ndarray, "T M 3"]],
    image_size: tuple[float, float] | None,
) -> dict[str, Window]:
    """Return the window of each view, all of the same height."""
    windows = {view: _window(view, limits, extents) for view in views}
    if image_size is not None:
        windows["front"] = ((0.0, image_size[0]), (0.0, image_size[1]))
        if "side" in windows:
            windows["side"] = (windows["side"][0], windows["front"][1])
    height = max(high - low for _, (low, high) in windows.values())
    return {
        view: (horizontal, _extend(vertical, height))
        for view, (horizontal, vertical) in windows.items()
    }


def _window(
    view: str,
    limits: Float[np.ndarray, "3 2"],
    extents: list[Float[np.ndarray, "T M 3"]],
) -> Window:
    if view != "turned":
        return _pair(limits[0] if view == "front" else limits[2]), _pair(limits[1])
    # In perspective the corners of the limits are far outside of the points within them.
    projected = []
    for points in extents:
        inside = ((points >= limits[:, 0]) & (points <= limits[:, 1])).all(-1)
        projected.append(project(points[inside], view, limits)[:, :2])
    everything = np.concatenate(projected)
    if not len(everything):
        everything = floor_grid(limits, float(np.ptp(limits))).reshape(-1, 2)
    low, high = everything.min(0), everything.max(0)
    margin = 0.06 * float((high - low).max())
    low, high = low - margin, high + margin
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def _pair(values: Float[np.ndarray, "2"]) -> tuple[float, float]:
    return float(values[0]), float(values[1])


def _extend(values: tuple[float, float], length: float) -> tuple[float, float]:
    """Extend a range about its centre to a length."""
    margin = (length - (values[1] - values[0])) / 2
    return values[0] - margin, values[1] + margin
