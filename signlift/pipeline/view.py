"""A page that shows recordings in 3D: those with depth as they are, others lifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from signlift.io import ReadOptions
from signlift.io.export.page import write_recordings
from signlift.lifting.lifter import Lifter
from signlift.pipeline.shown_recordings import ShownRecordings, Source


@dataclass(frozen=True)
class Viewed:
    """A page that was written.

    Attributes
    ----------
    path
        The page.
    lengths
        The number of frames of each recording.
    notes
        A line for each file or directory that is left out, and for recordings beyond the maximum.
    """

    path: Path
    lengths: tuple[int, ...]
    notes: tuple[str, ...] = ()


def view(
    sources: Source | Sequence[Source],
    out: str | PathLike[str] = "viewer.html",
    *,
    model: Lifter | str | PathLike[str] | None = None,
    true: Source | Sequence[Source] | None = None,
    video: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    embed_video: bool = False,
    layout: str | None = None,
    title: str | None = None,
    reading: ReadOptions | None = None,
) -> Viewed:
    """Write a page that plays recordings in 3D, in any browser and offline.

    Parameters
    ----------
    sources
        Recordings, or files and directories that signlift reads. What has no depth is lifted; of
        its keypoints that were not observed, the completed positions are shown.
    out
        The page to write.
    model
        A lifter, or a path as `signlift.load` takes it; the shipped weights by default.
    true
        Recordings with true depth, or their files, to compare with: one for each recording of the
        sources, or one for all of them.
    video
        The video of each source, or one of a single source. A source that is a video has itself.
    embed_video
        Make the videos part of the page. Otherwise it names them by their paths relative to it.
    layout
        Recordings "side-by-side"; or as an "overlay", with their roots in one place; or, for people
        of one video, at their places in the "image". People of one file are in the image by
        default, other recordings side by side.
    title
        Title of the page; by default the names of the recordings.
    reading
        Facts about the files that they may not hold. `reading.quiet` hides the progress, too.

    Returns
    -------
    The path of the page, and what it shows: 12 recordings at most.

    Raises
    ------
    InputError
        One line for each problem: a file that cannot be read, if no other can; a recording
        without a body; true recordings without depth, or of another number of recordings or frames;
        a video that is not there.

    Warns
    -----
    InputWarning
        A line for each file that is left out as it cannot be read, and as in `read_all` and
        `Lifter.lift`.

    Examples
    --------
    >>> import signlift as sl
    >>> sl.view("signer.pose", "signer.html")                                # doctest: +SKIP
    >>> sl.view(["mine.npz", "other.npz"], true="true.npz", layout="overlay")  # doctest: +SKIP
    """
    reading, out = reading or ReadOptions(), Path(out)
    shown = ShownRecordings(reading, out, model)
    shown.add(sources, video)
    truths = None if true is None else shown.read_truths(true)
    write_recordings(
        out,
        shown.recordings,
        title=title,
        layout=layout,
        truths=truths,
        videos=shown.videos,
        embed_video=embed_video,
    )
    return Viewed(out, tuple(map(len, shown.recordings)), tuple(shown.notes))
