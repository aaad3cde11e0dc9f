"""Recordings in zip and tar archives, such as the shards of WebDataset, read without unpacking.

A sample of WebDataset is the members with a common name up to its first dot: `0001.pose` and
`0001.json`. The recording of a sample is its file of keypoints; the others describe it.
"""

from __future__ import annotations

import functools
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from signlift.errors import InputError, problem
from signlift.io.detectors.keypoint_files import is_json_name, is_other_document
from signlift.io.reader_registry import READERS, recognise
from signlift.io.safe_zip import (
    ZIP_ERRORS,
    Limits,
    describe_error,
    member_problem,
    read_member,
)
from signlift.io.source import HEAD_BYTES, Source, open_source
from signlift.pipeline.corpus.archive_names import ARCHIVES
from signlift.pipeline.corpus.manifest import Input
from signlift.pipeline.found import stem_of
from signlift.utils.regular_files import open_regular

#: A member is read into memory as a whole.
LIMITS = Limits(file=512 << 20)

#: Members that may be recordings.
_JSON = (".json", ".jsonl", ".json.gz", ".jsonl.gz")
_SUFFIXES = tuple({s for reader in READERS if reader.from_memory for s in reader.suffixes})
_VIDEOS = tuple({s for reader in READERS if reader.has_images for s in reader.suffixes})

_TAR_ERRORS = (tarfile.TarError, OSError, ValueError, EOFError)


class _File(BytesIO):
    """The bytes of a member, with the attributes of an open file."""

    name, mode = "", "rb"


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes
    ----------
    name
        Its path in the archive.
    size
        Bytes.
    refusal
        Why it is not safe to read; "" if it is.
    """

    name: str
    size: int
    refusal: str = ""


@dataclass(frozen=True)
class Archive:
    """An open archive: its files, and a function that reads one of them."""

    members: tuple[Member, ...]
    read: Callable[[str], bytes]


def is_archive(path: Path) -> bool:
    """Return whether a file is a tar archive, or a zip archive of files that are recordings."""
    name = path.name.lower()
    if name.endswith(ARCHIVES):
        return True
    if not name.endswith(".zip") or not path.is_file():
        return False
    try:
        with open_source(path) as source:
            reader = recognise(source)
    except InputError:
        return False
    return reader is not None and reader.name == "zip"


def search_archive(path: Path, name: str) -> Iterator[Input]:
    """List the recordings of an archive, and the members that are left out.

    Parameters
    ----------
    path
        The archive. One that cannot be read is a recording that fails.
    name
        Name of the directory of its results.
    """
    try:
        about = path.stat()
        archive = open_archive(str(path), about.st_size, about.st_mtime_ns)
    except (InputError, OSError):
        yield Input(str(path), "", name, 0, 0)
        return
    samples: dict[str, list[Member]] = {}
    for member in archive.members:
        if not _is_hidden(member.name):
            place, _, file = member.name.rpartition("/")
            samples.setdefault(f"{place}/{file.partition('.')[0]}", []).append(member)
    for members in samples.values():
        yield from _choose(path, name, members, archive, about.st_mtime_ns)


def _choose(
    path: Path, name: str, members: Sequence[Member], archive: Archive, changed: int
) -> Iterator[Input]:
    """Choose the recordings of a sample."""
    keypoints = [each for each in members if each.name.lower().endswith(_SUFFIXES)]
    documents = [each for each in members if each.name.lower().endswith(_JSON)]
    videos = [each for each in members if each.name.lower().endswith(_VIDEOS)]
    if not keypoints and len(documents) > 0:
        others = len(members) > len(documents)
        keypoints = [each for each in documents if not (others and _is_other(path, each, archive))]
        documents = [each for each in documents if each not in keypoints]
    for each in (*documents, *videos):
        if keypoints:
            why = f"not lifted, as {path}/{keypoints[0].name} holds its keypoints"
        elif each in videos:
            why = "not lifted, as a video in an archive is not read"
        else:
            why = "not lifted, as it holds no keypoints"
        yield Input(f"{path}/{each.name}", "", "", each.size, changed, left_out=why)
    for each in keypoints:
        inside = PurePosixPath(each.name)
        end = inside.name if len(keypoints) > 1 else stem_of(Path(inside.name))
        place = f"{name}/{inside.parent}" if str(inside.parent) != "." else name
        yield Input(str(path), each.name, f"{place}/{end}", each.size, changed)


def _is_other(path: Path, member: Member, archive: Archive) -> bool:
    """Return whether a JSON file holds something other than keypoints."""
    if member.refusal or not is_json_name(Path(member.name)):
        return False
    try:
        return is_other_document(_open(path, member.name, archive.read(member.name)))
    except InputError:
        return False


@contextmanager
def open_member(path: Path, name: str) -> Iterator[Source]:
    """Read a member of an archive into memory.

    Raises
    ------
    InputError
        The archive or the member is damaged, or not safe to read.
    """
    try:
        about = path.stat()
    except OSError as error:
        found = describe_error(error).lower()
        raise InputError(problem(path, expected="an archive", found=found)) from None
    archive = open_archive(str(path), about.st_size, about.st_mtime_ns)
    yield _open(path, name, archive.read(name))


def _open(path: Path, name: str, content: bytes) -> Source:
    where = Path(f"{path}/{name}")
    if not content:
        expected, found = "a file with content", "an empty file"
        raise InputError(problem(where, expected=expected, found=found))
    return Source(where, content[:HEAD_BYTES], _File(content))


@functools.lru_cache(maxsize=2)
def open_archive(path: str, size: int, changed: int) -> Archive:
    """Open an archive, which stays open for the next members of it.

    Parameters
    ----------
    path
        The archive.
    size, changed
        Its size and the time of its last change: it is opened again when they differ.

    Raises
    ------
    InputError
        It is damaged, or a compressed tar archive.
    """
    del size, changed
    place = Path(path)
    return _open_zip(place) if place.suffix.lower() == ".zip" else _open_tar(place)


def _open_zip(path: Path) -> Archive:
    try:
        archive = zipfile.ZipFile(open_regular(path))
    except ZIP_ERRORS as error:
        found = f"a damaged file ({describe_error(error)})"
        raise InputError(problem(path, expected="a zip archive", found=found)) from None
    infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}

    def read(name: str) -> bytes:
        info, where = infos.get(name), f"{path}/{name}"
        found = "none" if info is None else member_problem(info, LIMITS)
        if info is None or found is not None:
            raise InputError(problem(where, expected="a plain file", found=found or ""))
        return read_member(archive, info, where)

    members = (
        Member(name, info.file_size, member_problem(info, LIMITS) or "")
        for name, info in infos.items()
    )
    return Archive(tuple(members), read)


def _open_tar(path: Path) -> Archive:
    """Open a tar archive. It has no list of its members, so that all their headers are read."""
    expected = "a tar archive without compression"
    try:
        file = open_regular(path)
        head = file.read(2)
        if head == b"\x1f\x8b":
            raise InputError(problem(path, expected=expected, found="one packed by gzip"))
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:") as archive:
            places = {info.name: (info.offset_data, info.size) for info in archive if info.isreg()}
    except _TAR_ERRORS as error:
        found = f"a damaged file ({describe_error(error)})"
        raise InputError(problem(path, expected=expected, found=found)) from None

    def read(name: str) -> bytes:
        where = f"{path}/{name}"
        if name not in places:
            raise InputError(problem(where, expected="a plain file", found="none"))
        offset, size = places[name]
        if size > LIMITS.file:
            found = f"{size:,} bytes (at most {LIMITS.file:,} are read)"
            raise InputError(problem(where, expected="a plain file", found=found))
        file.seek(offset)
        content = file.read(size)
        if len(content) < size:
            expected = f"{size:,} bytes"
            raise InputError(problem(where, expected=expected, found=f"{len(content):,}"))
        return content

    return Archive(tuple(Member(name, size) for name, (_, size) in places.items()), read)


def _is_hidden(name: str) -> bool:
    """Return whether a member is in a hidden directory, or leads out of the archive."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith((".", "__MACOSX")) for part in parts) or name.startswith("/")
