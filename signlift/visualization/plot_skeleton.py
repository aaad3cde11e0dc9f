"""plot_3D_skeleton: a frame or an animation of a skeleton in 3D, from several sides."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.visualization.figures.skeleton_figure import SkeletonFigure
from signlift.visualization.films.film import DEFAULT_FPS, FILM_SUFFIXES, write_animation
from signlift.visualization.scene.person_scale import measure_scale
from signlift.visualization.scene.scene import Scene, build_scene
from signlift.visualization.scene.view_projection import VIEWS
from signlift.visualization.style import IMAGE_DPI, IMAGE_SUFFIXES, check_suffix, save_figure

#: Dots per inch of an animation, and the smallest resolution in which a skeleton is visible.
ANIMATION_DPI, MIN_DPI = 100, 20

#: A body to draw: a recording with depth, or points [T, J, 3] or [J, 3].
Body = Recording | NDArray[Any]


def plot_3D_skeleton(
    body: Body,
    path: str | PathLike[str] | None = None,
    *,
    true: Body | None = None,
    skeleton: str | Skeleton | None = None,
    views: Sequence[str] = ("front", "side"),
    frame: int | None = None,
    show_input: bool | None = None,
    fps: float | None = None,
    every: int | None = None,
    dpi: float | None = None,
    quiet: bool = False,
) -> Figure:
    """Draw a skeleton in 3D: one frame as an image, or a whole recording as GIF or MP4.

    All frames, views and bodies share one scale and the same limits, which outliers do not
    change. Left and right are the person's. Missing keypoints (NaN) and their bones are not
    drawn, nor are keypoints that are in no chain of the skeleton. A skeleton without a Neck gets
    a thin line from the middle of the shoulders to the Nose. No display is needed.

    Parameters
    ----------
    body
        A `Recording` with depth, or points [T, J, 3] or [J, 3] in the camera frame (x right,
        y down, z away from the camera, all in one unit); NaN where missing.
    path
        A file to write. `.gif` and `.mp4` hold the whole recording; `.png`, `.pdf`, `.svg` and
        other suffixes of images hold one frame.
    true
        The true body, of the same length. It is drawn beside `body`, which is then titled
        "predicted", with the 2D input before both.
    skeleton
        The skeleton of an array, panoptic26 by default. A recording has its own.
    views
        Any of "front" (as the camera sees the person), "side" (from the person's left when facing
        the camera: depth grows to the right) and "turned" (three-quarter from above, in
        perspective, with a floor and a shadow).
    frame
        The frame of an image: 0 for the first, -1 for the last; by default the middle one.
    show_input
        Draw the 2D keypoints before the bodies; by default only if `true` is given.
    fps
        Frames per second, for the speed of an animation and the time in the caption; by default
        the recording's, and 30 if it has none.
    every
        Draw each `every`-th frame of an animation only, at the same speed. By default all frames
        (at most 50 per second in GIF).
    dpi
        Pixels per inch, at least 20; by default 200 for an image and 100 for an animation.
        Figures are up to 12 inches wide.
    quiet
        Show no progress bar.

    Returns
    -------
    The matplotlib figure: of the drawn frame, or of the middle frame of an animation.

    Raises
    ------
    InputError
        Wrong shapes, suffix or dpi; a recording without depth or frames; an unknown view or
        frame; or MP4 without ffmpeg.

    Examples
    --------
    >>> import numpy as np
    >>> points = np.random.default_rng(0).normal(size=(3, 26, 3))
    >>> figure = plot_3D_skeleton(points, views=("front", "turned"), frame=0)
    >>> len(figure.axes)
    2
    """
    suffix = ".png"
    if path is not None:
        suffix = check_suffix(Path(path), IMAGE_SUFFIXES + FILM_SUFFIXES)
    if dpi is not None and not dpi >= MIN_DPI:
        expected = f"a number of at least {MIN_DPI}"
        raise InputError(parameter_problem("dpi", expected=expected, found=dpi))
    scene = prepare_scene(body, true, skeleton, views, show_input, fps)
    if path is not None and suffix in FILM_SUFFIXES:
        if frame is not None:
            expected = f"none for an animation ({suffix})"
            raise InputError(parameter_problem("frame", expected=expected, found=frame))
        drawing = SkeletonFigure(scene, dpi or ANIMATION_DPI)
        write_animation(
            path,
            drawing.render,
            scene.frames,
            fps=scene.fps or DEFAULT_FPS,
            times=scene.times,
            every=every,
            quiet=quiet,
        )
        return drawing.show(scene.frames // 2)
    figure = SkeletonFigure(scene, dpi or IMAGE_DPI).show(_middle_or(frame, scene.frames))
    if path is not None:
        save_figure(figure, path)
    return figure


def prepare_scene(
    body: Body,
    true: Body | None = None,
    skeleton: str | Skeleton | None = None,
    views: Sequence[str] = ("front", "side"),
    show_input: bool | None = None,
    fps: float | None = None,
) -> Scene:
    """Check the arguments of `plot_3D_skeleton`, and build the scene that they describe.

    Parameters
    ----------
    body, true, skeleton, views, show_input, fps
        As for `plot_3D_skeleton`.

    Raises
    ------
    InputError
        As for `plot_3D_skeleton`.
    """
    check_views(views)
    if fps is not None and not fps > 0:
        raise InputError(parameter_problem("fps", expected="a number above 0", found=fps))
    predicted = _as_recording(body, skeleton, "body" if true is None else "predicted")
    bodies = {"3D" if true is None else "predicted": predicted}
    if true is not None:
        bodies = {"true": _as_recording(true, skeleton or predicted.skeleton, "true"), **bodies}
        check_length(bodies["true"], predicted)
    return build_scene(
        bodies,
        tuple(dict.fromkeys(views)),
        measure_scale(predicted),
        show_input=true is not None if show_input is None else show_input,
        fps=fps or predicted.fps,
    )


def _as_recording(body: Body, skeleton: str | Skeleton | None, title: str) -> Recording:
    """Return a body as a recording with depth and at least one frame."""
    if isinstance(body, Recording):
        recording = body
        title = f"{title} ({body.name})"
        if body.depth is None:
            raise InputError(problem(title, expected="a recording with depth", found="no depth"))
        if skeleton is not None and get_skeleton(skeleton) != body.skeleton:
            expected = f"skeleton {get_skeleton(skeleton).name}"
            raise InputError(problem(title, expected=expected, found=body.skeleton.name))
    else:
        recording = _recording_of_points(np.asarray(body), skeleton, title)
    if not len(recording):
        raise InputError(problem(title, expected="at least one frame", found="none"))
    return recording


def _recording_of_points(
    points: NDArray[Any], skeleton: str | Skeleton | None, title: str
) -> Recording:
    """Return points [T, J, 3] or [J, 3] as a recording."""
    skeleton = PANOPTIC26 if skeleton is None else get_skeleton(skeleton)
    shape, J = points.shape, len(skeleton)
    points = points[None] if points.ndim == 2 else points
    if points.ndim != 3 or points.shape[1:] != (J, 3):
        expected = f"shape [T, {J}, 3] or [{J}, 3] ({skeleton.name})"
        raise InputError(problem(title, expected=expected, found=f"shape {list(shape)}"))
    if points.dtype.kind not in "fiu" or np.isinf(points).any():
        found = f"dtype {points.dtype}" if points.dtype.kind not in "fiu" else "infinity"
        raise InputError(problem(title, expected="finite numbers or NaN", found=found))
    return Recording(points[..., :2], skeleton, depth=points[..., 2], name=title)


def check_length(true: Recording, predicted: Recording) -> None:
    """Raise InputError where a true recording has another number of frames."""
    if len(true) != len(predicted):
        expected = f"as many frames as predicted ({len(predicted)})"
        raise InputError(parameter_problem("true", expected=expected, found=len(true)))


def check_views(views: Sequence[str]) -> None:
    """Raise InputError for unknown views, or none."""
    unknown = [views] if isinstance(views, str) else [view for view in views if view not in VIEWS]
    if unknown or not views:
        expected = f"one or more of {', '.join(VIEWS)}"
        found = ", ".join(map(repr, unknown)) or "none"
        raise InputError(parameter_problem("views", expected=expected, found=found))


def _middle_or(frame: int | None, frames: int) -> int:
    return frames // 2 if frame is None else frame_number(frame, frames, "frame")


def frame_number(frame: int, frames: int, name: str) -> int:
    """Return the number of a frame from 0, given one that may count from the end.

    Raises
    ------
    InputError
        There is no such frame; the message names the parameter.
    """
    if np.asarray(frame).dtype.kind not in "iu" or not -frames <= frame < frames:
        expected = f"a whole number from {-frames} to {frames - 1}"
        raise InputError(parameter_problem(name, expected=expected, found=frame))
    return int(frame) % frames
