"""The source of a path: standard input, a pipe, lines of JSON, a recording or a video."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signlift.core.recording import DEFAULT_FPS
from signlift.errors import InputError, problem
from signlift.io.reader import ReadOptions
from signlift.io.reader_registry import is_video
from signlift.live.byte_streams import Readable
from signlift.live.messages import parse_message
from signlift.live.protocol import Hello
from signlift.live.sources.corrected import CorrectedFrames
from signlift.live.sources.json_lines import JsonLines
from signlift.live.sources.recorded import RecordedFrames
from signlift.live.sources.source import Source

#: Bytes of a file in which the first line of JSON lines is looked for.
_HEAD = 1 << 16


@contextmanager
def open_source(
    path: Path, reading: ReadOptions, *, paced: bool = True, stdin: Readable | None = None
) -> Iterator[Source]:
    """Open a source of live frames.

    Parameters
    ----------
    path
        A video (with the extra `video`), any recording that signlift reads, a file or a named pipe
        of JSON lines; or, if `stdin` is given, anything.
    reading
        Skeleton, frame rate and size, where the source does not hold them; and other options of
        reading files.
    paced
        Give recorded frames at their times, and drop those that are late.
    stdin
        Lines of JSON in place of the path.

    Raises
    ------
    InputError
        The source is none of these, is damaged, or holds several recordings.
    """
    if stdin is not None:
        yield _correct(JsonLines(stdin, "stdin", _defaults(reading)), reading)
    elif _is_pipe(path) or _is_json_lines(path):
        with path.open("rb") as file:
            yield _correct(JsonLines(file, path.name, _defaults(reading)), reading)
    elif is_video(path):
        from signlift.io.video.mediapipe_detector import MediaPipeDetector
        from signlift.io.video.video_frames import probe_video
        from signlift.live.sources.video import VideoKeypoints

        probe_video(path)  # before a model is loaded
        with MediaPipeDetector(visibility=0, margin=None) as detector:
            frames = VideoKeypoints(
                path, detector, paced=paced, min_confidence=reading.min_confidence
            )
            yield _correct(frames, reading)
    else:
        yield _open_recording(path, reading, paced)


def _correct(source: Source, reading: ReadOptions) -> Source:
    """Turn or mirror the keypoints of a source, where the options say so."""
    if not (reading.rotate or reading.flip_y or reading.mirror):
        return source
    return CorrectedFrames(source, reading)


def _open_recording(path: Path, reading: ReadOptions, paced: bool) -> RecordedFrames:
    from signlift.io.read_recordings import read_file

    recordings = read_file(path, reading)
    if len(recordings) > 1:
        found = str(len(recordings))
        raise InputError(problem(path, expected="one recording, of one person", found=found))
    return RecordedFrames(recordings[0], paced=paced)


def _defaults(reading: ReadOptions) -> Hello | None:
    if reading.skeleton is None:
        return None
    fps = DEFAULT_FPS if reading.fps is None else reading.fps
    return Hello(reading.skeleton, fps, reading.size, min_confidence=reading.min_confidence)


def _is_pipe(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except OSError:
        return False


def _is_json_lines(path: Path) -> bool:
    """Return whether a file begins with a `hello`."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        line = file.readline(_HEAD)
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return parse_message(line, path.name).get("type") == "hello"
    except InputError:
        return False
