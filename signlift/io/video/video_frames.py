"""The frames of a video, upright and in time, of whatever can be decoded of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from signlift.core.recording import DEFAULT_FPS
from signlift.errors import InputError, problem
from signlift.io.video.containers import looks_like_video, other_than_video

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

#: Frame rates and shapes of pixels beyond these are damage.
_MAX_FPS, _WIDEST_PIXEL = 1000.0, 4.0

#: Frames lie evenly when none is further than this share of an interval from its even place.
_UNEVEN = 0.1


@dataclass(frozen=True)
class VideoInfo:
    """What a video is.

    Attributes
    ----------
    size
        Width and height in pixels of a frame as it is shown: upright, with square pixels.
    fps
        Frames per second on average, as the container tells it.
    frames
        How many there are, or about how many; 0 where nothing tells.
    tick
        The unit of its times, in seconds.
    """

    size: tuple[int, int]
    fps: float
    frames: int
    tick: float


def probe(path: str | PathLike[str]) -> VideoInfo:
    """Look at a video as far as its first frame.

    Raises
    ------
    InputError
        It is no video (a picture, sound alone, another file), or none of it can be decoded.
    """
    path = Path(path)
    with _open(path) as (container, stream):
        fps = _fps(stream)
        frames = stream.frames
        if not frames and container.duration:
            frames = max(0, round(container.duration / 1e6 * fps))
        for frame in _decode(container, stream, _Loss()):
            with suppress(*_failures()):
                height, width = _upright(frame, _shown_size(frame, stream)).shape[:2]
                tick = float(stream.time_base) if stream.time_base else 0.0
                return VideoInfo((width, height), fps, frames, tick)
    expected = "a video with a frame that can be decoded"
    raise InputError(problem(path, expected=expected, found="none"))


@dataclass
class VideoFrames:
    """The frames of a video, to be gone through once.

    Iterating gives (seconds, image): seconds since the first frame, which rise, and the picture
    [H, W, 3] in red, green and blue, as it is shown: turned and mirrored as the display matrix
    says that phones write, with square pixels, in the size of the first frame.

    What cannot be decoded is left out; times stay true. A frame without a time, or one that does
    not come after the frame before it, is taken to come one average interval after that.

    Attributes
    ----------
    path
        The video.
    lost
        How many frames could not be decoded so far; all that are known of, after the last.

    Raises
    ------
    InputError
        While iterating: as `probe`, but for a video without any frame.
    """

    path: Path
    lost: int = 0

    def __iter__(self) -> Iterator[tuple[float, UInt8[np.ndarray, "H W 3"]]]:
        """(seconds, image) of each frame."""
        loss = _Loss()
        with _open(self.path) as (container, stream):
            interval = 1 / _fps(stream)
            expected = _number_of_frames(container, stream)
            size: tuple[int, int] | None = None
            first: float | None = None
            last: float | None = None
            for frame in _decode(container, stream, loss):
                size = size or _shown_size(frame, stream)
                try:
                    image = _upright(frame, size)
                except _failures():
                    loss.failed += 1
                    continue
                last = rising(frame.time, last, interval)
                first = last if first is None else first
                self.lost = loss.failed
                yield last - first, image
            self.lost = loss.failed + max(0, expected - loss.packets)


def rising(seconds: float | None, last: float | None, interval: float) -> float:
    """The time of a frame, in seconds.

    Parameters
    ----------
    seconds
        What the container says, or None.
    last
        The time of the frame before it, or None.
    interval
        How long a frame usually takes.

    Returns
    -------
    `seconds`, if it comes after `last`; else one interval after that.
    """
    if last is None:
        return 0.0 if seconds is None else seconds
    return last + interval if seconds is None or seconds <= last else seconds


def even_fps(times: Float[np.ndarray, " T"], tick: float = 0.0) -> float | None:
    """Frames per second of frames that are evenly spaced, None for others.

    Parameters
    ----------
    times
        [T] in seconds, rising.
    tick
        The unit to which a container rounds them, in seconds.
    """
    if len(times) < 2:
        return None
    numbers = np.arange(len(times))
    interval = float(times[-1] - times[0]) / (len(times) - 1)
    off = np.abs(times - times[0] - numbers * interval).max()
    return 1 / interval if off <= max(_UNEVEN * interval, tick) else None


def upright(
    image: UInt8[np.ndarray, "H W C"], matrix: Int[np.ndarray, " 9"] | None
) -> UInt8[np.ndarray, "height width C"]:
    """Turn and mirror a picture as a display matrix says, to the next quarter turn.

    Parameters
    ----------
    image
        [H, W, C].
    matrix
        a b u c d v x y w of ISO/IEC 14496-12: a point (x, y) is shown at (a x + c y, b x + d y).
        None for a picture that is shown as it is.
    """
    if matrix is None:
        return image
    a, b, c, d = (int(matrix[number]) for number in (0, 1, 3, 4))
    across, down = a, d
    if abs(b) + abs(c) > abs(a) + abs(d):
        image = image.transpose(1, 0, 2)
        across, down = c, b
    image = image[:, ::-1] if across < 0 else image
    return np.ascontiguousarray(image[::-1] if down < 0 else image)


@dataclass
class _Loss:
    """What was read, and what of it could not be decoded."""

    packets: int = 0
    failed: int = 0


@contextmanager
def _open(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its video stream."""
    expected = "a video"
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise InputError(problem(path, expected=expected, found=found))
    with path.open("rb") as file:
        head = file.read(4096)
    # FFmpeg opens much else, playlists that name other places too.
    if not looks_like_video(head) or other_than_video(head):
        found = other_than_video(head) or "another file"
        raise InputError(problem(path, expected=expected, found=found))
    try:
        container = _open_leniently(str(path.resolve()))
    except _failures():
        found = "a damaged or truncated one"
        raise InputError(problem(path, expected=expected, found=found)) from None
    with container:
        streams = [stream for stream in container.streams.video if not _is_cover(stream)]
        if not streams:
            found = "no video stream" if len(container.streams) else "a damaged or truncated one"
            found = "sound alone" if container.streams.audio else found
            raise InputError(problem(path, expected=expected, found=found))
        # None where FFmpeg does not know the codec, which some versions of PyAV do not outlive.
        codec: Any = streams[0].codec_context
        if codec is None:
            expected, found = "a video of a codec that FFmpeg knows", "another"
            raise InputError(problem(path, expected=expected, found=found))
        yield container, streams[0]


def _open_leniently(path: str) -> InputContainer:
    import av

    try:
        return av.open(path)
    except UnicodeDecodeError:  # of a title, before PyAV 19
        options: dict[str, Any] = {"metadata_errors": "replace"}
        return av.open(path, **options)


def _decode(container: InputContainer, stream: VideoStream, loss: _Loss) -> Iterator[VideoFrame]:
    """All frames that can be decoded well, packet by packet."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except _failures():
            loss.failed += 1
            return
        loss.packets += packet.size > 0
        try:
            frames = packet.decode()
        except _failures():
            loss.failed += 1
            continue
        for frame in frames:
            if frame.is_corrupt:
                loss.failed += 1
            else:
                yield frame


def _failures() -> tuple[type[BaseException], ...]:
    """What damaged files make FFmpeg and PyAV raise."""
    import av

    return (av.FFmpegError, ValueError, OverflowError, MemoryError)


def _upright(frame: VideoFrame, size: tuple[int, int]) -> UInt8[np.ndarray, "H W 3"]:
    width, height = size
    return upright(frame.to_ndarray(format="rgb24", width=width, height=height), _matrix(frame))


def _matrix(frame: VideoFrame) -> Int[np.ndarray, " 9"] | None:
    there: Any = frame.side_data  # whose annotations differ between versions of PyAV
    try:
        data = bytes(there["DISPLAYMATRIX"])
    except (KeyError, ValueError):
        return None
    return np.frombuffer(data, np.int32) if len(data) == 36 else None


def _shown_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Width and height with square pixels, before the picture is turned."""
    ratio = float(stream.sample_aspect_ratio or 1)
    if not 1 / _WIDEST_PIXEL <= ratio <= _WIDEST_PIXEL:
        ratio = 1.0
    return max(1, round(frame.width * ratio)), frame.height


def _fps(stream: VideoStream) -> float:
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and 0 < float(rate) <= _MAX_FPS:
            return float(rate)
    return DEFAULT_FPS


def _number_of_frames(container: InputContainer, stream: VideoStream) -> int:
    """How many frames the container says that there are to read; 0 where it does not."""
    if "mov" in container.format.name.split(","):
        # Less than its frames where the ends are cut off by an edit list.
        return min(stream.frames, len(stream.index_entries))
    return stream.frames


def _is_cover(stream: VideoStream) -> bool:
    """Whether it is the picture that goes with sound."""
    return "attached_pic" in str(stream.disposition).lower()
