"""The directory of the results, which all machines of a job have to share."""

from __future__ import annotations

import functools
import platform
from pathlib import Path

from signlift.errors import InputError, problem

#: Name of the file in the directory of results that is there while a job runs: it keeps a second
#: job out, and shows workers on other machines that they see the same directory.
LOCK = "_manifest.lock"


@functools.cache
def check_shared(out: Path) -> None:
    """Check once in each worker that it writes to the directory of the job.

    Raises
    ------
    InputError
        This machine sees another directory, or none: results would be lost.
    """
    if not (out / LOCK).exists():
        expected = "the directory of the job, on a file system that all machines share"
        found = f"another one on {platform.node()}" if out.exists() else "none"
        raise InputError(problem(out, expected=expected, found=found))
