"""Options of `signlift lift` for a corpus."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.errors import check_fields


@Parameter(name="*")
@dataclass(frozen=True)
class CorpusFlags:
    """Options of a job over a corpus, which keeps a manifest.

    Attributes
    ----------
    list_file
        List of the recordings to lift: a text file with a path on each line, or a table (.csv,
        .tsv, .parquet) with a column of paths. They are relative to INPUT, if it is given.
    column
        Column of the paths in the table. Default: path, file, filename or input, or the only one.
    shard_frames
        Write Parquet tables of many recordings, with this number of frames at most, in place of a
        file for each recording. Needs --format parquet.
    workers
        Processes that lift at a time, each on one core. Default: one for each core.
    retry_failed
        Lift those again that failed in an earlier run of the job.
    force
        Do all recordings again that OUT holds with other options.
    """

    list_file: Annotated[Path | None, Placeholder("FILE"), Parameter("--list")] = None
    column: str | None = None
    shard_frames: Annotated[int | None, Placeholder("FRAMES")] = None
    workers: Annotated[int | None, Placeholder("N")] = None
    retry_failed: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        check_fields(
            self,
            (
                "shard_frames",
                self.shard_frames is None or self.shard_frames > 0,
                "a number of frames above 0",
            ),
            ("workers", self.workers is None or self.workers > 0, "a number of processes above 0"),
        )

    @property
    def is_given(self) -> bool:
        """True if an option asks for a job."""
        return any(getattr(self, each.name) not in (None, False) for each in fields(self))


NO_CORPUS = CorpusFlags()
