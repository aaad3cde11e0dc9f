"""Pictures and films of a lifted recording."""

from __future__ import annotations

from pathlib import Path

from signlift.core.recording import Recording


def write_picture(recording: Recording, path: Path, scale: float | None = None) -> None:
    """Draw a recording: four frames in a row, or the whole recording as a film.

    Parameters
    ----------
    recording
        With depth.
    path
        .png, .svg or .pdf for frames from the front and from the side; .gif, .mp4 or .webm for a
        film.
    scale
        Centimetres per unit of the recording, for the scale bar.

    Raises
    ------
    InputError
        The recording has no depth, or there is no ffmpeg for a video.
    """
    from signlift.visualization.picture import draw_recording

    draw_recording(recording, path, scale=scale)
