"""Virtual cameras that look at a person.

World frame: metres, y up. Camera frame: x right, y down, z away from the camera.
"""

from __future__ import annotations

import numpy as np

from signlift.core.skeleton import PANOPTIC26, Skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.geometry.camera import Camera
from signlift.utils.array_types import Float

#: The minimum distance of every point from a random camera, in metres along the line of sight.
MIN_DISTANCE = 0.5

#: The maximum focal length of `random_camera`, in image widths (or heights, if larger).
MAX_FOCAL = 8.0

_UP = np.array([0.0, 1.0, 0.0])


def look_at(
    position: Float[np.ndarray, "3"],
    target: Float[np.ndarray, "3"],
    *,
    roll: float = 0.0,
    focal: float = 1000.0,
    size: tuple[int, int] = (1280, 720),
) -> Camera:
    """Build a camera whose line of sight goes through a target.

    Parameters
    ----------
    position, target
        [3] each, in world metres.
    roll
        Rotation of the camera about its line of sight in degrees. A positive roll turns the
        camera clockwise, and so the image counterclockwise.
    focal
        Focal length in pixels.
    size
        (width, height) of the image in pixels. The target is in its middle.

    Raises
    ------
    InputError
        The position is the target, or the camera looks straight up or down.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.virtual_camera import look_at
    >>> target = np.array([0.0, 1.0, 0.0])
    >>> camera = look_at(np.array([0.0, 1.0, 2.0]), target, size=(640, 480))
    >>> camera.project(target)
    array([320., 240.])
    """
    forward = target - position
    right = np.cross(forward, _UP)
    if not np.linalg.norm(right) > 1e-9:
        raise InputError(
            problem(
                "camera",
                expected="a line of sight that is not vertical",
                found=f"position {position.tolist()}, target {target.tolist()}",
            )
        )
    forward = forward / np.linalg.norm(forward)
    right = right / np.linalg.norm(right)
    down = np.cross(forward, right)
    cos, sin = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    rotation = np.stack([cos * right + sin * down, cos * down - sin * right, forward])
    return Camera.from_position(position, rotation, focal, (size[0] / 2, size[1] / 2), size)


def estimate_front(
    points: Float[np.ndarray, "*batch J 3"], skeleton: Skeleton = PANOPTIC26
) -> Float[np.ndarray, "3"]:
    """Estimate the horizontal direction that a person faces, over all frames together.

    Parameters
    ----------
    points
        [..., J, 3] in world metres, y up, on a skeleton with shoulders and hips.
    skeleton
        The skeleton of the points.

    Returns
    -------
    [3], a unit vector; +z where shoulders and hips are missing.
    """
    left = np.zeros(3)
    for joint in ("Shoulder", "Hip"):
        across = skeleton.point(points, f"L{joint}") - skeleton.point(points, f"R{joint}")
        left += np.nansum(across.reshape(-1, 3), axis=0)
    front = np.cross(left, _UP)
    length = np.linalg.norm(front)
    return front / length if length > 1e-9 else np.array([0.0, 0.0, 1.0])


def random_camera(
    rng: np.random.Generator,
    target: Float[np.ndarray, "*batch J 3"],
    skeleton: Skeleton = PANOPTIC26,
    *,
    distance: tuple[float, float] = (1.5, 5.0),
    max_turn: float = 30.0,
    max_tilt: float = 10.0,
    max_roll: float = 3.0,
    fill: tuple[float, float] = (0.65, 0.95),
    focal: float | None = None,
    size: tuple[int, int] = (1280, 720),
) -> Camera:
    """Draw a camera that looks at a person from the front, with the whole target in the image.

    Parameters
    ----------
    rng
        The random generator.
    target
        [..., J, 3] in world metres, y up: the points that have to be in the image; NaN for
        others.
    skeleton
        The skeleton of the target, from which the front of the person is estimated.
    distance
        Minimum and maximum distance in metres from the camera to the middle of the target; more
        where a point would come nearer than `MIN_DISTANCE`.
    max_turn
        Maximum angle in degrees of the camera to either side of the front.
    max_tilt
        Maximum angle in degrees at which the camera looks up or down.
    max_roll
        Maximum rotation in degrees about the line of sight.
    fill
        Minimum and maximum fraction of the image that the target takes, measured from the middle
        along the tighter direction; at most 1, so that all of the target is in the image.
    focal
        Focal length in pixels. By default it follows from `fill`; with another focal length the
        target may exceed the image.
    size
        (width, height) of the image in pixels.

    Raises
    ------
    InputError
        The target has no point, or a range is invalid.
    """
    _check_ranges(distance, fill, max_turn=max_turn, max_tilt=max_tilt, max_roll=max_roll)
    points = target.reshape(-1, 3)
    points = points[np.isfinite(points).all(-1)]
    if not len(points):
        raise InputError(problem("target of a camera", expected="points", found="none"))
    turn, tilt, roll = rng.uniform(-1, 1, 3) * [max_turn, max_tilt, max_roll]
    metres = rng.uniform(*distance)
    columns = points.T.copy()
    low, high = columns.min(1), columns.max(1)
    # People are not in the exact middle of images.
    middle = (low + high) / 2 + 0.1 * rng.uniform(-1, 1, 3) * (high - low)
    front = estimate_front(target, skeleton)
    direction = _turn_and_raise(front, np.radians(turn), np.radians(tilt))
    nearest = ((points - middle) @ direction).max()
    metres = max(metres, nearest + MIN_DISTANCE)
    position = middle + metres * direction
    filled = rng.uniform(*fill)
    if focal is None:
        x, y, z = look_at(position, middle, roll=roll).to_camera(points).T
        reach = np.array([np.abs(x / z).max(), np.abs(y / z).max()])
        limit = MAX_FOCAL * max(size)
        focal = min(filled * (np.array(size) / 2 / np.maximum(reach, 1e-9)).min(), limit)
    return look_at(position, middle, roll=roll, focal=float(focal), size=size)


def _turn_and_raise(
    direction: Float[np.ndarray, "3"], turn: float, tilt: float
) -> Float[np.ndarray, "3"]:
    """Turn a horizontal direction about the vertical and then raise it, by angles in radians."""
    sideways = np.cross(_UP, direction)
    level = np.cos(turn) * direction + np.sin(turn) * sideways
    return np.cos(tilt) * level + np.sin(tilt) * _UP


def _check_ranges(
    distance: tuple[float, float], fill: tuple[float, float], **angles: float
) -> None:
    problems = []
    if not 0 < distance[0] <= distance[1] < np.inf:
        expected = "0 < minimum <= maximum, in metres"
        problems.append(parameter_problem("distance", expected=expected, found=distance))
    if not 0 < fill[0] <= fill[1] <= 1:
        expected = "0 < minimum <= maximum <= 1"
        problems.append(parameter_problem("fill", expected=expected, found=fill))
    limits = {"max_turn": 180.0, "max_tilt": 80.0, "max_roll": 180.0}
    for name, angle in angles.items():
        if not 0 <= angle <= limits[name]:
            expected = f"0 to {limits[name]:g} degrees"
            problems.append(parameter_problem(name, expected=expected, found=angle))
    if problems:
        raise InputError(problems)
