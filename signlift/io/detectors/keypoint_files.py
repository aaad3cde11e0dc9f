"""JSON files of keypoints in a directory or archive: which are frames, and of which recording."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from signlift.errors import InputError
from signlift.io.detectors.frame_sequence import (
    JSON_SUFFIXES,
    FrameFile,
    FrameListing,
    list_frames,
)
from signlift.io.detectors.json_clips import is_clip, parse_frame
from signlift.io.detectors.json_document import parse_document, unpack_head
from signlift.io.detectors.json_frames import split_recordings
from signlift.io.detectors.json_people import parse_people
from signlift.io.detectors.people_forms.keypoint_order import KeypointOrder
from signlift.io.source import HEAD_BYTES, Source, open_source
from signlift.utils.bounded_json import MAX_BYTES, is_json, nesting_guard

#: Number of files that are tried to recognise a directory or archive.
_NUM_TRIED = 5

#: Keys in the first bytes of a frame's own file.
_KEYS = re.compile(
    rb'"(people|pose_keypoints(_2d)?|keypoints|instances|pose_?landmarks|landmarks?|visibility)"',
    re.IGNORECASE,
)


def is_keypoint_frames(source: Source) -> bool:
    """Recognise a directory with a JSON file of keypoints for each frame, or an archive of JSON.

    A directory of files that are recordings by themselves is not one. An archive of JSON that is
    not safe to read is one.
    """
    if not (source.is_directory or source.is_zip):
        return False
    try:
        with _list_source(source) as listing:
            sequences = (*listing.sequences, *listing.refused)
            files = [file for sequence in sequences for file in sequence.files]
            if source.is_zip:
                files = [*listing.clips, *files, *listing.others]
            if not files:
                return bool(listing.problems)
            return _begin_as_keypoints(files)
    except InputError:  # an archive that is not safe to read says so when it is read
        return any(name.lower().endswith(JSON_SUFFIXES) for name in source.member_names or ())


def _begin_as_keypoints(files: Sequence[FrameFile]) -> bool:
    """Check whether one of the first files begins as keypoints do, or holds some."""
    contents = []
    for file in files[:_NUM_TRIED]:
        try:
            data = file.read()
        except InputError:
            continue
        head = unpack_head(data[:HEAD_BYTES])
        if is_json(head):
            if _KEYS.search(head) is not None:
                return True
            contents.append(data)
    return any(map(_holds_keypoints, contents))


def _holds_keypoints(data: bytes) -> bool:
    """Check whether the bytes of a file are a frame with a person. It never raises."""
    try:
        return bool(parse_frame(parse_document(data, ""), "", None))
    except InputError:
        return False


def _list_source(source: Source) -> AbstractContextManager[FrameListing]:
    return list_frames(source.path, file=source.file, names=source.names, is_clip=is_clip)


def list_members(directory: Path) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """List which JSON files of a directory are frames, and which are recordings by themselves.

    Parameters
    ----------
    directory
        A directory that `is_keypoint_frames` recognises.

    Returns
    -------
    The names of the frames of each recording, by its name; and the names of the files whose
    content splits into frames. Other files, such as calibrations, are in neither.
    """
    with list_frames(directory, is_clip=is_clip) as listing:
        clips = (*listing.clips, *filter(is_clip, listing.others))
        return _names_by_group(listing), frozenset(file.member for file in clips)


def group_files(directory: Path, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Group JSON files of a directory by the recordings whose frames they are.

    Parameters
    ----------
    directory
        The directory of the files.
    names
        Their names. Files that are recordings by themselves are left out.

    Returns
    -------
    The names of the frames of each recording, by its name.
    """
    with list_frames(directory, names=names, is_clip=is_clip) as listing:
        return _names_by_group(listing)


def _names_by_group(listing: FrameListing) -> dict[str, tuple[str, ...]]:
    return {
        sequence.group: tuple(file.member for file in sequence.files)
        for sequence in (*listing.sequences, *listing.refused)
    }


def is_json_name(path: Path) -> bool:
    """Check whether a file has a name of files that may be frames."""
    return path.name.lower().endswith(JSON_SUFFIXES)


def is_other_json(path: Path) -> bool:
    """Check whether a JSON file holds something other than keypoints. It never raises.

    A damaged file may hold keypoints.
    """
    try:
        with open_source(path) as source:
            return is_other_document(source)
    except InputError:
        return False


def is_other_document(source: Source) -> bool:
    """Check whether an open JSON file holds something other than keypoints. It never raises."""
    path, where = source.path, str(source.path)
    try:
        value = parse_document(source.read(MAX_BYTES), where)
    except InputError:
        return False
    try:
        with nesting_guard(path):
            clip = split_recordings(value, where)[0]
            frame = next((frame for _, frame in clip.frames if frame), None)
            parse_people(frame, where, KeypointOrder(None, clip.names))
    except InputError:
        return True
    return False
