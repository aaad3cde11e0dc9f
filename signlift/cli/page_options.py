"""Checks of the options of pages, which several verbs have."""

from __future__ import annotations

from pathlib import Path

from signlift.cli.standard_streams import DASH
from signlift.errors import parameter_problem


def check_page_options(
    out: Path, *, video: bool, embed_video: bool, needs_file: str | None = None
) -> list[str]:
    """List the problems of the options of a page.

    Parameters
    ----------
    out
        The path to write, or `-`.
    video, embed_video
        Whether a video is given, and whether it becomes part of the page.
    needs_file
        Name of an option that was given and needs a file to be written; None if there is none.
    """
    problems = []
    if needs_file is not None and out == DASH:
        problems.append(parameter_problem(needs_file, expected="a file as `out`", found=str(out)))
    if embed_video and not video:
        problems.append(parameter_problem("embed_video", expected="`video` with it", found="none"))
    if video and not embed_video and out == DASH:
        expected = "`embed_video` with it, as standard output is in no directory"
        problems.append(parameter_problem("video", expected=expected, found="none"))
    return problems
