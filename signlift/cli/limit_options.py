"""Options of `signlift lift` that limit what a recording may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder

if TYPE_CHECKING:
    from signlift.pipeline.corpus.limits import Limits

#: Bytes of a megabyte.
_MB = 1_000_000


@Parameter(name="*")
@dataclass(frozen=True)
class LimitFlags:
    """Limits of each recording, as a service needs them for files that it does not trust.

    Attributes
    ----------
    max_frames
        Refuse a recording of more frames.
    max_seconds
        Stop a recording that takes longer.
    max_memory
        Stop a recording that takes more memory, beyond that of the program and the model.
    """

    max_frames: Annotated[int | None, Placeholder("N")] = None
    max_seconds: Annotated[float | None, Placeholder("SECONDS")] = None
    max_memory: Annotated[float | None, Placeholder("MB")] = None

    def limits(self) -> Limits:
        """Return the limits.

        Raises
        ------
        InputError
            See `Limits`.
        """
        from signlift.pipeline.corpus.limits import Limits

        size = None if self.max_memory is None else self.max_memory * _MB
        return Limits(self.max_frames, self.max_seconds, size)


NO_LIMIT_FLAGS = LimitFlags()
