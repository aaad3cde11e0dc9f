"""A picture or a film of one recording: with depth as it is, or lifted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem, problem
from signlift.io import ReadOptions
from signlift.lifting.lifter import Lifter
from signlift.pipeline.shown_recordings import ShownRecordings


@dataclass(frozen=True)
class Plotted:
    """A picture or film that was drawn.

    Attributes
    ----------
    path
        The file.
    length
        The number of frames of the recording.
    note
        What the scale bar assumes; "" if the size of the person is known.
    """

    path: Path
    length: int
    note: str


def plot(
    source: str | PathLike[str] | Recording,
    out: str | PathLike[str],
    *,
    frames: tuple[int, ...] | None = None,
    count: int | None = None,
    views: tuple[str, ...] | None = None,
    theme: str = "light",
    dpi: float | None = None,
    scale: float | None = None,
    true: str | PathLike[str] | Recording | None = None,
    over: str | PathLike[str] | None = None,
    model: Lifter | str | PathLike[str] | None = None,
    reading: ReadOptions | None = None,
) -> Plotted:
    """Draw a recording: frames in a row as a picture, or all of it as a film at its true speed.

    Parameters
    ----------
    source
        A recording, or a file that signlift reads. What has no depth is lifted, and keypoints that
        were not observed are completed: these are pale. The uncertainty of the depth is a band in
        the side view.
    out
        .gif, .mp4 and .webm become films; .png, .svg, .pdf and other images pictures.
    frames
        Numbers of the frames of a picture, counted from 0, from the end if they are negative.
    count
        Number of frames of a picture, evenly spaced, where `frames` does not choose them: 4 by
        default, 12 at most.
    views
        Any of "front", "side" and "turned" (see `plot_3D_skeleton`): the rows of a picture. By
        default front and side, but front alone over a video.
    theme
        "light" or "dark".
    dpi
        Pixels per inch; by default 200 for a picture and 100 for a film.
    scale
        Centimetres per unit of the keypoints, for the scale bar. Where neither it nor the file says
        how large the person is, a torso of 50 cm is assumed, and the picture says so.
    true
        The same recording with true depth, or its file: drawn as lines over the body.
    over
        A video whose images the front view is drawn over.
    model
        A lifter, or a path as `signlift.load` takes it; the shipped weights by default.
    reading
        Facts about the file that it may not hold. `reading.quiet` hides the progress, too.

    Raises
    ------
    InputError
        One line for each problem: a file of several recordings, or that cannot be read; true depth
        of another number of frames; a video in another shape; options out of range; or no ffmpeg
        for a video.

    Examples
    --------
    >>> import signlift as sl
    >>> sl.plot("signer.pose", "signer.png", count=6)                        # doctest: +SKIP
    >>> sl.plot("signer.pose", "signer.mp4", over="signer_video.mp4")        # doctest: +SKIP
    """
    from signlift.io.video.images_of_frames import ImagesOfFrames
    from signlift.visualization.picture import PictureOptions, check_picture, draw_recording
    from signlift.visualization.scene.person_scale import describe_size, measure_scale

    reading, out = reading or ReadOptions(), Path(out)
    default_views = ("front", "side") if over is None else ("front",)
    options = PictureOptions(frames, count, views or default_views, theme, dpi)
    check_picture(out, options)
    if over is not None and "front" not in options.views:
        expected = "front among `views`"
        raise InputError(parameter_problem("over", expected=expected, found=options.views[0]))
    shown = ShownRecordings(replace(reading, person=_one_person(reading)), out, model)
    shown.add(source)
    if len(shown.recordings) > 1:
        found = str(len(shown.recordings))
        where = source.name if isinstance(source, Recording) else source
        raise InputError(problem(where, expected="one recording", found=found))
    (recording,) = shown.recordings
    truth = None if true is None else shown.read_truths(true)[0]
    images = None if over is None else ImagesOfFrames(over, recording)
    draw_recording(
        recording,
        out,
        options,
        true=truth,
        scale=scale,
        images=images,
        image_size=None if images is None else images.size,
        quiet=reading.quiet,
    )
    return Plotted(out, len(recording), describe_size(measure_scale(recording, scale)))


def _one_person(reading: ReadOptions) -> int | None:
    """Return the person to draw; InputError for all people."""
    if reading.person == "all":
        raise InputError(parameter_problem("person", expected="one person", found="all"))
    return reading.person
