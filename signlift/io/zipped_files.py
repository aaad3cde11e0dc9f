"""Zip archives of files that are recordings, such as .pose: each is read from the archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from signlift.core.recording import Recording
from signlift.errors import InputError, collect_problems, first_problems, problem
from signlift.io.detectors.frame_sequence import warn_left_out
from signlift.io.detectors.json_keypoints import read_keypoint_frames
from signlift.io.detectors.keypoint_files import is_keypoint_frames
from signlift.io.reader import Reader, ReadOptions
from signlift.io.safe_zip import Limits, check_members, member_problem, open_archive, read_member
from signlift.io.source import HEAD_BYTES, Source

#: A file is read into memory as a whole.
LIMITS = Limits(file=512 << 20, files=100_000)


class _Member(BytesIO):
    """The bytes of a file in an archive, with the attributes of an open file."""

    name, mode = "", "rb"


def is_zip_of_files(source: Source, readers: Sequence[Reader]) -> bool:
    """Recognise an archive with a file of a format that is read from memory, by its suffix."""
    return any(_has_suffix(name, readers) for name in source.member_names or ())


def read_zip_of_files(
    source: Source, options: ReadOptions, readers: Sequence[Reader]
) -> list[Recording]:
    """Read the files of an archive, and the JSON files beside them.

    Parameters
    ----------
    source
        The archive.
    options
        As for the files.
    readers
        The formats, of which those that are read from memory are tried.

    Returns
    -------
    The recordings, sorted by the names of their files.

    Raises
    ------
    InputError
        The archive is damaged or not safe to read, or no file in it can be read: the first
        problems, a line each.

    Warns
    -----
    InputWarning
        A line for each of the first files that cannot be read.
    """
    recordings: list[Recording] = []
    problems: list[str] = []
    with open_archive(source.path, source.file) as archive:
        members = sorted(_list_members(archive, readers), key=lambda info: info.filename)
        check_members(source.path, archive, members, LIMITS)
        for info in members:
            with collect_problems(problems):
                recordings += _read_file(source.path, archive, info, options, readers)
    if is_keypoint_frames(source):
        with collect_problems(problems):
            recordings += read_keypoint_frames(source, options)
    if not recordings:
        raise InputError(first_problems(problems))
    warn_left_out(problems)
    return recordings


def _list_members(archive: ZipFile, readers: Sequence[Reader]) -> Iterator[ZipInfo]:
    """List the files of the formats, without those of hidden directories."""
    for info in archive.infolist():
        hidden = any(part.startswith((".", "__MACOSX")) for part in info.filename.split("/"))
        if _has_suffix(info.filename, readers) and not hidden:
            yield info


def _has_suffix(name: str, readers: Sequence[Reader]) -> bool:
    suffixes = tuple(suffix for each in readers if each.from_memory for suffix in each.suffixes)
    return name.lower().endswith(suffixes)


def _read_file(
    path: Path,
    archive: ZipFile,
    info: ZipInfo,
    options: ReadOptions,
    readers: Sequence[Reader],
) -> Iterator[Recording]:
    where = Path(f"{path}/{info.filename}")
    unsafe = member_problem(info, LIMITS)
    if unsafe is not None:
        raise InputError(problem(where, expected="a plain file", found=unsafe))
    data = read_member(archive, info, str(where))
    member = Source(where, data[:HEAD_BYTES], _Member(data))
    reader = next((each for each in readers if each.from_memory and each.recognises(member)), None)
    if reader is None:
        suffix = where.suffix.lower()
        raise InputError(problem(where, expected=f"a {suffix} file", found="other content"))
    name = f"{path.name}/{info.filename}"
    recordings = reader.read_source(member, options)
    for recording in recordings:
        person = recording.name.rpartition("/")[2]  # of several, if all are read
        yield replace(recording, name=name if len(recordings) == 1 else f"{name}/{person}")
