"""Inputs and outputs of networks: windows of frames, estimates of proportions, and predictions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float, Int


@dataclass(frozen=True, eq=False)
class FrameWindow:
    """A window of T frames of B recordings, as the networks take it.

    Attributes
    ----------
    keypoints
        [B, T, J, 2], normalised (see `signlift.normalization.normalize`), NaN where missing.
    confidence
        [B, T, J] in 0 ... 1.
    fps
        [B], frames per second.
    detector_depth
        [B, T, J], the depth that the detector estimated, relative to the Neck; NaN where there is
        none. None if there is none at all.
    offset
        [B, T, 2], the Neck relative to the image's centre; None if the image's size is unknown.
    """

    keypoints: Float[np.ndarray, "B T J 2"]
    confidence: Float[np.ndarray, "B T J"]
    fps: Float[np.ndarray, " B"]
    detector_depth: Float[np.ndarray, "B T J"] | None = None
    offset: Float[np.ndarray, "B T 2"] | None = None

    def __len__(self) -> int:
        """Return T, the number of frames."""
        return self.keypoints.shape[1]

    @property
    def lanes(self) -> int:
        """B, the number of recordings."""
        return len(self.fps)

    def select(self, start: int, length: int, lanes: int | None = None) -> FrameWindow:
        """Return up to `length` frames from frame `start` on, of the first lanes or of all."""
        frames = slice(start, start + length)
        return self._map(lambda values: values[:lanes, frames], self.fps[:lanes])

    def in_both_directions(self) -> FrameWindow:
        """Return twice as many lanes: as they are, and with the frames in reverse."""
        fps = np.concatenate([self.fps, self.fps])
        return self._map(lambda values: np.concatenate([values, values[:, ::-1]]), fps)

    def first_in_reverse(self, frames: int) -> FrameWindow:
        """Return the first frames, as many as there are, in reverse."""
        return self._map(lambda values: values[:, :frames][:, ::-1], self.fps)

    def frame_of_each(self, frames: Int[np.ndarray, " B"]) -> FrameWindow:
        """Return one frame of each lane."""
        lanes = np.arange(self.lanes)
        return self._map(lambda values: values[lanes, frames][:, None], self.fps)

    @property
    def inputs(self) -> list[NDArray[np.float32]]:
        """The inputs of the graphs of a LiftingNet that are the same for both."""
        depth, offset = self.detector_depth, self.offset
        if depth is None:
            depth = np.full(self.confidence.shape, np.nan, np.float32)
        if offset is None:
            offset = np.full((*self.confidence.shape[:2], 2), np.nan, np.float32)
        return [self.keypoints, self.confidence, depth, offset, self.fps]

    def _map(
        self,
        function: Callable[[NDArray[np.float32]], NDArray[np.float32]],
        fps: NDArray[np.float32],
    ) -> FrameWindow:
        depth, offset = self.detector_depth, self.offset
        return FrameWindow(
            function(self.keypoints),
            function(self.confidence),
            fps,
            None if depth is None else function(depth),
            None if offset is None else function(offset),
        )


@dataclass(frozen=True, eq=False)
class ProportionsEstimate:
    """Body proportions with their uncertainty, as a network estimates them.

    P counts `signlift.core.bone_lengths.ESTIMATES`: logs of lengths in units of the recording's
    scale, then the view.

    Attributes
    ----------
    mean
        [..., P].
    log_scale
        [..., P], the log of b of a Laplace distribution of `mean`. The networks are trained with
        it and take it as an input.
    unit_std
        [..., P], the standard deviation that comes from the unit of given proportions, as the
        conversion of their unit to the scale is an estimate as well. None if no proportions were
        given.
    """

    mean: Float[np.ndarray, "*frames P"]
    log_scale: Float[np.ndarray, "*frames P"]
    unit_std: Float[np.ndarray, "*frames P"] | None = None

    def lane(self, lane: int) -> ProportionsEstimate:
        """Return the estimates [T, P] of one lane of [B, T, P]."""
        unit_std = None if self.unit_std is None else self.unit_std[lane]
        return ProportionsEstimate(self.mean[lane], self.log_scale[lane], unit_std)

    def at(self, lane: int, frame: int) -> ProportionsEstimate:
        """Return the estimate [P] after one frame of one lane of [B, T, P]."""
        unit_std = None if self.unit_std is None else self.unit_std[lane, frame]
        return ProportionsEstimate(self.mean[lane, frame], self.log_scale[lane, frame], unit_std)


@dataclass(frozen=True, eq=False)
class Prediction:
    """Prediction of a network for a number of frames.

    Attributes
    ----------
    depth
        [..., J], relative to the root, positive away from the camera.
    uncertainty
        [..., J], the half-width of the central 68 % interval of the depth. None for a network
        that does not estimate it.
    refined
        [..., J, 2], refined keypoints: noise removed, missing keypoints completed. None for a
        network that does not refine them.
    """

    depth: Float[np.ndarray, "*frames J"]
    uncertainty: Float[np.ndarray, "*frames J"] | None = None
    refined: Float[np.ndarray, "*frames J 2"] | None = None

    def map(self, function: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Prediction:
        """Return the prediction with a function applied to its arrays."""
        uncertainty, refined = self.uncertainty, self.refined
        return Prediction(
            function(self.depth),
            None if uncertainty is None else function(uncertainty),
            None if refined is None else function(refined),
        )
