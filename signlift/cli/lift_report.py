"""Lines about the recordings that `signlift lift` has written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from signlift.cli.lift_jobs import describe_lengths
from signlift.errors import message_line

if TYPE_CHECKING:
    from signlift.pipeline.convert import Converted


class Report:
    """A function that prints what was written, and saves the proportions of the signer.

    Parameters
    ----------
    stream
        Text stream that it prints to.
    names_files
        Print the files.
    counts_frames
        Print the number of frames.
    save_proportions
        File for the estimated body proportions; None saves none.
    quiet
        Print nothing.
    """

    def __init__(
        self,
        stream: Any,
        *,
        names_files: bool,
        counts_frames: bool,
        save_proportions: Path | None,
        quiet: bool,
    ) -> None:
        self._stream, self._quiet = stream, quiet
        self._names_files, self._counts_frames = names_files, counts_frames
        self._save_proportions = save_proportions
        self._last_notes: tuple[str, ...] = ()

    def __call__(self, converted: Converted) -> None:
        """Print the lines of one file; its notes only where they are not those of the last one."""
        from signlift.core.person_size import SCALE_NOTE

        notes = tuple(map(message_line, converted.common_notes))
        if converted.scale is not None:  # which says the same for all recordings
            notes = tuple(note for note in notes if not note.startswith(SCALE_NOTE))
        lines = [
            *(notes if notes != self._last_notes else ()),
            *([describe_lengths(converted.lengths)] if self._counts_frames else ()),
            *map(str, converted.paths if self._names_files else ()),
        ]
        self._last_notes = notes
        if self._save_proportions is not None and converted.proportions[0] is not None:
            lines.append(str(converted.proportions[0].write(self._save_proportions)))
        if converted.scale is not None:
            lines.append(converted.scale)
        if lines and not self._quiet:
            print(*lines, sep="\n", file=self._stream)
