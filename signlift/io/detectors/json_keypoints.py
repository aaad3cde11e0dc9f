"""2D keypoints in JSON: one file, or a directory or zip archive with a file for each frame."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

from signlift.core.recording import Recording
from signlift.errors import InputError, InputWarning, collect_problems, first_problems, problem
from signlift.io.detectors.frame_sequence import (
    FrameSequence,
    list_frames,
    read_frames,
    warn_left_out,
)
from signlift.io.detectors.json_clips import MAX_PEOPLE, is_clip, list_poses, parse_frame
from signlift.io.detectors.json_document import parse_document
from signlift.io.detectors.json_frames import split_recordings
from signlift.io.detectors.json_layouts.clip import Frames
from signlift.io.detectors.json_layouts.metadata import parse_metadata, parse_own_metadata
from signlift.io.detectors.json_layouts.own_recording import restore_own_parts
from signlift.io.detectors.json_people import parse_people
from signlift.io.detectors.people_forms.keypoint_order import KeypointOrder
from signlift.io.detectors.people_forms.person_fields import are_places
from signlift.io.detectors.repeated_problems import merge_problems
from signlift.io.people.assemble import NO_METADATA, Person, assemble_people
from signlift.io.reader import ReadOptions
from signlift.io.source import Source
from signlift.utils.bounded_json import (
    MAX_BYTES,
    nesting_guard,
    paused_garbage_collection,
)


def read_keypoint_json(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read a JSON file of a recording, or of one frame.

    Parameters
    ----------
    source
        Output of a detector, or annotations: JSON or JSON lines, also packed with gzip.
    options
        `skeleton` if the number of keypoints does not determine it, `person`, `fps`, and `size` if
        x and y are normalised image coordinates and the file does not contain the image size.

    Returns
    -------
    A recording, of the main person or of `person`; several if images of COCO belong to several.

    Raises
    ------
    InputError
        A line for each of the first problems.
    """
    path = source.path
    return _read_document(source.read(MAX_BYTES), str(path), path.name, options)


def _read_document(data: bytes, where: str, name: str, options: ReadOptions) -> list[Recording]:
    """Read a JSON text of a recording, of several, or of one frame."""
    recordings: list[Recording] = []
    problems: list[str] = []
    with paused_garbage_collection():
        value = parse_document(data, where)
        own = parse_own_metadata(value)
        own_value = value if own is not None else None
        metadata = own or parse_metadata(value)
        with nesting_guard(where):
            clips = split_recordings(value, where)
            single = len(clips) == 1 and clips[0].length == 1
            poses = list_poses(value, where, options.skeleton) if single else None
            if poses is not None:
                clips = [Frames(list(enumerate(poses)), len(poses))]
        del value
        for clip in clips:
            clip_name = f"{name}/{clip.name}" if clip.name else name
            place = f"{where} ({clip.name})" if clip.name else where
            with collect_problems(problems):
                people, notes = _parse_clip(clip, place, options)
                found = clip.metadata or metadata
                if found.times is not None and len(found.times) != clip.length:
                    found = replace(found, times=None)
                assembled = assemble_people(
                    people, clip.length, clip_name, options, found, notes=notes
                )
                if own_value is not None and options.skeleton is None:
                    assembled = [restore_own_parts(each, own_value, where) for each in assembled]
                recordings += assembled
    if not recordings:
        raise InputError(first_problems(problems))
    warn_left_out(problems)
    return recordings


def _parse_clip(
    clip: Frames, where: str, options: ReadOptions
) -> tuple[list[tuple[int, list[Person]]], tuple[str, ...]]:
    """Parse the people in the frames of a recording, and a note of the frames that are damaged.

    Raises
    ------
    InputError
        More than half of the frames are damaged.

    Warns
    -----
    InputWarning
        A line for each fault of other frames, and one for too many people in the only frame.
    """
    order = KeypointOrder(options.skeleton, clip.names)
    people: list[tuple[int, list[Person]]] = []
    problems: list[tuple[str, str]] = []
    damaged: set[int] = set()
    for number, frame in clip.frames:
        place = f"{where}, frame {number}"
        try:
            with nesting_guard(place):
                people.append((number, parse_people(frame, place, order)))
        except InputError as error:
            problems += [(place, line) for line in error.problems]
            damaged.add(number)
    if are_places([found for _, found in people]):
        people = [
            (number, [person._replace(identity=None) for person in found])
            for number, found in people
        ]
    total = len({number for number, _ in clip.frames})
    if problems:
        lines = merge_problems(problems, where, total, "frames")
        if 2 * len(damaged) > total:
            raise InputError(first_problems(lines))
        warn_left_out(lines)
    if clip.length == 1 and len(people) == 1 and len(people[0][1]) > MAX_PEOPLE:
        expected = f"a list of frames, or at most {MAX_PEOPLE} people in one frame"
        line = problem(where, expected=expected, found=f"{len(people[0][1])} people in one frame")
        warnings.warn(line, InputWarning, stacklevel=2)
    return people, (f"{len(damaged)} of {total} frames left out",) if damaged else ()


def read_keypoint_frames(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read a directory or zip archive with a JSON file for each frame.

    Frames are sorted by their numbers; missing numbers are frames without a person. A file that
    cannot be read is reported in a warning and in the notes of the recording.

    Parameters
    ----------
    source
        A directory, or an archive, which may hold several recordings by directory or name. Files
        of an archive that are recordings by themselves are read, too; those of a directory are
        not.
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
    path = source.path
    with list_frames(path, file=source.file, names=source.names, is_clip=is_clip) as listing:
        problems.extend(listing.problems)
        for sequence in listing.sequences:
            with collect_problems(problems):
                recordings += _read_sequence(sequence, options)
        if source.is_zip:
            clips = [*listing.clips, *filter(is_clip, listing.others)]
            if not clips and not listing.sequences:
                clips = list(listing.others)
            for file in clips:
                name = path.name if len(clips) == 1 else f"{path.name}/{file.member}"
                with collect_problems(problems):
                    recordings += _read_document(file.read(), file.name, name, options)
    if not recordings:
        raise InputError(first_problems(problems))
    warn_left_out(problems)
    return recordings


def _read_sequence(sequence: FrameSequence, options: ReadOptions) -> list[Recording]:
    metadata = NO_METADATA

    def parse(data: bytes, name: str) -> list[Person]:
        nonlocal metadata
        value = parse_document(data, name)
        if metadata is NO_METADATA:
            metadata = parse_metadata(value)
        return parse_frame(value, name, options.skeleton)

    frames, notes = read_frames(sequence, parse, quiet=options.quiet)
    people = sorted(frames.items())
    name, length = sequence.name, sequence.frames
    return assemble_people(people, length, name, options, metadata, notes=notes)
