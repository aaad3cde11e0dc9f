"""The page: a template, the bundle of the front end, and the packed recordings."""

from __future__ import annotations

import base64
import html
import json
import mimetypes
import os
from collections.abc import Sequence
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem, problem
from signlift.utils.atomic import write_text
from signlift.viewer.packed_recording import pack_recording

#: How several recordings are placed: next to each other, with their roots in one place, or as they
#: are in the image (people of one video).
LAYOUTS = ("side-by-side", "overlay", "image")

_STATIC = resources.files("signlift.viewer") / "static"

#: Nothing but what the file itself holds is loaded, apart from a video beside it.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; media-src * data: blob: file:"
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="signlift">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body class="signlift-page">
<noscript>This page shows people in 3D, and needs JavaScript.</noscript>
<main id="player"></main>
<script type="application/json" id="payload">{payload}</script>
<script>
{script}
</script>
<script>
signlift.mount(
  document.getElementById("player"), JSON.parse(document.getElementById("payload").textContent),
  {{ page: true }});
</script>
</body>
</html>
"""


class PageParts(NamedTuple):
    """Script, style and recordings of a page, as texts to put into its elements.

    Attributes
    ----------
    script
        The content of a script element. It defines `window.signlift.mount(element, payload,
        options)`, which shows a payload in an element; it may be called several times.
    style
        The content of a style element.
    payload
        JSON of the recordings, for a script element of the type application/json.
    """

    script: str
    style: str
    payload: str


def page_parts(
    recordings: Recording | Sequence[Recording],
    *,
    title: str | None = None,
    layout: str = "side-by-side",
    truths: Sequence[Recording | None] | None = None,
    videos: Sequence[str | PathLike[str] | None] | None = None,
    embed_video: bool = False,
    directory: str | PathLike[str] = ".",
) -> PageParts:
    """Return script, style and payload of a page that shows lifted recordings.

    Parameters
    ----------
    recordings, title, layout, truths, videos, embed_video
        As for `write_page`.
    directory
        The directory of the page: videos are named relative to it.

    Raises
    ------
    InputError
        Lists the problems: as for `write_page`.
    """
    several = (recordings,) if isinstance(recordings, Recording) else tuple(recordings)
    all_truths = _checked_list("truths", truths, len(several))
    all_videos = _checked_list("videos", videos, len(several))
    if not several:
        raise InputError(parameter_problem("recordings", expected="at least one", found="none"))
    if layout not in LAYOUTS:
        expected = f"one of {', '.join(LAYOUTS)}"
        raise InputError(parameter_problem("layout", expected=expected, found=repr(layout)))
    packed: list[dict[str, Any]] = []
    problems: list[str] = []
    for recording, truth, video in zip(several, all_truths, all_videos, strict=True):
        try:
            source = None if video is None else _video_source(Path(video), directory, embed_video)
            packed.append(pack_recording(recording, truth) | {"video": source})
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    content = {
        "format": "signlift-viewer",
        "version": 1,
        "title": title or " · ".join(dict.fromkeys(recording.name for recording in several)),
        "layout": layout,
        "recordings": packed,
    }
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    # An end tag within a text would end the script element.
    return PageParts(_asset("viewer.js"), _asset("viewer.css"), text.replace("<", "\\u003c"))


def write_page(
    path: str | PathLike[str],
    recordings: Recording | Sequence[Recording],
    *,
    title: str | None = None,
    layout: str = "side-by-side",
    truths: Sequence[Recording | None] | None = None,
    videos: Sequence[str | PathLike[str] | None] | None = None,
    embed_video: bool = False,
) -> Path:
    """Write one HTML file that shows lifted recordings in 3D.

    It opens in any browser, and loads nothing from elsewhere, apart from a video that is not
    embedded. The file appears whole or not at all.

    Parameters
    ----------
    path
        The file to write.
    recordings
        One recording with depth, or several.
    title
        The title of the page; the names of the recordings by default.
    layout
        How several recordings are placed at first: "side-by-side", "overlay" (with their roots in
        one place) or "image" (as they are in the image, for people of one video).
    truths
        For each recording, the same frames with true depth, or None.
    videos
        For each recording, the video that it comes from, or None. The keypoints are drawn over it.
    embed_video
        Whether videos become part of the file. Otherwise the page names them by their path
        relative to it, and shows them as long as they are there.

    Returns
    -------
    The path.

    Raises
    ------
    InputError
        Lists the problems: no recording, one without depth, a truth of another number of frames, a
        video that does not exist.

    Examples
    --------
    >>> import signlift as sl
    >>> from signlift.viewer import write_page
    >>> lifted = sl.load().lift(sl.read(sl.sample_path()))           # doctest: +SKIP
    >>> write_page("signer.html", lifted)                            # doctest: +SKIP
    """
    path = Path(path)
    parts = page_parts(
        recordings,
        title=title,
        layout=layout,
        truths=truths,
        videos=videos,
        embed_video=embed_video,
        directory=path.parent,
    )
    heading = json.loads(parts.payload)["title"]
    page = _PAGE.format(policy=_POLICY, title=html.escape(heading), **parts._asdict())
    write_text(path, page)
    return path


def _checked_list(name: str, values: Sequence[Any] | None, length: int) -> Sequence[Any]:
    """Return a list of one value for each recording; all None for None."""
    if values is None:
        return [None] * length
    if isinstance(values, (str, PathLike, Recording)) or len(values) != length:
        expected = f"a list of {length}, one for each recording"
        found = str(len(values)) if isinstance(values, (list, tuple)) else type(values).__name__
        raise InputError(parameter_problem(name, expected=expected, found=found))
    return values


def _video_source(video: Path, directory: str | PathLike[str], embed: bool) -> str:
    """Return the address of a video for the page: its path relative to it, or its content."""
    if not video.is_file():
        found = "a directory" if video.is_dir() else "no such file"
        raise InputError(problem(video, expected="a video", found=found))
    if embed:
        kind = mimetypes.guess_type(video.name)[0] or "video/mp4"
        return f"data:{kind};base64,{base64.b64encode(video.read_bytes()).decode('ascii')}"
    try:
        relative = os.path.relpath(video, directory)
    except ValueError:  # on another drive of Windows
        return video.resolve().as_uri()
    return quote(Path(relative).as_posix())


@cache
def _asset(name: str) -> str:
    """Read a file of the front end's bundle."""
    return (_STATIC / name).read_text(encoding="utf-8")
