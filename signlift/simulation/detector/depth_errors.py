"""Errors of the depth that a detector estimates: of a body, or of a hand relative to its wrist."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.errors import check_fields
from signlift.simulation.detector.temporal_noise import ar1_coefficient, ar1_noise
from signlift.utils.array_types import Float

Range = tuple[float, float]

#: Minimum and maximum part of the mean errors that a recording has.
_MEAN_FACTOR = (0.4, 1.4)

#: Range of the fraction of the slow errors that follows the pose.
_POSE_FRACTION = (0.85, 0.98)


@dataclass(frozen=True)
class DepthSettings:
    """Distribution of the errors of a detector's depth.

    Parameters
    ----------
    probability
        Probability that the detector of a recording estimates depth.
    factor
        Median of the factor by which it is too large, and standard deviation of its log.
    tilt
        Mean and standard deviation of the depth per distance downwards in the image.
    turn
        Mean and standard deviation of the depth per distance to the right.
    strength
        Minimum and maximum factor of all errors of a recording.
    correlation_time
        Minimum and maximum correlation time of slow errors in seconds, log-uniform.
    lag
        Maximum of the lag behind the motion in seconds.

    Raises
    ------
    InputError
        Lists all invalid settings.
    """

    probability: float = 0.4
    factor: Range = (2.45, 0.22)
    tilt: Range = (0.27, 0.2)
    turn: Range = (0.0, 0.22)
    strength: Range = (0.6, 1.4)
    correlation_time: Range = (0.2, 0.9)
    lag: float = 0.07

    def __post_init__(self) -> None:
        ranges = ("strength", "correlation_time")
        check_fields(
            self,
            ("probability", 0 <= self.probability <= 1, "a probability from 0 to 1"),
            (
                "factor",
                self.factor[0] > 0 and self.factor[1] >= 0,
                "a median above 0, and 0 or more",
            ),
            *(
                (name, getattr(self, name)[1] >= 0, "a mean, and a deviation of 0 or more")
                for name in ("tilt", "turn")
            ),
            *(
                (
                    name,
                    0 < getattr(self, name)[0] <= getattr(self, name)[1],
                    "0 < minimum <= maximum",
                )
                for name in ranges
            ),
            ("lag", self.lag >= 0, "0 or more"),
        )


@dataclass(frozen=True, eq=False)
class DepthErrors:
    """Errors of the depth of each of J keypoints, in the unit of length of the caller.

    Attributes
    ----------
    mean
        [J], the error that all recordings have; negative is too near the camera.
    offset
        [J], standard deviation of the constant error of a recording.
    slow
        [J], standard deviation of the slow errors.
    mixing
        [J, J], a matrix with rows of length 1 that makes independent errors correlated.
    """

    mean: Float[np.ndarray, " J"]
    offset: Float[np.ndarray, " J"]
    slow: Float[np.ndarray, " J"]
    mixing: Float[np.ndarray, "J J"]


def add_depth_errors(
    rng: np.random.Generator,
    depth: Float[np.ndarray, "B T J"],
    errors: DepthErrors,
    fps: Float[np.ndarray, " B"],
    settings: DepthSettings,
    positions: Float[np.ndarray, "B T J 2"] | None = None,
    following: Float[np.ndarray, "B T J"] | None = None,
) -> Float[np.ndarray, "B T J"]:
    """Add a detector's errors to depth: of a body, or of hands relative to their wrists.

    Parameters
    ----------
    rng
        The random generator.
    depth
        [B, T, J], true depth; NaN where missing.
    errors
        The errors of each keypoint, in the unit of the depth.
    fps
        [B], frames per second.
    settings
        The distribution of the errors.
    positions
        [B, T, J, 2], the 2D keypoints in the unit of the depth, relative to the point about which
        depth is tilted; NaN where missing. None for no tilt.
    following
        [B, T, J], errors of variance 1 that follow the pose, which most of the slow errors are
        made of; None where these are correlated over time only.

    Returns
    -------
    depth
        [B, T, J] float32, enlarged by a factor for each recording; NaN where `depth` is.
    """
    B, T, J = depth.shape
    strength = rng.uniform(*settings.strength, (B, 1)).astype(np.float32)
    offset = errors.mean * rng.uniform(*_MEAN_FACTOR, (B, 1)) + errors.offset * rng.standard_normal(
        (B, J)
    )
    shortest, longest = np.log(settings.correlation_time).tolist()
    seconds = np.exp(rng.uniform(shortest, longest, (B, 1)))
    white = rng.standard_normal((B, T, J), dtype=np.float32)
    out = ar1_noise(white, ar1_coefficient(fps[:, None], seconds))
    if following is not None:
        share = rng.uniform(*_POSE_FRACTION, (B, 1, 1)).astype(np.float32)
        out *= np.sqrt(1 - share**2)
        out += share * following
    out = out @ errors.mixing.astype(np.float32, copy=False).T
    out *= (strength * errors.slow).astype(np.float32)[:, None]
    out += (strength * offset).astype(np.float32)[:, None]
    lag = settings.lag * rng.random(B) * fps
    out[:, 1:] -= lag.astype(np.float32)[:, None, None] * (depth[:, 1:] - depth[:, :-1])
    out += depth
    if positions is not None:
        (tilt, tilt_std), (turn, turn_std) = settings.tilt, settings.turn
        down = tilt + tilt_std * rng.standard_normal(B)
        right = turn + turn_std * rng.standard_normal(B)
        slope = np.stack([right, down], -1).astype(np.float32)
        # Missing positions have no depth either: 0 avoids warnings only.
        tilted = np.nan_to_num(positions) @ slope[:, None, :, None]
        out += tilted[..., 0]
    median, deviation = settings.factor
    factor = median * np.exp(deviation * rng.standard_normal(B))
    out *= factor.astype(np.float32)[:, None, None]
    return out
