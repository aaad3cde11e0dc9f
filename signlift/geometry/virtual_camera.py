"""Virtual cameras: from points in metres to the keypoints and the depth that a picture gives.

World frame: metres, y up. Camera frame: x right, y down, z away from the camera.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton
from signlift.errors import InputError, parameter_problem, problem

#: What lies nearer to the camera than this, in metres, or behind it, is not seen.
NEAR = 0.01

#: `random_camera` keeps every point at least this far away, in metres along its view.
CLEARANCE = 0.5

#: The longest lens of `random_camera`, in picture widths (or heights, whichever is more).
LONGEST_LENS = 8.0

_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, eq=False)
class Camera:
    """A perspective camera without distortion.

    Parameters
    ----------
    position
        [3], where the camera is, in world metres.
    rotation
        [3, 3], the camera's axes as rows in world coordinates: right, down, away.
    focal
        Focal length in pixels.
    principal
        (x, y) in pixels: where the line of sight meets the picture.
    size
        (width, height) of the picture in pixels.

    Raises
    ------
    InputError
        Lists all that is wrong: axes that are not at right angles, or a length not above 0.
    """

    position: Float[np.ndarray, "3"]
    rotation: Float[np.ndarray, "3 3"]
    focal: float
    principal: tuple[float, float]
    size: tuple[int, int]

    def __post_init__(self) -> None:
        problems: list[str] = []
        if not np.isfinite(self.position).all():
            problems.append(
                problem("camera position", expected="finite metres", found=str(self.position))
            )
        if not (
            np.allclose(self.rotation @ self.rotation.T, np.eye(3), atol=1e-6)
            and np.linalg.det(self.rotation) > 0
        ):
            problems.append(
                problem(
                    "camera rotation",
                    expected="three unit axes at right angles, right-handed",
                    found=str(self.rotation.tolist()),
                )
            )
        if not (np.isfinite(self.focal) and self.focal > 0):
            problems.append(
                problem("camera focal", expected="pixels above 0", found=str(self.focal))
            )
        if min(self.size) <= 0:
            problems.append(problem("camera size", expected="pixels above 0", found=str(self.size)))
        if problems:
            raise InputError(problems)

    def view(self, points: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 3"]:
        """World points [..., 3] in the camera frame, in metres."""
        return (points - self.position) @ self.rotation.T


def look_at(
    position: Float[np.ndarray, "3"],
    target: Float[np.ndarray, "3"],
    *,
    roll: float = 0.0,
    focal: float = 1000.0,
    size: tuple[int, int] = (1280, 720),
) -> Camera:
    """Build a camera at `position` whose line of sight goes through `target`.

    Parameters
    ----------
    position, target
        [3] in world metres.
    roll
        Degrees by which the camera is turned about its line of sight; positive turns it
        clockwise, so that the picture turns counterclockwise.
    focal
        Focal length in pixels.
    size
        (width, height) in pixels. The line of sight meets the middle of the picture.

    Raises
    ------
    InputError
        The two places coincide, or the camera looks straight up or down.
    """
    away = target - position
    right = np.cross(away, _UP)
    if not np.linalg.norm(right) > 1e-9:
        raise InputError(
            problem(
                "camera",
                expected="a line of sight that is not vertical",
                found=f"position {position.tolist()}, target {target.tolist()}",
            )
        )
    away = away / np.linalg.norm(away)
    right = right / np.linalg.norm(right)
    down = np.cross(away, right)
    cos, sin = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    axes = np.stack([cos * right + sin * down, cos * down - sin * right, away])
    return Camera(position, axes, focal, (size[0] / 2, size[1] / 2), size)


def project(
    points: Float[np.ndarray, "*rest J 3"],
    camera: Camera,
    root: Float[np.ndarray, "*rest 3"] | Skeleton = PANOPTIC26,
) -> tuple[Float[np.ndarray, "*rest J 2"], Float[np.ndarray, "*rest J"]]:
    """What a camera sees of a person: keypoints, and their depth in the same unit.

    Parameters
    ----------
    points
        [..., J, 3] in world metres, NaN for what is missing.
    camera
        The camera.
    root
        What depth is relative to: [..., 3] in world metres, or the skeleton of the points,
        whose MidHip is taken.

    Returns
    -------
    keypoints
        [..., J, 2] in pixels, x to the right and y down. Keypoints may lie outside the picture.
    depth
        [..., J] in pixels: (z - z of the root) * focal / z of the root, positive away from the
        camera. NaN in all of a frame whose root is missing.
        Both are NaN for points that are missing or not in front of the camera.

    Raises
    ------
    InputError
        The points do not have the skeleton's number of keypoints.
    """
    if isinstance(root, Skeleton):
        if points.shape[-2] != len(root):
            raise InputError(
                problem(
                    f"points for {root.name}",
                    expected=f"shape [..., {len(root)}, 3]",
                    found=str(list(points.shape)),
                )
            )
        root = root.point(points, ROOT)
    seen = _in_front(camera.view(points))
    away = seen[..., 2]
    keypoints = seen[..., :2] / away[..., None] * camera.focal + np.array(camera.principal)
    root_away = _in_front(camera.view(root))[..., 2][..., None]
    return keypoints, (away - root_away) * (camera.focal / root_away)


def facing(
    points: Float[np.ndarray, "*rest J 3"], on: Skeleton = PANOPTIC26
) -> Float[np.ndarray, "3"]:
    """The horizontal direction that a person faces, over all frames together.

    Parameters
    ----------
    points
        [..., J, 3] in world metres, y up, on a skeleton with shoulders and hips.
    on
        The skeleton of the points.

    Returns
    -------
    [3], a unit vector; +z where neither shoulders nor hips say anything.
    """
    left = np.zeros(3)
    for part in ("Shoulder", "Hip"):
        across = on.point(points, f"L{part}") - on.point(points, f"R{part}")
        left += np.nansum(across.reshape(-1, 3), axis=0)
    forward = np.cross(left, _UP)
    length = np.linalg.norm(forward)
    return forward / length if length > 1e-9 else np.array([0.0, 0.0, 1.0])


def random_camera(
    rng: np.random.Generator,
    target: Float[np.ndarray, "*rest J 3"],
    on: Skeleton = PANOPTIC26,
    *,
    distance: tuple[float, float] = (1.5, 5.0),
    max_turn: float = 30.0,
    max_tilt: float = 10.0,
    max_roll: float = 3.0,
    fill: tuple[float, float] = (0.65, 0.95),
    focal: float | None = None,
    size: tuple[int, int] = (1280, 720),
) -> Camera:
    """Draw a camera that looks at a person from the front and has them all in the picture.

    Parameters
    ----------
    rng
        The source of chance.
    target
        [..., J, 3] in world metres, y up: what has to be in the picture; NaN for the rest.
    on
        The skeleton of the target, by which the front of the person is found.
    distance
        Least and most metres from the camera to the middle of the target; more where a point
        would come nearer than `CLEARANCE`.
    max_turn
        Most degrees that the camera stands to either side of the front.
    max_tilt
        Most degrees that it looks up or down.
    max_roll
        Most degrees that it is turned about its line of sight.
    fill
        Least and most part of the picture that the target takes, measured from the middle along
        the direction that is tighter. Below 1, so that all of the target is in the picture.
    focal
        Focal length in pixels: by default what gives `fill`; otherwise the target may not fit.
    size
        (width, height) of the picture in pixels.

    Raises
    ------
    InputError
        The target has no point at all, or a range is not one.
    """
    _check_ranges(distance, fill, max_turn=max_turn, max_tilt=max_tilt, max_roll=max_roll)
    places = target.reshape(-1, 3)
    places = places[np.isfinite(places).all(-1)]
    if not len(places):
        raise InputError(problem("target of a camera", expected="points", found="none"))
    turn, tilt, roll = rng.uniform(-1, 1, 3) * [max_turn, max_tilt, max_roll]
    metres = rng.uniform(*distance)
    columns = places.T.copy()
    low, high = columns.min(1), columns.max(1)
    # People do not stand in the very middle of their pictures.
    middle = (low + high) / 2 + 0.1 * rng.uniform(-1, 1, 3) * (high - low)
    towards = _turned(facing(target, on), np.radians(turn), np.radians(tilt))
    nearest = ((places - middle) @ towards).max()
    metres = max(metres, nearest + CLEARANCE)
    camera = look_at(middle + metres * towards, middle, roll=roll, size=size)
    part = rng.uniform(*fill)
    if focal is None:
        right, down, away = camera.view(places).T
        reach = np.array([np.abs(right / away).max(), np.abs(down / away).max()])
        longest = LONGEST_LENS * max(size)
        focal = min(part * (np.array(size) / 2 / np.maximum(reach, 1e-9)).min(), longest)
    return Camera(camera.position, camera.rotation, float(focal), camera.principal, size)


def _in_front(seen: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 3"]:
    """Points of the camera frame, NaN where they are not in front of the camera."""
    return np.where(seen[..., 2:] > NEAR, seen, np.nan)


def _turned(forward: Float[np.ndarray, "3"], turn: float, tilt: float) -> Float[np.ndarray, "3"]:
    """A horizontal direction, turned about the vertical and then raised, in radians."""
    aside = np.cross(_UP, forward)
    level = np.cos(turn) * forward + np.sin(turn) * aside
    return np.cos(tilt) * level + np.sin(tilt) * _UP


def _check_ranges(distance: tuple[float, float], fill: tuple[float, float], **most: float) -> None:
    problems = []
    if not 0 < distance[0] <= distance[1] < np.inf:
        problems.append(
            parameter_problem(
                "distance", expected="0 < least <= most, in metres", found=str(distance)
            )
        )
    if not 0 < fill[0] <= fill[1] <= 1:
        problems.append(problem("fill", expected="0 < least <= most <= 1", found=str(fill)))
    limits = {"max_turn": 180.0, "max_tilt": 80.0, "max_roll": 180.0}
    for name, value in most.items():
        if not 0 <= value <= limits[name]:
            expected = f"0 to {limits[name]:g} degrees"
            problems.append(problem(name, expected=expected, found=f"{value:g}"))
    if problems:
        raise InputError(problems)
