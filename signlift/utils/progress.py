"""Progress bars: shown on a terminal for whatever takes longer than two seconds."""

from __future__ import annotations

import sys
from typing import Any

from tqdm import tqdm

#: Work that ends sooner than this, in seconds, shows no bar.
DELAY = 2.0


def progress_bar(
    total: int, description: str, unit: str = "frame", *, quiet: bool = False, initial: int = 0
) -> tqdm[Any]:
    """Open a progress bar on stderr with a rate, to be used as a context manager.

    It stays silent when `quiet`, when stderr is not a terminal, and for the first two seconds.

    Parameters
    ----------
    total
        How many units there are to do.
    description
        What is being done, in a word or two.
    unit
        The unit of `total`, in the singular.
    quiet
        Show nothing at all.
    initial
        How many units were done before (a resumed job).
    """
    return tqdm(
        total=total,
        initial=initial,
        desc=description,
        unit=f" {unit}s",
        unit_scale=True,
        delay=DELAY,
        disable=quiet or not sys.stderr.isatty(),
        file=sys.stderr,
        dynamic_ncols=True,
        leave=False,
    )
