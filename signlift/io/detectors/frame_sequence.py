"""Recordings with a file for each frame, in a directory or a zip archive.

A file that cannot be read is reported in a warning, and the others are read.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, TypeVar

from signlift.errors import InputError, InputWarning, first_problems, problem
from signlift.io.detectors.frame_files import FileSource, list_archive, list_directory
from signlift.io.detectors.frame_names import gap_problem, group_frames
from signlift.io.detectors.repeated_problems import merge_problems
from signlift.io.frame_limit import check_frame_count
from signlift.io.safe_zip import LIMITS, Limits, open_archive
from signlift.utils.progress import progress_bar

FrameT = TypeVar("FrameT")

#: Suffixes of files that may be frames, also packed with gzip.
JSON_SUFFIXES = (".json", ".json.gz")


@dataclass(frozen=True)
class FrameFile:
    """File of one frame.

    Parameters
    ----------
    number
        Frame number in its name; 0 for a file that is a recording by itself.
    name
        Name of the file in messages.
    read
        Function that returns its bytes. It raises InputError and nothing else.
    member
        Name in the directory or archive.
    """

    number: int
    name: str
    read: Callable[[], bytes]
    member: str


@dataclass(frozen=True)
class FrameSequence:
    """Files of one recording.

    Parameters
    ----------
    name
        The common part of the files' names, or the name of the directory or archive.
    files
        Files with different numbers, sorted; at least one. Numbers may be missing.
    problems
        A line for each file that cannot be one of them.
    group
        The common part of the files' names, without that of the directory or archive.
    """

    name: str
    files: tuple[FrameFile, ...]
    problems: tuple[str, ...] = field(default=())
    group: str = ""

    @property
    def where(self) -> str:
        """The directory or archive, for messages."""
        file = self.files[0]
        return file.name.removesuffix(file.member).rstrip("/")

    @property
    def first(self) -> int:
        """Number of the first frame."""
        return self.files[0].number

    @property
    def frames(self) -> int:
        """Number of frames from the first to the last, including missing ones."""
        return self.files[-1].number - self.first + 1


@dataclass(frozen=True)
class FrameListing:
    """Recordings and other files in a directory or archive.

    Parameters
    ----------
    sequences
        The recordings with a file for each frame, sorted by name.
    refused
        Those that cannot be read, as gaps between their numbers are too large.
    clips
        The files that are recordings by themselves, as their content splits into frames.
    others
        The files whose names hold no frame number.
    problems
        A line for each file that cannot be read, and for each group that is no recording.
    """

    sequences: tuple[FrameSequence, ...]
    refused: tuple[FrameSequence, ...]
    clips: tuple[FrameFile, ...]
    others: tuple[FrameFile, ...]
    problems: tuple[str, ...]


@contextmanager
def list_frames(
    path: Path,
    suffix: str | tuple[str, ...] = JSON_SUFFIXES,
    limits: Limits = LIMITS,
    *,
    file: BinaryIO | None = None,
    names: Collection[str] | None = None,
    is_clip: Callable[[FrameFile], bool] | None = None,
) -> Iterator[FrameListing]:
    """List the recordings in a directory or zip archive with a file for each frame.

    Parameters
    ----------
    path
        A directory (without its subdirectories) or an archive (with all of its directories).
    suffix
        Suffix of the files, or several, with the dot, in any case. Hidden files do not count.
    limits
        Limits beyond which files are not read.
    file
        The archive as an open file, if it is open already.
    names
        Names of the files to list; None for all.
    is_clip
        Function that returns whether a file is a recording by itself, and so not a frame of
        another. A few files of each group are looked at, and all of them if one is.

    Returns
    -------
    A context manager that gives the listing. The archive is open within it.

    Raises
    ------
    InputError
        The path does not exist, or the archive is damaged.
    """
    if path.is_dir():
        files = list_directory(path, suffix, limits, names)
        yield _list_sequences(path, files, [], is_clip, whole=names is None)
        return
    with open_archive(path, file) as archive:
        problems: list[str] = []
        files = list_archive(path, archive, suffix, limits, problems)
        yield _list_sequences(path, files, problems, is_clip)


@contextmanager
def open_frames(
    path: Path,
    suffix: str | tuple[str, ...] = JSON_SUFFIXES,
    limits: Limits = LIMITS,
    *,
    file: BinaryIO | None = None,
) -> Iterator[list[FrameSequence]]:
    """Find the recordings in a directory or zip archive with a file for each frame.

    Parameters
    ----------
    path, suffix, limits, file
        As in `list_frames`.

    Returns
    -------
    A context manager that gives the recordings, sorted by name; the first reports the files that
    cannot be read. The archive is open within it.

    Raises
    ------
    InputError
        As in `list_frames`; or no file is a frame.
    """
    with list_frames(path, suffix, limits, file=file) as listing:
        if not listing.sequences:
            expected = "files whose names hold the number of a frame"
            raise InputError(
                first_problems(listing.problems) or problem(path, expected=expected, found="none")
            )
        first, *others = listing.sequences
        yield [replace(first, problems=(*listing.problems, *first.problems)), *others]


def read_frames(
    sequence: FrameSequence, parse: Callable[[bytes, str], FrameT], *, quiet: bool = True
) -> tuple[dict[int, FrameT], tuple[str, ...]]:
    """Read the frames of a recording, with a warning for each file that cannot be read.

    Parameters
    ----------
    sequence
        A recording of `open_frames`, within its context.
    parse
        Function that returns a frame for the bytes and the name of a file. It raises InputError,
        and nothing else, for an invalid file.
    quiet
        Show no progress bar.

    Returns
    -------
    The frames by number, counted from 0 at the first frame of the recording; and notes for the
    recording if files were left out, or most frames have none.

    Raises
    ------
    InputError
        No file can be read: the first problems, a line each.

    Warns
    -----
    InputWarning
        A line for each of the first files that cannot be read.
    """
    check_frame_count(sequence.where, sequence.frames)
    frames: dict[int, FrameT] = {}
    faults: list[tuple[str, str]] = []
    total = len(sequence.files) + len(sequence.problems)
    with progress_bar(len(sequence.files), f"reading {sequence.name}", quiet=quiet) as bar:
        for file in sequence.files:
            try:
                frames[file.number - sequence.first] = parse(file.read(), file.name)
            except InputError as error:
                faults.append((file.name, error.problems[0]))
            bar.update()
    problems = [*sequence.problems, *merge_problems(faults, sequence.where, total, "files")]
    if not frames:
        raise InputError(first_problems(problems))
    notes: tuple[str, ...] = ()
    if sequence.frames > 2 * len(sequence.files):
        missing = sequence.frames - len(sequence.files)
        notes = (f"{missing:,} of {sequence.frames:,} frame numbers have no file",)
    if problems:
        warn_left_out(problems)
        left_out = len(faults) + len(sequence.problems)
        notes = (f"{left_out} of {total} files left out", *notes)
    return frames, notes


def warn_left_out(problems: Sequence[str]) -> None:
    """Warn of the first files that were left out, with a line for each."""
    for line in first_problems(problems):
        warnings.warn(f"left out: {line}", InputWarning, stacklevel=3)


def _list_sequences(
    path: Path,
    files: dict[str, FileSource],
    problems: list[str],
    is_clip: Callable[[FrameFile], bool] | None,
    *,
    whole: bool = True,
) -> FrameListing:
    """Group files by recording, and separate those that are recordings by themselves."""
    clips: list[FrameFile] = []
    frames: dict[str, dict[int, FrameFile]] = {}
    duplicates: dict[str, list[str]] = {}
    groups = group_frames(files)
    for group, numbered in groups.items():
        members = [FrameFile(number, *files[name], name) for number, name in numbered]
        if is_clip is not None and any(map(is_clip, _sample(members))):
            are_clips = [is_clip(member) for member in members]
            clips += [file for file, clip in zip(members, are_clips, strict=True) if clip]
            members = [file for file, clip in zip(members, are_clips, strict=True) if not clip]
        for member in members:
            numbers = frames.setdefault(group, {})
            if member.number in numbers:
                expected = f"one file of frame {member.number}"
                line = problem(member.name, expected=expected, found="a second one")
                duplicates.setdefault(group, []).append(line)
            else:
                numbers[member.number] = member
    sequences: list[FrameSequence] = []
    refused: list[FrameSequence] = []
    for group, numbers in frames.items():
        single = len(frames) == 1 and not clips and whole
        title = path.name if single or not group else f"{path.name}/{group}"
        excess = gap_problem(f"{path} ({group})", numbers)
        if excess is not None:
            problems.append(excess)
        lines = tuple(duplicates.get(group, ()))
        sequence = FrameSequence(title, tuple(numbers.values()), lines, group)
        (sequences if excess is None else refused).append(sequence)
    grouped = {name for numbered in groups.values() for _, name in numbered}
    others = tuple(FrameFile(0, *files[name], name) for name in files if name not in grouped)
    return FrameListing(tuple(sequences), tuple(refused), tuple(clips), others, tuple(problems))


def _sample(files: Sequence[FrameFile]) -> Sequence[FrameFile]:
    """Choose the first file, the middle one and the last one."""
    return [files[number] for number in sorted({0, len(files) // 2, len(files) - 1})]
