"""Detection of people in a video, frame by frame."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.frame_limit import check_frame_count
from signlift.io.people.main_person import rank_people
from signlift.io.video.frame_timing import compute_even_fps
from signlift.io.video.keypoint_detector import Detection, Detector
from signlift.io.video.video_frames import VideoFrames, probe_video
from signlift.utils.array_types import Float
from signlift.utils.progress import progress_bar


def detect_people(
    path: str | PathLike[str], detector: Detector, *, quiet: bool = True
) -> list[Recording]:
    """Detect the keypoints of the people in a video.

    Parameters
    ----------
    path
        A video in any container and codec that PyAV's FFmpeg decodes.
    detector
        The detector; it is left open.
    quiet
        Show no progress bar.

    Returns
    -------
    A recording for each person that the detector tracks, the main person first (see
    `signlift.io.people.main_person`), with

    keypoints
        [T, J, 2] in pixels of the image as it is displayed (rotated by the display matrix, with
        square pixels); NaN where a keypoint is missing, and in frames without the person.
    confidence
        [T, J] in 0 ... 1, 0 where missing.
    detector_depth
        [T, J] in pixels, NaN where missing; None for a detector that estimates no depth.
    fps, times
        Evenly spaced frames have no times. Others have times, and as fps the rate of the median
        interval.
    size
        Width and height of the image in pixels.
    notes
        The detector's name, the fraction of a damaged video that was decoded, and the number of
        the person where there are several.

    Raises
    ------
    InputError
        As `probe_video`; or no person is in the video.
    """
    path = Path(path)
    info = probe_video(path)
    seconds: list[float] = []
    detections: list[Detection] = []
    video = VideoFrames(path)
    with progress_bar(info.frames, f"detecting in {path.name}", quiet=quiet) as bar:
        for time, image in video:
            seconds.append(time)
            detections.append(detector.detect(image))
            bar.update()
            check_frame_count(path, len(seconds))
    keypoints, confidence, depth = _stack(detections, len(detector.skeleton))
    order = rank_people(keypoints, confidence, detector.skeleton)
    if not order:
        found = f"none in {len(detections)} frames"
        raise InputError(problem(path, expected="a video of a person", found=found))
    times = np.array(seconds)
    fps = compute_even_fps(times, info.tick)
    even = fps is not None or len(times) < 2
    if fps is None:
        fps = info.fps if even else float(1 / np.median(np.diff(times)))
    notes = [f"keypoints by {detector.name}"]
    if video.num_lost:
        total = len(detections) + video.num_lost
        notes.append(f"{len(detections)} of {total} frames could be decoded")
    several = len(order) > 1
    return [
        Recording(
            keypoints[row],
            detector.skeleton,
            confidence=confidence[row],
            fps=fps,
            name=path.name,
            times=None if even else times,
            size=(float(info.size[0]), float(info.size[1])),
            notes=(*notes, f"person {number} of {len(order)}") if several else tuple(notes),
            detector_depth=None if depth is None else depth[row],
        )
        for number, row in enumerate(order)
    ]


def _stack(
    detections: list[Detection], J: int
) -> tuple[
    Float[np.ndarray, "P T J 2"], Float[np.ndarray, "P T J"], Float[np.ndarray, "P T J"] | None
]:
    """Stack the detections of all frames by person; NaN in frames without the person."""
    people = max((len(detection.keypoints) for detection in detections), default=0)
    keypoints = np.full((people, len(detections), J, 2), np.nan, np.float32)
    confidence = np.zeros((people, len(detections), J), np.float32)
    depth = np.full((people, len(detections), J), np.nan, np.float32)
    for frame, detection in enumerate(detections):
        count = len(detection.keypoints)
        keypoints[:count, frame] = detection.keypoints
        confidence[:count, frame] = detection.confidence
        if detection.depth is not None:
            depth[:count, frame] = detection.depth
    return keypoints, confidence, None if np.isnan(depth).all() else depth
