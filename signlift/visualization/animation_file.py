"""Clips: frames drawn one by one and written as GIF or MP4."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray
from PIL import Image

from signlift.errors import InputError, problem
from signlift.utils.atomic import atomic_path
from signlift.utils.progress import progress_bar
from signlift.visualization.style import check_suffix

#: What a clip can be written as.
CLIP_SUFFIXES = (".gif", ".mp4")

#: Frames per second where a recording does not say.
DEFAULT_FPS = 30.0

#: Viewers slow a GIF down that shows a frame for less than two hundredths of a second.
GIF_FASTEST = 50.0

#: Gives a frame by its number: RGBA, always of the same even size.
Draw = Callable[[int], UInt8[np.ndarray, "H W 4"]]


def write_clip(
    path: str | PathLike[str],
    draw: Draw,
    frames: int,
    *,
    fps: float = DEFAULT_FPS,
    every: int | None = None,
    quiet: bool = False,
) -> Path:
    """Write a clip, whole or not at all, as GIF or MP4 by its suffix.

    MP4 is written as it is drawn; a GIF is held in memory (a byte per pixel and frame), so for
    thousands of frames take MP4 or `every`.

    Parameters
    ----------
    draw
        Gives frame 0 ... `frames` - 1 as [H, W, 4] uint8 RGBA, H and W even and always the same.
        The array may be written over by the next call.
    fps
        Frames per second of what `draw` gives: the clip plays at this speed whatever `every` is.
    every
        Write each `every`-th frame only, for smaller files; by default all that a viewer can
        play (all in MP4, 50 per second in GIF).
    quiet
        Show no progress bar.

    Returns
    -------
    The path.

    Raises
    ------
    InputError
        Another suffix, no frame, fps or every not above 0, or MP4 without ffmpeg.
    """
    path = Path(path)
    suffix = check_suffix(path, CLIP_SUFFIXES)
    problems = [
        problem(f"{path}: {name}", expected=f"a number above {low}", found=str(value))
        for name, value, low in (("frames", frames, 0), ("fps", fps, 0), ("every", every, 0))
        if value is not None and not value > low
    ]
    if problems:
        raise InputError(problems)
    if every is None:
        every = max(1, int(np.ceil(fps / GIF_FASTEST))) if suffix == ".gif" else 1
    numbers = range(0, frames, every)
    write = _write_gif if suffix == ".gif" else partial(_write_mp4, target=path)
    with (
        atomic_path(path) as temporary,
        progress_bar(len(numbers), f"drawing {path.name}", unit="frame", quiet=quiet) as bar,
    ):

        def counted(number: int) -> UInt8[np.ndarray, "H W 4"]:
            bar.update()
            return draw(number)

        write(temporary, counted, numbers, fps / every)
    return path


def gif_durations(frames: int, fps: float) -> list[int]:
    """Milliseconds that each frame of a GIF stands.

    A GIF counts in hundredths of a second, so 30 frames per second take turns of 30 and 40 ms;
    the sum is never more than 5 ms off.
    """
    ends = [round(100 * number / fps) for number in range(frames + 1)]
    return [10 * max(1, end - start) for start, end in pairwise(ends)]


def _write_gif(path: Path, draw: Draw, numbers: Sequence[int], fps: float) -> None:
    sample = np.unique(np.linspace(0, len(numbers) - 1, 5).astype(int))
    palette = shared_palette([draw(numbers[int(place)]).copy() for place in sample])

    def images() -> Iterator[Image.Image]:
        for number in numbers:
            image = Image.fromarray(np.ascontiguousarray(draw(number)[..., :3]))
            yield image.quantize(palette=palette, dither=Image.Dither.NONE)

    stream = images()
    next(stream).save(
        path,
        format="GIF",
        save_all=True,
        append_images=stream,
        duration=gif_durations(len(numbers), fps),
        loop=0,
        optimize=True,
    )


def shared_palette(frames: Sequence[UInt8[np.ndarray, "H W 4"]]) -> Image.Image:
    """A palette image of up to 128 colours that suits all of these frames.

    The commonest colours are kept as they are, so that plain areas do not flicker; the shades
    of the thin lines share the rest, each counted once however few its pixels are.
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
        # Pillow looks colours up coarsely: it would take a near one for the paper's white.
        if all(np.abs(colour - other).max() >= 6 for other in chosen):
            chosen.append(colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.array(chosen[:128], np.uint8).tobytes())
    return palette


def ffmpeg_program() -> str | None:
    """The ffmpeg that comes with the extra `video`, or the one on the PATH, or None."""
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return shutil.which("ffmpeg")


def _write_mp4(path: Path, draw: Draw, numbers: Sequence[int], fps: float, *, target: Path) -> None:
    """Write to `path`; messages speak of `target`, the name that the user knows."""
    program = ffmpeg_program()
    if program is None:
        raise InputError(
            problem(str(target), expected="ffmpeg to write MP4 (pip install signlift[video])",
                    found="none")
        )  # fmt: skip
    first = draw(numbers[0])
    height, width = first.shape[:2]
    command = [
        program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgba",
        "-video_size", f"{width}x{height}", "-framerate", f"{fps:.6g}", "-i", "-", "-an",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-pix_fmt", "yuv420p",
        "-movflags", "+faststart", str(path),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as log:  # a pipe that nobody reads could fill up and block
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        assert process.stdin is not None
        try:
            process.stdin.write(first.tobytes())
            for number in numbers[1:]:
                process.stdin.write(np.ascontiguousarray(draw(number)).data)
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg ended early: its log says why
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        if code:
            log.seek(0)
            lines = log.read().decode(errors="replace").strip().splitlines() or ["no message"]
            raise InputError(
                problem(str(target), expected="ffmpeg to write it as H.264", found=lines[0])
            )
