"""A page for browsers that plays recordings in 3D."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signlift.core.recording import Recording
from signlift.io.people.main_person import are_people_of_one
from signlift.io.writer import WriteOptions, WriteRecording


@contextmanager
def open_page(
    path: Path, shape: tuple[int, ...], options: WriteOptions
) -> Iterator[WriteRecording]:
    """Collect lifted recordings, and write the page of all of them at the end.

    People of one recording are in one scene, at their places in the image; other recordings are
    side by side.

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
    from signlift.viewer import write_page

    del shape
    recordings: list[Recording] = []
    yield lambda recording, _: recordings.append(recording)
    write_page(
        path,
        recordings,
        title=options.title,
        layout="image" if are_people_of_one([each.name for each in recordings]) else "side-by-side",
        videos=None if options.video is None else [options.video] * len(recordings),
        embed_video=options.embed_video,
    )
