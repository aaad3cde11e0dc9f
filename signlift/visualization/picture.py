"""Pictures and films of a lifted recording, by the suffix of the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, collect_problems, parameter_problem, problem
from signlift.utils.array_types import UInt8
from signlift.visualization.figures.sheet_figure import draw_sheet
from signlift.visualization.figures.skeleton_figure import SkeletonFigure
from signlift.visualization.films.film import DEFAULT_FPS, FILM_SUFFIXES, write_animation
from signlift.visualization.plot_skeleton import (
    ANIMATION_DPI,
    MIN_DPI,
    check_length,
    check_views,
    frame_number,
)
from signlift.visualization.scene.person_scale import measure_scale
from signlift.visualization.scene.scene import build_scene
from signlift.visualization.style import IMAGE_DPI, IMAGE_SUFFIXES, check_suffix, save_figure
from signlift.visualization.theme import get_theme

#: Number of frames of a picture, where none are chosen, and the largest number.
DEFAULT_COUNT, MAX_COUNT = 4, 12

#: Returns the image [H, W, 3] of a frame by its number.
ImageOfFrame = Callable[[int], UInt8[np.ndarray, "H W 3"]]


@dataclass(frozen=True)
class PictureOptions:
    """Content of a picture or a film.

    Attributes
    ----------
    frames
        Numbers of the frames of a picture, counted from 0, from the end if they are negative. By
        default `count` frames, evenly spaced.
    count
        Number of frames of a picture, 4 by default.
    views
        Any of "front", "side" and "turned" (see `plot_3D_skeleton`).
    theme
        "light" or "dark".
    dpi
        Pixels per inch, at least 20; by default 200 for a picture and 100 for a film.

    Raises
    ------
    InputError
        Lists all options that are out of range.
    """

    frames: tuple[int, ...] | None = None
    count: int | None = None
    views: tuple[str, ...] = ("front", "side")
    theme: str = "light"
    dpi: float | None = None

    def __post_init__(self) -> None:
        problems = []
        if self.frames is not None and self.count is not None:
            expected = "`frames` or `count`"
            problems.append(parameter_problem("count", expected=expected, found="both"))
        number = self.count if self.frames is None else len(self.frames)
        if number is not None and not 1 <= number <= MAX_COUNT:
            name = "count" if self.frames is None else "frames"
            expected = f"1 to {MAX_COUNT} frames"
            problems.append(parameter_problem(name, expected=expected, found=str(number)))
        if self.dpi is not None and not self.dpi >= MIN_DPI:
            expected = f"a number of at least {MIN_DPI}"
            problems.append(parameter_problem("dpi", expected=expected, found=str(self.dpi)))
        with collect_problems(problems):
            check_views(self.views)
        with collect_problems(problems):
            get_theme(self.theme)
        if problems:
            raise InputError(problems)


def draw_recording(
    recording: Recording,
    path: str | PathLike[str],
    options: PictureOptions | None = None,
    *,
    true: Recording | None = None,
    scale: float | None = None,
    images: ImageOfFrame | None = None,
    image_size: tuple[float, float] | None = None,
    quiet: bool = True,
) -> Path:
    """Draw a lifted recording: frames in a row as a picture, or the whole recording as a film.

    Parameters
    ----------
    recording
        With depth. What was completed is pale, the uncertainty of the depth is a band in the side
        view.
    path
        .gif, .mp4 and .webm become films; .png, .svg, .pdf and other images pictures with a
        column for each frame and a row for each view; the views of one frame are side by side.
    options
        Frames, views, colours and resolution.
    true
        The same recording with the true depth, which is drawn as lines over the body.
    scale
        Centimetres per unit of the recording, for the scale bar.
    images
        Images that the front view is drawn over: the frames of the video.
    image_size
        Width and height of the images in the unit of the keypoints.
    quiet
        Show no progress bar.

    Returns
    -------
    The path.

    Raises
    ------
    InputError
        Another suffix; a recording without depth or frames; a frame that it does not have; or no
        ffmpeg for a video.

    Examples
    --------
    >>> draw_recording(lifted, "signer.png", PictureOptions(count=6))        # doctest: +SKIP
    """
    options, path = options or PictureOptions(), Path(path)
    is_film = check_picture(path, options)
    _check_recording(recording)
    if true is not None:
        _check_recording(true)
        check_length(true, recording)
        if true.skeleton != recording.skeleton:
            true = true.convert(recording.skeleton)
    scene = build_scene(
        {"3D": recording},
        tuple(dict.fromkeys(options.views)),
        measure_scale(recording, scale),
        fps=recording.frame_rate,
        reference=true,
        image_size=image_size,
    )
    theme = get_theme(options.theme)
    if not is_film:
        numbers = _choose(recording, options)
        dpi = options.dpi or IMAGE_DPI
        if len(numbers) == 1:  # with its views beside each other
            drawn = SkeletonFigure(scene, dpi, theme, images).show(numbers[0])
        else:
            drawn = draw_sheet(scene, numbers, dpi, theme, images)
        save_figure(drawn, path)
        return path
    figure = SkeletonFigure(scene, options.dpi or ANIMATION_DPI, theme, images)
    write_animation(
        path,
        figure.render,
        scene.frames,
        fps=scene.fps or DEFAULT_FPS,
        times=scene.times,
        quiet=quiet,
    )
    return path


def check_picture(path: Path, options: PictureOptions) -> bool:
    """Check the suffix of a picture or film, and return True for a film.

    Raises
    ------
    InputError
        Another suffix, or frames of a film are chosen.
    """
    suffix = check_suffix(path, (*IMAGE_SUFFIXES, *FILM_SUFFIXES))
    is_film = suffix in FILM_SUFFIXES
    if is_film and (options.frames is not None or options.count is not None):
        name = "count" if options.frames is None else "frames"
        expected, found = f"none for {suffix}, a film of all frames", "some"
        raise InputError(parameter_problem(name, expected=expected, found=found))
    return is_film


def _check_recording(recording: Recording) -> None:
    if recording.depth is None or np.isnan(recording.depth).all():
        expected, found = "a recording with depth", "none"
        raise InputError(problem(recording.name, expected=expected, found=found))
    if not len(recording):
        raise InputError(problem(recording.name, expected="at least one frame", found="none"))


def _choose(recording: Recording, options: PictureOptions) -> list[int]:
    """Return the frames of a picture: those that were chosen, or some with a person."""
    if options.frames is not None:
        return [frame_number(number, len(recording), "frames") for number in options.frames]
    shown = np.flatnonzero((~np.isnan(recording.points[..., 0])).any(1))
    shown = shown if len(shown) else np.arange(len(recording))
    count = min(options.count or DEFAULT_COUNT, len(shown))
    return [int(shown[int((number + 0.5) * len(shown) / count)]) for number in range(count)]
