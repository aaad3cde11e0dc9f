"""Pictures and films of a lifted recording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signlift.core.recording import Recording
from signlift.io.writer import WriteOptions, WriteRecording


@contextmanager
def open_picture(
    path: Path, shape: tuple[int, ...], options: WriteOptions
) -> Iterator[WriteRecording]:
    """Draw a recording: four frames in a row, or the whole recording as a film.

    Parameters
    ----------
    path
        .png, .svg or .pdf for frames from the front and from the side; .gif, .mp4 or .webm for a
        film.
    shape
        Not used.
    options
        `over`: the video whose images the front view is drawn over.

    Yields
    ------
    A function that takes a recording with depth, and the centimetres per unit for the scale bar.

    Raises
    ------
    InputError
        The recording has no depth, there is no ffmpeg for a film, or the video has another shape.
    """
    from signlift.io.video.images_of_frames import ImagesOfFrames
    from signlift.visualization.picture import draw_recording

    del shape

    def write(recording: Recording, scale: float | None) -> None:
        images = None if options.over is None else ImagesOfFrames(options.over, recording)
        size = None if images is None else images.size
        draw_recording(recording, path, scale=scale, images=images, image_size=size)

    yield write
