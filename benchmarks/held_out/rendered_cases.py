"""Cases of rendered signers: what MediaPipe found on their images, and the true joints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from benchmarks.held_out.cases import Case, field_of_view, hand_columns
from benchmarks.rendered import BODY, RenderedFile, read_rendered_files
from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE75
from signlift.io.people.detector_rules import MEDIAPIPE
from signlift.io.people.observation import mask_below, mask_outside

#: Kinds of view, in the order of the tables.
VIEWS = ("front", "turned", "above", "below", "whole", "webcam")


@dataclass(frozen=True, eq=False)
class Rendering:
    """A rendered recording.

    Attributes
    ----------
    view
        One of `VIEWS`.
    case
        Without depth of the detector. Errors are in cm of the character, at the scale of MidHip.
        Frames in which a hand was found and all of it is inside the image count for the hand.
    depth
        [T, 75], depth that MediaPipe estimated, in pixels; NaN where the keypoint is missing.
    world
        [T, 75], depth of MediaPipe's metric pose, in pixels; NaN for hands.
    """

    view: str
    case: Case
    depth: Float[np.ndarray, "T J"]
    world: Float[np.ndarray, "T J"]

    def with_true_keypoints(self) -> Case:
        """Return the case with the true keypoints inside the image instead of the detected."""
        keypoints = self.case.keypoints
        width, height = self.case.recording.size or (np.inf, np.inf)
        inside = ((keypoints >= 0) & (keypoints <= (width, height))).all(-1, keepdims=True)
        keypoints = np.where(inside, keypoints, np.nan)
        recording = replace(self.case.recording, keypoints=keypoints, confidence=None)
        return replace(self.case, recording=recording)

    def with_detector_depth(self) -> Case:
        """Return the case with the depth that MediaPipe estimated."""
        recording = replace(self.case.recording, detector_depth=self.depth)
        return replace(self.case, recording=recording)


def read_renderings(directory: Path, *, heavy: bool = False, step: int = 1) -> list[Rendering]:
    """Read the rendered recordings of a directory.

    Parameters
    ----------
    directory
        A directory of .npz files.
    heavy
        Take the body's keypoints from MediaPipe's heavy model.
    step
        Take each recording of this number.

    Raises
    ------
    InputError
        There are none.
    """
    return [_read(file) for file in read_rendered_files(directory, heavy=heavy, step=step)]


def _read(file: RenderedFile) -> Rendering:
    """Make the case of a file."""
    values = np.concatenate([file.keypoints, file.confidence[..., None]], -1, dtype=np.float32)
    body = values[:, :BODY]
    mask_below(body, MEDIAPIPE.min_confidence)
    mask_outside(body, file.size, MEDIAPIPE.margin)
    recording = Recording(
        values[..., :2],
        MEDIAPIPE75,
        confidence=values[..., 2],
        fps=file.fps,
        size=file.size,
        name=file.name,
    )
    cm = file.cm
    case = Case(
        recording=recording,
        depth=(file.true_points[..., 2] - file.hip_distance[:, None]) / cm[:, None],
        keypoints=file.true_keypoints,
        body_cm=cm,
        hand_cm=cm,
        counted=_count(recording, file.in_image),
        view=(file.number("elevation"), file.number("azimuth")),
        fov=field_of_view(file.focal, file.size),
    )
    return Rendering(file.view, case, file.depth, file.world_depth * 100 / cm[:, None])


def _count(recording: Recording, in_image: NDArray[np.bool_]) -> Bool[np.ndarray, "T J"]:
    """Count the body in every frame, and hands that were found and are inside the image."""
    counted = np.ones(in_image.shape, bool)
    for columns in hand_columns(recording.skeleton):
        whole = (recording.observed & in_image)[:, columns].all(1, keepdims=True)
        counted[:, columns] = whole
    return counted
