"""Keypoints of one person over time, as every reader returns and every writer takes them."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.lost_keypoints import describe_lost_keypoints
from signlift.core.recording_checks import (
    checked_keypoints,
    checked_times,
    checked_values,
    keep_observed,
)
from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.core.skeleton_arrays import convert, subtract_root_depth
from signlift.errors import InputError, problem
from signlift.utils.array_types import Bool, Float
from signlift.utils.encodable import encodable

#: Frames per second of recordings without a frame rate.
DEFAULT_FPS = 30.0

#: Smallest frame rate, of a frame in 31 years; the times of others would overflow.
_MIN_FPS = 1e-9


@dataclass(frozen=True, eq=False, init=False)
class Recording:
    """Keypoints of one person over time.

    The coordinates are those of the camera: x to the right, y down, z away from the camera.
    Arrays are stored as float32, times as float64.

    Parameters
    ----------
    keypoints
        [T, J, 2], x and y, usually in pixels; NaN where a keypoint was not observed. A keypoint
        with only one of the two coordinates counts as not observed.
    skeleton
        The skeleton of the J keypoints, or its name.
    depth
        [T, J], in the unit of the keypoints, relative to MidHip, positive away from the camera;
        NaN where unknown. None if the recording has no depth.
    confidence
        [T, J], the detector's confidence, 0 to 1. None if unknown.
    fps
        Frames per second. None if unknown.
    name
        The name of the recording, for messages and file names.
    depth_uncertainty
        [T, J], in the unit of the depth: the half-width of the interval that is expected to hold
        68 % of the true depths; NaN where unknown. None if unknown.
    times
        [T], seconds since the beginning of the recording, strictly increasing, for frames that
        are not evenly spaced. None if frame t is at t / fps.
    size
        Width and height of the image in the unit of the keypoints. None if unknown.
    unit
        The unit of keypoints and depth: "px", or "cm" or "m" once the person's size is known.
    notes
        The processing steps so far, in order, for file formats that can store them.
    proportions
        The body proportions of the person, as the lifter estimates them, in the unit of the
        keypoints. None if unknown.
    detector_depth
        [T, J], depth that the detector itself estimated, as MediaPipe does, in the unit of the
        keypoints, positive away from the camera; NaN where there is none, and for keypoints that
        were not observed. Its zero differs by part: that of the body is MidHip, that of a hand
        its wrist, that of the face the head. Evidence with errors, which the lifter weighs; the
        depth of the recording is `depth`. None if the detector gave none.

    Raises
    ------
    InputError
        Lists every problem of the arrays.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> recording = sl.Recording(np.zeros((50, 25, 2)), "openpose25", fps=25, name="wave")
    >>> recording
    Recording('wave', 50 frames, 25 fps, openpose25, no depth)
    >>> recording.convert("coco17").keypoints.shape
    (50, 17, 2)

    A part of it, and a single frame:

    >>> recording[10:30:2]
    Recording('wave', 10 frames, 12.5 fps, openpose25, no depth)
    >>> recording[-1]
    Recording('wave', 1 frame, 25 fps, openpose25, no depth)
    """

    keypoints: Float[np.ndarray, "T J 2"]
    skeleton: Skeleton
    depth: Float[np.ndarray, "T J"] | None
    confidence: Float[np.ndarray, "T J"] | None
    fps: float | None
    name: str
    depth_uncertainty: Float[np.ndarray, "T J"] | None
    times: Float[np.ndarray, " T"] | None
    size: tuple[float, float] | None
    unit: str
    notes: tuple[str, ...]
    proportions: BodyProportions | None
    detector_depth: Float[np.ndarray, "T J"] | None

    # Arrays of any shape are taken, so that all problems can be listed at once.
    def __init__(
        self,
        keypoints: NDArray[Any],
        skeleton: str | Skeleton = PANOPTIC26,
        *,
        depth: NDArray[Any] | None = None,
        confidence: NDArray[Any] | None = None,
        fps: float | None = None,
        name: str = "recording",
        depth_uncertainty: NDArray[Any] | None = None,
        times: NDArray[Any] | None = None,
        size: tuple[float, float] | None = None,
        unit: str = "px",
        notes: tuple[str, ...] = (),
        proportions: BodyProportions | None = None,
        detector_depth: NDArray[Any] | None = None,
    ) -> None:
        skeleton = get_skeleton(skeleton)
        name, notes = encodable(name), tuple(map(encodable, notes))
        problems: list[str] = []
        keypoints = checked_keypoints(keypoints, skeleton, f"{name}: keypoints", problems)
        fields: dict[str, Any] = {"keypoints": keypoints, "skeleton": skeleton}
        per_keypoint = {
            "depth": depth,
            "confidence": confidence,
            "depth_uncertainty": depth_uncertainty,
            "detector_depth": detector_depth,
        }
        for field, values in per_keypoint.items():
            where = f"{name}: {field}"
            fields[field] = checked_values(values, keypoints, where, problems)
        frames = keypoints.shape[0] if keypoints.ndim else 0
        fields["times"] = checked_times(times, frames, f"{name}: times", problems)
        if fps is not None and not fps > _MIN_FPS:
            problems.append(problem(f"{name}: fps", expected="a number above 0", found=str(fps)))
        if problems:
            raise InputError(problems)
        if fields["detector_depth"] is not None:
            fields["detector_depth"] = keep_observed(fields["detector_depth"], keypoints)
        fields |= {"fps": fps, "name": name, "size": size, "unit": unit, "notes": notes}
        fields["proportions"] = proportions
        for field, value in fields.items():
            object.__setattr__(self, field, value)

    def __repr__(self) -> str:
        """Return a summary without the arrays."""
        depth = "no depth" if self.depth is None else "depth"
        if self.detector_depth is not None:
            depth += ", detector depth"
        fps = "" if self.fps is None else f", {self.fps:g} fps"
        frames = f"{len(self)} frame{'' if len(self) == 1 else 's'}"
        return f"Recording({self.name!r}, {frames}{fps}, {self.skeleton.name}, {depth})"

    def __len__(self) -> int:
        """Return T, the number of frames."""
        return len(self.keypoints)

    def __getitem__(self, frames: SupportsIndex | slice) -> Recording:
        """Return a part of the recording in time: one frame, or those of a slice.

        Parameters
        ----------
        frames
            The number of a frame, from the end if it is negative; or a slice with a step above 0.

        Returns
        -------
        A recording of these frames. With a step of n its `fps` is n times lower. Its `times` begin
        at those of the first frame, at 0.

        Raises
        ------
        IndexError
            There is no such frame.
        InputError
            The step of the slice is below 1.
        """
        if isinstance(frames, slice):
            start, stop, step = frames.indices(len(self))
            if step < 1:
                expected, found = "a step of 1 or more, as time increases", str(step)
                raise InputError(problem(f"{self.name}: frames", expected=expected, found=found))
        else:
            start = range(len(self))[operator.index(frames)]
            stop, step = start + 1, 1
        part = slice(start, stop, step)
        fields: dict[str, Any] = {
            name: None if values is None else values[part]
            for name, values in (
                ("keypoints", self.keypoints),
                ("depth", self.depth),
                ("confidence", self.confidence),
                ("depth_uncertainty", self.depth_uncertainty),
                ("detector_depth", self.detector_depth),
                ("times", self.times),
            )
        }
        if fields["times"] is not None:
            fields["times"] = fields["times"] - fields["times"][:1]
        return replace(self, **fields, fps=None if self.fps is None else self.fps / step)

    def __array__(self, *_: object, **__: object) -> NDArray[Any]:
        """Refuse to become an array, as a recording holds several."""
        raise TypeError("a Recording is not an array: take its keypoints, depth or points")

    def __iter__(self) -> Iterator[Recording]:
        """Iterate over the frames, each as a recording of one frame."""
        return (self[frame] for frame in range(len(self)))

    @property
    def observed(self) -> Bool[np.ndarray, "T J"]:
        """[T, J], True for keypoints whose x and y are not NaN."""
        return ~np.isnan(self.keypoints[..., 0])

    @property
    def detected(self) -> Bool[np.ndarray, "T J"]:
        """[T, J], True for observed keypoints that a detector found.

        Keypoints that `Lifter.lift(complete=True)` has completed have a confidence of 0: they are
        observed, but not detected.
        """
        observed = self.observed
        return observed if self.confidence is None else observed & (self.confidence != 0)

    @property
    def frame_rate(self) -> float | None:
        """Frames per second: `fps`, or else from the median step of `times`; None if unknown."""
        if self.fps is not None:
            return float(self.fps)
        if self.times is None or len(self) < 2:
            return None
        return float(1 / np.median(np.diff(self.times.astype(np.float64))))

    @property
    def points(self) -> Float[np.ndarray, "T J 3"]:
        """[T, J, 3], x, y and depth; all three NaN where one is (everywhere without depth)."""
        T, J = self.keypoints.shape[:2]
        depth = np.full((T, J), np.nan, np.float32) if self.depth is None else self.depth
        points = np.concatenate([self.keypoints, depth[..., None]], -1)
        return np.where(np.isnan(points).any(-1, keepdims=True), np.nan, points)

    def with_note(self, note: str) -> Recording:
        """Return this recording with one more note.

        Examples
        --------
        >>> from signlift.core.recording import Recording
        >>> import numpy as np
        >>> Recording(np.zeros((1, 26, 2))).with_note("cropped").notes
        ('cropped',)
        """
        noted = copy(self)  # the arrays are checked already
        object.__setattr__(noted, "notes", (*self.notes, encodable(note)))
        return noted

    def with_depth(
        self, depth: NDArray[Any] | None, depth_uncertainty: NDArray[Any] | None = None
    ) -> Recording:
        """Return this recording with another depth and its uncertainty.

        Parameters
        ----------
        depth, depth_uncertainty
            [T, J] each, as for `Recording`.
        """
        return replace(self, depth=depth, depth_uncertainty=depth_uncertainty)

    def convert(self, target: str | Skeleton) -> Recording:
        """Convert to another skeleton by name (see `signlift.core.skeleton_arrays.convert`).

        Parameters
        ----------
        target
            The other skeleton, or its name.

        Returns
        -------
        The recording on `target`, its depth relative to the MidHip of `target`. Confidence, depth
        uncertainty and detector depth of a derived point are the means of those of its two
        keypoints.
        A note counts the observed keypoints that `target` does not have.

        Raises
        ------
        InputError
            No skeleton has this name.
        """
        target = get_skeleton(target)

        def to_target(values: Float[np.ndarray, "T J"] | None) -> Float[np.ndarray, "T K"] | None:
            if values is None:
                return None
            return convert(values[..., None], self.skeleton, target)[..., 0]

        depth = to_target(self.depth)
        lost = describe_lost_keypoints(self.observed, self.skeleton, target)
        return replace(
            self if lost is None else self.with_note(lost),
            keypoints=convert(self.keypoints, self.skeleton, target),
            skeleton=target,
            depth=None if depth is None else subtract_root_depth(depth, target),
            confidence=to_target(self.confidence),
            depth_uncertainty=to_target(self.depth_uncertainty),
            detector_depth=to_target(self.detector_depth),
        )
