"""2D keypoints in JSON: one file, or a directory or zip archive with a file for each frame."""

from __future__ import annotations

import re
from collections.abc import Sequence

from signlift.core.recording import Recording
from signlift.errors import InputError, first_problems
from signlift.io.detectors.frame_sequence import (
    FrameSequence,
    first_frame_head,
    open_frames,
    read_frames,
    warn_left_out,
)
from signlift.io.detectors.json_frames import parse_metadata, parse_people, split_frames
from signlift.io.people.assemble import NO_METADATA, Person, assemble_recording
from signlift.io.reader import ReadOptions
from signlift.io.source import Source
from signlift.utils.bounded_json import (
    MAX_BYTES,
    is_json,
    nesting_guard,
    parse_json,
    paused_garbage_collection,
)

#: Keys in the first bytes of a frame's own file.
_KEYS = re.compile(
    rb'"(people|pose_keypoints(_2d)?|keypoints|instances|pose_?landmarks|landmarks?|visibility)"',
    re.IGNORECASE,
)


def is_keypoint_frames(source: Source) -> bool:
    """Recognise a directory or zip archive with a JSON file of keypoints for each frame."""
    if not (source.is_directory or source.is_zip):
        return False
    frame_head = first_frame_head(source.path, file=source.file)
    return is_json(frame_head) and _KEYS.search(frame_head) is not None


def read_keypoint_json(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read a JSON file of a recording, or of one frame.

    Parameters
    ----------
    source
        Output of OpenPose, MediaPipe (as programs write it), MMPose, RTMLib or AlphaPose.
    options
        `skeleton` if the number of keypoints does not determine it, `person`, `fps`, and `size` if
        x and y are normalised image coordinates and the file does not contain the image size.

    Returns
    -------
    One recording, of the main person or of `person`.

    Raises
    ------
    InputError
        A line for each of the first problems.
    """
    path = source.path
    with paused_garbage_collection():
        value = parse_json(source.read(MAX_BYTES), path)
        metadata = parse_metadata(value)
        people: list[tuple[int, list[Person]]] = []
        problems: list[str] = []
        with nesting_guard(path):
            frames, length = split_frames(value, str(path))
        for number, frame in frames:
            where = f"{path}, frame {number}"
            try:
                with nesting_guard(where):
                    people.append((number, parse_people(frame, where, options.skeleton)))
            except InputError as error:
                problems.extend(error.problems)
        del value, frames
    if problems:
        raise InputError(first_problems(problems))
    return [assemble_recording(people, length, path.name, options, metadata)]


def read_keypoint_frames(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read a directory or zip archive with a JSON file for each frame.

    Frames are sorted by their numbers; missing numbers are frames without a person. A file that
    cannot be read is reported in a warning and in the notes of the recording.

    Parameters
    ----------
    source
        A directory, or an archive, which may hold several recordings by directory or name.
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
    with open_frames(source.path, file=source.file) as sequences:
        for sequence in sequences:
            try:
                recordings.append(_read_sequence(sequence, options))
            except InputError as error:
                problems.extend(error.problems)
    if not recordings:
        raise InputError(first_problems(problems))
    warn_left_out(problems)
    return recordings


def _read_sequence(sequence: FrameSequence, options: ReadOptions) -> Recording:
    metadata = NO_METADATA

    def parse(data: bytes, name: str) -> list[Person]:
        nonlocal metadata
        value = parse_json(data, name)
        if metadata == NO_METADATA:
            metadata = parse_metadata(value)
        with nesting_guard(name):
            return parse_people(value, name, options.skeleton)

    frames, notes = read_frames(sequence, parse, quiet=options.quiet)
    people = sorted(frames.items())
    name, length = sequence.name, sequence.frames
    return assemble_recording(people, length, name, options, metadata, notes=notes)
