"""The output file of each input file of `signlift lift INPUT... -o OUT`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from signlift.errors import InputError, first_problems, parameter_problem
from signlift.io.arrays.original_arrays import BODY_DATA
from signlift.io.writer import Writer
from signlift.io.writer_registry import WRITERS, find_writer
from signlift.pipeline.found import stem_of
from signlift.pipeline.search import Search

#: Format of a directory of results whose format is not given.
DEFAULT_FORMAT = WRITERS[0]


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
    names
        Names of the files in a directory that are read; None for all.
    """

    source: Path
    target: Path
    writer: Writer
    files: tuple[Path, ...]
    names: tuple[str, ...] | None = None


def page_beside(writer: Writer, target: Path) -> Path | None:
    """Name the page beside a result; None for a result that is one."""
    if writer.shows_video:
        return None
    whole = writer.writes_directory(target)
    return target.with_name(f"{target.name}.html") if whole else target.with_suffix(".html")


class Jobs(NamedTuple):
    """The files to lift, and a line for each file or directory that is left out."""

    jobs: list[Job]
    notes: list[str]


def find_jobs(
    inputs: Sequence[Path],
    out: Path,
    format: str | None = None,
    *,
    uncertainty: bool = False,
    recursive: bool | None = None,
) -> Jobs:
    """Find the files to lift, and the target of each.

    Parameters
    ----------
    inputs
        Files, directories that are one recording, or directories of files. JSON files of frames
        are one recording together.
    out
        A file, or a directory for one file or several. For formats that are directories: that of
        a single input, or the parent of those of several inputs.
    format
        Name of the format, where the suffix of `out` does not decide it.
    uncertainty
        Whether the uncertainty is written, which gets a file of its own beside .npy files.
    recursive
        Search the directories below a directory, to any depth. By default they are searched where
        a directory holds no file to lift. The results are in the same directories below `out`.

    Raises
    ------
    InputError
        No input; an output that is an input, or another output; a file where a directory is
        needed; a format that is not written, or not that of the suffix of `out`; or the
        uncertainty in a format that does not hold it.
    """
    if not inputs:
        raise InputError(parameter_problem("inputs", expected="a file or directory", found="none"))
    writer = choose_writer(out, format, uncertainty=uncertainty)
    # A format of directories takes OUT itself, whether it is there or not.
    whole = writer.is_directory and (out.is_dir() or not writer.has_suffix(out))
    new_directory = out.suffix == "" and not out.exists()  # it may be a device or a FIFO
    is_directory = whole or out.is_dir() or new_directory
    search = Search(out, recursive, split=is_directory and not writer.holds_several)
    sources = search(inputs)
    inside = len(sources) > 1 if whole else is_directory
    if len(sources) > 1 and not inside:
        first = sources[0].name if sources[0].files else sources[0].path
        expected = f"a directory for {len(sources)} recordings (the first is {first})"
        raise InputError(parameter_problem("out", expected=expected, found=str(out)))
    suffix = "" if whole else writer.suffix
    jobs = []
    for source in sources:
        target = out / f"{source.name}{suffix}" if inside else out
        files = writer.files(target, uncertainty=uncertainty)
        jobs.append(Job(source.path, target, writer, files, source.files))
    _check_targets(jobs)
    return Jobs(jobs, search.notes)


def choose_writer(out: Path, name: str | None, *, uncertainty: bool = False) -> Writer:
    """Find the format by its name or by the suffix of OUT.

    Raises
    ------
    InputError
        There is no such format; it is not that of the suffix; or it does not hold the uncertainty.
    """
    writer = _find_writer(out, name)
    if uncertainty and writer.uncertainty == "nowhere":
        *names, last = (w.name for w in WRITERS if w.uncertainty != "nowhere")
        expected = f"a format that holds it ({', '.join(names)} or {last})"
        raise InputError(parameter_problem("uncertainty", expected=expected, found=writer.name))
    return writer


def _find_writer(out: Path, name: str | None) -> Writer:
    if out.is_dir() or out.suffix == "":
        return DEFAULT_FORMAT if name is None else find_writer(out, name)
    writer = find_writer(out, name)
    by_suffix = next((w for w in WRITERS if w.has_suffix(out)), writer)
    if by_suffix != writer and not writer.has_suffix(out):
        expected = f"{by_suffix.name}, the format of {out.name}"
        raise InputError(parameter_problem("format", expected=expected, found=writer.name))
    return writer


def _check_targets(jobs: Sequence[Job]) -> None:
    """Raise InputError where an output is one of the inputs, or another output."""
    inputs = {_resolve(job.source) for job in jobs}
    owners: dict[Path, Path] = {}
    problems = []
    for job in jobs:
        # The result of an earlier run, beside its source, is none of the inputs.
        plain = job.target.with_name(stem_of(job.source) + job.target.suffix)
        keeps_suffix = job.target.stem == job.source.name
        if keeps_suffix and job.source.is_file() and _resolve(plain) in inputs:
            expected = "a path other than the input's"
            raise InputError(parameter_problem("out", expected=expected, found=str(plain)))
        for file in job.files:
            place = _resolve(file)
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


def _resolve(path: Path) -> Path:
    """Resolve links; one to itself stays as it is."""
    return Path(os.path.realpath(path))
