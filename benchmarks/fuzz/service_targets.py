"""What a service reads: the inputs of jobs over a corpus, and the messages of live lifting."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.fuzz.command_line import BadResultError
from benchmarks.fuzz.shipped import load_shipped
from signlift.errors import InputError, problem


def read_paths(path: Path, random: Random) -> None:
    """Search the recordings of a list."""
    from signlift.pipeline.corpus.inputs import search_list

    _require_file(path)  # as the list may come from another program, a pipe is waited for
    column = random.choice((None, None, "path", "number"))
    root = random.choice((None, path.parent))
    out = path.parent / "out"
    for found in search_list(path, out, column=column, root=root):
        if Path(found.name).is_absolute() or ".." in Path(found.name).parts:
            raise BadResultError(f"a result at {found.name!r}")


def read_shard(path: Path, random: Random) -> None:
    """Read the recordings of an archive one by one; each may be refused alone."""
    from signlift.io.read_recordings import read_file
    from signlift.pipeline.corpus.inputs import search_inputs
    from signlift.pipeline.corpus.lift_task import open_item
    from signlift.pipeline.corpus.tasks import Item

    del random
    problems: list[str] = []
    for number, found in enumerate(search_inputs([path], path.parent / "out")):
        if found.left_out:
            continue
        if Path(found.name).is_absolute() or ".." in Path(found.name).parts:
            raise BadResultError(f"a result at {found.name!r}")
        try:
            with open_item(Item(number, found.source, found.member, found.name)) as source:
                recordings = list(read_file(source))
        except InputError as error:
            problems += error.problems
        else:
            if not all(map(len, recordings)):
                raise BadResultError("a recording without frames")
    if problems:
        raise InputError(problems)


def resume_job(path: Path, random: Random) -> None:
    """Open the manifest of a job, and go on as a job does, but for lifting."""
    from signlift.pipeline.corpus.manifest import MANIFEST, Input, Manifest

    with Manifest(path / MANIFEST) as manifest:
        list(manifest.add([Input("c.pose", "", "c", 1, 2)]))
        manifest.reopen(path, "0123456789ab", failed=random.random() < 0.5)
        list(manifest.pending())
        manifest.counts()
        manifest.reasons(5)


def run_job(path: Path, random: Random) -> None:
    """Lift a recording into a directory that a manifest lies in."""
    from benchmarks.fuzz.seeds.pose import pose_seeds
    from signlift.pipeline.corpus.engines.serial import SerialEngine
    from signlift.pipeline.corpus.inputs import search_inputs
    from signlift.pipeline.corpus.job import CorpusJob
    from signlift.pipeline.corpus.settings import Settings

    source = pose_seeds()[0].write(path.parent / "recordings")
    force, again = random.random() > 0.3, random.random() < 0.5
    job = CorpusJob(Settings(path, "npz"), SerialEngine(), retry_failed=again, force=force)
    summary = job.run(search_inputs([source], path))
    if summary.counts.total != 1 or summary.counts.pending:
        raise BadResultError(f"{summary.counts} of one recording")


def read_lines(path: Path, random: Random) -> None:
    """Lift the lines of JSON of a program."""
    from signlift.core.skeleton import get_skeleton
    from signlift.live.protocol import Hello, frame_message
    from signlift.live.session import LiveSession
    from signlift.live.sources.json_lines import JsonLines
    from signlift.live.sources.source import DamagedFrame

    defaults = random.choice((None, None, Hello(get_skeleton("coco17"), size=(640, 480))))
    problems: list[str] = []
    _require_file(path)
    with path.open("rb") as file:
        source = JsonLines(file, "lines", defaults)
        lifter = load_shipped()
        session = LiveSession(lifter, source.skeleton, source.frame_rate, size=source.size)
        for frame in source.frames():
            if isinstance(frame, DamagedFrame):
                problems += frame.error.problems
            else:
                _check_message(frame_message(session.push(frame)))
    if problems:
        raise InputError(problems)


def read_proportions(path: Path, random: Random) -> None:
    """Lift a frame with the body proportions that a page sends."""
    from signlift.live.keypoint_frame import KeypointFrame
    from signlift.live.protocol import frame_message
    from signlift.live.server.downloads import load_proportions
    from signlift.live.session import LiveSession

    del random
    session = LiveSession(load_shipped(), "coco17", 25.0, size=(640.0, 480.0))
    _require_file(path)
    session.use_proportions(load_proportions(path.read_bytes()))
    frame = session.push(KeypointFrame.empty(session.skeleton))
    _check_message(frame_message(frame))


def read_socket(path: Path, random: Random) -> None:
    """Answer the messages of a page, without the socket."""
    from signlift.live.messages import format_message, parse_message
    from signlift.live.protocol import Hello, error_message
    from signlift.live.server.connection import Connection
    from signlift.live.server.rooms import Room, Rooms
    from signlift.live.session import LiveSession

    del random

    def open_session(hello: Hello) -> LiveSession:
        return LiveSession(load_shipped(), hello.skeleton, hello.fps, size=hello.size)

    problems: list[str] = []
    _require_file(path)

    async def answer() -> None:
        connection = Connection(Room(), Rooms(open_session))
        connection._socket = _Socket()  # type: ignore[assignment]
        for line in path.read_bytes().splitlines():
            try:
                message = parse_message(line, "the page")
                if message.get("type", "frame") == "frame":
                    _check_message(connection._lift(message))
                else:
                    await connection._receive(message)
            except InputError as error:
                format_message(error_message(error))
                problems.extend(error.problems)

    asyncio.run(answer())
    if problems:
        raise InputError(problems)


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise InputError(problem(path, expected="a file", found="none"))


class _Socket:
    """A socket that keeps nothing."""

    closed = False

    async def send_str(self, text: str) -> None:
        del text


def _check_message(message: dict[str, object]) -> None:
    from signlift.live.messages import format_message

    format_message(message)
    z = [value for value in message.get("z") or () if value is not None]  # type: ignore[attr-defined]
    if not np.isfinite(np.array(z, float)).all():
        raise BadResultError("depth that is not finite")
