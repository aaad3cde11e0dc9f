"""Batches of virtual cameras: random cameras for many motions, and their projections.

World frame: metres, y up. Camera frame: x right, y down, z away from the camera.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.geometry.camera import Camera, depth_in_pixels, project_points, to_camera_frame
from signlift.geometry.virtual_camera import MIN_DISTANCE
from signlift.simulation.detector.temporal_noise import median_over_frames
from signlift.simulation.views.framing import (
    WIDTH,
    ViewSettings,
    draw_framing,
    draw_turns,
    estimate_fronts,
)
from signlift.simulation.views.placement import draw_placement, draw_principal
from signlift.utils.array_types import Float

#: Common image sizes of videos and datasets, (width, height) in pixels.
IMAGE_SIZES = (
    *((1280, 720), (1920, 1080), (640, 480), (720, 1280), (1080, 1920)),
    *((640, 360), (480, 480), (210, 260)),
)

_UP = np.array([0.0, 1.0, 0.0])

#: Maximum height of a camera above or below the point that it looks at, in torsos.
_MAX_RAISE = 1.1

#: Added to the minimum distance of points, in metres, so that rounding to float32 cannot bring a
#: point nearer.
_ROUNDING = 1e-4


@dataclass(frozen=True, eq=False)
class CameraBatch:
    """B cameras, each with the projection of its own recording.

    Attributes
    ----------
    keypoints
        [B, T, J, 2] float32 in pixels, x right and y down.
    depth
        [B, T, J] float32 in the same pixels (metres times focal length over the distance of the
        root), relative to MidHip, positive away from the camera.
    scale
        [B], the median 2D torso length in pixels; 1 if it is missing in all frames.
    position, rotation, focal, principal, size
        [B, 3], [B, 3, 3], [B], [B, 2], [B, 2]: the cameras, as in
        `signlift.geometry.camera.Camera.from_position`.
    distance
        [B], metres from the camera to the point that it looks at.
    turn
        [B], angle in degrees from the person's front to the direction of the camera, from -180;
        positive to the person's left.
    tilt
        [B], angle in degrees that the camera looks down.
    roll
        [B], rotation in degrees about the line of sight, clockwise.
    """

    keypoints: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    scale: Float[np.ndarray, " B"]
    position: Float[np.ndarray, "B 3"]
    rotation: Float[np.ndarray, "B 3 3"]
    focal: Float[np.ndarray, " B"]
    principal: Float[np.ndarray, "B 2"]
    size: Float[np.ndarray, "B 2"]
    distance: Float[np.ndarray, " B"]
    turn: Float[np.ndarray, " B"]
    tilt: Float[np.ndarray, " B"]
    roll: Float[np.ndarray, " B"]

    def camera(self, number: int) -> Camera:
        """Return the camera of one recording."""
        x, y = self.principal[number].tolist()
        width, height = self.size[number].astype(int).tolist()
        return Camera.from_position(
            self.position[number],
            self.rotation[number],
            float(self.focal[number]),
            (x, y),
            (width, height),
        )


def render_views(
    rng: np.random.Generator,
    points: Float[np.ndarray, "B T J 3"],
    skeleton: str | Skeleton,
    settings: ViewSettings | None = None,
) -> CameraBatch:
    """Draw a static camera for each of B motions and project the motion.

    Parameters
    ----------
    rng
        The random generator.
    points
        [B, T, J, 3] in world metres, y up, NaN where missing. People may face any direction.
    skeleton
        The skeleton of the J keypoints, or its name.
    settings
        The distribution of cameras; None for the defaults of `ViewSettings`.

    Returns
    -------
    CameraBatch
        Every point is at least half a metre in front of its camera. Missing points give NaN
        keypoints and depth, and a frame without MidHip has no depth.

    Raises
    ------
    InputError
        The points do not have the skeleton's number of keypoints, or it has no shoulders or hips.
    """
    skeleton = get_skeleton(skeleton)
    settings = settings or ViewSettings()
    if points.shape[2] != len(skeleton):
        expected, found = f"shape [B, T, {len(skeleton)}, 3]", f"shape {list(points.shape)}"
        raise InputError(problem(f"points of {skeleton.name}", expected=expected, found=found))
    points = points.astype(np.float32, copy=False)
    B, T, J = points.shape[:3]
    neck, root = skeleton.point(points, "Neck"), skeleton.point(points, ROOT)
    front, turns_around = estimate_fronts(points, skeleton)
    placement = draw_placement(rng, B, settings.placed_probability)
    placed = placement.placed
    turn, horizontal = draw_turns(rng, front, turns_around, settings, placement)
    middle, extent, torso = draw_framing(rng, points, neck, root, settings, placement)
    nearest_log, farthest_log = np.log(settings.distance).tolist()
    distance = np.exp(rng.uniform(nearest_log, farthest_log, B))
    distance = np.where(placed, placement.distance, distance)
    max_tilt = np.radians(settings.max_tilt)
    tilt = _draw_tilt(rng, distance, torso, max_tilt)
    tilt = np.where(placed, np.clip(np.radians(placement.tilt), -max_tilt, max_tilt), tilt)
    to_camera = np.cos(tilt)[:, None] * horizontal + np.sin(tilt)[:, None] * _UP
    along = (points.reshape(B, T * J, 3) @ to_camera.astype(np.float32)[..., None])[..., 0]
    nearest = np.fmax.reduce(along, axis=1, initial=-np.inf) - (middle * to_camera).sum(-1)
    distance = np.maximum(distance, nearest + MIN_DISTANCE + _ROUNDING)
    roll = settings.max_roll * np.clip(rng.standard_normal(B) / 2.5, -1, 1)
    position = middle + distance[:, None] * to_camera
    rotation = _camera_axes(-to_camera, np.radians(roll))
    size = np.array(IMAGE_SIZES, np.float64)[rng.integers(len(IMAGE_SIZES), size=B)]
    fill = rng.uniform(*settings.fill, B)
    pixels_per_metre = np.minimum(size[:, 1] / extent, size[:, 0] / (WIDTH * torso))
    focal = distance * fill * pixels_per_metre
    wide = placed & ~np.isnan(placement.fov)
    focal = np.where(wide, size.max(1) / 2 / np.tan(placement.fov / 2), focal)
    principal = draw_principal(rng, size, placed, settings.max_offset)
    keypoints, depth = _project(points, root, position, rotation, focal, principal)
    return CameraBatch(
        keypoints=keypoints,
        depth=depth,
        scale=_torso_scale(keypoints, skeleton),
        position=position,
        rotation=rotation,
        focal=focal,
        principal=principal,
        size=size,
        distance=distance,
        turn=np.degrees(turn),
        tilt=np.degrees(tilt),
        roll=roll,
    )


def _draw_tilt(
    rng: np.random.Generator,
    distance: NDArray[np.float64],
    torso: NDArray[np.float64],
    max_tilt: float,
) -> NDArray[np.float64]:
    """Draw angles [B] in radians that cameras look down.

    Half of the cameras are a little above or below the point that they look at, the others are
    raised or lowered by any angle: as often up as down.
    """
    B = len(distance)
    height = rng.uniform(-_MAX_RAISE, _MAX_RAISE, B) * torso
    limit = np.sin(max_tilt)
    small = np.arcsin(np.clip(height / distance, -limit, limit))
    large = max_tilt * rng.uniform(-1, 1, B)
    return np.where(rng.random(B) < 0.5, small, large)


def _torso_scale(keypoints: NDArray[np.floating], skeleton: Skeleton) -> NDArray[np.floating]:
    """Return the median 2D torso length [B]; 1 where it is missing."""
    trunk = skeleton.point(keypoints, "Neck") - skeleton.point(keypoints, ROOT)
    scale = median_over_frames(np.sqrt(np.einsum("...i,...i->...", trunk, trunk)))
    return np.where(scale > 0, scale, np.float32(1))


def _camera_axes(forward: NDArray[np.float64], roll: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the axes [B, 3, 3] of cameras that look along unit vectors."""
    right = np.cross(forward, _UP)
    right /= np.sqrt((right**2).sum(-1, keepdims=True))
    down = np.cross(forward, right)
    cos, sin = np.cos(roll)[:, None], np.sin(roll)[:, None]
    return np.stack([cos * right + sin * down, cos * down - sin * right, forward], 1)


def _project(
    points: NDArray[np.floating],
    root: NDArray[np.floating],
    position: NDArray[np.float64],
    rotation: NDArray[np.float64],
    focal: NDArray[np.float64],
    principal: NDArray[np.float64],
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Project B recordings to keypoints and depth."""
    B, T, J = points.shape[:3]
    translation = -(position[:, None] @ np.swapaxes(rotation, 1, 2))[:, 0]
    matrix = np.zeros((B, 3, 3))
    matrix[:, 0, 0] = matrix[:, 1, 1] = focal
    matrix[:, :2, 2], matrix[:, 2, 2] = principal, 1
    flat = points.reshape(B, T * J, 3)
    keypoints, z = project_points(flat, rotation, translation, matrix)
    _, _, root_z = to_camera_frame(root, rotation, translation)
    depth = depth_in_pixels(z.reshape(B, T, J), root_z, focal[:, None])
    return keypoints.reshape(B, T, J, 2), depth
