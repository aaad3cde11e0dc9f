"""A page for browsers that plays recordings in 3D."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.io.people.main_person import file_of_people
from signlift.io.writer import WriteOptions, WriteRecording


@contextmanager
def open_page(
    path: Path, shape: tuple[int, ...], options: WriteOptions
) -> Iterator[WriteRecording]:
    """Collect lifted recordings, and write the page of all of them at the end.

    Parameters
    ----------
    path
        The page.
    shape
        Not used: the recordings may differ in their lengths and skeletons.
    options
        `title`, `video` and `embed_video`.

    Yields
    ------
    A function that takes a recording with depth.

    Raises
    ------
    InputError
        A recording has no depth, or there is no such video.
    """
    del shape
    recordings: list[Recording] = []
    yield lambda recording, _: recordings.append(recording)
    write_recordings(
        path,
        recordings,
        title=options.title,
        videos=None if options.video is None else [options.video] * len(recordings),
        embed_video=options.embed_video,
    )


def write_recordings(
    path: Path,
    recordings: Sequence[Recording],
    *,
    layout: str | None = None,
    title: str | None = None,
    truths: Sequence[Recording] | None = None,
    videos: Sequence[str | PathLike[str] | None] | None = None,
    embed_video: bool = False,
) -> None:
    """Write a page of recordings.

    Several people of one file are in one scene, at their places in the image, and are named by
    their numbers; other recordings are side by side.

    Parameters
    ----------
    path, recordings, layout, title, truths, videos, embed_video
        See `signlift.viewer.write_page`. None stands for the layout and the title that fit.
    """
    from signlift.viewer import write_page

    file = file_of_people([recording.name for recording in recordings])
    if file is not None:
        recordings = [
            replace(recording, name=f"person {recording.name.rpartition('/person')[2]}")
            for recording in recordings
        ]
    write_page(
        path,
        recordings,
        title=title or file,
        layout=layout or ("side-by-side" if file is None else "image"),
        truths=truths,
        videos=videos,
        embed_video=embed_video,
    )
