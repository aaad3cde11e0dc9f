"""From 2D keypoints in several views to points of the world, and to what each camera sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.datasets.multiview_inputs import View
from signlift.errors import InputError, check_fields, parameter_problem, problem
from signlift.geometry.camera import CalibratedCamera
from signlift.geometry.triangulation import reprojection_errors, triangulate_consistent
from signlift.utils.atomic import atomic_path
from signlift.utils.progress import progress_bar

#: Keypoints that are triangulated at once.
_CHUNK = 1 << 15


@dataclass(frozen=True)
class TriangulationSettings:
    """What counts as seen, and as agreed.

    Parameters
    ----------
    threshold
        The largest reprojection error in pixels: a view that is further off is left out, and a
        keypoint on which fewer than `min_views` agree is missing.
    min_confidence
        What a detector is less sure of does not count.
    min_views
        How many views a point is made of at least.

    Raises
    ------
    InputError
        Lists all that is wrong.
    """

    threshold: float = 15.0
    min_confidence: float = 0.3
    min_views: int = 2

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("threshold", 0 < self.threshold < np.inf, "pixels above 0"),
            ("min_confidence", 0 <= self.min_confidence <= 1, "a number from 0 to 1"),
            ("min_views", self.min_views >= 2, "2 or more"),
        )


@dataclass(frozen=True, eq=False)
class Triangulation:
    """Points of the world, and how well the views agree on them.

    Attributes
    ----------
    skeleton
        What the J keypoints are.
    cameras
        V of them.
    names
        What the V views are called.
    keypoints
        [V, T, J, 2], as measured, in each camera's pixels; NaN where not observed.
    counted
        [V, T, J], the observations that were sure enough to count.
    points
        [T, J, 3] in the unit of the cameras' world; NaN where the views do not tell.
    used
        [V, T, J], the observations that a point is made of.
    errors
        [V, T, J], the reprojection error of each observation of a point, in pixels, of those that
        were left out too; NaN where there is no point or no observation.
    first
        The number of the first frame.
    fps
        Frames per second, or None when unknown.
    unit
        Of the world, or None when the calibration does not say.
    settings
        What it was made with.
    """

    skeleton: Skeleton
    cameras: tuple[CalibratedCamera, ...]
    names: tuple[str, ...]
    keypoints: Float[np.ndarray, "V T J 2"]
    counted: Bool[np.ndarray, "V T J"]
    points: Float[np.ndarray, "T J 3"]
    used: Bool[np.ndarray, "V T J"]
    errors: Float[np.ndarray, "V T J"]
    first: int
    fps: float | None
    unit: str | None
    settings: TriangulationSettings

    def recordings(self, *, reprojected: bool = False) -> list[Recording]:
        """The recording of each view, with its depth.

        Parameters
        ----------
        reprojected
            Keypoints are where the points are seen, through the lens, also in views that did not
            observe them. Without it they are as measured, with all that a detector does wrong,
            but for those that the other views contradict by more than the threshold: these are
            missing.

        Returns
        -------
        V recordings of T frames: keypoints in the camera's pixels, and depth in the same pixels,
        relative to MidHip and positive away from the camera, also where a view did not observe
        the keypoint. Depth is NaN where there is no point, and in all of a frame without MidHip.
        """
        made = []
        for number, camera in enumerate(self.cameras):
            if reprojected:
                keypoints = camera.pixels(camera.view(self.points))
            else:
                wrong = self.errors[number] > self.settings.threshold
                keypoints = np.where(wrong[..., None], np.nan, self.keypoints[number])
            made.append(
                Recording(
                    keypoints,
                    self.skeleton,
                    depth=camera.depth(self.points, self.skeleton),
                    fps=self.fps,
                    name=self.names[number],
                    size=camera.size,
                )
            )
        return made

    def save_points(self, path: str | Path) -> Path:
        """Write the points to a .npz file, whole or not at all.

        Arrays: `points` [T, J, 3] (NaN for what is missing), `views` [T, J] (how many views each
        is made of), `keypoints` (J names), `unit` ("" when unknown), `fps` (NaN when unknown) and
        `first_frame`.
        """
        path = Path(path)
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                points=self.points,
                views=self.used.sum(0),
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
    """Find where the keypoints of a person are in the world.

    Parameters
    ----------
    views
        Two or more on one skeleton, each of its own camera; equal frame numbers are one moment.
        The frames are those that two views have or more.
    settings
        By default the defaults of `TriangulationSettings`.
    unit
        Of the cameras' world, for the record.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        Fewer than two views, no frame that two of them have, different skeletons or frame rates.
    """
    settings = settings or TriangulationSettings()
    first, T = _frames(views)
    on = views[0].recording.skeleton
    cameras = tuple(view.camera for view in views)
    V, J = len(views), len(on)
    keypoints = np.full((V, T, J, 2), np.nan)
    weights = np.zeros((V, T, J))
    for number, view in enumerate(views):
        here, there = _overlap(view, first, T)
        keypoints[number, here] = view.recording.keypoints[there]
        weights[number, here] = _weights(view.recording, settings.min_confidence)[there]
    points = np.full((T, J, 3), np.nan)
    used = np.zeros((V, T, J), bool)
    errors = np.full((V, T, J), np.nan)
    with progress_bar(T, "triangulating", quiet=quiet) as bar:
        for some in _chunks(T, J):
            seen = _by_point(keypoints[:, some])
            rays = np.stack([camera.rays(seen[:, v]) for v, camera in enumerate(cameras)], 1)
            found, kept = triangulate_consistent(
                seen,
                rays,
                _by_point(weights[:, some]),
                cameras,
                settings.threshold,
                settings.min_views,
            )
            count = some.stop - some.start
            points[some] = found.reshape(count, J, 3)
            used[:, some] = kept.T.reshape(V, count, J)
            off = reprojection_errors(found, seen, cameras)
            errors[:, some] = off.T.reshape(V, count, J)
            bar.update(count)
    return Triangulation(
        on,
        cameras,
        tuple(view.recording.name for view in views),
        keypoints,
        weights > 0,
        points,
        used,
        errors,
        first,
        next((view.recording.fps for view in views if view.recording.fps), None),
        unit,
        settings,
    )


def _frames(views: Sequence[View]) -> tuple[int, int]:
    """The first of the frames that two views have or more, and how many there are."""
    if len(views) < 2:
        raise InputError(parameter_problem("views", expected="two or more", found=str(len(views))))
    problems = []
    one = views[0].recording
    timed = next((view.recording for view in views if view.recording.fps), one)
    for view in views[1:]:
        other = view.recording
        if other.skeleton != one.skeleton:
            expected, found = f"keypoints of {one.skeleton.name}", other.skeleton.name
            problems.append(problem(other.name, expected=expected, found=found))
        if timed.fps and other.fps and abs(timed.fps - other.fps) > 0.01 * timed.fps:
            expected, found = f"{timed.fps:g} frames per second, as {timed.name}", f"{other.fps:g}"
            problems.append(problem(other.name, expected=expected, found=found))
    first = sorted(view.first for view in views)[1]
    end = sorted(view.first + len(view.recording) for view in views)[-2]
    if end <= first:
        ranges = "; ".join(
            f"{view.recording.name}: {view.first} to {view.first + len(view.recording) - 1}"
            for view in views[:8]
        )
        expected = "frames of equal numbers in two views or more (`offset` moves them)"
        problems.append(parameter_problem("views", expected=expected, found=ranges))
    if problems:
        raise InputError(problems)
    return first, end - first


def _overlap(view: View, first: int, T: int) -> tuple[slice, slice]:
    """Which of the T frames a view has, and which of its own these are."""
    start = min(max(view.first, first), first + T)
    stop = max(min(view.first + len(view.recording), first + T), start)
    return slice(start - first, stop - first), slice(start - view.first, stop - view.first)


def _weights(recording: Recording, least: float) -> Float[np.ndarray, "T J"]:
    """The confidence of what is observed, 0 under the least; 1 where it is not told."""
    told = recording.confidence
    weights = np.ones(recording.keypoints.shape[:2]) if told is None else told.astype(np.float64)
    weights = np.where(np.isnan(weights), 1.0, weights)
    return np.where(recording.observed & (weights >= least), np.maximum(weights, 1e-3), 0.0)


def _by_point(values: np.ndarray) -> np.ndarray:
    """[V, t, J, ...] as [t J, V, ...]."""
    V, t, J, *rest = values.shape
    return np.moveaxis(values, 0, 2).reshape(t * J, V, *rest)


def _chunks(T: int, J: int) -> Iterator[slice]:
    step = max(1, _CHUNK // J)
    for start in range(0, T, step):
        yield slice(start, min(T, start + step))
