"""A corpus that `signlift lift` lifts as one job, and what is printed about it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signlift.cli.corpus_options import CorpusFlags
from signlift.cli.options import print_more_warnings, print_note, print_repeated
from signlift.cli.standard_streams import DASH
from signlift.errors import InputError, parameter_problem

if TYPE_CHECKING:
    from signlift.pipeline.corpus.job import Summary
    from signlift.pipeline.corpus.manifest import Input
    from signlift.pipeline.corpus.settings import Settings
    from signlift.pipeline.corpus.tasks import Outcome

#: A directory with more recordings is lifted as a job, by all cores.
MAX_SMALL = 20

#: Lines about single recordings that are printed; the manifest holds all.
_MAX_LINES = 10


def is_corpus(
    inputs: Sequence[Path],
    out: Path,
    format: str | None,
    flags: CorpusFlags,
    *,
    recursive: bool | None,
) -> bool:
    """Return whether the inputs are lifted as a job with a manifest.

    It is so if an option asks for it, if OUT holds the manifest of one, for URLs of stores, for tar
    archives, and for a directory of more than `MAX_SMALL` recordings.
    """
    if flags.is_given:
        return True
    from signlift.pipeline.corpus.archive_names import ARCHIVES
    from signlift.pipeline.corpus.stores import url_of

    if any(url_of(path) is not None for path in (*inputs, out)):
        return True
    if any(path.name.lower().endswith(ARCHIVES) for path in inputs):
        return True
    if len(inputs) != 1 or not inputs[0].is_dir():
        return False
    (root,) = inputs
    if not _is_directory(out) or out.resolve() == root.resolve():
        return False
    from signlift.pipeline.corpus.manifest import MANIFEST
    from signlift.pipeline.corpus.trees import holds_more
    from signlift.pipeline.jobs import choose_writer

    split = not choose_writer(out, format).holds_several
    return (out / MANIFEST).exists() or holds_more(
        root, out, MAX_SMALL, recursive=recursive, split=split
    )


def check_corpus(
    inputs: Sequence[Path],
    out: Path,
    flags: CorpusFlags,
    *,
    format: str | None,
    save_proportions: Path | None,
    video: Path | None,
    view: bool,
) -> None:
    """Raise InputError for options that make no sense for many recordings."""
    from signlift.pipeline.corpus.stores import url_of

    problems = []
    url = url_of(out)
    if url is not None and url.startswith("memory:"):
        expected = "a store that lasts longer than this process"
        problems.append(parameter_problem("out", expected=expected, found=url))
    elif url is not None and flags.manifest is None:
        expected = f"a file of this machine, for a job that writes to {url}"
        problems.append(parameter_problem("manifest", expected=expected, found="none"))
    if DASH in inputs:
        expected = "files and directories, for a job of many recordings"
        problems.append(parameter_problem("inputs", expected=expected, found=DASH))
    if flags.list_file is not None and (len(inputs) > 1 or not all(map(Path.is_dir, inputs))):
        expected = "no more than the directory that the paths of `list_file` are relative to"
        problems.append(parameter_problem("inputs", expected=expected, found=inputs[-1]))
    if not _is_directory(out):
        expected = "a directory, for a job of many recordings"
        problems.append(parameter_problem("out", expected=expected, found=out))
    for name, value in (("save_proportions", save_proportions), ("video", video)):
        if value is not None:
            expected = "one recording, instead of a job of many"
            problems.append(parameter_problem(name, expected=expected, found=value))
    if flags.shard_frames is not None and format != "parquet":
        expected = "`format` parquet"
        found = format or "none"
        problems.append(parameter_problem("shard_frames", expected=expected, found=found))
    if flags.shard_frames is not None and view:
        expected = "no `shard_frames`, as each recording has a page of its own"
        problems.append(parameter_problem("view", expected=expected, found=flags.shard_frames))
    if problems:
        raise InputError(problems)


def _is_directory(out: Path) -> bool:
    """Return whether the results go into a directory."""
    return out != DASH and (out.is_dir() or (not out.suffix and not out.exists()))


def lift_corpus(
    inputs: Sequence[Path],
    settings: Settings,
    flags: CorpusFlags,
    *,
    recursive: bool | None,
    quiet: bool,
) -> int:
    """Lift a corpus, print what became of it, and return the exit code.

    Raises
    ------
    InputError
        See `CorpusJob.run`.
    """
    from signlift.lifting.load import load
    from signlift.pipeline.corpus.engines.open_engine import open_engine
    from signlift.pipeline.corpus.inputs import search_inputs, search_list
    from signlift.pipeline.corpus.job import CorpusJob
    from signlift.pipeline.corpus.manifest import MANIFEST

    # Mistakes in the model are found before the search.
    lifter = load(settings.model)
    lifter.require(
        proportions=settings.proportions is not None,
        view=settings.pitch is not None or settings.fov is not None,
        uncertainty=settings.writing.uncertainty,
    )
    report = _Report()
    split = not settings.writer.holds_several
    if flags.list_file is None:
        found = search_inputs(inputs, settings.out, recursive=recursive, split=split)
    else:
        root = inputs[0] if inputs else None
        found = search_list(
            flags.list_file, settings.out, column=flags.column, root=root, split=split
        )
    opened = open_engine(flags.engine, workers=flags.workers, address=flags.address)
    with opened as engine:
        job = CorpusJob(
            settings,
            engine,
            report.note,
            retry_failed=flags.retry_failed,
            force=flags.force,
            quiet=quiet,
            manifest=flags.manifest,
        )
        summary = job.run(report.note_left_out(found))
    report.end(summary)
    if not quiet:
        _print_summary(summary, flags.manifest or settings.out / MANIFEST, report)
    return 1 if summary.counts.failed or summary.warned else 0


class _Report:
    """Lines about single recordings: the first ones, and the number of others."""

    def __init__(self) -> None:
        self._warnings: Counter[str] = Counter()
        self.count = self._failed = self._left_out = 0

    def note(self, outcome: Outcome) -> None:
        """Print what went wrong with a recording."""
        self.count += 1
        print_repeated(outcome.warnings, self._warnings)
        if outcome.state == "failed":
            self._failed += 1
            if self._failed <= _MAX_LINES:
                print_note(outcome.message)

    def note_left_out(self, inputs: Iterable[Input]) -> Iterator[Input]:
        """Print why files are left out, and pass on what a search finds."""
        for each in inputs:
            if each.left_out:
                self._left_out += 1
                if self._left_out <= _MAX_LINES:
                    print_note(f"{each.source}: {each.left_out}")
            yield each

    def end(self, summary: Summary) -> None:
        """Count the lines that were not printed, and the reasons of failure."""
        print_more_warnings(self._warnings)
        if self._left_out > _MAX_LINES:
            print_note(f"{self._left_out - _MAX_LINES:,} more files are not lifted")
        failed, total = summary.counts.failed, summary.counts.total
        if not failed:
            return
        again = "" if failed == self._failed else " (--retry-failed does them again)"
        print(f"{failed:,} of {total:,} files could not be lifted{again}", file=sys.stderr)
        for reason, count in summary.reasons:
            print(f"  {count:,}: {reason}", file=sys.stderr)
        others = failed - sum(count for _, count in summary.reasons)
        if others:
            print(f"  {others:,}: other reasons", file=sys.stderr)


def _print_summary(summary: Summary, manifest: Path, report: _Report) -> None:
    counts, seconds = summary.counts, max(summary.seconds, 1e-3)
    if summary.lifted:
        rates = f"{summary.lifted / seconds:,.1f} recordings and {summary.frames / seconds:,.0f}"
        print(f"{describe_count(summary.lifted)} lifted in {seconds:,.0f} s ({rates} frames/s)")
    elif not report.count:
        print("nothing to do")
    warned = f" ({counts.warned:,} with a warning)" if counts.warned else ""
    states = [f"{counts.done:,} done{warned}"]
    states += [f"{counts.failed:,} failed"] if counts.failed else []
    states += [f"{counts.skipped:,} left out"] if counts.skipped else []
    states += [f"{summary.absent:,} no longer there"] if summary.absent else []
    print(f"{manifest}: {', '.join(states)}")


def describe_count(count: int) -> str:
    """Describe a number of recordings.

    Examples
    --------
    >>> describe_count(1), describe_count(1200)
    ('1 recording', '1,200 recordings')
    """
    return f"{count:,} recording{'' if count == 1 else 's'}"
