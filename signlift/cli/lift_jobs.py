"""The files of `signlift lift`, one after the other, and what is printed about them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signlift.cli.options import print_more_warnings, print_note, print_warnings
from signlift.errors import InputError
from signlift.utils.extras import describe_missing_package

if TYPE_CHECKING:
    from signlift.pipeline.convert import Converted
    from signlift.pipeline.jobs import Job


def lift_jobs(
    jobs: Sequence[Job],
    convert_job: Callable[[Job], Converted],
    report: Callable[[Converted], None],
    lengths: list[int],
) -> int:
    """Lift each file, and return the exit code: 1 if some files, or frames, failed.

    The number of frames of each recording is appended to `lengths`.
    """
    failures = incomplete = 0
    counts: Counter[str] = Counter()
    for job in jobs:
        try:
            with print_warnings(counts) as caught:
                converted = convert_job(job)
        except (InputError, ModuleNotFoundError) as error:
            line = _describe(job.source, error)
            if len(jobs) == 1 or line is None:
                raise
            print_note(line)
            failures += 1
            continue
        incomplete += bool(caught)
        lengths += converted.lengths
        report(converted)
    print_more_warnings(counts)
    if failures:
        print(f"{failures} of {len(jobs)} files could not be lifted", file=sys.stderr)
    return 1 if failures or incomplete else 0


def describe_lengths(lengths: Sequence[int]) -> str:
    """Describe how many recordings there are, and of how many frames each.

    Examples
    --------
    >>> describe_lengths([5, 5, 5]), describe_lengths([78, 5]), describe_lengths([1])
    ('3 recordings of 5 frames', '2 recordings of 5 to 78 frames', '1 recording of 1 frame')
    """
    if not lengths:
        return "no recording"
    shortest, longest = min(lengths), max(lengths)
    span = f"{longest:,}" if shortest == longest else f"{shortest:,} to {longest:,}"
    recordings = "1 recording" if len(lengths) == 1 else f"{len(lengths):,} recordings"
    return f"{recordings} of {span} frame{'' if longest == 1 else 's'}"


def _describe(source: Path, error: InputError | ModuleNotFoundError) -> str | None:
    if isinstance(error, InputError):
        return str(error)
    line = describe_missing_package(error)
    return None if line is None else f"{source}: {line}"
