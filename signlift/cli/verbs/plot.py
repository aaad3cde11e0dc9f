"""The verb `plot`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.cli.lift_jobs import describe_lengths
from signlift.cli.options import (
    NO_CORRECTIONS,
    KeypointFlags,
    Names,
    Numbers,
    SkeletonName,
    make_read_options,
    print_warnings,
    read_path,
)
from signlift.cli.standard_streams import standard_streams
from signlift.errors import InputError, collect_problems


def plot(
    source: Annotated[Path, Parameter("INPUT", allow_leading_hyphen=True, converter=read_path)],
    /,
    *,
    out: Annotated[Path, Placeholder("OUT"), Parameter(alias="-o")],
    frames: Annotated[Numbers, Parameter(allow_leading_hyphen=True)] = None,
    count: int | None = None,
    views: Names = None,
    true: Annotated[Path | None, Placeholder("FILE")] = None,
    over: Annotated[Path | None, Placeholder("VIDEO")] = None,
    theme: Literal["light", "dark"] = "light",
    dpi: float | None = None,
    scale: Annotated[float | None, Placeholder("CM")] = None,
    model: Annotated[Path | None, Placeholder("MODEL")] = None,
    person: int | None = None,
    skeleton: SkeletonName | None = None,
    size: Annotated[tuple[int, int] | None, Placeholder("WIDTH HEIGHT")] = None,
    fps: float | None = None,
    corrections: KeypointFlags = NO_CORRECTIONS,
    quiet: bool = False,
) -> int:
    """Draw a recording: a picture of some frames, or a film of all at its true speed.

    Example: signlift plot signer.pose -o signer.png --frames 10,40,80

    Example: signlift plot lifted.npz -o signer.mp4 --over signer_video.mp4

    Parameters
    ----------
    source
        Recording with depth, in any format that signlift reads, or keypoints or a video without:
        these are lifted. - for standard input.
    out
        Picture (.png, .svg or .pdf), with a column for each frame and a row for each view, or film
        (.gif, .mp4 or .webm).
    frames
        Frames of a picture, counted from 0; -1 is the last one.
    count
        Number of frames of a picture, evenly spaced, from 1 to 12. Default: 4.
    views
        Views, of front, side and turned. Default: front,side, but front over a video.
    true
        The same recording with true depth, drawn as lines over the body.
    over
        Video of the keypoints, which the front view is drawn over.
    theme
        Colours.
    dpi
        Pixels per inch. Default: 200 for a picture and 100 for a film.
    scale
        Length of one unit of the keypoints, for the scale bar. Default: that of the file, or a
        torso of 50 cm.
    model
        Directory or .safetensors file of a training run, or an exported model. Default: the
        shipped weights.
    person
        Person in a file of several, counted from 0. Default: the main person.
    skeleton
        Skeleton of the keypoints, if the file does not name it.
    size
        Size of the image in pixels, if the file does not hold it: needed if x and y are fractions
        of it.
    fps
        Frames per second. Default: those of the file, or 30 if it has none.
    corrections
        Corrections of the keypoints.
    quiet
        Show no progress and no summary.
    """
    from signlift.pipeline.plot import plot as draw
    from signlift.visualization.picture import PictureOptions

    problems: list[str] = []
    with collect_problems(problems):
        reading = make_read_options(
            corrections, skeleton=skeleton, person=person, fps=fps, size=size, quiet=quiet
        )
    with collect_problems(problems):
        PictureOptions(frames, count, views or ("front",), theme, dpi)
    if problems:
        raise InputError(problems)
    with standard_streams([source], out, "") as ((file, *_), target), print_warnings() as caught:
        plotted = draw(
            file,
            target,
            frames=frames,
            count=count,
            views=views,
            theme=theme,
            dpi=dpi,
            scale=scale,
            true=true,
            over=over,
            model=model,
            reading=reading,
        )
    if not quiet:
        lines = [describe_lengths([plotted.length]), *filter(None, [plotted.note]), str(out)]
        print(*lines, sep="\n", file=sys.stdout)
    return 1 if caught else 0
