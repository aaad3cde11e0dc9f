"""2D keypoints in JSON: one file of all frames, or a file for each in a folder or zip archive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from signlift.core.recording import Recording
from signlift.errors import InputError, first_problems
from signlift.io.detectors.frame_sequence import (
    FrameSequence,
    first_frame_head,
    open_frames,
    read_frames,
    warn_left_out,
)
from signlift.io.detectors.json_frames import file_facts, people_of, split_frames
from signlift.io.people.assemble import NO_METADATA, Person, assemble_recording
from signlift.io.reader import ReadOptions
from signlift.utils.bounded_json import is_json, no_collection, not_too_deep, parse_json, read_json

#: What a frame of its own has in its first bytes.
_KEYS = re.compile(
    rb'"(people|pose_keypoints(_2d)?|keypoints|instances|pose_?landmarks|landmarks?|visibility)"',
    re.IGNORECASE,
)


def is_keypoint_json(_path: Path, head: bytes) -> bool:
    """Whether a file holds JSON; what it is about, its reader finds out."""
    return is_json(head)


def is_keypoint_frames(path: Path, head: bytes) -> bool:
    """Whether a folder or a zip archive holds JSON files of keypoints, one for each frame."""
    if head and not head.startswith(b"PK"):
        return False
    first = first_frame_head(path)
    return is_json(first) and _KEYS.search(first) is not None


def read_keypoint_json(path: Path, options: ReadOptions) -> Sequence[Recording]:
    """Read a JSON file: of a recording, or of one frame.

    Parameters
    ----------
    path
        What OpenPose, MediaPipe (as people write it), MMPose, RTMLib or AlphaPose found.
    options
        `skeleton` where the number of keypoints does not tell, `person`, `fps`, and `size` where
        the file has fractions of the picture's size and does not tell that.

    Returns
    -------
    One recording, of the main person or of `person`.

    Raises
    ------
    InputError
        One line for each problem of the first ones.
    """
    with no_collection():
        value = read_json(path)
        facts = file_facts(value)
        people: list[tuple[int, list[Person]]] = []
        problems: list[str] = []
        with not_too_deep(path):
            frames, length = split_frames(value, str(path))
        for number, frame in frames:
            where = f"{path}, frame {number}"
            try:
                with not_too_deep(where):
                    people.append((number, people_of(frame, where, options.skeleton)))
            except InputError as error:
                problems.extend(error.problems)
        del value, frames
    if problems:
        raise InputError(first_problems(problems))
    return [assemble_recording(people, length, path.name, options, facts)]


def read_keypoint_frames(path: Path, options: ReadOptions) -> Sequence[Recording]:
    """Read the frames in a folder or a zip archive, a JSON file for each.

    Frames are sorted by their numbers, and numbers that are missing are frames without a person.
    A file that cannot be read is named in a warning and in the recording's notes.

    Parameters
    ----------
    path
        The folder, or the archive, which may hold several recordings in folders or by name.
    options
        As for `read_keypoint_json`.

    Raises
    ------
    InputError
        No recording in it can be read.

    Warns
    -----
    InputWarning
        A line for each of the first files that cannot be read.
    """
    recordings: list[Recording] = []
    problems: list[str] = []
    with open_frames(path) as sequences:
        for sequence in sequences:
            try:
                recordings.append(_recording(sequence, options))
            except InputError as error:
                problems.extend(error.problems)
    if not recordings:
        raise InputError(first_problems(problems))
    warn_left_out(problems)
    return recordings


def _recording(sequence: FrameSequence, options: ReadOptions) -> Recording:
    facts = NO_METADATA

    def parse(data: bytes, name: str) -> list[Person]:
        nonlocal facts
        value = parse_json(data, name)
        if facts == NO_METADATA:
            facts = file_facts(value)
        with not_too_deep(name):
            return people_of(value, name, options.skeleton)

    frames, notes = read_frames(sequence, parse, quiet=options.quiet)
    people = sorted(frames.items())
    return assemble_recording(people, sequence.frames, sequence.name, options, facts, notes=notes)
