"""Reading videos: the keypoints that a detector finds in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.io.people.main_person import choose_person, main_first
from signlift.io.reader import ReadOptions
from signlift.io.video.containers import looks_like_video


def is_video(path: Path, head: bytes) -> bool:
    """Whether a file begins as one of the containers that hold videos."""
    del path
    return looks_like_video(head)


def read_video(path: Path, options: ReadOptions) -> list[Recording]:
    """Find the keypoints of one person in a video with MediaPipe.

    Parameters
    ----------
    path
        MP4, MOV, WebM, Matroska, AVI, MPEG and others.
    options
        `person` counts from the main one, 0 (MediaPipe finds one).

    Returns
    -------
    One recording on mediapipe75; see `signlift.io.video.detect_people.detect_people`.

    Raises
    ------
    InputError
        It is no video, none of it can be decoded, nobody is in it; or there is no such person.
    ModuleNotFoundError
        The extra `video` is not installed.
    """
    from signlift.io.video.detect_people import detect_people
    from signlift.io.video.mediapipe_detector import MediaPipeDetector
    from signlift.io.video.video_frames import probe

    probe(path)  # before a model is loaded
    with MediaPipeDetector() as detector:
        people = detect_people(path, detector, quiet=options.quiet)
    order = main_first(np.stack([person.keypoints for person in people]))
    return [people[choose_person(path, order, options.person)]]
