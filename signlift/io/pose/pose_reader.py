"""Reading .pose files, as the pose-format library writes them.

Confidence decides what was observed: 0 is not. MediaPipe's hands and face have nothing but 0 and
1 there (found or not, which says little of a point), its body the chance that a point is visible.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE25, Skeleton
from signlift.errors import InputError, problem
from signlift.io.people.main_person import choose_person, main_first
from signlift.io.pose.pose_file import PoseFile, is_pose, read_file
from signlift.io.pose.pose_skeleton import PoseComponent, PoseSkeleton, pose_skeleton
from signlift.io.pose.pose_writer import write_pose
from signlift.io.reader import ReadOptions

__all__ = ["is_pose", "read_people", "read_pose", "write_pose"]

if TYPE_CHECKING:
    from pose_format.pose_header import PoseHeaderComponent

#: Faster than any camera.
_MAX_FPS = 1000.0

#: Coordinates as large as this are damage.
_TOO_LARGE = 1e18

#: Shares of a picture, in which MediaPipe tells x and y, are mostly in 0 ... 1; legs may be below.
_MOSTLY, _SELDOM, _SHARES = 0.6, 0.1, 4.0

#: z that spreads less than this share of what x and y do is in another unit than they: a person's
#: depth is never so flat, and MediaPipe's z next to pixels is always flatter.
_FLAT = 0.05


def read_pose(path: Path, options: ReadOptions) -> list[Recording]:
    """Read one person of a .pose file: the main one, or that of `options.person`.

    Parameters
    ----------
    path
        Of version 0.0, 0.1 or 0.2.
    options
        `person` counts from the main one, 0; `fps` is for files that do not tell theirs.

    Returns
    -------
    One recording; see `read_people`.

    Raises
    ------
    InputError
        As `read_people`; or there is no such person.
    """
    people = read_people(path, options)
    return [people[choose_person(path, list(range(len(people))), options.person)]]


def read_people(path: Path, options: ReadOptions) -> list[Recording]:
    """Read all the people of a .pose file, the main one first (see `main_first`).

    Returns
    -------
    A recording for each person who is seen at all, with

    keypoints
        [T, J, 2] in pixels; NaN where confidence is 0. Where x and y are shares of the picture's
        width and height (MediaPipe's own), they are multiplied by these. World landmarks are in
        metres and not places in the picture: NaN.
    skeleton
        All points of the file: a `PoseSkeleton`, or openpose25 and the like where the points are
        just those.
    confidence
        [T, J], 0 where not observed, not above 1.
    depth
        [T, J]: z as it is in the file, NaN where not observed, where z is in the unit of x and y;
        else None. MediaPipe's is not in the files of pose-format.
    size
        Width and height; None where the header has none, or the keypoints are not in its unit.

    Raises
    ------
    InputError
        As `pose_file.read_file`; or a frame rate that is none, coordinates that are not finite,
        or nobody is seen.
    """
    file = read_file(path)
    fps = _fps(path, file.fps, options.fps)
    components = [_component(one) for one in file.header.components]
    skeleton = pose_skeleton(components)
    missing = len(skeleton) - file.confidence.shape[2]
    data = np.pad(file.data, ((0, 0), (0, 0), (0, missing), (0, 0))).transpose(1, 0, 2, 3)
    confidence = np.pad(file.confidence, ((0, 0), (0, 0), (0, missing))).transpose(1, 0, 2)
    confidence = np.where(confidence > 0, np.minimum(confidence, 1), 0)
    seen = (confidence > 0) & ~np.isnan(data[..., :2]).any(-1) & _of_picture(components, missing)
    _check_numbers(path, data, seen)
    xy = np.where(seen[..., None], data[..., :2], np.nan)
    size: tuple[float, float] | None = None
    dimensions = file.header.dimensions
    if dimensions.width > 0 and dimensions.height > 0:
        size = float(dimensions.width), float(dimensions.height)
    shares = size is not None and _are_shares(xy[seen])
    if shares:
        xy = xy * np.array(size, np.float32)
    elif size is not None and seen.any() and np.quantile(np.abs(xy[seen]), 0.95) < 0.02 * max(size):
        size = None  # lengths of a body, say
    body = _body(skeleton)
    z = None if shares else _z(file, data, xy, body or list(range(len(skeleton))))
    order = main_first(xy[:, :, body]) or main_first(xy)
    if not order:
        raise InputError(problem(path, expected="a frame with a keypoint", found="none"))
    return [
        Recording(
            xy[person],
            skeleton,
            depth=None if z is None else z[person],
            confidence=confidence[person],
            fps=fps,
            name=path.name if len(order) == 1 else f"{path.name}, person {number}",
            size=size,
        )
        for number, person in enumerate(order)
    ]


def _component(component: PoseHeaderComponent) -> PoseComponent:
    """The library's component, without the limbs of points that there are none of."""
    points = tuple(component.points)
    limbs = [(int(a), int(b)) for a, b in component.limbs]
    return PoseComponent(
        component.name,
        points,
        tuple(limb for limb in limbs if max(limb) < len(points)),
        tuple((int(r), int(g), int(b)) for r, g, b in component.colors),
    )


def _fps(path: Path, fps: float, otherwise: float | None) -> float | None:
    if fps == 0:
        return otherwise
    if math.isfinite(fps) and 0 < fps <= _MAX_FPS:
        return fps
    expected = f"frames per second above 0 and up to {_MAX_FPS:g}, or 0 for unknown"
    raise InputError(problem(path, expected=expected, found=f"{fps:g}"))


def _of_picture(components: list[PoseComponent], missing: int) -> Bool[np.ndarray, " J"]:
    own = [component.of_picture for component in components for _ in component.points]
    return np.array([*own, *[False] * missing])


def _check_numbers(
    path: Path, data: Float[np.ndarray, "P T J D"], seen: Bool[np.ndarray, "P T J"]
) -> None:
    bad = seen & ~(np.abs(data[..., :2]) < _TOO_LARGE).all(-1)
    if bad.any():
        person, frame, point = (int(i) for i in np.argwhere(bad)[0])
        where = f"the first in frame {frame}, person {person}, point {point}"
        found = f"{int(bad.sum()):,} infinite or beyond {_TOO_LARGE:g}, {where}"
        raise InputError(problem(path, expected="finite coordinates", found=found))


def _are_shares(values: Float[np.ndarray, "n 2"]) -> bool:
    """Whether x and y are shares of the picture; lengths from the body's middle are not."""
    if values.size == 0 or np.quantile(np.abs(values), 0.95) > _SHARES:
        return False
    inside = ((values >= 0) & (values <= 1)).mean()
    return bool(inside >= _MOSTLY and (values < 0).mean() <= _SELDOM)


def _body(skeleton: Skeleton) -> list[int]:
    return [
        number
        for number, name in enumerate(skeleton.keypoints)
        if not isinstance(skeleton, PoseSkeleton) or name in OPENPOSE25.keypoints
    ]


def _z(
    file: PoseFile,
    data: Float[np.ndarray, "P T J D"],
    xy: Float[np.ndarray, "P T J 2"],
    body: list[int],
) -> Float[np.ndarray, "P T J"] | None:
    """Depth: z where it is in the unit of x and y.

    pose-format's MediaPipe files have x and y in pixels and z in picture widths, which next to
    pixels is flat.
    """
    if not all(component.format.startswith("XYZ") for component in file.header.components):
        return None
    there = ~np.isnan(xy[..., 0]) & (np.abs(data[..., 2]) < _TOO_LARGE)
    ours = np.zeros_like(there)
    ours[:, :, body] = there[:, :, body]
    if not ours.any():
        return None
    width, height = np.std(xy[ours], axis=0, dtype=np.float64)
    if np.std(data[..., 2][ours], dtype=np.float64) <= _FLAT * max(width, height):
        return None
    return np.where(there, data[..., 2], np.nan)
