"""Frames as files of their own, in a folder or a zip archive: which there are, and their bytes.

Archives may come from anywhere. Nothing is unpacked to the disk, and a member is not read when it
has a path that climbs out, is a link, is encrypted, or would become too large (a zip bomb). A bad
file is named, and the others are read.
"""

from __future__ import annotations

import os
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from signlift.errors import InputError, InputWarning, first_problems, problem
from signlift.io.arrays.safe_zip import (
    LIMITS,
    ZIP_ERRORS,
    Limits,
    member_problem,
    read_member,
    said_by,
    too_large,
)
from signlift.io.detectors.frame_names import group_frames
from signlift.io.reader import HEAD
from signlift.utils.progress import progress_bar

T = TypeVar("T")

#: What a file is called in messages, and how its bytes are read.
_Source = tuple[str, Callable[[], bytes]]


@dataclass(frozen=True)
class FrameFile:
    """One frame: its number, what its file is called in messages, and how its bytes are read.

    `read` raises InputError and nothing else.
    """

    number: int
    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class FrameSequence:
    """The files of one recording.

    Attributes
    ----------
    name
        What the files' names have in common, or the folder's or archive's name.
    files
        Sorted by number, at least one; numbers may be left out, none stands twice.
    problems
        A line for each file that cannot be one of them.
    """

    name: str
    files: tuple[FrameFile, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def first(self) -> int:
        """The number of the first frame."""
        return self.files[0].number

    @property
    def frames(self) -> int:
        """How many frames there are from the first to the last, with those that are missing."""
        return self.files[-1].number - self.first + 1


@contextmanager
def open_frames(
    path: Path, suffix: str = ".json", limits: Limits = LIMITS
) -> Iterator[list[FrameSequence]]:
    """Find the recordings whose frames are files in a folder or a zip archive.

    Parameters
    ----------
    path
        The folder (those inside it are not looked into) or the archive (they are).
    suffix
        Of the frames' files, with the dot; case does not matter. Hidden files do not count.
    limits
        What is not read.

    Returns
    -------
    A context manager that gives the recordings, sorted by name; the archive is open inside it.

    Raises
    ------
    InputError
        There is no such file, the archive is damaged, or there is none that can be read.
    """
    if path.is_dir():
        yield _sequences(path, _folder_files(path, suffix, limits), [])
        return
    try:
        archive = zipfile.ZipFile(path)
    except ZIP_ERRORS as error:
        found = f"one that is damaged ({said_by(error)})"
        raise InputError(problem(path, expected="a zip archive", found=found)) from None
    with archive:
        problems: list[str] = []
        files = _members(path, archive, suffix, limits, problems)
        yield _sequences(path, files, problems)


def first_frame_head(path: Path, suffix: str = ".json") -> bytes:
    """The first bytes of the first frame that can be read, to recognise a format by; or none.

    Never raises.
    """
    try:
        with open_frames(path, suffix) as sequences:
            for file in sequences[0].files[:5]:
                try:
                    return file.read()[:HEAD]
                except InputError:
                    continue
    except (InputError, OSError):
        pass
    return b""


def read_frames(
    sequence: FrameSequence, parse: Callable[[bytes, str], T], *, quiet: bool = True
) -> tuple[dict[int, T], tuple[str, ...]]:
    """Read the frames of a recording; a bad one is named in a warning, and the others are read.

    Parameters
    ----------
    sequence
        From `open_frames`, inside its context.
    parse
        Makes a frame of a file's bytes and its name; raises InputError, and nothing else, where
        they are not what they should be.
    quiet
        Show no progress bar.

    Returns
    -------
    The frames by number, counted from 0 at the recording's first; and a note for the recording
    where files were left out.

    Raises
    ------
    InputError
        No file of the recording can be read: the first problems, a line each.

    Warns
    -----
    InputWarning
        A line for each of the first files that cannot be read.
    """
    frames: dict[int, T] = {}
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
    """Warn of files that could not be used, a line for each of the first."""
    for line in first_problems(problems):
        warnings.warn(f"left out: {line}", InputWarning, stacklevel=3)


def _sequences(path: Path, files: dict[str, _Source], bad: list[str]) -> list[FrameSequence]:
    """The recordings among files, which go by their names."""
    groups = group_frames(files)
    sequences, problems = [], []
    for group, numbered in groups.items():
        chosen: dict[int, FrameFile] = {}
        twice = []
        for number, name in numbered:
            where, read = files[name]
            if number in chosen:
                expected = f"one file of frame {number}"
                twice.append(problem(where, expected=expected, found="a second one"))
            else:
                chosen[number] = FrameFile(number, where, read)
        title = path.name if len(groups) == 1 else f"{path.name}/{group}"
        sequence = FrameSequence(title, tuple(chosen.values()), tuple(twice))
        if sequence.frames > max(10_000, 100 * len(chosen)):
            expected = "files numbered by frame"
            found = (
                f"{len(chosen)} with numbers from {sequence.first} to {sequence.files[-1].number}"
            )
            problems.append(problem(f"{path} ({group})", expected=expected, found=found))
        else:
            sequences.append(sequence)
    if not sequences:
        expected = "files whose names hold the number of a frame"
        raise InputError(
            first_problems([*bad, *problems]) or problem(path, expected=expected, found="none")
        )
    first, *others = sequences
    problems = [*bad, *problems, *first.problems]
    return [FrameSequence(first.name, first.files, tuple(problems)), *others]


# --------------------------------------------------------------------------------- folders


def _folder_files(path: Path, suffix: str, limits: Limits) -> dict[str, _Source]:
    try:
        names = sorted(os.listdir(path))  # noqa: PTH208 (Path objects for each take longer)
    except OSError as error:
        raise InputError(problem(path, expected="a folder", found=said_by(error))) from None
    names = [name for name in names if name.lower().endswith(suffix) and name[0] != "."]
    if len(names) > limits.files:
        expected = f"at most {limits.files:,} files"
        raise InputError(problem(path, expected=expected, found=f"{len(names):,}"))
    return {name: (_shown(path, name), partial(_read_file, path, name, limits)) for name in names}


def _read_file(folder: Path, name: str, limits: Limits) -> bytes:
    """The bytes of a file, or of what a link to a file leads to; of no device and no pipe."""
    where = _shown(folder, name)
    path = os.path.join(folder, name)  # noqa: PTH118 (many files)
    try:
        found = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(found.st_mode):
            raise InputError(problem(where, expected="a file", found="something else"))
        if found.st_size > limits.file:
            raise InputError(too_large(where, found.st_size, limits.file))
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(limits.file)
    except OSError as error:
        raise InputError(problem(where, expected="a file", found=said_by(error))) from None


# -------------------------------------------------------------------------------- archives


def _members(
    path: Path, archive: zipfile.ZipFile, suffix: str, limits: Limits, problems: list[str]
) -> dict[str, _Source]:
    """The members of an archive that are files of this suffix and safe to read, by name."""
    members = [
        (name, info)
        for info in archive.infolist()
        if (name := info.filename.replace("\\", "/")).lower().endswith(suffix)
        and not any(part.startswith((".", "__MACOSX")) and part != ".." for part in name.split("/"))
    ]
    if len(members) > limits.files:
        expected = f"at most {limits.files:,} files"
        raise InputError(problem(path, expected=expected, found=f"{len(members):,}"))
    total = sum(info.file_size for _, info in members)
    if total > limits.total:
        raise InputError(too_large(str(path), total, limits.total))
    files: dict[str, _Source] = {}
    for name, info in members:
        where = _shown(path, name)
        found = member_problem(info, limits)
        if found is not None:
            problems.append(problem(where, expected="a plain file", found=found))
            continue
        files[name] = (where, partial(read_member, archive, info, where))
    return files


def _shown(path: Path, name: str) -> str:
    """A name that can be printed, whatever its bytes."""
    shown = f"{path}/{name}".encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return shown.replace("\n", " ")
