"""Films: frames rendered one by one and written as GIF, MP4 or WebM."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from signlift.errors import InputError, problem
from signlift.utils.array_types import Float, UInt8
from signlift.utils.atomic import atomic_path
from signlift.utils.progress import progress_bar
from signlift.visualization.films.schedule import (
    choose_frames,
    choose_gif_frames,
    frame_ends,
    gif_delays,
)
from signlift.visualization.style import check_suffix

#: Arguments of ffmpeg that encode a video, by the suffix of its file.
_CODECS = {
    ".mp4": "-c:v libx264 -preset veryfast -crf 17 -pix_fmt yuv420p -movflags +faststart",
    ".webm": "-c:v libvpx-vp9 -crf 30 -b:v 0 -deadline realtime -cpu-used 6 -pix_fmt yuv420p "
    "-fflags +bitexact",
}

#: Suffixes of films.
FILM_SUFFIXES = (".gif", *_CODECS)

#: Frames per second of recordings without a frame rate.
DEFAULT_FPS = 30.0

#: Colours of the shared palette of a GIF.
_MAX_COLOURS = 128

#: A function that renders a frame by its number: RGBA, always of the same even size.
RenderFrame = Callable[[int], UInt8[np.ndarray, "H W 4"]]


def write_animation(
    path: str | PathLike[str],
    render_frame: RenderFrame,
    frames: int,
    *,
    fps: float = DEFAULT_FPS,
    times: Float[np.ndarray, " T"] | None = None,
    every: int | None = None,
    quiet: bool = False,
) -> None:
    """Write a film, whole or not at all, as GIF, MP4 or WebM, at its true speed.

    Videos are written frame by frame. A GIF is held in memory (one byte per pixel and frame): use
    a video or `every` for thousands of frames.

    Parameters
    ----------
    path
        A name that ends in .gif, .mp4 or .webm.
    render_frame
        A function that returns frame 0 ... `frames` - 1 as [H, W, 4] uint8 RGBA, with H and W
        even and the same for all. It may overwrite its array in the next call.
    frames
        The number of frames.
    fps
        Frames per second of the rendered frames. The film plays at this speed for any `every`.
    times
        [T], seconds of frames that are not evenly spaced. A GIF shows each for its own time, a
        video shows them at `fps`.
    every
        Write each `every`-th frame only, for smaller files. By default all frames that a viewer
        can show (all in videos, 50 per second in GIF).
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        Another suffix; frames, fps or every that are not above 0; or no ffmpeg for a video.
    """
    path = Path(path)
    suffix = check_suffix(path, FILM_SUFFIXES)
    problems = [
        problem(f"{path}: {name}", expected="a number above 0", found=str(value))
        for name, value in (("frames", frames), ("fps", fps), ("every", every))
        if value is not None and not value > 0
    ]
    if problems:
        raise InputError(problems)
    ends = frame_ends(frames, fps, times)
    is_gif = suffix == ".gif"
    if is_gif:
        numbers = choose_gif_frames(ends, every or 1)
    elif times is None:
        numbers = list(range(0, frames, every or 1))
    else:
        numbers = choose_frames(ends, fps / (every or 1))
    # The last frames may be fewer than `every`: the film is as long as the recording.
    rate = len(numbers) / float(ends[-1])
    with (
        atomic_path(path) as temporary,
        progress_bar(len(numbers), f"drawing {path.name}", unit="frame", quiet=quiet) as bar,
    ):

        def render_and_count(number: int) -> UInt8[np.ndarray, "H W 4"]:
            bar.update()
            return render_frame(number)

        if is_gif:
            _write_gif(temporary, render_and_count, numbers, gif_delays(numbers, ends))
        else:
            _write_video(temporary, render_and_count, numbers, rate, target=path)


def _write_gif(
    path: Path, render_frame: RenderFrame, numbers: Sequence[int], delays: list[int]
) -> None:
    samples = np.unique(np.linspace(0, len(numbers) - 1, 5).astype(int))
    palette = shared_palette([render_frame(numbers[int(index)]).copy() for index in samples])

    def images() -> Iterator[Image.Image]:
        for number in numbers:
            image = Image.fromarray(np.ascontiguousarray(render_frame(number)[..., :3]))
            yield image.quantize(palette=palette, dither=Image.Dither.NONE)

    stream = images()
    next(stream).save(
        path,
        format="GIF",
        save_all=True,
        append_images=stream,
        duration=delays,
        loop=0,
        optimize=True,
    )


def shared_palette(frames: Sequence[UInt8[np.ndarray, "H W 4"]]) -> Image.Image:
    """Create a palette image of up to 128 colours for all frames of an animation.

    The most frequent colours are kept exactly, so that plain areas do not flicker. The others
    represent the shades of thin lines; each shade counts once, however few pixels it has.

    Parameters
    ----------
    frames
        [H, W, 4] uint8 RGBA, a sample of the frames.
    """
    flat = np.concatenate([np.asarray(frame).reshape(-1, 4) for frame in frames])
    packed, counts = np.unique(np.ascontiguousarray(flat).view(np.uint32), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    colours = np.ascontiguousarray(packed[order].view(np.uint8).reshape(-1, 4)[:, :3])
    image = Image.fromarray(colours[None])
    shades = image.quantize(160, Image.Quantize.MEDIANCUT).getpalette() or []
    candidates = [*colours[:48].astype(int), *np.array(shades, int).reshape(-1, 3)]
    chosen: list[NDArray[np.int_]] = []
    for colour in candidates:
        # Pillow's lookup is coarse: it could replace white by a similar colour.
        if all(np.abs(colour - existing).max() >= 6 for existing in chosen):
            chosen.append(colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.array(chosen[:_MAX_COLOURS], np.uint8).tobytes())
    return palette


def find_ffmpeg() -> str | None:
    """Return the path of ffmpeg: that of the extra `video`, or the one on the PATH, or None."""
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return shutil.which("ffmpeg")


def _write_video(
    path: Path, render_frame: RenderFrame, numbers: Sequence[int], fps: float, *, target: Path
) -> None:
    """Write a video to a temporary path; messages name the target."""
    suffix = target.suffix.lower()
    program = find_ffmpeg()
    if program is None:
        raise InputError(
            f"{target}: ffmpeg, which writes {suffix[1:]}, is not installed; "
            "run pip install 'signlift[video]', or write a .gif"
        )
    first = render_frame(numbers[0])
    height, width = first.shape[:2]
    command = [
        program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgba",
        "-video_size", f"{width}x{height}", "-framerate", f"{fps:.9g}", "-i", "-", "-an",
        *_CODECS[suffix].split(), "-f", suffix[1:], str(path),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as log:  # a pipe that is not read could fill up and block
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        assert process.stdin is not None
        try:
            process.stdin.write(first.tobytes())
            for number in numbers[1:]:
                process.stdin.write(np.ascontiguousarray(render_frame(number)).data)
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg ended early; its log says why
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        if code:
            log.seek(0)
            lines = log.read().decode(errors="replace").strip().splitlines() or ["no message"]
            found = f"an error of ffmpeg: {lines[0]}"
            raise InputError(problem(str(target), expected="a video", found=found))
