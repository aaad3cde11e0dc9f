"""Parsing of the text of BVH files."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from signlift.errors import InputError, problem
from signlift.geometry.joint_hierarchy import CHANNELS, END, Joint, Motion
from signlift.io.finite_numbers import MAX_MOTION, find_excessive
from signlift.io.frame_limit import check_frame_count
from signlift.utils.array_types import Float

_CHANNELS = {channel.lower(): channel for channel in CHANNELS}

_MOTION = re.compile(
    r"\bMOTION[\s,]+Frames\s*:?[\s,]*([^\s,:]+)[\s,]+Frame\s*Time\s*:?[\s,]*([^\s,:]+)",
    re.IGNORECASE,
)

#: Tokens that end the name of a joint.
_AFTER_NAME = ("{", "}", "OFFSET", "CHANNELS")

#: Largest number of joints.
_MAX_JOINTS = 10_000

#: Frame rates besides whole numbers that frame times are rounded from.
_NTSC_RATES = (24000 / 1001, 30000 / 1001, 60000 / 1001, 120000 / 1001)


def parse_bvh(text: str, path: Path) -> Motion:
    """Parse the text of a BVH file; see `signlift.io.mocap.bvh.read_bvh`."""
    head = _MOTION.search(text)
    if head is None:
        expected = "HIERARCHY, and MOTION with Frames: and Frame Time:"
        only_hierarchy = "HIERARCHY" in text[:4096].upper()
        found = "only the hierarchy" if only_hierarchy else f"text that begins with {text[:12]!r}"
        raise InputError(problem(path, expected=expected, found=found))
    problems: list[str] = []
    parser = _HierarchyParser(text[: head.start()])
    try:
        parser.parse()
    except _HierarchyError as error:
        where = f"{path}: hierarchy{parser.place}"
        problems.append(problem(where, expected=error.expected, found=error.found))
    frames = _parse_integer(head[1])
    if frames is None or frames < 1:
        where = f"{path}: Frames"
        problems.append(problem(where, expected="1 or more", found=_shorten(head[1])))
    fps = parse_frame_time(head[2])
    if fps is None:
        where = f"{path}: Frame Time"
        problems.append(problem(where, expected="seconds above 0", found=_shorten(head[2])))
    if problems:
        raise InputError(problems)
    assert frames is not None and fps is not None
    check_frame_count(path, frames)
    joints = tuple(parser.joints)
    channels = sum(len(joint.channels) for joint in joints)
    return Motion(joints, _parse_values(text[head.end() :], channels, frames, path), fps, path.stem)


def parse_frame_time(text: str) -> float | None:
    """Convert a frame time, as it is written, to frames per second.

    Returns
    -------
    The rate that the time was rounded from, where that is a whole number or a video's rate; else
    its inverse. None where the text is not a time.

    Examples
    --------
    >>> parse_frame_time("0.033333"), parse_frame_time("0")
    (30.0, None)
    """
    seconds = _parse_number(text)
    if seconds is None or not 1e-6 < seconds < 1e6:
        return None
    digits = len(text.partition(".")[2]) if re.fullmatch(r"\d*\.\d+", text) else 0
    if digits and seconds >= 10 ** (2 - digits):  # at least three significant digits
        decimals = [round(1 / seconds, places) for places in (2, 3, 6)]
        for rate in (float(round(1 / seconds)), *_NTSC_RATES, *decimals):
            if rate > 0 and abs(1 / rate - seconds) <= 0.5001 * 10.0**-digits:
                return rate
    return 1 / seconds


class _HierarchyError(Exception):
    """The first mistake in a hierarchy."""

    def __init__(self, expected: str, found: str) -> None:
        self.expected = expected
        self.found = found
        super().__init__(expected)


class _HierarchyParser:
    """Parser of a hierarchy, token by token.

    Attributes
    ----------
    joints
        Joints so far, in the order of the file.
    place
        The joint that the parser is in, for messages.
    """

    def __init__(self, text: str) -> None:
        self.joints: list[Joint] = []
        self._tokens = re.findall(r"[{}]|[^\s,{}]+", text)
        self._position = 0
        self._open: list[int] = []  # numbers of the joints whose brace is open

    @property
    def place(self) -> str:
        return f" of {self.joints[self._open[-1]].name}" if self._open else ""

    def parse(self) -> None:
        """Parse all tokens. Raises _HierarchyError."""
        tokens = self._tokens
        if not tokens or tokens[0].upper() != "HIERARCHY":
            raise _HierarchyError("HIERARCHY", _shorten(tokens[0]) if tokens else "nothing")
        self._position = 1
        while self._position < len(tokens):
            word = tokens[self._position].upper()
            if word == "}":
                self._close()
            elif word in ("ROOT", "JOINT", "END"):
                self._begin_joint(word)
            elif word == "OFFSET" and self._open:
                self._read_offset()
            elif word == "CHANNELS" and self._open:
                self._read_channels()
            else:
                found = _shorten(tokens[self._position])
                raise _HierarchyError("JOINT, End Site, OFFSET, CHANNELS or }", found)
        if self._open:
            raise _HierarchyError("a } for each {", f"{len(self._open)} too few")
        if not any(joint.channels for joint in self.joints):
            raise _HierarchyError("joints with channels", "none")

    def _close(self) -> None:
        if not self._open:
            raise _HierarchyError("ROOT or MOTION", "}")
        self._open.pop()
        self._position += 1

    def _begin_joint(self, word: str) -> None:
        brace = self._position + 1
        while brace < len(self._tokens) and self._tokens[brace].upper() not in _AFTER_NAME:
            brace += 1
        if brace >= len(self._tokens) or self._tokens[brace] != "{":
            raise _HierarchyError(f"{{ after {word}", "none")
        if (word == "ROOT") == bool(self._open):
            raise _HierarchyError("ROOT outside of joints, JOINT and End Site within", word)
        parent = self._open[-1] if self._open else -1
        if parent >= 0 and self.joints[parent].end:
            raise _HierarchyError("} after an End Site", word)
        if len(self.joints) >= _MAX_JOINTS:
            raise _HierarchyError(f"{_MAX_JOINTS:,} joints at most", "more")
        if word == "END":
            name = self.joints[parent].name + END
        else:
            words = self._tokens[self._position + 1 : brace]
            name = " ".join(words) or f"joint{len(self.joints)}"
        self.joints.append(Joint(name, parent, (0.0, 0.0, 0.0), (), word == "END"))
        self._open.append(len(self.joints) - 1)
        self._position = brace + 1

    def _read_offset(self) -> None:
        tokens = self._tokens[self._position : self._position + 4]
        offset = [_parse_number(token) for token in tokens[1:]]
        x, y, z = (*offset, None, None, None)[:3]
        if x is None or y is None or z is None:
            raise _HierarchyError("OFFSET and three numbers", _shorten(" ".join(tokens)))
        number = self._open[-1]
        self.joints[number] = replace(self.joints[number], offset=(x, y, z))
        self._position += 4

    def _read_channels(self) -> None:
        tokens, start = self._tokens, self._position
        count = _parse_integer(tokens[start + 1]) if start + 1 < len(tokens) else None
        count = -1 if count is None or count > len(tokens) else count
        words = tokens[start + 2 : start + 2 + max(count, 0)]
        channels = tuple(_CHANNELS[word.lower()] for word in words if word.lower() in _CHANNELS)
        if count < 0 or len(channels) != count:
            expected = "CHANNELS, their number, and positions and rotations of X, Y and Z"
            raise _HierarchyError(expected, _shorten(" ".join(tokens[start : start + 8])))
        number = self._open[-1]
        self.joints[number] = replace(self.joints[number], channels=channels)
        self._position += 2 + count


def _parse_values(text: str, channels: int, frames: int, path: Path) -> Float[np.ndarray, "T C"]:
    """Parse the numbers of the motion."""
    tokens = text.replace(",", " ").split()
    try:
        values = np.fromiter(map(float, tokens), np.float64, len(tokens))
    except ValueError:
        place = next(place for place, token in enumerate(tokens) if _to_float(token) is None)
        where, found = f"{path}: frame {place // channels}", f"{_shorten(tokens[place])!r}"
        raise InputError(problem(where, expected="numbers", found=found)) from None
    if len(values) != frames * channels:
        expected = f"{frames} frames of {channels} numbers"
        num_frames, remainder = divmod(len(values), channels)
        found = f"{num_frames} frames" + (f" and {remainder} numbers" if remainder else "")
        raise InputError(problem(path, expected=expected, found=found))
    bad = find_excessive(values, MAX_MOTION)
    if bad.any():
        place = int(np.argmax(bad))
        where, found = f"{path}: frame {place // channels}", _shorten(tokens[place])
        raise InputError(problem(where, expected=f"numbers below {MAX_MOTION:g}", found=found))
    return values.reshape(frames, channels)


def _to_float(token: str) -> float | None:
    try:
        return float(token)
    except ValueError:
        return None


def _parse_number(token: str) -> float | None:
    """Parse a finite number below the limit."""
    value = _to_float(token)
    return value if value is not None and abs(value) < MAX_MOTION else None


def _parse_integer(token: str) -> int | None:
    value = _parse_number(token)
    return int(value) if value is not None and math.floor(value) == value else None


def _shorten(text: str) -> str:
    """Shorten a piece of a file so that it can be printed in a line."""
    printable = "".join(letter if letter.isprintable() else "." for letter in text[:60])
    return printable + ("..." if len(text) > 60 else "")
