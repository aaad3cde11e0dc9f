"""Progress bars on the terminal, for work that takes longer than two seconds."""

from __future__ import annotations

import sys
from typing import Any

from tqdm import tqdm

from signlift.errors import printable

#: Seconds before a progress bar appears.
DELAY = 2.0


def progress_bar(
    total: int, description: str, unit: str = "frame", *, quiet: bool = False, initial: int = 0
) -> tqdm[Any]:
    """Open a progress bar with a rate on stderr, as a context manager.

    It is hidden if `quiet`, if stderr is not a terminal, and for the first `DELAY` seconds.

    Parameters
    ----------
    total
        The number of units of the work.
    description
        The work in one or two words.
    unit
        The unit of `total`, in the singular.
    quiet
        Hide the bar.
    initial
        The number of units that are done already (of a resumed job).
    """
    # The command line escapes what its messages hold; a bar moves the cursor of the terminal.
    stream = getattr(sys.stderr, "terminal", sys.stderr)
    return tqdm(
        total=total,
        initial=initial,
        desc=printable(description),
        unit=f" {unit}s",
        unit_scale=True,
        delay=DELAY,
        disable=quiet or stream is None or not stream.isatty(),
        file=stream,
        dynamic_ncols=True,
        leave=False,
    )
