"""Reading of .pose files, as pose-format and other programs write them.

A point with confidence 0 is missing, and what the rule of the detector leaves out (see
`signlift.io.people.observation`). MediaPipe's hands and face have a confidence of 0 or 1 there
(detected or not, for all points together); its body has the probability that a point is visible.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from signlift.core.frame_rate import MAX_FPS
from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.finite_numbers import MAX_NUMBER
from signlift.io.people.detector_rules import find_rule
from signlift.io.people.main_person import choose_people, find_people, name_person
from signlift.io.people.observation import (
    check_size,
    describe_unobserved,
    mask_outside,
    mask_unreliable,
)
from signlift.io.pose.pose_depth import find_depth
from signlift.io.pose.pose_file import decode_pose_file
from signlift.io.pose.pose_header import PoseComponent
from signlift.io.pose.pose_skeleton import build_pose_skeleton
from signlift.io.reader import ReadOptions
from signlift.io.source import Source
from signlift.utils.array_types import Bool, Float, Int

#: x and y are fractions of the image's width and height (as MediaPipe has them) where at least
#: this fraction of them is in 0 ... 1 and no more is negative; legs may be below the image.
_MIN_INSIDE, _MAX_NEGATIVE, _MAX_FRACTION = 0.6, 0.1, 4.0

#: The fraction of the largest coordinates that do not count here, as they may be errors.
_LARGEST = 0.05

#: Coordinates that are smaller than this fraction of the image are not pixels.
_MIN_PIXELS = 0.02


def read_pose(source: Source, options: ReadOptions) -> list[Recording]:
    """Read one person of a .pose file: the main one, or `options.person`; or all of them.

    Parameters
    ----------
    source
        A file of version 0.0, 0.1 or 0.2.
    options
        `person` counts from the main person, 0 (see `signlift.io.people.main_person`). `fps` is
        for files without a frame rate.

    Returns
    -------
    One recording, or those of all people; see `read_people`.

    Raises
    ------
    InputError
        As `read_people`; or there is no such person.
    """
    people = read_people(source, options)
    return [
        replace(each, name=name_person(each.name, number, options.person, len(people)))
        for number, each in choose_people(people, options.person, source.path).items()
    ]


def read_people(source: Source, options: ReadOptions) -> list[Recording]:
    """Read all people of a .pose file, the main person first.

    The format does not identify people, so they are tracked from frame to frame.

    Returns
    -------
    A recording for each person, with

    keypoints
        [T, J, 2] in pixels; NaN where missing. x and y that are fractions of the image
        (MediaPipe's own) are converted to pixels. World landmarks are in metres and have no
        position in the image: NaN.
    skeleton
        All points of the file: a `PoseSkeleton`, or openpose25 and others where the points are
        exactly those.
    confidence
        [T, J] in 0 ... 1, 0 where missing.
    depth
        [T, J], the file's z where it is that of a lifted recording (see
        `signlift.io.pose.pose_depth`), NaN where missing; else None.
    detector_depth
        [T, J], MediaPipe's z in the unit of x and y, NaN where missing; else None.
    size
        Width and height of the image in pixels; None where the header has none, or the keypoints
        are not in pixels.
    notes
        The points that the rule of the detector leaves out, and the number of the person, where
        there are several.

    Raises
    ------
    InputError
        As `decode_pose_file`; or the frame rate is invalid, coordinates are not finite, or no point
        is observed.
    """
    path = source.path
    file = decode_pose_file(source.read(), path)
    header = file.header
    fps = _frame_rate(path, file.fps, options.fps)
    skeleton = build_pose_skeleton(header.components)
    padding = len(skeleton) - header.num_points
    data, confidence = file.data, file.confidence
    if padding:
        data = np.pad(data, ((0, 0), (0, 0), (0, padding), (0, 0)))
        confidence = np.pad(confidence, ((0, 0), (0, 0), (0, padding)))
    values = np.empty((*confidence.shape, 3), np.float32)
    values[..., :2] = data[..., :2]
    values[..., 2] = np.where(np.isnan(confidence), 0, confidence)
    outside_image = np.flatnonzero(~_in_image(header.components, padding))
    if len(outside_image):
        values[..., outside_image, :] = (np.nan, np.nan, 0)
    below = mask_unreliable(values, skeleton, path.name, options)
    valid = ~np.isnan(values[..., 0])
    _check_finite(path, values, valid)
    xy = values[..., :2]
    size = (float(header.width), float(header.height))
    if options.size is not None and (min(size) <= 0 or max(size) <= 1):
        size = options.size
    known_size = min(size) > 0
    observed = xy[valid]
    fractions = _are_fractions(observed)
    if fractions and not known_size:
        expected = "`size`, the width and height of the image, as x and y are fractions of them"
        found = f"{header.width} x {header.height} in the file and none given"
        raise InputError(problem(path, expected=expected, found=found))
    if fractions:
        xy *= np.array(size, np.float32)
    elif known_size and len(observed):
        # Otherwise they are not pixels, but metres, for example.
        known_size = bool((np.abs(observed) >= _MIN_PIXELS * max(size)).mean() > _LARGEST)
    del observed
    margin = find_rule(skeleton, options.min_confidence).margin
    outside = mask_outside(values, size if known_size else None, margin)
    check_size(outside.reshape(-1, len(skeleton)), skeleton, size, path.name)
    confidence = values[..., 2]
    width = size[0] if known_size else None
    z = find_depth(header.components, data, xy, skeleton, width, fractions=fractions)
    T, P, J = confidence.shape
    numbers = np.repeat(np.arange(T), P)
    people = find_people(numbers, xy.reshape(T * P, J, 2), confidence.reshape(T * P, J), skeleton)
    if not people:
        raise InputError(problem(path, expected="a frame with a keypoint", found="none"))
    unobserved = np.stack([below, outside]).reshape(2, T * P, J)
    return [
        Recording(
            _select(xy, rows, np.nan),
            skeleton,
            depth=None if z.depth is None else _select(z.depth, rows, np.nan),
            confidence=_select(confidence, rows, 0),
            fps=fps,
            name=path.name,
            size=size if known_size else None,
            notes=(
                *describe_unobserved(unobserved[:, rows], skeleton, options),
                *((f"person {number} of {len(people)}",) if len(people) > 1 else ()),
            ),
            detector_depth=(
                None if z.detector_depth is None else _select(z.detector_depth, rows, np.nan)
            ),
        )
        for number, rows in enumerate(people)
    ]


def _select(
    values: Float[np.ndarray, "T P ..."], rows: Int[np.ndarray, " rows"], fill: float
) -> Float[np.ndarray, "T ..."]:
    """Select the detections of one person, by their numbers, and fill all other frames."""
    frames, places = np.divmod(rows, values.shape[1])
    sequence = np.full((len(values), *values.shape[2:]), fill, np.float32)
    sequence[frames] = values[frames, places]
    return sequence


def _frame_rate(path: Path, fps: float, default: float | None) -> float | None:
    if fps == 0:
        return default
    if math.isfinite(fps) and 0 < fps <= MAX_FPS:
        return fps
    expected = f"frames per second above 0 and up to {MAX_FPS:g}, or 0 for unknown"
    raise InputError(problem(path, expected=expected, found=f"{fps:g}"))


def _in_image(components: Sequence[PoseComponent], padding: int) -> Bool[np.ndarray, " J"]:
    points = [component.in_image for component in components for _ in component.points]
    return np.array([*points, *[False] * padding])


def _check_finite(
    path: Path, data: Float[np.ndarray, "T P J D"], valid: Bool[np.ndarray, "T P J"]
) -> None:
    with np.errstate(invalid="ignore"):
        x, y = np.abs(data[..., 0]), np.abs(data[..., 1])
        bad = valid & ~((x < MAX_NUMBER) & (y < MAX_NUMBER))
    if bad.any():
        frame, person, point = (int(i) for i in np.argwhere(bad)[0])
        where = f"the first in frame {frame}, person {person}, point {point}"
        found = f"{int(bad.sum()):,} infinite or beyond {MAX_NUMBER:g}, {where}"
        raise InputError(problem(path, expected="finite coordinates", found=found))


def _are_fractions(values: Float[np.ndarray, "n 2"]) -> bool:
    """Recognise fractions of the image; lengths from the body's middle are not."""
    if values.size == 0 or (np.abs(values) > _MAX_FRACTION).mean() > _LARGEST:
        return False
    inside = ((values >= 0) & (values <= 1)).mean()
    return bool(inside >= _MIN_INSIDE and (values < 0).mean() <= _MAX_NEGATIVE)
