"""Recordings with a file for each frame, in a directory or a zip archive.

A file that cannot be read is reported in a warning, and the others are read.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

from signlift.errors import InputError, InputWarning, first_problems, problem
from signlift.io.detectors.frame_files import FileSource, list_archive, list_directory
from signlift.io.detectors.frame_names import group_frames
from signlift.io.safe_zip import LIMITS, ZIP_ERRORS, Limits, describe_error
from signlift.io.source import HEAD_BYTES
from signlift.utils.progress import progress_bar

FrameT = TypeVar("FrameT")

#: Largest range of frame numbers, or a multiple of the number of files.
_MAX_RANGE, _MAX_RANGE_RATIO = 10_000, 100

#: Maximum number of files that are tried for the first bytes of a sequence.
_NUM_HEADS = 5


@dataclass(frozen=True)
class FrameFile:
    """File of one frame.

    Parameters
    ----------
    number
        Frame number in its name.
    name
        Name of the file in messages.
    read
        Function that returns its bytes. It raises InputError and nothing else.
    """

    number: int
    name: str
    read: Callable[[], bytes]


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
    """

    name: str
    files: tuple[FrameFile, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def first(self) -> int:
        """Number of the first frame."""
        return self.files[0].number

    @property
    def frames(self) -> int:
        """Number of frames from the first to the last, including missing ones."""
        return self.files[-1].number - self.first + 1


@contextmanager
def open_frames(
    path: Path,
    suffix: str = ".json",
    limits: Limits = LIMITS,
    *,
    file: BinaryIO | None = None,
) -> Iterator[list[FrameSequence]]:
    """Find the recordings in a directory or zip archive with a file for each frame.

    Parameters
    ----------
    path
        A directory (without its subdirectories) or an archive (with all of its directories).
    suffix
        Suffix of the files, with the dot, in any case. Hidden files do not count.
    limits
        Limits beyond which files are not read.
    file
        The archive as an open file, if it is open already.

    Returns
    -------
    A context manager that gives the recordings, sorted by name. The archive is open within it.

    Raises
    ------
    InputError
        The path does not exist, the archive is damaged, or no file in it is a frame.
    """
    if path.is_dir():
        yield _find_sequences(path, list_directory(path, suffix, limits), [])
        return
    try:
        archive = zipfile.ZipFile(path if file is None else file)
    except ZIP_ERRORS as error:
        found = f"a damaged file ({describe_error(error)})"
        raise InputError(problem(path, expected="a zip archive", found=found)) from None
    with archive:
        problems: list[str] = []
        files = list_archive(path, archive, suffix, limits, problems)
        yield _find_sequences(path, files, problems)


def first_frame_head(path: Path, suffix: str = ".json", *, file: BinaryIO | None = None) -> bytes:
    """Read the first bytes of the first frame that can be read, to recognise its format.

    Parameters
    ----------
    path, suffix, file
        As in `open_frames`.

    Returns
    -------
    The bytes; empty if no frame can be read. It never raises.
    """
    try:
        with open_frames(path, suffix, file=file) as sequences:
            for frame in sequences[0].files[:_NUM_HEADS]:
                try:
                    return frame.read()[:HEAD_BYTES]
                except InputError:
                    continue
    except (InputError, OSError):
        pass
    return b""


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
    The frames by number, counted from 0 at the first frame of the recording; and a note for the
    recording if files were left out.

    Raises
    ------
    InputError
        No file can be read: the first problems, a line each.

    Warns
    -----
    InputWarning
        A line for each of the first files that cannot be read.
    """
    frames: dict[int, FrameT] = {}
    problems = list(sequence.problems)
    total = len(sequence.files) + len(problems)
    with progress_bar(len(sequence.files), f"reading {sequence.name}", quiet=quiet) as bar:
        for file in sequence.files:
            try:
                frames[file.number - sequence.first] = parse(file.read(), file.name)
            except InputError as error:
                problems.append(error.problems[0])
            bar.update()
    if not frames:
        raise InputError(first_problems(problems))
    if not problems:
        return frames, ()
    warn_left_out(problems)
    return frames, (f"{len(problems)} of {total} files left out",)


def warn_left_out(problems: Sequence[str]) -> None:
    """Warn of the first files that were left out, with a line for each."""
    for line in first_problems(problems):
        warnings.warn(f"left out: {line}", InputWarning, stacklevel=3)


def _find_sequences(
    path: Path, files: dict[str, FileSource], bad: list[str]
) -> list[FrameSequence]:
    """Group files by recording; the first recording reports the files that cannot be read."""
    groups = group_frames(files)
    sequences, problems = [], []
    for group, numbered in groups.items():
        by_number: dict[int, FrameFile] = {}
        duplicates = []
        for number, name in numbered:
            where, read = files[name]
            if number in by_number:
                expected = f"one file of frame {number}"
                duplicates.append(problem(where, expected=expected, found="a second one"))
            else:
                by_number[number] = FrameFile(number, where, read)
        title = path.name if len(groups) == 1 else f"{path.name}/{group}"
        sequence = FrameSequence(title, tuple(by_number.values()), tuple(duplicates))
        if sequence.frames > max(_MAX_RANGE, _MAX_RANGE_RATIO * len(by_number)):
            first, last = sequence.first, sequence.files[-1].number
            found = f"{len(by_number)} with numbers from {first} to {last}"
            where = f"{path} ({group})"
            problems.append(problem(where, expected="files numbered by frame", found=found))
        else:
            sequences.append(sequence)
    if not sequences:
        expected = "files whose names hold the number of a frame"
        raise InputError(
            first_problems([*bad, *problems]) or problem(path, expected=expected, found="none")
        )
    first_sequence, *others = sequences
    problems = [*bad, *problems, *first_sequence.problems]
    return [FrameSequence(first_sequence.name, first_sequence.files, tuple(problems)), *others]
