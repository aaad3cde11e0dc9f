"""LiftingBatch: what a LiftingNet is trained on, and the random draws that go into it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signlift.core.bone_lengths import (
    BONE_LENGTHS,
    CAUSAL,
    GIVEN,
    NUM_PROPORTIONS,
    OFFLINE,
    UPPER_BODY_LENGTHS,
    YAW,
)
from signlift.core.recording import DEFAULT_FPS
from signlift.model.network_inputs import SKELETON
from signlift.utils.array_types import Bool, Float, Int

#: Probability of each source of a lane's proportions.
_SOURCE_PROBABILITIES = {GIVEN: 0.25, OFFLINE: 0.4, CAUSAL: 0.35}

#: Standard deviation of the log of given lengths.
_GIVEN_STD = 0.02

#: Earliest frame whose estimate is used for a whole recording.
_MIN_ESTIMATE_FRAME = 10

#: Standard deviations of the log of the scale: that of the first frames of a stream, which falls
#: over a number of frames from a range, and that of whole recordings.
_EARLY_SCALE_STD, _EARLY_FRAMES = 0.08, (5, 60)
_SCALE_STD = 0.06

#: Probabilities that no length is given, and that the distance or the pitch is given.
_NO_LENGTH_PROBABILITY, _VIEW_PROBABILITY = 0.25, 0.3

_UPPER_BODY = [number for number, name in enumerate(BONE_LENGTHS) if name in UPPER_BODY_LENGTHS]


@dataclass(frozen=True, eq=False)
class LiftingBatch:
    """Windows of B recordings; lengths are in torso lengths.

    Attributes
    ----------
    lanes, continued
        [B], see `TrainingBatch`.
    origin
        [B], the number of the origin of each recording's motion; 0 where there is only one.
    keypoints
        [B, T, J, 2] as a detector finds them, centred and scaled, NaN where missing.
    confidence
        [B, T, J].
    detector_depth
        [B, T, J], the depth that the detector estimated, relative to the Neck; NaN where none.
    offset
        [B, T, 2], the Neck relative to the image's centre; NaN where unknown.
    true_keypoints
        [B, T, J, 2], without the detector's errors; NaN where unknown.
    depth
        [B, T, J], relative to MidHip; NaN where unknown.
    proportions
        [B, T, P], the true values of `ESTIMATES`; NaN where unknown and behind the end of a
        recording.
    fps
        [B], frames per second.
    source, estimate_frame
        [B], see `LiftingNet.forward`.
    given
        [B, P], estimates as a user might supply them: lengths with an error of about 2 % and in
        any unit, the distance and the view with a small error.
    is_given
        [B, P], which of them are given.
    """

    lanes: Int[np.ndarray, " B"]
    continued: Bool[np.ndarray, " B"]
    origin: Int[np.ndarray, " B"]
    keypoints: Float[np.ndarray, "B T J 2"]
    confidence: Float[np.ndarray, "B T J"]
    detector_depth: Float[np.ndarray, "B T J"]
    offset: Float[np.ndarray, "B T 2"]
    true_keypoints: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    proportions: Float[np.ndarray, "B T P"]
    fps: Float[np.ndarray, " B"]
    source: Int[np.ndarray, " B"]
    estimate_frame: Int[np.ndarray, " B"]
    given: Float[np.ndarray, "B P"]
    is_given: Bool[np.ndarray, "B P"]

    @classmethod
    def padding(cls, lanes: int) -> LiftingBatch:
        """Return a batch of one frame in each lane in which nothing is known."""
        J, P = len(SKELETON), NUM_PROPORTIONS

        def missing(*shape: int) -> NDArray[np.float32]:
            return np.full((lanes, *shape), np.nan, np.float32)

        return cls(
            lanes=np.arange(lanes),
            continued=np.zeros(lanes, bool),
            origin=np.zeros(lanes, np.int64),
            keypoints=missing(1, J, 2),
            confidence=np.zeros((lanes, 1, J), np.float32),
            detector_depth=missing(1, J),
            offset=missing(1, 2),
            true_keypoints=missing(1, J, 2),
            depth=missing(1, J),
            proportions=missing(1, P),
            fps=np.full(lanes, DEFAULT_FPS, np.float32),
            source=np.full(lanes, OFFLINE),
            estimate_frame=np.zeros(lanes, np.int64),
            given=np.zeros((lanes, P), np.float32),
            is_given=np.zeros((lanes, P), bool),
        )

    @property
    def num_frames(self) -> int:
        """Frames of recordings in all lanes, padding left out."""
        return int((~np.isnan(self.proportions).all(-1)).sum())


def draw_sources(rng: np.random.Generator, count: int) -> Int[np.ndarray, " count"]:
    """Draw the source of the proportions of each recording.

    Parameters
    ----------
    rng
        Random generator.
    count
        Number of recordings.
    """
    probabilities = list(_SOURCE_PROBABILITIES.values())
    return np.asarray(rng.choice(list(_SOURCE_PROBABILITIES), count, p=probabilities))


def draw_estimate_frames(
    rng: np.random.Generator, count: int, frames: int
) -> Int[np.ndarray, " count"]:
    """Draw the frame whose estimate of the proportions is used for a whole recording.

    The last one for half of the recordings, any one for the others: estimates from few frames
    occur in use as well.

    Parameters
    ----------
    rng
        Random generator.
    count, frames
        Number of recordings, and of their frames.
    """
    early = rng.random(count) < 0.5
    frame = rng.integers(_MIN_ESTIMATE_FRAME, max(frames, _MIN_ESTIMATE_FRAME + 1), count)
    return np.where(early, frame.clip(max=frames - 1), frames - 1)


def draw_scale_errors(
    rng: np.random.Generator, source: Int[np.ndarray, " B"], frames: int
) -> Float[np.ndarray, "B T"]:
    """Draw errors of the log of the scale.

    A stream knows the scale only roughly at first, and whole recordings differ in the keypoints
    that their scale is computed from.

    Parameters
    ----------
    rng
        Random generator.
    source
        [B], the source of each recording's proportions: streams are those of source CAUSAL.
    frames
        T, the number of frames.
    """
    B = len(source)
    early = _EARLY_SCALE_STD * rng.standard_normal((B, 1))
    early = early * np.exp(-np.arange(frames) / rng.uniform(*_EARLY_FRAMES, (B, 1)))
    constant = _SCALE_STD * rng.standard_normal((B, 1)) * (rng.random((B, 1)) < 0.5)
    return np.where(source[:, None] == CAUSAL, early, 0.0) + constant


def draw_given(
    rng: np.random.Generator, lengths: Float[np.ndarray, "B L"], view: Float[np.ndarray, "B V"]
) -> tuple[Float[np.ndarray, "B P"], Bool[np.ndarray, "B P"]]:
    """Draw bone lengths, the distance and the view as users would supply them.

    Parameters
    ----------
    rng
        Random generator.
    lengths
        [B, L], the true lengths; NaN where unknown.
    view
        [B, V], the true values of the other `ESTIMATES`; NaN where unknown.

    Returns
    -------
    given
        [B, P], logs of the lengths with an error, in a unit that is drawn, and the view with an
        error; 0 where unknown.
    is_given
        [B, P]. No length in a quarter of the recordings; in the others at least one of the upper
        body, and all in half of them. Each value of the view but the turn in a third of them. All
        as far as they are known.
    """
    B = len(lengths)
    unit = rng.standard_normal((B, 1)) - np.log(lengths[:, :1])
    unit = np.where(np.isnan(unit), 0.0, unit)
    given = np.log(lengths) + unit + _GIVEN_STD * rng.standard_normal(lengths.shape)
    is_given = rng.random(lengths.shape) < 0.5
    is_given[np.arange(B), rng.choice(_UPPER_BODY, B)] = True
    is_given |= rng.random((B, 1)) < 0.5
    is_given &= rng.random((B, 1)) >= _NO_LENGTH_PROBABILITY
    view = view + _GIVEN_STD * rng.standard_normal(view.shape)
    view_given = rng.random(view.shape) < _VIEW_PROBABILITY
    view_given[:, YAW - len(BONE_LENGTHS)] = False
    given = np.concatenate([given, view], 1)
    known = ~np.isnan(given)
    is_given = np.concatenate([is_given, view_given], 1) & known
    return np.where(known, given, 0.0).astype(np.float32), is_given
