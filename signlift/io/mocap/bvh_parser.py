"""The text of a BVH file."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
from jaxtyping import Float

from signlift.errors import InputError, problem
from signlift.geometry.joint_hierarchy import CHANNELS, END, Joint, Motion

_NAMES = {channel.lower(): channel for channel in CHANNELS}

_MOTION = re.compile(
    r"\bMOTION[\s,]+Frames\s*:?[\s,]*([^\s,:]+)[\s,]+Frame\s*Time\s*:?[\s,]*([^\s,:]+)",
    re.IGNORECASE,
)

#: What ends a joint's name.
_AFTER_NAME = ("{", "}", "OFFSET", "CHANNELS")

#: Values from here on are not lengths or degrees of anybody.
_TOO_LARGE = 1e9

#: Joints that are read at most.
_MOST_JOINTS = 10_000

#: Rates that frame times are rounded from, besides whole numbers.
_NTSC = (24000 / 1001, 30000 / 1001, 60000 / 1001, 120000 / 1001)


def parse_bvh(text: str, path: Path) -> Motion:
    """Read the text of a BVH file; see `signlift.io.mocap.bvh.read_bvh`."""
    head = _MOTION.search(text)
    if head is None:
        expected = "HIERARCHY, and MOTION with Frames: and Frame Time:"
        found = "the hierarchy alone" if "HIERARCHY" in text[:4096].upper() else _shown(text)
        raise InputError(problem(path, expected=expected, found=found))
    problems: list[str] = []
    joints = _joints(text[: head.start()], path, problems)
    frames = _whole(head[1])
    if frames is None or frames < 1:
        problems.append(problem(f"{path}: Frames", expected="1 or more", found=_cut(head[1])))
    fps = frame_rate(head[2])
    if fps is None:
        problems.append(
            problem(f"{path}: Frame Time", expected="seconds above 0", found=_cut(head[2]))
        )
    if problems:
        raise InputError(problems)
    assert frames is not None and fps is not None
    channels = sum(len(joint.channels) for joint in joints)
    values = _values(text[head.end() :], channels, frames, path)
    return Motion(joints, values, fps, path.stem)


def frame_rate(frame_time: str) -> float | None:
    """Frames per second of a frame time as it is written; None where it is none.

    The rate that it was rounded from, where that is a whole number or one of video's: 0.033333
    gives 30.
    """
    seconds = _number(frame_time)
    if seconds is None or not 1e-6 < seconds < 1e6:
        return None
    digits = len(frame_time.partition(".")[2]) if re.fullmatch(r"\d*\.\d+", frame_time) else 0
    if digits and seconds >= 10 ** (2 - digits):  # three digits that count
        decimals = [round(1 / seconds, places) for places in (2, 3, 6)]
        for rate in (float(round(1 / seconds)), *_NTSC, *decimals):
            if rate > 0 and abs(1 / rate - seconds) <= 0.5001 * 10.0**-digits:
                return rate
    return 1 / seconds


def _joints(text: str, path: Path, problems: list[str]) -> tuple[Joint, ...]:
    """The joints in their order; the first mistake ends it and is added to the problems."""
    tokens = re.findall(r"[{}]|[^\s,{}]+", text)
    joints: list[Joint] = []
    opened: list[int] = []
    place = 0

    def wrong(expected: str, found: str) -> tuple[Joint, ...]:
        where = f" of {joints[opened[-1]].name}" if opened else ""
        problems.append(problem(f"{path}: hierarchy{where}", expected=expected, found=found))
        return tuple(joints)

    if not tokens or tokens[0].upper() != "HIERARCHY":
        return wrong("HIERARCHY", _cut(tokens[0]) if tokens else "nothing")
    place = 1
    while place < len(tokens):
        word = tokens[place].upper()
        if word == "}":
            if not opened:
                return wrong("ROOT or MOTION", "}")
            opened.pop()
            place += 1
        elif word in ("ROOT", "JOINT", "END"):
            brace = place + 1
            while brace < len(tokens) and tokens[brace].upper() not in _AFTER_NAME:
                brace += 1
            if brace >= len(tokens) or tokens[brace] != "{":
                return wrong(f"{{ after {word}", "none")
            end = word == "END"
            if (word == "ROOT") == bool(opened):
                return wrong("ROOT outside of joints, JOINT and End Site within", word)
            if opened and joints[opened[-1]].end:
                return wrong("} after an End Site", word)
            parent = opened[-1] if opened else -1
            own = " ".join(tokens[place + 1 : brace]) or f"joint{len(joints)}"
            name = joints[parent].name + END if end else own
            if len(joints) >= _MOST_JOINTS:
                return wrong(f"{_MOST_JOINTS:,} joints at most", "more")
            joints.append(Joint(name, parent, (0.0, 0.0, 0.0), (), end))
            opened.append(len(joints) - 1)
            place = brace + 1
        elif word == "OFFSET" and opened:
            offset = [_number(token) for token in tokens[place + 1 : place + 4]]
            x, y, z = (*offset, None, None, None)[:3]
            if x is None or y is None or z is None:
                return wrong("OFFSET and three numbers", _cut(" ".join(tokens[place : place + 4])))
            old = joints[opened[-1]]
            joints[opened[-1]] = Joint(old.name, old.parent, (x, y, z), old.channels, old.end)
            place += 4
        elif word == "CHANNELS" and opened:
            count = _whole(tokens[place + 1]) if place + 1 < len(tokens) else None
            count = -1 if count is None or count > len(tokens) else count
            given = tokens[place + 2 : place + 2 + max(count, 0)]
            channels = tuple(_NAMES[one.lower()] for one in given if one.lower() in _NAMES)
            if count < 0 or len(channels) != count:
                expected = "CHANNELS, their number, and positions and rotations of X, Y and Z"
                return wrong(expected, _cut(" ".join(tokens[place : place + 8])))
            old = joints[opened[-1]]
            joints[opened[-1]] = Joint(old.name, old.parent, old.offset, channels, old.end)
            place += 2 + count
        else:
            return wrong("JOINT, End Site, OFFSET, CHANNELS or }", _cut(tokens[place]))
    if opened:
        return wrong("a } for each {", f"{len(opened)} too few")
    if not any(joint.channels for joint in joints):
        return wrong("joints with channels", "none")
    return tuple(joints)


def _values(text: str, channels: int, frames: int, path: Path) -> Float[np.ndarray, "T C"]:
    """The numbers of the motion."""
    tokens = text.replace(",", " ").split()
    try:
        values = np.fromiter(map(float, tokens), np.float64, len(tokens))
    except ValueError:
        place = next(place for place, token in enumerate(tokens) if _float(token) is None)
        where = f"{path}: frame {place // channels}"
        found = f"{_cut(tokens[place])!r}"
        raise InputError(problem(where, expected="numbers", found=found)) from None
    if len(values) != frames * channels:
        expected = f"{frames} frames of {channels} numbers"
        whole, rest = divmod(len(values), channels)
        found = f"{whole} frames" + (f" and {rest} numbers" if rest else "")
        raise InputError(problem(path, expected=expected, found=found))
    bad = ~(np.abs(values) < _TOO_LARGE) & ~np.isnan(values)
    if bad.any():
        place = int(np.argmax(bad))
        where = f"{path}: frame {place // channels}"
        found = _cut(tokens[place])
        expected = f"numbers below {_TOO_LARGE:g}"
        raise InputError(problem(where, expected=expected, found=found))
    return values.reshape(frames, channels)


def _float(token: str) -> float | None:
    try:
        return float(token)
    except ValueError:
        return None


def _number(token: str) -> float | None:
    """A number of ordinary size."""
    value = _float(token)
    return value if value is not None and abs(value) < _TOO_LARGE else None


def _whole(token: str) -> int | None:
    value = _number(token)
    return int(value) if value is not None and math.floor(value) == value else None


def _cut(text: str) -> str:
    """A piece of a file that can be printed in a line."""
    plain = "".join(letter if letter.isprintable() else "." for letter in text[:60])
    return plain + ("..." if len(text) > 60 else "")


def _shown(text: str) -> str:
    return f"none of these (it begins with {_cut(text[:12])!r})"
