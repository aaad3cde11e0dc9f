"""Virtual cameras for many motions at once: what each sees, and the depth of it.

The same projection as `signlift.geometry.virtual_camera`, of [B, T, J, 3] in one go.
World frame: metres, y up. Camera frame: x right, y down, z away from the camera.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.geometry.virtual_camera import CLEARANCE, Camera
from signlift.simulation.detector.temporal_noise import median_over_frames
from signlift.simulation.views.framing import WIDTH, ViewSettings, draw_frames, draw_turns, fronts

#: Pictures as people take them and data sets have them, (width, height) in pixels.
PICTURES = (
    *((1280, 720), (1920, 1080), (640, 480), (720, 1280), (1080, 1920)),
    *((640, 360), (480, 480), (210, 260)),
)

_UP = np.array([0.0, 1.0, 0.0])

#: Most torso lengths that a camera stands above or below what it looks at.
_RAISED = 1.1


@dataclass(frozen=True, eq=False)
class Views:
    """What B cameras see, each of its own recording.

    Attributes
    ----------
    keypoints
        [B, T, J, 2] float32 in pixels, x to the right and y down.
    depth
        [B, T, J] float32 in the same pixels (times focal length / distance of the root),
        relative to MidHip, positive away from the camera.
    scale
        [B], the median 2D length of the torso in pixels; 1 where it is never seen.
    position, rotation, focal, principal, size
        [B, 3], [B, 3, 3], [B], [B, 2], [B, 2]: the cameras, as in `camera.Camera`.
    distance
        [B], metres from the camera to the middle of what it looks at.
    turn
        [B], degrees by which the camera stands to the person's left of their front, from -180.
    tilt
        [B], degrees that the camera looks down.
    roll
        [B], degrees by which it is turned clockwise about its line of sight.
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

    def camera(self, lane: int) -> Camera:
        """The camera of one recording."""
        x, y = self.principal[lane].tolist()
        width, height = self.size[lane].astype(int).tolist()
        return Camera(
            self.position[lane],
            self.rotation[lane],
            float(self.focal[lane]),
            (x, y),
            (width, height),
        )


def random_views(
    rng: np.random.Generator,
    points: Float[np.ndarray, "B T J 3"],
    skeleton: str | Skeleton,
    settings: ViewSettings | None = None,
) -> Views:
    """Film B people, each with a camera of its own that stands still.

    Parameters
    ----------
    rng
        The source of chance.
    points
        [B, T, J, 3] in world metres, y up, NaN for what is missing. People may face anywhere.
    skeleton
        What the J keypoints are: a skeleton or its name.
    settings
        Where cameras are; by default the defaults of `ViewSettings`.

    Returns
    -------
    What the cameras see, and what they are. Every known point is at least half a metre in front
    of its camera. Missing points give NaN keypoints and depth, and a frame without MidHip has
    no depth.

    Raises
    ------
    InputError
        The points do not have the skeleton's number of keypoints, or it has no shoulders or hips.
    """
    on = get_skeleton(skeleton)
    settings = settings or ViewSettings()
    if points.shape[2] != len(on):
        expected, found = f"shape [B, T, {len(on)}, 3]", str(list(points.shape))
        raise InputError(problem(f"points for {on.name}", expected=expected, found=found))
    points = points.astype(np.float32, copy=False)
    B, T, J = points.shape[:3]
    neck, root = on.point(points, "Neck"), on.point(points, ROOT)
    front, turns_around = fronts(points, on)
    turn, towards_level = draw_turns(rng, front, turns_around, settings)
    middle, extent, torso = draw_frames(rng, points, neck, root, settings)
    nearest_log, farthest_log = np.log(settings.distance).tolist()
    far = np.exp(rng.uniform(nearest_log, farthest_log, B))
    # Half of the cameras stand a little above or below what they look at, the others are raised
    # or lowered by any angle: as often up as down.
    height = rng.uniform(-_RAISED, _RAISED, B) * torso
    most = np.sin(np.radians(settings.max_tilt))
    level = np.arcsin(np.clip(height / far, -most, most))
    tilt = np.radians(settings.max_tilt) * rng.uniform(-1, 1, B)
    tilt = np.where(rng.random(B) < 0.5, level, tilt)
    towards = np.cos(tilt)[:, None] * towards_level + np.sin(tilt)[:, None] * _UP
    places = points.reshape(B, T * J, 3)
    nearness = (places @ towards.astype(np.float32)[..., None])[..., 0]
    nearest = np.fmax.reduce(nearness, axis=1, initial=-np.inf) - (middle * towards).sum(-1)
    # float32 must not bring a point nearer.
    far = np.maximum(far, nearest + CLEARANCE + 1e-4)
    roll = settings.max_roll * np.clip(rng.standard_normal(B) / 2.5, -1, 1)
    position, rotation = middle + far[:, None] * towards, _axes(-towards, np.radians(roll))
    size = np.array(PICTURES, np.float64)[rng.integers(len(PICTURES), size=B)]
    fill = rng.uniform(*settings.fill, B)
    focal = far * fill * np.minimum(size[:, 1] / extent, size[:, 0] / (WIDTH * torso))
    principal = size * (0.5 + settings.off_center * rng.uniform(-1, 1, (B, 2)))
    keypoints, depth = _project(points, root, position, rotation, focal, principal)
    column = on.point(keypoints, "Neck") - on.point(keypoints, ROOT)
    scale = median_over_frames(np.sqrt(np.einsum("...i,...i->...", column, column)))
    scale = np.where(scale > 0, scale, np.float32(1))
    return Views(
        keypoints=keypoints,
        depth=depth,
        scale=scale,
        position=position,
        rotation=rotation,
        focal=focal,
        principal=principal,
        size=size,
        distance=far,
        turn=np.degrees(turn),
        tilt=np.degrees(tilt),
        roll=roll,
    )


def _axes(away: NDArray[np.float64], roll: NDArray[np.float64]) -> NDArray[np.float64]:
    """The axes [B, 3, 3] of cameras that look along unit vectors, as `camera.look_at` has them."""
    right = np.cross(away, _UP)
    right /= np.sqrt((right**2).sum(-1, keepdims=True))
    down = np.cross(away, right)
    cos, sin = np.cos(roll)[:, None], np.sin(roll)[:, None]
    return np.stack([cos * right + sin * down, cos * down - sin * right, away], 1)


def _project(
    points: NDArray[np.floating],
    root: NDArray[np.floating],
    position: NDArray[np.float64],
    rotation: NDArray[np.float64],
    focal: NDArray[np.float64],
    principal: NDArray[np.float64],
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Keypoints and depth of B recordings, as `camera.project` gives them for one."""
    B, T, J = points.shape[:3]
    axes = np.swapaxes(rotation, 1, 2)
    shift = (position[:, None] @ axes).astype(np.float32)  # [B, 1, 3]
    axes = axes.astype(np.float32)
    seen = (points.reshape(B, T * J, 3) @ axes).reshape(points.shape)
    # x, y and z one by one: numpy is slow at arrays whose last axis is short.
    right, down, away = (seen[..., axis] - shift[..., axis, None] for axis in range(3))
    root_away = (root @ axes[..., 2:] - shift[..., 2:])[..., 0]
    length = focal.astype(np.float32)
    ratio = length[:, None, None] / away
    keypoints = np.empty((B, T, J, 2), np.float32)
    for axis, offset in enumerate((right, down)):
        keypoints[..., axis] = offset * ratio + principal[:, axis, None, None].astype(np.float32)
    depth = (away - root_away[..., None]) * (length[:, None] / root_away)[..., None]
    return keypoints, depth
