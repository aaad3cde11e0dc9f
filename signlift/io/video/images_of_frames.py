"""Images of a video at the times of a recording's frames."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

import numpy as np
from PIL import Image

from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.errors import InputError, problem
from signlift.io.video.video_frames import VideoFrames, probe_video
from signlift.utils.array_types import UInt8

#: Longest side of an image in pixels: larger ones are made smaller, as drawings are.
_MAX_SIDE = 960

#: Largest difference of the ratio of width to height, relative to it.
_MAX_RATIO = 0.02


class ImagesOfFrames:
    """Images of a video, one for each frame of a recording: those that are shown at its time.

    Frames are asked for in order: going back begins anew.

    Parameters
    ----------
    path
        The video.
    recording
        The recording whose keypoints are in the images of the video.

    Attributes
    ----------
    size
        Width and height of the images in the unit of the keypoints.

    Raises
    ------
    InputError
        The file is no video, or its images have another shape than those of the keypoints.
    """

    def __init__(self, path: str | PathLike[str], recording: Recording) -> None:
        self.path = Path(path)
        info = probe_video(self.path)
        self.size = _image_size(self.path, recording, info.size)
        fps = recording.frame_rate or DEFAULT_FPS
        times = recording.times
        self._times = np.arange(len(recording)) / fps if times is None else times - times[0]
        self._tolerance = 0.5 / max(fps, info.fps or fps)
        self._frame = -1
        self._frames: Iterator[tuple[float, UInt8[np.ndarray, "H W 3"]]] = iter(())
        self._next: tuple[float, UInt8[np.ndarray, "H W 3"]] | None = None
        self._image: UInt8[np.ndarray, "H W 3"] | None = None

    def __call__(self, frame: int) -> UInt8[np.ndarray, "h w 3"]:
        """Return the image of a frame; the last one after the end of the video."""
        if frame < self._frame or self._image is None:
            self._frames = iter(VideoFrames(self.path))
            self._next = next(self._frames)
            self._image = self._next[1]
        self._frame = frame
        until = float(self._times[frame]) + self._tolerance
        while self._next is not None and self._next[0] <= until:
            self._image = self._next[1]
            self._next = next(self._frames, None)
        return shrink(self._image)


def shrink(image: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """Make an image smaller if a side has more than 960 pixels."""
    height, width = image.shape[:2]
    factor = _MAX_SIDE / max(height, width)
    if factor >= 1:
        return image
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX))


def _image_size(path: Path, recording: Recording, video: tuple[int, int]) -> tuple[float, float]:
    """Return the size of the images in the unit of the keypoints."""
    size = recording.size
    if size is None:
        size = _guess_size(path, recording, video)
    width, height = size
    if abs(width / height * video[1] / video[0] - 1) > _MAX_RATIO:
        expected = f"a video in the shape of {recording.name}, {width:g} x {height:g}"
        raise InputError(problem(path, expected=expected, found=f"{video[0]} x {video[1]}"))
    return float(width), float(height)


def _guess_size(path: Path, recording: Recording, video: tuple[int, int]) -> tuple[float, float]:
    """Take the keypoints as pixels of the video, and check that most are inside."""
    keypoints = recording.keypoints[recording.detected]
    inside = ((keypoints >= 0) & (keypoints <= video)).all(-1)
    if not inside.size or inside.mean() < 0.9:
        expected = f"a video that the keypoints of {recording.name} are in"
        found = f"{video[0]} x {video[1]}, with {inside.mean() if inside.size else 0:.0%} inside"
        raise InputError(problem(path, expected=expected, found=found))
    return video
