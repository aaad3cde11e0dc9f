"""Progress of long work: a bar on a terminal, and one line a minute elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

from signlift.errors import printable

if TYPE_CHECKING:
    from tqdm import tqdm

#: Seconds before a progress bar appears.
DELAY = 2.0

#: Seconds between lines where there is no terminal, and before the first of them.
LINE_INTERVAL = 60.0

_LINE = (
    "{desc}: {percentage:.0f} % ({n_fmt} of {total_fmt}{unit}, {remaining} left, {rate_fmt}"
    "{postfix})"
)
_LINE_WITHOUT_TOTAL = "{desc}: {n_fmt}{unit}{postfix}"


class _HiddenBar:
    """A bar that is not shown, in place of one of tqdm.

    Attributes
    ----------
    n
        The number of units that are done.
    """

    def __init__(self, initial: int) -> None:
        self.n: float = initial

    def __enter__(self) -> _HiddenBar:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def update(self, count: float = 1) -> None:
        """Count more units as done."""
        self.n += count

    def set_postfix(self, *_: object, **__: object) -> None:
        """Ignore what would stand behind the bar."""

    set_postfix_str = set_description = set_postfix

    def close(self) -> None:
        """End the work."""


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
    if quiet or stream is None:
        return cast("tqdm[Any]", _HiddenBar(initial))
    from tqdm import tqdm

    from signlift.utils.progress_lines import ProgressLines

    settings: dict[str, Any] = {
        "total": total,
        "initial": initial,
        "desc": printable(description),
        "unit": f" {unit}s",
        "unit_scale": True,
    }
    if not stream.isatty():
        return ProgressLines(
            **settings,
            file=sys.stderr,
            delay=LINE_INTERVAL,
            mininterval=LINE_INTERVAL,
            miniters=0,
            bar_format=_LINE if total else _LINE_WITHOUT_TOTAL,
        )
    return tqdm(**settings, file=stream, delay=DELAY, dynamic_ncols=True, leave=False)
