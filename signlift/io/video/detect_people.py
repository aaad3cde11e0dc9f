"""From a video to recordings: frame by frame through a detector."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Float

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.video.keypoint_detector import Detection, Detector
from signlift.io.video.video_frames import VideoFrames, even_fps, probe
from signlift.utils.progress import progress_bar


def detect_people(
    path: str | PathLike[str], detector: Detector, *, quiet: bool = True
) -> list[Recording]:
    """Find the keypoints of the people in a video.

    Parameters
    ----------
    path
        A video in any container and codec that PyAV's FFmpeg decodes.
    detector
        It is left open.
    quiet
        Show no progress bar.

    Returns
    -------
    A recording for each place that the detector gives people, in its order, with

    keypoints
        [T, J, 2] in pixels of the picture as it is shown (turned as a phone's video says, with
        square pixels); NaN where not observed, in a whole frame where the person is not seen.
    confidence
        [T, J], 0 where not observed.
    fps, times
        Evenly spaced frames have no times. Others have times, and the usual rate (of the median
        interval) as fps.
    size
        The picture's width and height.
    notes
        The detector's name, and how much of a damaged video could be decoded.

    Raises
    ------
    InputError
        As `probe`; or nobody is in the video.
    """
    path = Path(path)
    info = probe(path)
    seconds: list[float] = []
    found: list[Detection] = []
    video = VideoFrames(path)
    with progress_bar(info.frames, f"detecting in {path.name}", quiet=quiet) as bar:
        for time, image in video:
            seconds.append(time)
            found.append(detector.detect(image))
            bar.update()
    keypoints, confidence = _by_person(found, len(detector.skeleton))
    if np.isnan(keypoints).all():
        expected = "a video of a person"
        raise InputError(problem(path, expected=expected, found=f"nobody in {len(found)} frames"))
    times = np.array(seconds)
    fps = even_fps(times, info.tick)
    even = fps is not None or len(times) < 2
    if fps is None:
        fps = info.fps if even else float(1 / np.median(np.diff(times)))
    notes = [f"keypoints by {detector.name}"]
    if video.lost:
        notes.append(f"{len(found)} of {len(found) + video.lost} frames could be decoded")
    return [
        Recording(
            keypoints[person],
            detector.skeleton,
            confidence=confidence[person],
            fps=fps,
            name=path.name if len(keypoints) == 1 else f"{path.name}, person {person}",
            times=None if even else times,
            size=(float(info.size[0]), float(info.size[1])),
            notes=tuple(notes),
        )
        for person in range(len(keypoints))
    ]


def _by_person(
    found: list[Detection], J: int
) -> tuple[Float[np.ndarray, "P T J 2"], Float[np.ndarray, "P T J"]]:
    """The detections of all frames, people first; those who are not seen are NaN."""
    people = max((len(one.keypoints) for one in found), default=0)
    keypoints = np.full((people, len(found), J, 2), np.nan, np.float32)
    confidence = np.zeros((people, len(found), J), np.float32)
    for frame, one in enumerate(found):
        keypoints[: len(one.keypoints), frame] = one.keypoints
        confidence[: len(one.keypoints), frame] = one.confidence
    return keypoints, confidence
