"""Which file is lifted to which: what `signlift lift INPUT... -o OUT` means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signlift.errors import InputError, first_problems, parameter_problem, problem
from signlift.io import READERS, WRITERS
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND
from signlift.io.reader import read_head
from signlift.io.writer import Writer, find_writer

#: Suffixes of files that are meant to be lifted: one that cannot be is named, not passed over.
_MEANT = (
    *(".npy", ".npz", ".pose", ".json", ".zip", ".bvh"),
    *(".mp4", ".mov", ".webm", ".mkv", ".avi", ".mts", ".ts"),
)


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
        A file, or a folder for one file or several. Formats that are folders themselves: the
        one of a single input, or where those of several inputs go.
    name
        The format, where the suffix of `out` does not tell it.
    errors
        Whether errors are asked for: depths in .npy files get a file of them beside it.

    Raises
    ------
    InputError
        No input; an output that is an input, or another output; a file where a folder is needed;
        a format that is not written, or not the one that the suffix of `out` tells;
        or errors from one that does not hold them.
    """
    if not inputs:
        raise InputError(parameter_problem("inputs", expected="a file or folder", found="none"))
    writer = _writer(out, name)
    if errors and not writer.holds_error:
        *names, last = (one.name for one in WRITERS if one.holds_error)
        expected = f"a format that holds the error ({', '.join(names)} or {last})"
        raise InputError(parameter_problem("error", expected=expected, found=writer.name))
    sources = [path for given in inputs for path in _files(given)]
    # A format of folders takes OUT itself, whether it is there or not.
    whole = _is_folder(writer, out)
    inside = len(sources) > 1 if whole else out.is_dir() or out.suffix == ""
    if len(sources) > 1 and not whole and not inside:
        expected = f"a folder for {len(sources)} files (the first is {sources[0]})"
        raise InputError(parameter_problem("out", expected=expected, found=str(out)))
    suffix = "" if whole else writer.suffix
    jobs = [
        _job(source, out / f"{_stem(source)}{suffix}" if inside else out, writer, errors)
        for source in sources
    ]
    _check_places(jobs)
    return jobs


def _writer(out: Path, name: str | None) -> Writer:
    """The format that is written, by its name or by the suffix of OUT."""
    if name is None and (out.is_dir() or out.suffix == ""):
        name = "npy"
    writer = find_writer(out, WRITERS, name)
    told = None if out.is_dir() or out.suffix == "" else _by_suffix(out)
    if told not in (None, writer):
        assert told is not None
        expected = f"{told.name}, as {out.name} says"
        raise InputError(parameter_problem("format", expected=expected, found=writer.name))
    return writer


def _by_suffix(out: Path) -> Writer | None:
    return next((one for one in WRITERS if one.suffix == out.suffix.lower()), None)


def _is_folder(writer: Writer, out: Path) -> bool:
    """Whether a recording becomes a folder of files."""
    single = writer.suffix != "" and out.suffix.lower() == writer.suffix and not out.is_dir()
    return writer.name in ("arrays", "openpose") and not single


def _stem(source: Path) -> str:
    """What a source's results are called: a dot in a folder's name begins no suffix."""
    return source.name if source.is_dir() else source.stem


def _job(source: Path, target: Path, writer: Writer, errors: bool) -> Job:
    beside = errors and writer.name == "npy"
    error = target.with_name(f"{target.stem}_uncertainty.npy") if beside else None
    return Job(source, target, writer, error)


def _files(given: Path) -> list[Path]:
    """A file, a folder that is one recording, or the files in a folder."""
    if not given.is_dir():
        return [given]
    if (given / BODY_DATA).is_file():
        return [given / BODY_DATA]
    if any(reader.recognises(given, b"") for reader in READERS):
        return [given]
    inside = sorted(
        path
        for path in given.iterdir()
        if not path.name.startswith(".") and path.name != BODY_GROUND and _known(path)
    )
    if not inside:
        found = "none (subfolders are not searched)" if _subfolders(given) else "none"
        expected = "a folder of files that signlift reads"
        raise InputError(problem(given, expected=expected, found=found))
    return inside


def not_searched(inputs: Sequence[Path], jobs: Sequence[Job]) -> list[str]:
    """A line for each folder of files with subfolders, which are not looked into."""
    sources = {job.source for job in jobs}
    lines = []
    for given in inputs:
        if given in sources or not given.is_dir() or given / BODY_DATA in sources:
            continue
        names = [path.name for path in _subfolders(given) if path not in sources]
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            lines.append(f"{given}: subfolders are not searched ({', '.join(names[:3])}{more})")
    return lines


def _subfolders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _known(path: Path) -> bool:
    """Whether a reader would take it, or its name says that it is meant to be taken."""
    if path.suffix.lower() in _MEANT and not path.is_dir():
        return True
    try:
        head = read_head(path)
    except OSError:
        return True  # it is said when it is lifted
    return any(reader.recognises(path, head) for reader in READERS)


def _check_places(jobs: Sequence[Job]) -> None:
    """No output may be one of the inputs, or another output."""
    inputs = {job.source.resolve() for job in jobs}
    written: dict[Path, Path] = {}
    problems = []
    for job in jobs:
        for target in (job.target, *([job.error] if job.error is not None else [])):
            place = target.resolve()
            if place in inputs or (job.writer.name == "arrays" and place / BODY_DATA in inputs):
                expected = "another place than the input's"
                raise InputError(parameter_problem("out", expected=expected, found=str(target)))
            if place in written:
                expected = "a file for each result, from inputs with different names"
                both = " and ".join(map(str, dict.fromkeys([written[place], job.source])))
                found = f"{target} twice, of {both}"
                problems.append(parameter_problem("out", expected=expected, found=found))
            written.setdefault(place, job.source)
    if problems:
        raise InputError(first_problems(problems))
