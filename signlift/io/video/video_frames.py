"""Decoding of videos: upright frames with their times. Damaged frames are left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from signlift.core.frame_rate import MAX_FPS
from signlift.core.recording import DEFAULT_FPS
from signlift.errors import InputError, problem
from signlift.io.video.containers import looks_like_video, non_video_content
from signlift.io.video.frame_timing import next_time
from signlift.io.video.orientation import apply_display_matrix
from signlift.utils.array_types import Int, UInt8

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

#: Pixels that are wider or higher than this (width by height, or the inverse) are damage.
_MAX_PIXEL_RATIO = 4.0

_DAMAGED = "a damaged or truncated file"


@dataclass(frozen=True)
class VideoInfo:
    """Properties of a video.

    Parameters
    ----------
    size
        Width and height in pixels of a frame as it is displayed: upright, with square pixels.
    fps
        Average frames per second, according to the container.
    frames
        Number of frames, exact or approximate; 0 where the container does not say.
    tick
        Unit of the container's times, in seconds.
    """

    size: tuple[int, int]
    fps: float
    frames: int
    tick: float


def probe_video(path: str | PathLike[str]) -> VideoInfo:
    """Read the properties of a video, and decode its first frame.

    Raises
    ------
    InputError
        The file is not a video (an image, sound alone, something else), is damaged, or has no
        frame that can be decoded.
    """
    path = Path(path)
    with _open(path) as (container, stream):
        fps = _frame_rate(stream)
        frames = stream.frames
        if not frames and container.duration:
            frames = max(0, round(container.duration / 1e6 * fps))
        for frame in _decode(container, stream, _Losses()):
            with suppress(*_decoding_errors()):
                height, width = _to_image(frame, _display_size(frame, stream)).shape[:2]
                tick = float(stream.time_base) if stream.time_base else 0.0
                return VideoInfo((width, height), fps, frames, tick)
    expected = "a video with a frame that can be decoded"
    raise InputError(problem(path, expected=expected, found="none"))


@dataclass
class VideoFrames:
    """Frames of a video, for one iteration.

    Iteration gives (seconds, image): the time since the first frame, which increases, and the
    image [H, W, 3] in red, green and blue, as it is displayed: rotated and mirrored by the
    display matrix, with square pixels, in the size of the first frame.

    Frames that cannot be decoded are left out; the times of the others are kept. A frame without
    a time, or with one that is not later than that of the previous frame, is taken to come one
    average interval after the previous frame.

    Parameters
    ----------
    path
        The video.
    num_lost
        Number of frames that could not be decoded so far; after the last frame also those that
        the container declares but does not contain.

    Raises
    ------
    InputError
        During iteration: as `probe_video`, but not for a video without any frame.
    """

    path: Path
    num_lost: int = 0

    def __iter__(self) -> Iterator[tuple[float, UInt8[np.ndarray, "H W 3"]]]:
        """Iterate over (seconds, image)."""
        losses = _Losses()
        with _open(self.path) as (container, stream):
            interval = 1 / _frame_rate(stream)
            num_expected = _count_frames(container, stream)
            size: tuple[int, int] | None = None
            first: float | None = None
            previous: float | None = None
            for frame in _decode(container, stream, losses):
                size = size or _display_size(frame, stream)
                try:
                    image = _to_image(frame, size)
                except _decoding_errors():
                    losses.failed += 1
                    continue
                previous = next_time(frame.time, previous, interval)
                first = previous if first is None else first
                self.num_lost = losses.failed
                yield previous - first, image
            self.num_lost = losses.failed + max(0, num_expected - losses.packets)


def describe_streams(kinds: set[str]) -> str:
    """Describe a file without a video stream, for messages.

    Parameters
    ----------
    kinds
        Kinds of its streams, as PyAV names them. What FFmpeg cannot identify is "data": nothing
        else is found in many truncated files.

    Examples
    --------
    >>> describe_streams({"audio", "data"}), describe_streams({"data"})
    ('sound alone', 'a damaged or truncated file')
    """
    if "audio" in kinds:
        return "sound alone"
    return "no video stream" if kinds - {"data"} else _DAMAGED


@dataclass
class _Losses:
    """Number of packets that were read, and of packets or frames that could not be decoded."""

    packets: int = 0
    failed: int = 0


@contextmanager
def _open(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a container and find its video stream."""
    expected = "a video"
    if not path.is_file():
        found = "a directory" if path.is_dir() else "no such file"
        raise InputError(problem(path, expected=expected, found=found))
    with path.open("rb") as file:
        head = file.read(4096)
    # FFmpeg opens much else, including playlists that name other files.
    if not looks_like_video(head) or non_video_content(head):
        found = non_video_content(head) or _describe_other(head)
        raise InputError(problem(path, expected=expected, found=found))
    try:
        container = _open_leniently(str(path.resolve()))
    except _decoding_errors():
        raise InputError(problem(path, expected=expected, found=_DAMAGED)) from None
    with container:
        streams = [stream for stream in container.streams.video if not _is_cover(stream)]
        if not streams:
            found = describe_streams({stream.type for stream in container.streams})
            raise InputError(problem(path, expected=expected, found=found))
        # None where FFmpeg does not know the codec; some versions of PyAV crash on it later.
        codec: Any = streams[0].codec_context
        if codec is None:
            expected = "a video codec that FFmpeg supports"
            raise InputError(
                problem(path, expected=expected, found="an unknown codec, or a damaged file")
            )
        yield container, streams[0]


def _describe_other(head: bytes) -> str:
    return f"a file that begins with {head[:8]!r}" if head else "an empty file"


def _open_leniently(path: str) -> InputContainer:
    import av

    try:
        return av.open(path)
    except UnicodeDecodeError:  # of a title, before PyAV 19
        options: dict[str, Any] = {"metadata_errors": "replace"}
        return av.open(path, **options)


def _decode(
    container: InputContainer, stream: VideoStream, losses: _Losses
) -> Iterator[VideoFrame]:
    """Iterate over all frames that can be decoded without damage, packet by packet."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except _decoding_errors():
            losses.failed += 1
            return
        losses.packets += packet.size > 0
        try:
            frames = packet.decode()
        except _decoding_errors():
            losses.failed += 1
            continue
        for frame in frames:
            if frame.is_corrupt:
                losses.failed += 1
            else:
                yield frame


def _decoding_errors() -> tuple[type[BaseException], ...]:
    """List the exceptions that FFmpeg and PyAV raise for damaged files."""
    import av

    return (av.FFmpegError, ValueError, OverflowError, MemoryError)


def _to_image(frame: VideoFrame, size: tuple[int, int]) -> UInt8[np.ndarray, "H W 3"]:
    width, height = size
    image = frame.to_ndarray(format="rgb24", width=width, height=height)
    return apply_display_matrix(image, _display_matrix(frame))


def _display_matrix(frame: VideoFrame) -> Int[np.ndarray, " 9"] | None:
    side_data: Any = frame.side_data  # whose annotations differ between versions of PyAV
    try:
        data = bytes(side_data["DISPLAYMATRIX"])
    except (KeyError, ValueError):
        return None
    return np.frombuffer(data, np.int32) if len(data) == 36 else None


def _display_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Compute width and height with square pixels, before the rotation."""
    ratio = float(stream.sample_aspect_ratio or 1)
    if not 1 / _MAX_PIXEL_RATIO <= ratio <= _MAX_PIXEL_RATIO:
        ratio = 1.0
    return max(1, round(frame.width * ratio)), frame.height


def _frame_rate(stream: VideoStream) -> float:
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and 0 < float(rate) <= MAX_FPS:
            return float(rate)
    return DEFAULT_FPS


def _count_frames(container: InputContainer, stream: VideoStream) -> int:
    """Count the frames that the container declares; 0 if it does not."""
    if "mov" in container.format.name.split(","):
        # An edit list that cuts off the ends leaves fewer entries than frames.
        return min(stream.frames, len(stream.index_entries))
    return stream.frames


def _is_cover(stream: VideoStream) -> bool:
    """Recognise the cover image of a sound file."""
    return "attached_pic" in str(stream.disposition).lower()
