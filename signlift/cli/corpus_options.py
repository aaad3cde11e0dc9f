"""Options of `signlift lift` for a corpus."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.errors import check_fields

EngineName = Literal["processes", "ray"]


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
    engine
        Where they lift: processes of this machine, or Ray (pip install 'signlift[scale]').
        Default: processes.
    address
        Address of a cluster of Ray, as HOST:PORT, or auto for the one that this machine is part
        of. Default: Ray on this machine alone.
    manifest
        File of the manifest, needed if OUT is the URL of a store. Default: OUT/_manifest.sqlite.
    retry_failed
        Lift those again that failed in an earlier run of the job.
    force
        Do all recordings again that OUT holds with other options.
    """

    list_file: Annotated[Path | None, Placeholder("FILE"), Parameter("--list")] = None
    column: str | None = None
    shard_frames: Annotated[int | None, Placeholder("FRAMES")] = None
    workers: Annotated[int | None, Placeholder("N")] = None
    engine: EngineName | None = None
    address: str | None = None
    manifest: Annotated[Path | None, Placeholder("FILE")] = None
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
            ("address", self.address is None or self.engine == "ray", "`engine` ray beside it"),
        )

    @property
    def is_given(self) -> bool:
        """True if an option asks for a job."""
        return any(getattr(self, each.name) not in (None, False) for each in fields(self))


NO_CORPUS = CorpusFlags()
