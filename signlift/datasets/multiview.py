"""Triangulation of one person in several calibrated views, and the depth in each view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.datasets.multiview_inputs import View
from signlift.errors import InputError, check_fields, parameter_problem, problem
from signlift.geometry.camera import Camera
from signlift.geometry.triangulation import reprojection_errors, triangulate_consistent
from signlift.utils.array_types import Bool, Float
from signlift.utils.atomic import atomic_path
from signlift.utils.progress import progress_bar

#: Keypoints that are triangulated at once.
_CHUNK = 1 << 15

#: Frame rates that differ by less than this fraction are equal.
_FPS_TOLERANCE = 0.01


@dataclass(frozen=True)
class TriangulationSettings:
    """Thresholds of triangulation.

    Parameters
    ----------
    threshold
        Maximum reprojection error in pixels. Observations with a larger error are outliers, and a
        keypoint with fewer than `min_views` inliers is missing.
    min_confidence
        Minimum confidence of an observation.
    min_views
        Minimum number of views of a point.

    Raises
    ------
    InputError
        Lists all invalid settings.
    """

    threshold: float = 15.0
    min_confidence: float = 0.3
    min_views: int = 2

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("threshold", 0 < self.threshold < np.inf, "a number of pixels above 0"),
            ("min_confidence", 0 <= self.min_confidence <= 1, "a number from 0 to 1"),
            ("min_views", self.min_views >= 2, "2 or more"),
        )


@dataclass(frozen=True, eq=False)
class Triangulation:
    """World points of one person, with the reprojection error in each view.

    Attributes
    ----------
    skeleton
        The skeleton of the J keypoints.
    cameras
        The cameras of the V views.
    names
        The names of the V views.
    keypoints
        [V, T, J, 2], as detected, in the pixels of each camera; NaN where not observed.
    confident
        [V, T, J], observations with a confidence of at least `settings.min_confidence`.
    points
        [T, J, 3] in the unit of the cameras' world; NaN where the views do not determine a point.
    inliers
        [V, T, J], the observations that a point is triangulated from.
    errors
        [V, T, J], the reprojection error of each observation in pixels, of outliers too; NaN where
        there is no point or no observation.
    first
        The number of the first frame.
    fps
        Frames per second, or None if unknown.
    unit
        The unit of the world, or None if unknown.
    settings
        The thresholds.
    """

    skeleton: Skeleton
    cameras: tuple[Camera, ...]
    names: tuple[str, ...]
    keypoints: Float[np.ndarray, "V T J 2"]
    confident: Bool[np.ndarray, "V T J"]
    points: Float[np.ndarray, "T J 3"]
    inliers: Bool[np.ndarray, "V T J"]
    errors: Float[np.ndarray, "V T J"]
    first: int
    fps: float | None
    unit: str | None
    settings: TriangulationSettings

    def recordings(self, *, reprojected: bool = False) -> list[Recording]:
        """Return one recording with depth for each view.

        Parameters
        ----------
        reprojected
            Replace all keypoints by the projections of the points through the lens, also in views
            that did not observe them. Otherwise keypoints are as detected, with all errors of the
            detector, and outliers (see `TriangulationSettings.threshold`) are missing.

        Returns
        -------
        recordings
            V recordings of T frames: keypoints in the camera's pixels, and depth in the same
            pixels, relative to MidHip and positive away from the camera, also where a view did not
            observe the keypoint. Depth is NaN where there is no point, and in all of a frame
            without MidHip.
        """
        recordings = []
        for number, camera in enumerate(self.cameras):
            if reprojected:
                keypoints = camera.project(self.points)
            else:
                outliers = self.errors[number] > self.settings.threshold
                keypoints = np.where(outliers[..., None], np.nan, self.keypoints[number])
            recordings.append(
                Recording(
                    keypoints,
                    self.skeleton,
                    depth=camera.relative_depth(self.points, self.skeleton),
                    fps=self.fps,
                    name=self.names[number],
                    size=camera.size,
                )
            )
        return recordings

    def save_points(self, path: str | Path) -> Path:
        """Write the points to a .npz file atomically.

        Arrays: `points` [T, J, 3] (NaN where missing), `views` [T, J] (the number of inliers of
        each point), `keypoints` (J names), `unit` ("" if unknown), `fps` (NaN if unknown) and
        `first_frame`.
        """
        path = Path(path)
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                points=self.points,
                views=self.inliers.sum(0),
                keypoints=np.array(self.skeleton.keypoints),
                unit=np.array(self.unit or ""),
                fps=np.array(np.nan if self.fps is None else self.fps),
                first_frame=np.array(self.first),
            )
        return path


def triangulate(
    views: Sequence[View],
    settings: TriangulationSettings | None = None,
    *,
    unit: str | None = None,
    quiet: bool = True,
) -> Triangulation:
    """Triangulate the keypoints of one person.

    Parameters
    ----------
    views
        Two or more views with one skeleton, each of its own camera. Equal frame numbers belong to
        the same moment. Frames that only one view has are left out.
    settings
        The thresholds; None for the defaults of `TriangulationSettings`.
    unit
        The unit of the cameras' world. It is only stored in the result.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        Fewer than two views, no frame that two of them have, different skeletons or frame rates.
    """
    settings = settings or TriangulationSettings()
    first, T = _common_frames(views)
    skeleton = views[0].recording.skeleton
    cameras = tuple(view.camera for view in views)
    V, J = len(views), len(skeleton)
    keypoints = np.full((V, T, J, 2), np.nan)
    weights = np.zeros((V, T, J))
    for number, view in enumerate(views):
        target, source = _overlap(view, first, T)
        keypoints[number, target] = view.recording.keypoints[source]
        weights[number, target] = _weights(view.recording, settings.min_confidence)[source]
    points = np.full((T, J, 3), np.nan)
    inliers = np.zeros((V, T, J), bool)
    errors = np.full((V, T, J), np.nan)
    with progress_bar(T, "triangulating", quiet=quiet) as bar:
        for frames in _chunks(T, J):
            observations = _by_point(keypoints[:, frames])
            rays = np.stack(
                [camera.rays(observations[:, v]) for v, camera in enumerate(cameras)], 1
            )
            chunk, consistent = triangulate_consistent(
                observations,
                rays,
                _by_point(weights[:, frames]),
                cameras,
                settings.threshold,
                settings.min_views,
            )
            count = frames.stop - frames.start
            points[frames] = chunk.reshape(count, J, 3)
            inliers[:, frames] = consistent.T.reshape(V, count, J)
            chunk_errors = reprojection_errors(chunk, observations, cameras)
            errors[:, frames] = chunk_errors.T.reshape(V, count, J)
            bar.update(count)
    return Triangulation(
        skeleton,
        cameras,
        tuple(view.recording.name for view in views),
        keypoints,
        weights > 0,
        points,
        inliers,
        errors,
        first,
        next((view.recording.fps for view in views if view.recording.fps), None),
        unit,
        settings,
    )


def _common_frames(views: Sequence[View]) -> tuple[int, int]:
    """Return the first of the frames that two or more views have, and their number."""
    if len(views) < 2:
        raise InputError(parameter_problem("views", expected="two or more", found=len(views)))
    problems = []
    reference = views[0].recording
    timed = next((view.recording for view in views if view.recording.fps), reference)
    for view in views[1:]:
        recording = view.recording
        if recording.skeleton != reference.skeleton:
            expected = f"keypoints of {reference.skeleton.name}, as in {reference.name}"
            found = f"keypoints of {recording.skeleton.name}"
            problems.append(problem(recording.name, expected=expected, found=found))
        rates = timed.fps, recording.fps
        if rates[0] and rates[1] and abs(rates[0] - rates[1]) > _FPS_TOLERANCE * rates[0]:
            expected = f"{rates[0]:g} frames per second, as in {timed.name}"
            problems.append(problem(recording.name, expected=expected, found=f"{rates[1]:g}"))
    first = sorted(view.first for view in views)[1]
    end = sorted(view.first + len(view.recording) for view in views)[-2]
    if end <= first:
        ranges = "; ".join(
            f"{view.recording.name}: {view.first} to {view.first + len(view.recording) - 1}"
            for view in views[:8]
        )
        expected = "frames of equal numbers in two views or more (`offsets` shifts the numbers)"
        problems.append(parameter_problem("views", expected=expected, found=ranges))
    if problems:
        raise InputError(problems)
    return first, end - first


def _overlap(view: View, first: int, T: int) -> tuple[slice, slice]:
    """Return the slice of the T common frames that a view has, and of its own frames."""
    start = min(max(view.first, first), first + T)
    stop = max(min(view.first + len(view.recording), first + T), start)
    return slice(start - first, stop - first), slice(start - view.first, stop - view.first)


def _weights(recording: Recording, min_confidence: float) -> Float[np.ndarray, "T J"]:
    """Return the confidence of observations, 0 below the minimum, 1 where it is unknown."""
    weights = np.ones(recording.keypoints.shape[:2])
    if recording.confidence is not None:
        weights = recording.confidence.astype(np.float64)
    weights = np.where(np.isnan(weights), 1.0, weights)
    confident = recording.observed & (weights >= min_confidence)
    return np.where(confident, np.maximum(weights, 1e-3), 0.0)


def _by_point(values: np.ndarray) -> np.ndarray:
    """Reshape [V, t, J, ...] to [t J, V, ...]."""
    V, t, J, *trailing = values.shape
    return np.moveaxis(values, 0, 2).reshape(t * J, V, *trailing)


def _chunks(T: int, J: int) -> Iterator[slice]:
    step = max(1, _CHUNK // J)
    for start in range(0, T, step):
        yield slice(start, min(T, start + step))
