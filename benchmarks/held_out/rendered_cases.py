"""Cases of rendered signers: what MediaPipe found on their images, and the true joints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from benchmarks.held_out.cases import Case, field_of_view, hand_columns
from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE75, ROOT
from signlift.errors import InputError, problem
from signlift.io.people.detector_rules import MEDIAPIPE
from signlift.io.people.observation import mask_below, mask_outside

#: Kinds of view, in the order of the tables.
VIEWS = ("front", "turned", "above", "below", "whole", "webcam")

#: Number of MediaPipe's keypoints of the body, the first of its 75.
BODY = 33


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
    paths = sorted(directory.glob("*.npz"))[::step]
    if not paths:
        raise InputError(problem(directory, expected="rendered recordings (*.npz)", found="none"))
    return list(_read(paths, heavy=heavy))


def _read(paths: list[Path], *, heavy: bool) -> Iterator[Rendering]:
    for path in paths:
        with np.load(path) as archive:
            file = dict(archive)
        width, height = map(float, file["size"])
        z = file["true_points"][..., 2].astype(np.float64)
        root = MEDIAPIPE75.point(z[..., None], ROOT)[:, 0]
        keypoints, confidence, depth, world = _select_detections(file, heavy=heavy)
        values = np.concatenate([keypoints, confidence[..., None]], -1)
        body = values[:, :BODY]
        mask_below(body, MEDIAPIPE.min_confidence)
        mask_outside(body, (width, height), MEDIAPIPE.margin)
        recording = Recording(
            values[..., :2],
            MEDIAPIPE75,
            confidence=values[..., 2],
            fps=float(file["fps"]),
            size=(width, height),
            name=path.stem,
        )
        cm = root / float(file["focal"])
        case = Case(
            recording=recording,
            depth=(z - root[:, None]) / cm[:, None],
            keypoints=file["true_keypoints"].astype(np.float64),
            body_cm=cm,
            hand_cm=cm,
            counted=_count(recording, file["observed_in_image"].astype(bool)),
            view=(float(file["elevation"]), float(file["azimuth"])),
            fov=field_of_view(float(file["focal"]), (width, height)),
        )
        yield Rendering(str(file["view"]), case, depth, world * 100 / cm[:, None])


def _select_detections(
    file: dict[str, NDArray[np.floating]], *, heavy: bool
) -> tuple[NDArray[np.float32], ...]:
    """Return keypoints, confidence, depth in pixels and world depth in metres, of one model."""
    names = ("keypoints", "confidence", "mediapipe_z")
    keypoints, confidence, depth = (file[name].astype(np.float32) for name in names)
    world = np.full_like(depth, np.nan)
    world[:, :BODY] = file["mediapipe_world"][..., 2]
    if heavy:
        keypoints[:, :BODY] = file["heavy_keypoints"]
        confidence[:, :BODY] = file["heavy_confidence"]
        depth[:, :BODY] = file["heavy_z"]
        world[:, :BODY] = file["heavy_world"][..., 2]
    return keypoints, confidence, depth, world


def _count(recording: Recording, in_image: NDArray[np.bool_]) -> Bool[np.ndarray, "T J"]:
    """Count the body in every frame, and hands that were found and are inside the image."""
    counted = np.ones(in_image.shape, bool)
    for columns in hand_columns(recording.skeleton):
        whole = (recording.observed & in_image)[:, columns].all(1, keepdims=True)
        counted[:, columns] = whole
    return counted
