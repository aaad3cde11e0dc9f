"""The verb `view`."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.cli.lift_jobs import describe_lengths
from signlift.cli.options import (
    NO_CORRECTIONS,
    KeypointFlags,
    PersonOption,
    SkeletonName,
    make_read_options,
    print_note,
    print_warnings,
    read_path,
)
from signlift.cli.page_options import check_page_options
from signlift.cli.standard_streams import DASH, standard_streams
from signlift.errors import InputError, collect_problems, parameter_problem

Paths = Annotated[tuple[Path, ...], Placeholder("FILE"), Parameter(n_tokens=1)]


def view(
    *sources: Annotated[
        Path, Parameter("INPUT", required=True, allow_leading_hyphen=True, converter=read_path)
    ],
    out: Annotated[
        Path,
        Placeholder("OUT.html"),
        Parameter(alias="-o", allow_leading_hyphen=True, converter=read_path),
    ] = Path("viewer.html"),
    true: Paths = (),
    video: Paths = (),
    embed_video: bool = False,
    overlay: bool = False,
    person: PersonOption = None,
    title: str | None = None,
    model: Annotated[Path | None, Placeholder("MODEL")] = None,
    skeleton: SkeletonName | None = None,
    size: Annotated[tuple[int, int] | None, Placeholder("WIDTH HEIGHT")] = None,
    fps: float | None = None,
    corrections: KeypointFlags = NO_CORRECTIONS,
    open: bool = False,
    quiet: bool = False,
) -> int:
    """Write a page that plays recordings in 3D, in any browser and offline.

    Example: signlift view signer.pose --video signer.mp4

    Example: signlift view mine.npz other.npz --true true.npz --overlay -o compare.html

    Parameters
    ----------
    sources
        Recordings with depth, in any format that signlift reads, or keypoints or videos without:
        these are lifted. Files, directories of files, or - for standard input.
    out
        Page to write. - for standard output.
    true
        Recording with true depth to compare with: one for each that is shown, or one for all. May
        be repeated.
    video
        Video of the keypoints, shown in time with them; once for each input. The page names it by
        its path relative to the page.
    embed_video
        Make the video part of the page, which can then be sent alone.
    overlay
        Show all recordings in one place. Default: side by side; people of one recording at their
        places in the image.
    person
        Person in a file of several, counted from 0, or all. Default: the main person.
    title
        Title of the page. Default: the names of the recordings.
    model
        Directory or .safetensors file of a training run, or an exported model. Default: the
        shipped weights.
    skeleton
        Skeleton of the keypoints, if the file does not name it.
    size
        Size of the image in pixels, if the file does not hold it: needed if x and y are fractions
        of it.
    fps
        Frames per second. Default: those of the file, or 30 if it has none.
    corrections
        Corrections of the keypoints.
    open
        Open the page in the browser.
    quiet
        Show no progress and no summary.
    """
    from signlift.pipeline.view import view as write_view

    problems: list[str] = []
    with collect_problems(problems):
        reading = make_read_options(
            corrections, skeleton=skeleton, person=person, fps=fps, size=size, quiet=quiet
        )
    problems += check_page_options(
        out, video=bool(video), embed_video=embed_video, needs_file="open" if open else None
    )
    if out != DASH and out.suffix.lower() != ".html" and not out.is_char_device():
        expected = "a name that ends in .html"
        problems.append(parameter_problem("out", expected=expected, found=str(out)))
    if problems:
        raise InputError(problems)
    with standard_streams(sources, out, ".html" if out == DASH else "") as (inputs, target):
        with print_warnings() as caught:
            viewed = write_view(
                inputs,
                target,
                model=model,
                true=true or None,
                video=video or None,
                embed_video=embed_video,
                layout="overlay" if overlay else None,
                title=title,
                reading=reading,
            )
        for line in viewed.notes:
            print_note(line)
    if not quiet:
        lines = [describe_lengths(viewed.lengths), *([] if out == DASH else [str(out)])]
        print(*lines, sep="\n", file=sys.stderr if out == DASH else sys.stdout)
    if open:
        webbrowser.open(out.resolve().as_uri())
    return 1 if caught else 0
