"""Names of columns: what a column of a table holds, and of which keypoint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

#: A keypoint of a table: its name; its number; or its number in a part of MediaPipe's.
Key: TypeAlias = "str | int | tuple[str, int]"

_ROLES = {
    "frame": "frame frame_idx frame_index frame_id frame_number frame_no frame_num frames frameid",
    "time": "time time_s time_sec time_seconds seconds sec timestamp timestamp_s time_ms "
    "timestamp_ms time_stamp t",
    "person": "person person_id person_idx individual individuals track track_id id pid "
    "instance instance_id person_index",
    "recording": "sequence_id sequence video video_id video_name clip clip_id recording "
    "participant_id",
    "file": "image image_name image_file image_path image_id img img_name file filename file_name "
    "path",
    "part": "type part component",
    "keypoint": "keypoint keypoint_name bodypart body_part bodyparts joint joint_name landmark "
    "landmark_name point point_name node node_name marker name",
    "number": "landmark_index landmark_id landmark_idx keypoint_index keypoint_id keypoint_idx "
    "joint_id joint_index point_id point_index landmark_number",
    "x": "x x_px x_pixel x_pos pos_x",
    "y": "y y_px y_pixel y_pos pos_y",
    "z": "z",
    "confidence": "confidence conf score likelihood visibility probability prob presence c p s v "
    "keypoint_score vis",
}

#: Role of a column by its name, in lower case and with _ between words; and its place among the
#: names of the role, of which the first takes precedence.
_ROLE_OF_NAME = {
    name: (role, place)
    for role, names in _ROLES.items()
    for place, name in enumerate(names.split())
}

_AXES = {
    **dict.fromkeys("xyz"),
    **dict.fromkeys(_ROLES["confidence"].split(), "confidence"),
}
_AXIS = "|".join(sorted(_AXES, key=len, reverse=True))

#: "x0", "x_12", "X 3"; "nose_x", "nose.score", "pose_0_x"; "pose_x_3"; "noseX"; "x_nose".
_AXIS_NUMBER = re.compile(rf"({_AXIS})[_. -]?(\d+)", re.IGNORECASE)
_KEY_AXIS = re.compile(rf"(.+?)[_. -]({_AXIS})", re.IGNORECASE)
_PART_AXIS_NUMBER = re.compile(rf"(.+)[_. -]({_AXIS})[_. -]?(\d+)", re.IGNORECASE)
_CAMEL = re.compile(r"(.*[a-z0-9])(X|Y|Z|Score|Confidence|Likelihood)")
_AXIS_KEY = re.compile(rf"({_AXIS})[_. -](.+)", re.IGNORECASE)

_PARTS = {
    **dict.fromkeys(("pose", "body"), "pose"),
    **dict.fromkeys(("left_hand", "lefthand", "hand_left", "left hand"), "left_hand"),
    **dict.fromkeys(("right_hand", "righthand", "hand_right", "right hand"), "right_hand"),
    "face": "face",
}
_NUMBERED = re.compile(r"([A-Za-z][A-Za-z_. -]*?)?[_. -]?(\d+)")
_GENERIC = {"", "keypoint", "kp", "kpt", "landmark", "lm", "point", "p", "joint", "node", "marker"}


class WideColumn(NamedTuple):
    """A column of one axis of a keypoint.

    Attributes
    ----------
    key
        The keypoint.
    axis
        x, y, z or confidence.
    """

    key: Key
    axis: str


def find_roles(names: Iterable[str]) -> dict[str, str]:
    """Find the columns of a table by what they hold.

    Returns
    -------
    For each role (frame, time, person, recording, file, part, keypoint, number, x, y, z,
    confidence), the name of its column.

    Examples
    --------
    >>> find_roles(["frame_idx", "Bodypart", "x", "y", "likelihood"])["keypoint"]
    'Bodypart'
    """
    roles: dict[str, tuple[int, str]] = {}
    for name in names:
        known = _ROLE_OF_NAME.get(re.sub(r"[ .-]+", "_", name.strip().lower()))
        if known is not None:
            role, place = known
            roles[role] = min(roles.get(role, (place, name)), (place, name), key=lambda p: p[0])
    return {role: name for role, (_, name) in roles.items()}


def parse_part(text: str) -> str | None:
    """Return pose, left_hand, right_hand or face by the name of a part of MediaPipe's, or None."""
    text = re.sub(r"[_ ]?landmarks?$", "", text.strip().lower())
    return _PARTS.get(text)


def parse_wide_column(name: str) -> WideColumn | None:
    """Parse the name of a column of one axis of a keypoint; None for another column.

    Examples
    --------
    >>> parse_wide_column("x0"), parse_wide_column("left_wrist.score")
    (WideColumn(key=0, axis='x'), WideColumn(key='left_wrist', axis='confidence'))
    >>> parse_wide_column("x_face_12"), parse_wide_column("Kpt_3_y")
    (WideColumn(key=('face', 12), axis='x'), WideColumn(key=3, axis='y'))
    """
    name = name.strip()
    match = _AXIS_NUMBER.fullmatch(name)
    if match:
        return WideColumn(_number(match[2]), _axis(match[1]))
    match = _PART_AXIS_NUMBER.fullmatch(name)
    if match and (key := _key(f"{match[1]}_{match[3]}")) != f"{match[1]}_{match[3]}":
        return WideColumn(key, _axis(match[2]))
    match = _KEY_AXIS.fullmatch(name) or _CAMEL.fullmatch(name)
    if match:
        return WideColumn(_key(match[1]), _axis(match[2]))
    match = _AXIS_KEY.fullmatch(name)
    return WideColumn(_key(match[2]), _axis(match[1])) if match else None


def find_wide_columns(names: Iterable[str]) -> dict[Key, dict[str, str]]:
    """Find the keypoints of a wide table.

    Returns
    -------
    For each keypoint with x and y, the name of the column of each axis (x, y, z, confidence).

    Examples
    --------
    >>> find_wide_columns(["frame", "nose_x", "nose_y", "instance.score"])
    {'nose': {'x': 'nose_x', 'y': 'nose_y'}}
    """
    columns: dict[Key, dict[str, str]] = {}
    for name in names:
        column = parse_wide_column(name)
        if column is not None:
            columns.setdefault(column.key, {}).setdefault(column.axis, name)
    return {key: axes for key, axes in columns.items() if {"x", "y"} <= axes.keys()}


def count_wide_columns(names: Iterable[str]) -> Mapping[str, int]:
    """Count the columns of each axis of a wide table, whose header may be cut off."""
    counts = {"x": 0, "y": 0}
    for name in names:
        column = parse_wide_column(name)
        if column is not None and column.axis in counts:
            counts[column.axis] += 1
    return counts


def _axis(text: str) -> str:
    return _AXES[text.lower()] or text.lower()


def _number(text: str) -> int:
    return int(text[:9])


def _key(text: str) -> Key:
    """Parse the name or the number of a keypoint."""
    match = _NUMBERED.fullmatch(text)
    if match:
        words = (match[1] or "").strip().lower()
        part = parse_part(words)
        if part is not None:
            return part, _number(match[2])
        if words in _GENERIC:
            return _number(match[2])
    return text
