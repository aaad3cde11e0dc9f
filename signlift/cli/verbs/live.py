"""The verb `live`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, Token

from signlift.cli.help_text import Placeholder
from signlift.cli.live_results import LiveResults
from signlift.cli.options import (
    NO_CORRECTIONS,
    KeypointFlags,
    SkeletonName,
    make_read_options,
    print_note,
    print_warnings_at_once,
    read_path,
)
from signlift.cli.verbs.lift import FormatName
from signlift.errors import InputError, collect_problems, parameter_problem

if TYPE_CHECKING:
    from signlift.core.body_proportions import BodyProportions
    from signlift.io import ReadOptions
    from signlift.lifting.lifter import Lifter
    from signlift.live.protocol import Hello
    from signlift.live.session import LiveSession
    from signlift.live.sinks.sink import Sink

_BROWSER = "browser"


def read_name(_type: Any, tokens: Sequence[Token]) -> str:
    """Read a path, an address, or `-`."""
    return str(read_path(_type, tokens))


Name = Annotated[
    str, Placeholder("SOURCE"), Parameter(allow_leading_hyphen=True, converter=read_name)
]
Names = Annotated[tuple[str, ...], Placeholder("SINK"), Parameter(allow_leading_hyphen=True)]


def live(
    *,
    source: Name = _BROWSER,
    sink: Annotated[
        tuple[str, ...], Placeholder("SINK"), Parameter(allow_leading_hyphen=True)
    ] = (),
    out: Annotated[Path | None, Placeholder("OUT"), Parameter(alias="-o")] = None,
    format: FormatName | None = None,
    proportions: Annotated[Path | None, Placeholder("FILE.json")] = None,
    save_proportions: Annotated[Path | None, Placeholder("FILE.json")] = None,
    skeleton: SkeletonName | None = None,
    size: Annotated[tuple[int, int] | None, Placeholder("WIDTH HEIGHT")] = None,
    fps: float | None = None,
    fast: bool = False,
    model: Annotated[Path | None, Placeholder("MODEL")] = None,
    person: int | None = None,
    corrections: KeypointFlags = NO_CORRECTIONS,
    pitch: Annotated[
        float | None, Placeholder("DEGREES"), Parameter(allow_leading_hyphen=True)
    ] = None,
    fov: Annotated[float | None, Placeholder("DEGREES")] = None,
    uncertainty: bool = False,
    scale: Annotated[float | None, Placeholder("CM")] = None,
    smooth: Literal["one-euro", "none"] | None = None,
    port: int | None = None,
    open: Annotated[bool, Parameter(negative="--no-open")] = True,
    quiet: bool = False,
) -> int:
    """Lift a signer live: from the camera in a page of the browser, or from any other source.

    Example: signlift live

    Example: detector | signlift live --source - --sink - | viewer

    Example: signlift live --source signer.pose --sink vmc://127.0.0.1:39539

    Parameters
    ----------
    source
        Where keypoints come from: browser, the camera in a page that opens; - for lines of JSON on
        standard input; a video or a recording, as if it were live. Default: browser.
    sink
        Where lifted frames go: - for lines of JSON on standard output, a file of such lines, or
        vmc://HOST:PORT for programs that receive the VMC protocol. May be repeated. Default:
        standard output, but nowhere with the browser or OUT.
    out
        File to save the recording to in the end, in the format of its suffix.
    format
        Format of OUT, if it has no suffix.
    proportions
        Body proportions of the signer: a file of bone lengths in any unit.
    save_proportions
        Write the estimated body proportions to this file in the end.
    skeleton
        Skeleton of the keypoints, if the source does not name it.
    size
        Size of the image in pixels, if the source does not hold it.
    fps
        Frames per second, if the source does not hold them. Default: 30.
    fast
        Lift a recording or video as fast as possible, and all of its frames.
    model
        Directory or .safetensors file of a training run, or an exported model. Default: the
        shipped weights.
    person
        Person in a file of several, counted from 0. Default: the main person.
    corrections
        Corrections of the keypoints of any source but the browser.
    pitch
        Angle that the camera looks down (negative: up), from -45 to 45, if it is known. Default:
        estimated.
    fov
        Field of view of the camera along the larger side of the image, from 10 to 150, if it is
        known. Default: the distance of the camera is estimated.
    uncertainty
        Also save the uncertainty to OUT_uncertainty.npy, for formats that do not hold it.
    scale
        Length of one unit of the keypoints, for avatars and .trc files. Default: that of a torso of
        50 cm.
    smooth
        Filter of VMC's avatar, and of OUT. Default: one-euro for VMC, none for most formats.
    port
        Port of the page. Default: 8437, or a free one.
    open
        Open the page in the browser, or print its address only.
    quiet
        Show no summary.
    """
    from signlift.io import WriteOptions
    from signlift.lifting.body_frames import Given
    from signlift.lifting.load import load

    problems = _check_options(source, sink, out, format, save_proportions, proportions)
    with collect_problems(problems):
        reading = make_read_options(
            corrections, skeleton=skeleton, person=person, fps=fps, size=size, quiet=True
        )
    with collect_problems(problems):
        writing = WriteOptions(scale=scale, uncertainty=uncertainty, smooth=smooth)
    with collect_problems(problems):
        known = _read_proportions(proportions)
    with collect_problems(problems):
        Given(pitch=pitch, fov=fov)
    if problems:
        raise InputError(problems)
    lifter = load(model)
    lifter.require(
        proportions=known is not None or save_proportions is not None,
        view=pitch is not None or fov is not None,
        uncertainty=uncertainty,
    )
    names = sink if sink or source == _BROWSER or out is not None else ("-",)
    options = {"proportions": known, "pitch": pitch, "fov": fov}
    ending = LiveResults(out, format, writing, save_proportions, quiet, "-" in names)
    with (
        print_warnings_at_once(),
        _open_sinks(names, smooth=smooth != "none", scale=scale) as sinks,
    ):
        if source == _BROWSER:
            _serve(lifter, sinks, options, ending, port=port, open_browser=open)
            return 0
        return _lift_source(source, lifter, reading, sinks, options, ending, paced=not fast)


def _lift_source(
    source: str,
    lifter: Lifter,
    reading: ReadOptions,
    sinks: Sequence[Sink],
    options: dict[str, Any],
    ending: LiveResults,
    *,
    paced: bool,
) -> int:
    """Lift the frames of a source until it ends, or until Ctrl-C."""
    from signlift.live.run import LiveCounts, run_live
    from signlift.live.session import LiveSession
    from signlift.live.sources.open_source import open_source
    from signlift.live.sources.recorded import RecordedFrames

    counts = LiveCounts()
    stdin = sys.stdin.buffer if source == "-" else None
    with open_source(Path(source), reading, paced=paced, stdin=stdin) as frames:
        session = LiveSession(
            lifter,
            frames.skeleton,
            frames.frame_rate,
            size=frames.size,
            name=frames.name,
            check_person=not isinstance(frames, RecordedFrames),
            **options,
        )
        ending.session = session
        try:
            run_live(frames, session, ending.with_recording(sinks), counts)
        except KeyboardInterrupt:
            lines = [counts.describe(frames.dropped), *ending.save_what_there_is()]
            raise KeyboardInterrupt(", ".join(lines)) from None
        except BaseException:
            ending.save_what_there_is()
            raise
        ending.report([counts.describe(frames.dropped), *ending.save()])
    return 1 if counts.damaged else 0


def _serve(
    lifter: Lifter,
    sinks: Sequence[Sink],
    options: dict[str, Any],
    ending: LiveResults,
    *,
    port: int | None,
    open_browser: bool,
) -> None:
    """Show the page until Ctrl-C."""
    from signlift.live.server import serve
    from signlift.live.sink_session import SharedSinks, SinkSession

    shared = SharedSinks(ending.with_recording(sinks))

    def open_session(hello: Hello) -> LiveSession:
        session = SinkSession(
            lifter,
            shared,
            skeleton=hello.skeleton,
            frame_rate=hello.fps,
            size=hello.size,
            **options,
        )
        ending.session = session
        return session

    serve(open_session, port=port, open_browser=open_browser, announce=print_note)
    ending.report(ending.save_what_there_is())


@contextmanager
def _open_sinks(names: Sequence[str], *, smooth: bool, scale: float | None) -> Iterator[list[Sink]]:
    from signlift.live.sinks.open_sink import open_sink

    with ExitStack() as stack:
        sinks = []
        for name in names:
            each = open_sink(name, sys.stdout.buffer, smooth=smooth, scale=scale)
            stack.callback(each.close)
            sinks.append(each)
        yield sinks


def _read_proportions(path: Path | None) -> BodyProportions | None:
    from signlift.core.body_proportions import BodyProportions

    return None if path is None else BodyProportions.read(path)


def _check_options(
    source: str,
    sinks: Sequence[str],
    out: Path | None,
    format: str | None,
    save_proportions: Path | None,
    proportions: Path | None,
) -> list[str]:
    """List the problems of sources, sinks and files to write."""
    from signlift.cli.proportions_files import check_proportions_files
    from signlift.io.writer_registry import find_writer
    from signlift.live.sinks.open_sink import check_sink

    problems = check_proportions_files(proportions, save_proportions)
    for name in sinks:
        with collect_problems(problems):
            check_sink(name)
    if len(set(sinks)) < len(sinks):
        expected, found = "each once", " ".join(sinks)
        problems.append(parameter_problem("sink", expected=expected, found=found))
    if out is not None:
        with collect_problems(problems):
            find_writer(out, format)
    elif format is not None:
        problems.append(parameter_problem("format", expected="`out` beside it", found="none"))
    if source == "-" and sys.stdin is not None and sys.stdin.isatty():
        expected, found = "lines of JSON from another program, as - is standard input", "a terminal"
        problems.append(parameter_problem("source", expected=expected, found=found))
    if source not in (_BROWSER, "-") and not Path(source).exists():
        expected = "browser, - or a file"
        problems.append(parameter_problem("source", expected=expected, found=repr(source)))
    return problems
