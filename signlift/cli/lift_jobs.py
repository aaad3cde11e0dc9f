"""Which file is lifted to which: what `signlift lift INPUT... -o OUT` means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.formats import READERS, WRITERS
from signlift.formats.arrays import BODY_GROUND
from signlift.formats.reader import HEAD
from signlift.formats.writer import Writer, find_writer


@dataclass(frozen=True)
class Job:
    """One file or folder to be lifted.

    Attributes
    ----------
    source, target
        What is read and written.
    writer
        The format of the target.
    error
        Where the errors of the depths go, if they get a file of their own.
    """

    source: Path
    target: Path
    writer: Writer
    error: Path | None = None


def find_jobs(
    inputs: Sequence[Path], out: Path, name: str | None = None, *, errors: bool = False
) -> list[Job]:
    """What is lifted to where.

    Parameters
    ----------
    inputs
        Files, folders that are one recording, or folders of files.
    out
        A file, or a folder for one file or several.
    name
        The format, where the suffix of `out` does not tell it.
    errors
        Whether depths in .npy files get a file of errors beside them.

    Raises
    ------
    InputError
        No input; an output that is an input, or another output; a file where a folder is needed;
        or a format that is not written.
    """
    if not inputs:
        raise InputError(problem("INPUT", expected="a file or folder", found="none"))
    as_folder = out.is_dir() or (out.suffix == "" and name not in ("arrays", "openpose"))
    if as_folder:
        writer = find_writer(out, WRITERS, name or "npy")
    else:
        writer = find_writer(out, WRITERS, name)
    sources = [path for given in inputs for path in _files(given)]
    if len(sources) == 1 and not as_folder:
        pairs = [(sources[0], out)]
    elif not as_folder:
        expected, found = "a folder for several files", str(out)
        raise InputError(problem("--out", expected=expected, found=found))
    else:
        pairs = [(source, out / f"{source.stem}{writer.suffix}") for source in sources]
    jobs = [
        Job(
            source,
            target,
            writer,
            target.with_name(f"{target.stem}_error.npy")
            if errors and writer.name == "npy"
            else None,
        )
        for source, target in pairs
    ]
    _check_places(jobs)
    return jobs


def _files(given: Path) -> list[Path]:
    """A file, a folder that is one recording, or the files in a folder."""
    if not given.is_dir():
        return [given]
    if (given / "body_data.npy").is_file():
        return [given / "body_data.npy"]
    if any(reader.recognises(given, b"") for reader in READERS):
        return [given]
    inside = sorted(
        path
        for path in given.iterdir()
        if not path.name.startswith(".") and path.name != BODY_GROUND and _known(path)
    )
    if not inside:
        expected = "a folder of files that signlift reads"
        raise InputError(problem(given, expected=expected, found="none"))
    return inside


def _known(path: Path) -> bool:
    """Whether a reader would take it, or its name says that it is meant to be taken."""
    if path.suffix.lower() in (".npy", ".npz", ".pose", ".json", ".zip", ".bvh"):
        return True
    head = b""
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(HEAD)
    return any(reader.recognises(path, head) for reader in READERS)


def _check_places(jobs: Sequence[Job]) -> None:
    """No output may be one of the inputs, or another output."""
    inputs = {job.source.resolve() for job in jobs}
    written = set()
    for job in jobs:
        for target in (job.target, *([job.error] if job.error is not None else [])):
            place = target.resolve()
            if place in inputs:
                expected = "another place than the input's"
                raise InputError(problem("--out", expected=expected, found=str(target)))
            if place in written:
                expected = "a file for each result, from inputs with different names"
                raise InputError(problem("--out", expected=expected, found=f"{target} twice"))
            written.add(place)
