"""Progress of long work: a bar on a terminal, and one line a minute elsewhere."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

from signlift.errors import printable

# Bars are drawn by one process. The lock of several is a semaphore that outlives a killed one.
tqdm.set_lock(threading.RLock())

#: Seconds before a progress bar appears.
DELAY = 2.0

#: Seconds between lines where there is no terminal, and before the first of them.
LINE_INTERVAL = 60.0

_LINE = (
    "{desc}: {percentage:.0f} % ({n_fmt} of {total_fmt}{unit}, {remaining} left, {rate_fmt}"
    "{postfix})"
)
_LINE_WITHOUT_TOTAL = "{desc}: {n_fmt}{unit}{postfix}"


class _ProgressLines(tqdm):  # type: ignore[misc]
    """Progress in lines of their own, for log files."""

    @staticmethod
    def status_printer(file: Any) -> Callable[[str], None]:
        """Return a function that prints a line, and nothing for the empty one of a closed bar."""

        def print_line(line: str) -> None:
            if line.strip():
                file.write(f"{line}\n")
                file.flush()

        return print_line

    def close(self) -> None:
        """End the work; the last line stays as it is."""
        self.disable = True
        super().close()


def progress_bar(
    total: int, description: str, unit: str = "frame", *, quiet: bool = False, initial: int = 0
) -> tqdm[Any]:
    """Open a progress bar with a rate on stderr, as a context manager.

    It is hidden if `quiet`, and for the first `DELAY` seconds. If stderr is not a terminal, it is a
    line every `LINE_INTERVAL` seconds instead.

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
    disable = quiet or stream is None
    settings: dict[str, Any] = {
        "total": total,
        "initial": initial,
        "desc": printable(description),
        "unit": f" {unit}s",
        "unit_scale": True,
        "disable": disable,
    }
    if not disable and not stream.isatty():
        return _ProgressLines(
            **settings,
            file=sys.stderr,
            delay=LINE_INTERVAL,
            mininterval=LINE_INTERVAL,
            miniters=0,
            bar_format=_LINE if total else _LINE_WITHOUT_TOTAL,
        )
    return tqdm(**settings, file=stream, delay=DELAY, dynamic_ncols=True, leave=False)
