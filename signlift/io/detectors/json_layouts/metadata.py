"""Frame rate, image size and names of keypoints in a JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from signlift.io.people.assemble import FileMetadata

_INNER = ("header", "meta", "metadata", "meta_info", "info", "video", "video_info")
_SIZES = ("size", "image_size", "resolution", "frame_size")
_PREFIXES = ("", "image_", "frame_", "video_", "canvas_")
_NAMES = ("keypoint_names", "keypoints_names", "joint_names", "keypoint_id2name")

#: Times beyond this are none.
_MAX_SECONDS = 1e9

#: Keys of what has a width and a height of its own, beside those of the image.
_BOXED = ("x", "x1", "left", "bbox", "box", "keypoints")


def parse_metadata(value: object) -> FileMetadata:
    """Find the frame rate and the image size in a JSON value; invalid ones are ignored.

    Parameters
    ----------
    value
        An object; or a list of frames, each of which may hold the size of its image. ControlNet
        and DWPose call it `canvas_width` and `canvas_height`.

    Examples
    --------
    >>> parse_metadata({"fps": 25, "video": {"width": 640, "height": 480}}).size
    (640.0, 480.0)
    """
    if isinstance(value, list):
        return _parse_frames(value)
    if not isinstance(value, Mapping):
        return FileMetadata()
    for key in _INNER:
        inner = value.get(key)
        if isinstance(inner, Mapping):
            value = {**inner, **value}
    size = _parse_size(value, _PREFIXES)
    if size is None and isinstance(value.get("frames"), list):
        size = _parse_frames(value["frames"]).size
    return FileMetadata(_parse_rate(value), size)


def parse_names(value: object) -> tuple[str, ...] | None:
    """Find the names of the keypoints, in order; None where there are none.

    MMPose writes them by number, as `keypoint_id2name` in `meta_info`.

    Examples
    --------
    >>> parse_names({"meta_info": {"keypoint_id2name": {"0": "nose", "1": "left_eye"}}})
    ('nose', 'left_eye')
    """
    if not isinstance(value, Mapping):
        return None
    for holder in (value, *(value.get(key) for key in _INNER)):
        for key in _NAMES if isinstance(holder, Mapping) else ():
            names = list_names(holder.get(key))  # type: ignore[union-attr]
            if names is not None:
                return names
    return None


def list_names(value: object) -> tuple[str, ...] | None:
    """List names that are given in order or by number; None where the value is something else."""
    if isinstance(value, Mapping):
        value = [value.get(str(number)) for number in range(len(value))]
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        return tuple(value)
    return None


def parse_own_metadata(value: object) -> FileMetadata | None:
    """Find the metadata of a file that signlift wrote; None for other files."""
    header = value.get("header") if isinstance(value, Mapping) else None
    if not isinstance(header, Mapping) or "signlift" not in str(header.get("producer")):
        return None
    metadata = parse_metadata(value)
    notes, unit, times = header.get("notes"), header.get("unit"), None
    if metadata.fps is None and isinstance(value, Mapping):
        times = _parse_times(value.get("frames"))
    return FileMetadata(
        metadata.fps,
        metadata.size,
        times,
        unit if isinstance(unit, str) else "px",
        tuple(str(note) for note in notes) if isinstance(notes, list) else (),
    )


def _parse_frames(frames: list[Any]) -> FileMetadata:
    """Find the frame rate in the first item, and the size of the image in the frames.

    None if they have different ones.
    """
    sizes = {
        _parse_size(frame, _PREFIXES[1:] if any(key in frame for key in _BOXED) else _PREFIXES)
        for frame in frames
        if isinstance(frame, Mapping)
    } - {None}
    first = frames[0] if frames and isinstance(frames[0], Mapping) else {}
    return FileMetadata(_parse_rate(first), sizes.pop() if len(sizes) == 1 else None)


def _parse_rate(value: Mapping[str, Any]) -> float | None:
    rates = [_positive(value.get(key)) for key in ("fps", "frame_rate", "frameRate")]
    return next((rate for rate in rates if rate is not None), None)


def _parse_size(value: Mapping[str, Any], prefixes: tuple[str, ...]) -> tuple[float, float] | None:
    for key in _SIZES:
        pair = value.get(key)
        if isinstance(pair, list) and len(pair) == 2:
            width, height = _positive(pair[0]), _positive(pair[1])
            if width and height:
                return width, height
    for prefix in prefixes:
        width = _positive(value.get(f"{prefix}width"))
        height = _positive(value.get(f"{prefix}height"))
        if width and height:
            return width, height
    return None


def _parse_times(frames: object) -> Any:
    times = [
        frame.get("time") if isinstance(frame, Mapping) else None
        for frame in (frames if isinstance(frames, list) else [])
    ]
    if not times or not all(
        isinstance(time, int | float) and abs(time) < _MAX_SECONDS for time in times
    ):
        return None
    return np.array(times, np.float64)


def _positive(value: object) -> float | None:
    """Return a number above 0, or None."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6:
        return float(value)
    return None
