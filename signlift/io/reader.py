"""What every reader is, and how the one for a file is found: by what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem, problem

#: How many bytes of a file a reader is shown to recognise it by.
HEAD = 4096


@dataclass(frozen=True)
class ReadOptions:
    """What a user may say about files.

    Attributes
    ----------
    skeleton
        What the keypoints are, where the file does not say.
    person
        Which of several people, from 0 in the order that the reader counts them; None for the
        main one.
    fps
        Frames per second, where the file does not say.
    quiet
        Show no progress bar.
    size
        Width and height of the picture in pixels, where the file does not say: needed where x
        and y are fractions of them.
    """

    skeleton: Skeleton | None = None
    person: int | None = None
    fps: float | None = None
    quiet: bool = True
    size: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Check the size; what the others may be depends on the file."""
        if self.size is not None and not (len(self.size) == 2 and min(self.size) > 0):
            expected = "a width and a height above 0"
            raise InputError(parameter_problem("size", expected=expected, found=str(self.size)))


@dataclass(frozen=True)
class Reader:
    """One format that is read.

    Attributes
    ----------
    name
        What the format is called, for messages.
    recognises
        Whether a path (a file with its first `HEAD` bytes, or a folder with none) is of this
        format. Never raises, whatever the bytes; a reader that says yes may still find mistakes.
    read
        The recordings in it, one per person and take. Raises InputError, one line for each
        problem, and nothing else.
    says_skeleton
        Whether its files say what their keypoints are, so that nobody else may.
    """

    name: str
    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path, ReadOptions], Sequence[Recording]]
    says_skeleton: bool = False


def read_head(path: Path) -> bytes:
    """The first bytes of a file, to recognise a format by; none of a folder."""
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(HEAD)


def find_reader(path: Path, readers: Sequence[Reader]) -> Reader:
    """The first reader that recognises a file or folder.

    Raises
    ------
    InputError
        There is no such file, it is empty, or nobody knows it.
    """
    expected = "a format that signlift reads (docs/formats.md)"
    if not path.exists():
        raise InputError(problem(path, expected="a file or folder", found="none"))
    try:
        head = read_head(path)
    except OSError as error:
        found = error.strerror or "one that cannot be read"
        raise InputError(problem(path, expected=expected, found=found)) from None
    if path.is_file() and not head:
        raise InputError(problem(path, expected=expected, found="an empty file"))
    for reader in readers:
        if reader.recognises(path, head):
            return reader
    if path.is_dir():
        found = "a folder of none"
    elif head.startswith(b"PK"):
        found = "a zip archive that is damaged, or holds no keypoints"
    else:
        found = f"another ({_shown(head)})"
    raise InputError(problem(path, expected=expected, found=found))


def _shown(head: bytes) -> str:
    """The first bytes, as something that can be printed."""
    text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in head[:12])
    return f"it begins with {text!r}"
