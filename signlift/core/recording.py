"""Recording: what every reader returns and every writer takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from signlift.core.skeleton import PANOPTIC26, Skeleton, convert, get_skeleton, subtract_root_depth
from signlift.errors import InputError, problem

#: Frames per second of recordings that do not say.
DEFAULT_FPS = 30.0


@dataclass(frozen=True, eq=False)
class Recording:
    """Keypoints of one person over time.

    The camera frame: x to the right, y down, z away from the camera.

    Parameters
    ----------
    keypoints
        [T, J, 2], x and y, usually in pixels; NaN where a keypoint was not observed. A keypoint
        with only one of the two is taken as not observed.
    skeleton
        What the J keypoints are (a name is looked up).
    depth
        [T, J] in the unit of the keypoints, relative to MidHip, positive away from the camera;
        NaN where unknown. None when there is none.
    confidence
        [T, J] in 0 ... 1, the detector's. None when there is none.
    fps
        Frames per second, or None when unknown.
    name
        Where it comes from, for messages and file names.
    depth_uncertainty
        [T, J] in the unit of depth: about how far off it may be (68 % of depths are expected to
        lie this near to the true ones); NaN where unknown. None when there is none.
    times
        [T], seconds since the recording's beginning, where frames are not evenly spaced; they
        rise. None when frame t is at t / fps.
    size
        Width and height of the picture in the unit of the keypoints, or None when unknown.
    unit
        Of keypoints and depth: "px", or "cm" and "m" once a person's size is known.
    notes
        What was done to it, in order, for files that can say so: "lifted with ...".

    Raises
    ------
    InputError
        Lists all that is wrong with the arrays.
    """

    # The shapes are checked below rather than by annotation: a user sees all problems at once.
    keypoints: NDArray[Any]
    skeleton: Skeleton = PANOPTIC26
    depth: NDArray[Any] | None = None
    confidence: NDArray[Any] | None = None
    fps: float | None = None
    name: str = "recording"
    depth_uncertainty: NDArray[Any] | None = None
    times: NDArray[Any] | None = None
    size: tuple[float, float] | None = None
    unit: str = "px"
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "skeleton", get_skeleton(self.skeleton))
        problems: list[str] = []
        J = len(self.skeleton)
        keypoints = _numbers(self.keypoints, f"{self.name}: keypoints", problems)
        if keypoints.ndim != 3 or keypoints.shape[1:] != (J, 2):
            problems.append(
                problem(
                    f"{self.name}: keypoints",
                    expected=f"shape [T, {J}, 2] ({self.skeleton.name})",
                    found=str(list(keypoints.shape)),
                )
            )
        else:
            keypoints = np.where(np.isnan(keypoints).any(-1, keepdims=True), np.nan, keypoints)
        object.__setattr__(self, "keypoints", keypoints.astype(np.float32, copy=False))
        for field in ("depth", "confidence", "depth_uncertainty"):
            given = getattr(self, field)
            if given is None:
                continue
            values = _numbers(given, f"{self.name}: {field}", problems)
            if values.shape != keypoints.shape[:2]:
                problems.append(
                    problem(
                        f"{self.name}: {field}",
                        expected=f"shape {list(keypoints.shape[:2])}",
                        found=str(list(values.shape)),
                    )
                )
            object.__setattr__(self, field, values.astype(np.float32, copy=False))
        if self.times is not None:
            object.__setattr__(self, "times", self._checked_times(problems))
        if self.fps is not None and not self.fps > 0:
            problems.append(
                problem(f"{self.name}: fps", expected="a number above 0", found=str(self.fps))
            )
        if problems:
            raise InputError(problems)

    def __repr__(self) -> str:
        """Without the numbers."""
        depth = "no depth" if self.depth is None else "depth"
        fps = "" if self.fps is None else f", {self.fps:g} fps"
        return f"Recording({self.name!r}, {len(self)} frames{fps}, {self.skeleton.name}, {depth})"

    def __len__(self) -> int:
        """T, the number of frames."""
        return len(self.keypoints)

    @property
    def observed(self) -> Bool[np.ndarray, "T J"]:
        """Which keypoints were observed in which frame."""
        return ~np.isnan(self.keypoints[..., 0])

    @property
    def frame_rate(self) -> float | None:
        """Frames per second: as given, or else by the median of the times; None if not known."""
        if self.fps is not None:
            return float(self.fps)
        if self.times is None or len(self) < 2:
            return None
        return float(1 / np.median(np.diff(self.times.astype(np.float64))))

    @property
    def detected(self) -> Bool[np.ndarray, "T J"]:
        """Which keypoints a detector saw: those observed, but not those that lifting has set.

        What `Lifter.lift(complete=True)` sets has a confidence of 0.
        """
        observed = self.observed
        return observed if self.confidence is None else observed & (self.confidence != 0)

    @property
    def points(self) -> Float[np.ndarray, "T J 3"]:
        """x, y and depth; all three NaN where one is missing (all of it without depth)."""
        T, J = self.keypoints.shape[:2]
        depth = np.full((T, J), np.nan, np.float32) if self.depth is None else self.depth
        points = np.concatenate([self.keypoints, depth[..., None]], -1)
        return np.where(np.isnan(points).any(-1, keepdims=True), np.nan, points)

    def with_note(self, note: str) -> Recording:
        """The same recording, with one more note."""
        return replace(self, notes=(*self.notes, note))

    def _checked_times(self, problems: list[str]) -> NDArray[Any]:
        where = f"{self.name}: times"
        times = _numbers(self.times, where, problems)
        if times.shape != self.keypoints.shape[:1]:
            expected, found = f"shape {list(self.keypoints.shape[:1])}", str(list(times.shape))
            problems.append(problem(where, expected=expected, found=found))
        elif not (np.diff(times) > 0).all():
            problems.append(problem(where, expected="seconds that rise", found="others"))
        return times

    def with_depth(
        self, depth: NDArray[Any] | None, depth_uncertainty: NDArray[Any] | None = None
    ) -> Recording:
        """The same recording with this depth [T, J] and its error [T, J], if that is known."""
        return replace(self, depth=depth, depth_uncertainty=depth_uncertainty)

    def convert(self, target: str | Skeleton) -> Recording:
        """The same recording on another skeleton, by name (see `signlift.core.skeleton.convert`).

        Depth becomes relative to the target's MidHip. A derived point is as confident, and its
        depth as far off, as the mean of what it is derived from.
        """
        target = get_skeleton(target)

        def carry(values: Float[np.ndarray, "T J"] | None) -> Float[np.ndarray, "T K"] | None:
            return (
                None
                if values is None
                else convert(values[..., None], self.skeleton, target)[..., 0]
            )

        depth = carry(self.depth)
        return replace(
            self,
            keypoints=convert(self.keypoints, self.skeleton, target),
            skeleton=target,
            depth=None if depth is None else subtract_root_depth(depth, target),
            confidence=carry(self.confidence),
            depth_uncertainty=carry(self.depth_uncertainty),
        )


def _numbers(values: object, where: str, problems: list[str]) -> NDArray[Any]:
    """An array of floats; what cannot be one is added to `problems` and becomes empty."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        problems.append(problem(where, expected="real numbers", found=f"dtype {array.dtype}"))
        return np.empty(0)
    array = array.astype(np.float64 if array.dtype.itemsize > 4 else np.float32, copy=False)
    bad = ~(np.abs(array) <= np.finfo(np.float32).max) & ~np.isnan(array)
    if bad.any():
        first = [int(i) for i in np.argwhere(bad)[0]]
        problems.append(
            problem(where, expected="finite numbers or NaN", found=f"infinity at {first}")
        )
        return np.where(bad, np.nan, array)
    return array
