"""Reading of videos: the keypoints that MediaPipe detects in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from signlift.core.recording import Recording
from signlift.io.people.main_person import choose_people, name_person
from signlift.io.people.observation import observe_recording
from signlift.io.reader import ReadOptions


def read_video(path: Path, options: ReadOptions) -> list[Recording]:
    """Detect the keypoints of one person in a video with MediaPipe.

    Parameters
    ----------
    path
        MP4, MOV, WebM, Matroska, AVI, MPEG and others.
    options
        `person` counts from the main person, 0 (MediaPipe detects one); "all" for each.
        `min_confidence` is that
        of an observed keypoint.

    Returns
    -------
    One recording on mediapipe75, or one of each person; see
    `signlift.io.video.detect_people.detect_people`.

    Raises
    ------
    InputError
        The file is not a video, nothing of it can be decoded, no person is in it, or there is no
        person of this number.
    ModuleNotFoundError
        The extra `video` is not installed.
    """
    from signlift.io.video.detect_people import detect_people
    from signlift.io.video.mediapipe_detector import MediaPipeDetector
    from signlift.io.video.video_frames import probe_video

    probe_video(path)  # before a model is loaded
    with MediaPipeDetector(visibility=0, margin=None) as detector:
        people = detect_people(path, detector, quiet=options.quiet)
    return [
        replace(
            observe_recording(each, options),
            name=name_person(each.name, number, options.person, len(people)),
        )
        for number, each in choose_people(people, options.person, path).items()
    ]
