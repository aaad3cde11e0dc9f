"""Writing .pose files with depth, for the pose-format library and all that reads its files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE25, Skeleton
from signlift.errors import InputError, problem
from signlift.io.export.metadata import COMPLETED
from signlift.io.pose.pose_skeleton import PoseComponent, PoseSkeleton, hosts
from signlift.utils.atomic import atomic_path

#: What the header's numbers can hold.
_MOST = 65_535

_BODY_COLOR = (255, 0, 0)


def write_pose(recording: Recording, path: Path) -> None:
    """Write a recording as a .pose file of version 0.2, whole or not at all.

    Parameters
    ----------
    recording
        With depth or without. One that was read from a .pose file keeps that file's components,
        points, limbs and colours; any other becomes one component, which is OpenPose's
        pose_keypoints_2d for openpose25, and else has the skeleton's name and bones.
    path
        The file. Points are XYZC, or XYC without depth: x and y as they are; z is depth as it is,
        in the unit of x and y, relative to MidHip, positive away from the camera.

        Points that the model does not lift have the z of the point that they hang on: fingers
        that of the wrist, the face that of the nose (or of the neck where there is none), so that
        hands and face stand as flat pictures where the body has them.

        A keypoint that was not observed, or has no depth while others do, is masked: confidence
        and all coordinates 0. One that was set by completing the recording has confidence
        `COMPLETED`; where the recording has no confidence, all have 1.

        The header's width and height are the recording's size, or else what the keypoints reach;
        its depth is what z spans. fps is 0 where it is unknown, and even where times are not.
        The format has no place for depth errors, times, unit and notes.

    Raises
    ------
    InputError
        More frames, points or letters than the format can hold; or the file cannot be written.
    """
    from pose_format import Pose
    from pose_format.numpy import NumPyPoseBody
    from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

    components = _components(recording.skeleton)
    own = sum(len(component.points) for component in components)
    xyz = recording.keypoints
    letters = "XYC"
    if recording.depth is not None:
        xyz = np.concatenate([xyz, whole_depth(recording)[..., None]], -1)
        letters = "XYZC"
    xyz = xyz[:, :own].astype(np.float32)
    seen = ~np.isnan(xyz).any(-1)
    confidence = np.where(seen, _confidence(recording)[:, :own], 0).astype(np.float32)
    xyz = np.where(seen[..., None], xyz, 0)
    header = PoseHeader(
        0.2,
        PoseHeaderDimensions(*_dimensions(recording, xyz[seen])),
        [
            PoseHeaderComponent(
                _ascii(one.name),
                [_ascii(point) for point in one.points],
                list(one.limbs),
                list(one.colors),
                letters,
            )
            for one in components
        ],
    )
    body = NumPyPoseBody(recording.frame_rate or 0.0, xyz[:, None], confidence[:, None])
    try:
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            Pose(header, body).write(file)
    except OSError as error:
        raise InputError(
            problem(path, expected="a file to write", found=str(error.strerror))
        ) from error


def whole_depth(recording: Recording) -> Float[np.ndarray, "T J"]:
    """Depth [T, J], also of points that never have one: that of the point they hang on.

    Of a `PoseSkeleton`, that is by the points' names (see `pose_skeleton.hosts`); else by the
    bones. NaN where that point has none either.
    """
    assert recording.depth is not None
    skeleton, depth = recording.skeleton, recording.depth.copy()
    never = np.isnan(depth).all(0) & recording.observed.any(0)
    by_hosts: dict[tuple[str, ...], list[int]] = {}
    for number in np.flatnonzero(never):
        by_hosts.setdefault(_hosts(skeleton, int(number)), []).append(int(number))
    for names, numbers in by_hosts.items():
        found = np.full(len(recording), np.nan, np.float32)
        for name in names:
            if skeleton.has(name):
                point = skeleton.point(recording.depth[..., None], name)[..., 0]
                found = np.where(np.isnan(found), point, found)
        depth[:, numbers] = found[:, None]
    return depth


def _hosts(skeleton: Skeleton, number: int) -> tuple[str, ...]:
    if isinstance(skeleton, PoseSkeleton):
        for component in skeleton.components:
            if number < len(component.points):
                return hosts(component.name, component.points[number])
            number -= len(component.points)
        return ()
    parents = {child: parent for parent, child in skeleton.bones}
    names: list[str] = []
    name = skeleton.keypoints[number]
    while name in parents and len(names) < len(parents):
        name = parents[name]
        names.append(name)
    return tuple(names)


def _components(skeleton: Skeleton) -> Sequence[PoseComponent]:
    if isinstance(skeleton, PoseSkeleton):
        return skeleton.components
    if skeleton == OPENPOSE25:
        from pose_format.utils.openpose import OpenPose_Components

        body = OpenPose_Components[0]
        limbs = tuple((int(a), int(b)) for a, b in body.limbs)
        return [PoseComponent(body.name, skeleton.keypoints, limbs, (_BODY_COLOR,))]
    limbs = tuple((int(a), int(b)) for a, b in skeleton.bone_index)
    return [PoseComponent(skeleton.name, skeleton.keypoints, limbs, (_BODY_COLOR,))]


def _confidence(recording: Recording) -> Float[np.ndarray, "T J"]:
    if recording.confidence is None:
        return np.ones(recording.keypoints.shape[:2], np.float32)
    confidence = np.nan_to_num(recording.confidence, nan=0.0)
    return np.where(confidence > 0, confidence, np.float32(COMPLETED))


def _dimensions(recording: Recording, points: Float[np.ndarray, "n D"]) -> list[int]:
    """Width, height and depth of the picture."""
    reach = points[:, :2].max(0) if len(points) else np.zeros(2)
    span = np.ptp(points[:, 2]) if len(points) and points.shape[1] > 2 else 0.0
    sizes = (*(recording.size or reach), span)
    return [min(max(math.ceil(size), 0), _MOST) for size in sizes]


def _ascii(name: str) -> str:
    """A name as pose-format can write it: it counts letters where it should count bytes."""
    return name.encode("ascii", "replace").decode()
