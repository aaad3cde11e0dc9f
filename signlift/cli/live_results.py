"""Files that the verb `live` saves in the end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signlift.errors import InputError, parameter_problem

if TYPE_CHECKING:
    from signlift.io import WriteOptions
    from signlift.live.session import LiveSession
    from signlift.live.sinks.sink import Sink


class LiveResults:
    """Files that live lifting saves in the end, also after Ctrl-C, and what it prints then.

    Parameters
    ----------
    out
        The file of the recording; None for none.
    format
        Its format, where the suffix does not decide it.
    writing
        Preparation of the recording for it.
    save_proportions
        The file of the body proportions; None for none.
    quiet
        Print nothing.
    keeps_stdout
        Print on standard error, as lines of JSON are on standard output.

    Attributes
    ----------
    session
        The session whose frames are saved; None before there is one.
    """

    def __init__(
        self,
        out: Path | None,
        format: str | None,
        writing: WriteOptions,
        save_proportions: Path | None,
        quiet: bool,
        keeps_stdout: bool,
    ) -> None:
        from signlift.live.sinks.recording import RecordingSink

        self._out, self._format, self._writing = out, format, writing
        self._save_proportions, self._quiet = save_proportions, quiet
        self._stream = "stderr" if keeps_stdout else "stdout"
        self._recording = RecordingSink()
        self.session: LiveSession | None = None

    def with_recording(self, sinks: Sequence[Sink]) -> list[Sink]:
        """List the sinks, after that of the frames that are saved, if they are.

        It is the first, so that a frame that another program has got is saved, too.
        """
        return [*([] if self._out is None else [self._recording]), *sinks]

    def save(self) -> list[str]:
        """Save the recording and the proportions, and list the files."""
        from signlift.io import write

        paths = []
        if self._out is not None:
            recording = self._recording.to_recording()
            if recording is None or not recording.observed.any():
                expected = "a frame with a keypoint, to save"
                found = f"none in {len(self._recording)} frames"
                raise InputError(parameter_problem("out", expected=expected, found=found))
            paths.append(write(recording, self._out, self._format, self._writing))
        if self._save_proportions is not None and self.session is not None:
            paths.append(self.session.save_proportions(self._save_proportions))
        return [str(path) for path in paths]

    def save_what_there_is(self) -> list[str]:
        """Save as `save` does, but nothing before there is a frame with a keypoint."""
        session = self.session
        return [] if session is None or not session.has_keypoints else self.save()

    def report(self, lines: Sequence[str]) -> None:
        """Print a summary, but never between lines of JSON."""
        if lines and not self._quiet:
            print(*lines, sep="\n", file=getattr(sys, self._stream))
