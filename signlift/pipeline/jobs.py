"""The output file of each input file of `signlift lift INPUT... -o OUT`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signlift.errors import InputError, first_problems, parameter_problem, problem
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND
from signlift.io.registry import READERS, WRITERS, find_writer, recognise
from signlift.io.source import open_source
from signlift.io.writer import Writer

#: Format of a directory of results whose format is not given.
DEFAULT_FORMAT = WRITERS[0]

#: Suffixes of files in a directory that are lifted, or reported where they cannot be read.
_SUFFIXES = {suffix for reader in READERS for suffix in reader.suffixes}


@dataclass(frozen=True)
class Job:
    """One file or directory to lift.

    Attributes
    ----------
    source, target
        Path to read, and path to write.
    writer
        Format of the target.
    files
        All that is written: the target and the files beside it.
    """

    source: Path
    target: Path
    writer: Writer
    files: tuple[Path, ...]


def find_jobs(
    inputs: Sequence[Path], out: Path, format: str | None = None, *, uncertainty: bool = False
) -> list[Job]:
    """Find the files to lift, and the target of each.

    Parameters
    ----------
    inputs
        Files, directories that are one recording, or directories of files.
    out
        A file, or a directory for one file or several. For formats that are directories: that of
        a single input, or the parent of those of several inputs.
    format
        Name of the format, where the suffix of `out` does not decide it.
    uncertainty
        Whether the uncertainty is written, which gets a file of its own beside .npy files.

    Raises
    ------
    InputError
        No input; an output that is an input, or another output; a file where a directory is
        needed; a format that is not written, or not that of the suffix of `out`; or the
        uncertainty in a format that does not hold it.
    """
    if not inputs:
        raise InputError(parameter_problem("inputs", expected="a file or directory", found="none"))
    writer = _find_writer(out, format)
    if uncertainty and writer.uncertainty == "nowhere":
        *names, last = (w.name for w in WRITERS if w.uncertainty != "nowhere")
        expected = f"a format that holds it ({', '.join(names)} or {last})"
        raise InputError(parameter_problem("uncertainty", expected=expected, found=writer.name))
    sources = [path for path in inputs for path in _list_sources(path)]
    # A format of directories takes OUT itself, whether it is there or not.
    whole = writer.is_directory and (out.is_dir() or not writer.has_suffix(out))
    new_directory = out.suffix == "" and not out.exists()  # it may be a device or a FIFO
    inside = len(sources) > 1 if whole else out.is_dir() or new_directory
    if len(sources) > 1 and not whole and not inside:
        expected = f"a directory for {len(sources)} files (the first is {sources[0]})"
        raise InputError(parameter_problem("out", expected=expected, found=str(out)))
    suffix = "" if whole else writer.suffix
    jobs = []
    for source in sources:
        target = out / f"{_stem(source)}{suffix}" if inside else out
        files = writer.files(target, uncertainty=uncertainty)
        jobs.append(Job(source, target, writer, files))
    _check_targets(jobs)
    return jobs


def _find_writer(out: Path, name: str | None) -> Writer:
    """Find the format by its name or by the suffix of OUT."""
    if out.is_dir() or out.suffix == "":
        return DEFAULT_FORMAT if name is None else find_writer(out, name)
    writer = find_writer(out, name)
    by_suffix = next((w for w in WRITERS if w.has_suffix(out)), writer)
    if by_suffix != writer and not writer.has_suffix(out):
        expected = f"{by_suffix.name}, the format of {out.name}"
        raise InputError(parameter_problem("format", expected=expected, found=writer.name))
    return writer


def _stem(source: Path) -> str:
    """Name the results of a source: a dot in a directory's name does not begin a suffix."""
    return source.name if source.is_dir() else source.stem


def _list_sources(path: Path) -> list[Path]:
    """List a file, a directory that is one recording, or the files in a directory."""
    if not path.is_dir():
        return [path]
    if (path / BODY_DATA).is_file():
        return [path / BODY_DATA]
    if _is_recognised(path):
        return [path]
    sources = sorted(
        file
        for file in path.iterdir()
        if not file.name.startswith(".")
        and file.name != BODY_GROUND
        and not _is_beside(file)
        and _is_source(file)
    )
    if not sources:
        found = "none (subdirectories are not searched)" if _list_directories(path) else "none"
        expected = "a directory of files that signlift reads"
        raise InputError(problem(path, expected=expected, found=found))
    return sources


def _is_beside(path: Path) -> bool:
    """Return whether a file is one that a writer puts beside another, as OUT.csv.json."""
    for writer in WRITERS:
        main = path.with_name(path.name.removesuffix(writer.beside))
        if writer.beside and writer.has_suffix(main) and main != path and main.exists():
            return True
    return False


def _is_source(path: Path) -> bool:
    """Return whether a reader recognises a file, or its suffix is that of a format."""
    if path.suffix.lower() in _SUFFIXES and not path.is_dir():
        return True
    try:
        return _is_recognised(path)
    except InputError:
        return path.is_file() and path.stat().st_size > 0  # reported when it is lifted


def _is_recognised(path: Path) -> bool:
    with open_source(path) as source:
        return recognise(source) is not None


def list_not_searched(inputs: Sequence[Path], jobs: Sequence[Job]) -> list[str]:
    """Write a line for each directory of files whose subdirectories are not searched."""
    sources = {job.source for job in jobs}
    lines = []
    for path in inputs:
        if path in sources or not path.is_dir() or path / BODY_DATA in sources:
            continue
        names = [file.name for file in _list_directories(path) if file not in sources]
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            lines.append(f"{path}: subdirectories are not searched ({', '.join(names[:3])}{more})")
    return lines


def _list_directories(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))


def _check_targets(jobs: Sequence[Job]) -> None:
    """Raise InputError where an output is one of the inputs, or another output."""
    inputs = {job.source.resolve() for job in jobs}
    owners: dict[Path, Path] = {}
    problems = []
    for job in jobs:
        for file in job.files:
            place = file.resolve()
            if place in inputs or (job.writer.is_directory and place / BODY_DATA in inputs):
                expected = "a path other than the input's"
                raise InputError(parameter_problem("out", expected=expected, found=str(file)))
            if place in owners:
                expected = "a file for each result, from inputs with different names"
                both = " and ".join(map(str, dict.fromkeys([owners[place], job.source])))
                problems.append(
                    parameter_problem("out", expected=expected, found=f"{file} twice, of {both}")
                )
            owners.setdefault(place, job.source)
    if problems:
        raise InputError(first_problems(problems))
