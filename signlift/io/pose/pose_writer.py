"""Writing of recordings as .pose files, for pose-format and the tools that use it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE25, Skeleton
from signlift.io.export.metadata import COMPLETED_CONFIDENCE
from signlift.io.pose.pose_file import PoseFile, write_pose_file
from signlift.io.pose.pose_header import MAX_UINT16, PoseComponent, PoseHeader
from signlift.io.pose.pose_skeleton import PoseSkeleton, find_attachments
from signlift.utils.array_types import Bool, Float

_BODY_COLOR = (255, 0, 0)

#: Limbs of BODY_25 as pose-format lists them for OpenPose.
_OPENPOSE_LIMBS = (
    *("Neck RShoulder", "RShoulder RElbow", "RElbow RWrist"),
    *("Neck LShoulder", "LShoulder LElbow", "LElbow LWrist", "Neck MidHip"),
    *("Nose LEye", "Nose REye", "Nose LEar", "Nose REar", "Neck Nose"),
    *("MidHip RHip", "RHip RKnee", "RKnee RAnkle", "MidHip LHip", "LHip LKnee", "LKnee LAnkle"),
    *("RAnkle RHeel", "RAnkle RBigToe", "RBigToe RSmallToe"),
    *("LAnkle LHeel", "LAnkle LBigToe", "LBigToe LSmallToe"),
)


def write_pose(recording: Recording, path: Path) -> None:
    """Write a recording as a .pose file of version 0.2, whole or not at all.

    Parameters
    ----------
    recording
        With depth or without. A recording that was read from a .pose file keeps that file's
        components, points, limbs and colours. Any other becomes one component, which is OpenPose's
        pose_keypoints_2d for openpose25, and else has the skeleton's name and bones.
    path
        The file. Points are XYZC, or XYC without depth. x and y are the keypoints; z is the
        depth in the same unit, relative to MidHip, positive away from the camera.

        Keypoints that the lifter does not lift (those of hands and face if the recording was
        lifted with a model that knows them only in part, or points of other files) have the depth
        of the keypoint that they are attached to: fingers that of the wrist, the face that of the
        nose (or of the neck, where the nose is missing).

        A keypoint that was not observed, or has no depth while others do, is masked: its
        confidence and coordinates are 0. A completed keypoint has confidence
        `COMPLETED_CONFIDENCE`. Where the recording has no confidence, all have 1.

        The header's width and height are the recording's size, or else the largest x and y; its
        depth is the extent of z. fps is 0 where it is unknown, and the average where frames have
        times. The format has no place for depth uncertainty (`WriteOptions.uncertainty` writes it
        to a file beside it), times, unit and notes.

    Raises
    ------
    InputError
        The recording has more frames, or its skeleton more points or longer names, than the
        format can hold; or the file cannot be written.
    """
    components = _components(recording.skeleton)
    num_points = sum(len(component.points) for component in components)
    xyz, letters = recording.keypoints, "XYC"
    if recording.depth is not None:
        xyz, letters = np.concatenate([xyz, extend_depth(recording)[..., None]], -1), "XYZC"
    xyz = xyz[:, :num_points].astype(np.float32)
    valid = ~np.isnan(xyz).any(-1)
    confidence = np.where(valid, _confidence(recording)[:, :num_points], 0).astype(np.float32)
    xyz = np.where(valid[..., None], xyz, 0)
    header = PoseHeader(
        tuple(_with_format(component, letters) for component in components),
        *_dimensions(recording, xyz, valid),
    )
    fps = recording.frame_rate or 0.0
    write_pose_file(PoseFile(header, fps, xyz[:, None], confidence[:, None]), path)


def extend_depth(recording: Recording) -> Float[np.ndarray, "T J"]:
    """Set the depth of keypoints without depth to that of the keypoint they are attached to.

    Returns
    -------
    [T, J] in the unit of depth. On a `PoseSkeleton` the names of the keypoints determine the
    attachment (see `pose_skeleton.find_attachments`), on other skeletons the bones. NaN where that
    keypoint has no depth either.
    """
    assert recording.depth is not None
    skeleton, depth = recording.skeleton, recording.depth.copy()
    flat = np.isnan(depth).all(0) & recording.observed.any(0)
    groups: dict[tuple[str, ...], list[int]] = {}
    for number in np.flatnonzero(flat):
        groups.setdefault(_attachments(skeleton, int(number)), []).append(int(number))
    for names, numbers in groups.items():
        values = np.full(len(recording), np.nan, np.float32)
        for name in names:
            if skeleton.has(name):
                point = skeleton.point(recording.depth[..., None], name)[..., 0]
                values = np.where(np.isnan(values), point, values)
        depth[:, numbers] = values[:, None]
    return depth


def _attachments(skeleton: Skeleton, number: int) -> tuple[str, ...]:
    if isinstance(skeleton, PoseSkeleton):
        for component in skeleton.components:
            if number < len(component.points):
                return find_attachments(component.name, component.points[number])
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
    name, bones = skeleton.name, skeleton.bones
    if skeleton == OPENPOSE25:
        name = "pose_keypoints_2d"
        bones = tuple((parent, child) for parent, child in map(str.split, _OPENPOSE_LIMBS))
    limbs = tuple((skeleton.index(parent), skeleton.index(child)) for parent, child in bones)
    return [PoseComponent(name, skeleton.keypoints, limbs, (_BODY_COLOR,))]


def _with_format(component: PoseComponent, letters: str) -> PoseComponent:
    points = tuple(_to_ascii(point) for point in component.points)
    return replace(component, name=_to_ascii(component.name), points=points, format=letters)


def _confidence(recording: Recording) -> Float[np.ndarray, "T J"]:
    if recording.confidence is None:
        return np.ones(recording.keypoints.shape[:2], np.float32)
    confidence = np.nan_to_num(recording.confidence, nan=0.0)
    return np.where(confidence > 0, confidence, np.float32(COMPLETED_CONFIDENCE))


def _dimensions(
    recording: Recording, points: Float[np.ndarray, "T J D"], valid: Bool[np.ndarray, "T J"]
) -> list[int]:
    """Compute the width, height and depth of the header."""
    size, span = recording.size, 0.0
    if size is None:
        x, y = points[valid][:, :2].max(0) if valid.any() else np.zeros(2)
        size = (float(x), float(y))
    if points.shape[2] > 2 and valid.any():
        span = float(np.ptp(points[..., 2][valid]))
    sizes = (*size, span)
    return [min(max(math.ceil(size), 0), MAX_UINT16) for size in sizes]


def _to_ascii(name: str) -> str:
    """Replace letters beyond ASCII: pose-format counts letters where it should count bytes."""
    return name.encode("ascii", "replace").decode()
