"""plot_3D_skeleton: a frame or a clip of a skeleton in 3D, seen from several sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, overload

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.visualization.animation_file import CLIP_SUFFIXES, DEFAULT_FPS, write_clip
from signlift.visualization.canvas import SkeletonFigure
from signlift.visualization.scene import Scene, build_scene
from signlift.visualization.style import IMAGE_DPI, IMAGE_SUFFIXES, check_suffix, save_figure
from signlift.visualization.view_projection import VIEWS

#: Dots per inch of a clip, and the fewest at which anything can be told apart.
CLIP_DPI, LOWEST_DPI = 100, 20

Body = Recording | NDArray[Any]


@overload
def plot_3D_skeleton(
    body: Body,
    path: None = None,
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
) -> Figure: ...


@overload
def plot_3D_skeleton(
    body: Body,
    path: str | PathLike[str],
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
) -> Path: ...


def plot_3D_skeleton(
    body: Body,
    path: str | PathLike[str] | None = None,
    *,
    true: Body | None = None,
    skeleton: str | Skeleton | None = None,
    views: Sequence[str] = ("front", "side"),
    frame: float | None = None,  # checked to be whole
    show_input: bool | None = None,
    fps: float | None = None,
    every: int | None = None,
    dpi: float | None = None,
    quiet: bool = False,
) -> Figure | Path:
    """Draw a skeleton in 3D: one frame as a picture, or a whole clip as GIF or MP4.

    The limits are the same for all frames, views and bodies, an inch is as long in every panel,
    and few stray points do not change them. Left and right are the person's. A keypoint that is
    missing (NaN) is not drawn, nor are the bones that touch it; nor is one that stands in no
    chain of the skeleton. A skeleton without a Neck gets a thin line from the middle of the
    shoulders to the Nose. No display is needed.

    Parameters
    ----------
    body
        A `Recording` with depth, or [T, J, 3] or [J, 3] in the camera frame (x right, y down,
        z away from the camera, all in one unit); NaN for what is missing.
    path
        Where to write: `.gif` and `.mp4` hold the whole clip, `.png`, `.pdf`, `.svg` and other
        suffixes of pictures one frame.
    true
        What `body` was predicted for, of the same length: the two are drawn beside each other,
        titled "true" and "predicted", with the 2D input before them.
    skeleton
        Of an array; a recording brings its own. By default panoptic26.
    views
        Any of "front" (as the camera sees it), "side" (from the person's left when facing the
        camera: depth grows to the right) and "turned" (three-quarter from above, in perspective,
        with a floor and a shadow).
    frame
        The frame of a picture, 0 for the first, -1 for the last; by default the middle one.
    show_input
        Whether the 2D keypoints are drawn before the bodies; by default with `true` only.
    fps
        Frames per second, for the speed of a clip and the time in its caption; by default the
        recording's, and a speed of 30 where it does not say.
    every
        Draw each `every`-th frame of a clip only; the speed stays. By default all frames (in GIF
        at most 50 per second).
    dpi
        Pixels per inch, 20 or more; by default 200 for a picture and 100 for a clip. Figures are
        up to 12 inches wide.
    quiet
        Show no progress bar.

    Returns
    -------
    The path, or without a path the matplotlib figure of the one frame.

    Raises
    ------
    InputError
        Wrong shapes, suffix or dpi, a recording without depth, no frame, an unknown view or
        frame, or MP4 where there is no ffmpeg.
    """
    suffix = ".png" if path is None else check_suffix(Path(path), IMAGE_SUFFIXES + CLIP_SUFFIXES)
    if dpi is not None and not dpi >= LOWEST_DPI:
        expected = f"a number of at least {LOWEST_DPI}"
        raise InputError(problem("dpi", expected=expected, found=str(dpi)))
    scene = _scene(body, true, skeleton, views, show_input, fps)
    if path is not None and suffix in CLIP_SUFFIXES:
        if frame is not None:
            raise InputError(
                problem("frame", expected=f"none for a clip ({suffix})", found=str(frame))
            )
        drawing = SkeletonFigure(scene, dpi or CLIP_DPI)
        return write_clip(
            path,
            drawing.pixels,
            scene.frames,
            fps=scene.fps or DEFAULT_FPS,
            every=every,
            quiet=quiet,
        )
    figure = SkeletonFigure(scene, dpi or IMAGE_DPI).show(_frame_number(frame, scene.frames))
    return figure if path is None else save_figure(figure, path)


def _scene(
    body: Body,
    true: Body | None,
    skeleton: str | Skeleton | None,
    views: Sequence[str],
    show_input: bool | None,
    fps: float | None,
) -> Scene:
    """Check what was given and lay it out."""
    _check_views(views)
    if fps is not None and not fps > 0:
        raise InputError(problem("fps", expected="a number above 0", found=str(fps)))
    predicted = _recording(body, skeleton, "body" if true is None else "predicted")
    bodies = {"3D" if true is None else "predicted": predicted}
    if true is not None:
        bodies = {"true": _recording(true, skeleton or predicted.skeleton, "true"), **bodies}
        _check_alike(predicted, bodies["true"])
    return build_scene(
        predicted.skeleton,
        bodies,
        predicted.keypoints if (true is not None if show_input is None else show_input) else None,
        tuple(dict.fromkeys(views)),
        fps or predicted.fps,
    )


def _recording(body: Body, skeleton: str | Skeleton | None, title: str) -> Recording:
    """The body as a recording with depth and at least one frame."""
    if isinstance(body, Recording):
        recording = body
        title = f"{title} ({body.name})"
        if body.depth is None:
            raise InputError(problem(title, expected="a recording with depth", found="no depth"))
        if skeleton is not None and get_skeleton(skeleton) != body.skeleton:
            raise InputError(
                problem(
                    title,
                    expected=f"skeleton {get_skeleton(skeleton).name}",
                    found=body.skeleton.name,
                )
            )
    else:
        on = PANOPTIC26 if skeleton is None else get_skeleton(skeleton)
        points = np.asarray(body)
        shape = points.shape
        points = points[None] if points.ndim == 2 else points
        if points.ndim != 3 or points.shape[1:] != (len(on), 3):
            expected = f"shape [T, {len(on)}, 3] or [{len(on)}, 3] ({on.name})"
            raise InputError(problem(title, expected=expected, found=str(list(shape))))
        if points.dtype.kind not in "fiu" or np.isinf(points).any():
            found = f"dtype {points.dtype}" if points.dtype.kind not in "fiu" else "infinity"
            raise InputError(problem(title, expected="finite numbers or NaN", found=found))
        recording = Recording(points[..., :2], on, depth=points[..., 2], name=title)
    if not len(recording):
        raise InputError(problem(title, expected="at least one frame", found="none"))
    return replace(recording, confidence=None)


def _check_alike(predicted: Recording, true: Recording) -> None:
    if len(true) != len(predicted):
        raise InputError(
            problem(
                "true",
                expected=f"as many frames as predicted ({len(predicted)})",
                found=str(len(true)),
            )
        )


def _check_views(views: Sequence[str]) -> None:
    unknown = [views] if isinstance(views, str) else [view for view in views if view not in VIEWS]
    if unknown or not views:
        raise InputError(
            problem(
                "views",
                expected=f"one or more of {', '.join(VIEWS)}",
                found=", ".join(map(repr, unknown)) or "none",
            )
        )


def _frame_number(frame: float | None, frames: int) -> int:
    if frame is None:
        return frames // 2
    if np.asarray(frame).dtype.kind not in "iu" or not -frames <= frame < frames:
        expected = f"a whole number below {frames}"
        raise InputError(problem("frame", expected=expected, found=str(frame)))
    return int(frame) % frames
