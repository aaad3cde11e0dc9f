"""Gaps of a simulated detector: keypoints outside the image, hidden, or not detected."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.simulation.detector.detection_difficulty import find_indices, keypoint_difficulty
from signlift.simulation.detector.detector_settings import DetectorParameters, DetectorSettings
from signlift.simulation.detector.temporal_noise import (
    ar1_coefficient,
    ar1_noise,
    median_over_frames,
    upper_quantile,
)
from signlift.utils.array_types import Bool, Float

#: Minimum and maximum correlation time of the difficulty of a keypoint, in seconds.
_DIFFICULTY_TIME = (0.1, 1.5)

#: Distance of the nose from the middle of the ears, in halves of the distance between the ears, at
#: which the far ear is hidden: at a turn of 37 to 53 degrees, for a nose 0.10 m in front of ears
#: that are 0.15 m apart.
_TURNED = (1.0, 1.8)

#: Maximum speed in torsos per second that increases the probability of gaps.
_MAX_SPEED = 10

#: Frames over which the probability of a gap in `draw_gaps` is correlated.
GAP_FRAMES = 5

#: Fraction of the missing keypoints in `draw_gaps` that are missing as whole frames.
WHOLE_FRAME_FRACTION = 0.1


def draw_difficulty(
    rng: np.random.Generator, fps: Float[np.ndarray, " B"], frames: int, keypoints: int
) -> Float[np.ndarray, "B T J"]:
    """Draw the difficulty of detecting each keypoint in each frame.

    Approximately standard normal and correlated over time: partly independent for each keypoint,
    partly common to all.
    """
    B = len(fps)
    shortest, longest = np.log(_DIFFICULTY_TIME).tolist()
    noise = rng.random((B, frames, keypoints + 1), dtype=np.float32)
    # Uniform numbers are quick to draw, and a sum of many is nearly normal.
    noise -= 0.5
    noise *= np.float32(np.sqrt(12))
    noise[:, :1] = rng.standard_normal((B, min(frames, 1), keypoints + 1))
    seconds = np.exp(rng.uniform(shortest, longest, (B, keypoints + 1)))
    slow = ar1_noise(noise, ar1_coefficient(fps[:, None], seconds))
    out = slow[..., :-1]
    out *= np.float32(np.sqrt(0.8))
    out += np.float32(np.sqrt(0.2)) * slow[..., -1:]
    return out


def draw_missing(
    rng: np.random.Generator,
    parameters: DetectorParameters,
    settings: DetectorSettings,
    skeleton: Skeleton,
    difficulty: Float[np.ndarray, "B T J"],
    speed: Float[np.ndarray, "B T J"] | None,
    fps: Float[np.ndarray, " B"],
) -> Bool[np.ndarray, "B T J"]:
    """Draw keypoints that are not detected: difficult or fast ones, and whole frames.

    `difficulty` comes from `draw_difficulty`, `speed` is in torsos per second; None where it does
    not matter.
    """
    B, T = difficulty.shape[:2]
    fraction = parameters.missing_fraction[:, None] * keypoint_difficulty(skeleton)[2]
    limit = upper_quantile(np.clip(fraction, 0, 0.95))
    level = difficulty
    if speed is not None:
        level = level + np.float32(settings.missing_speed) * np.minimum(speed, _MAX_SPEED)
    out = level > limit[:, None]
    frames = ar1_noise(rng.standard_normal((B, T), dtype=np.float32), ar1_coefficient(fps, 0.2))
    out |= (frames > upper_quantile(parameters.empty_fraction)[:, None])[..., None]
    return out


def find_below_edge(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    parameters: DetectorParameters,
    skeleton: Skeleton,
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> Bool[np.ndarray, "B T J"]:
    """Find keypoints below the lower edge of the image, which sways at random."""
    B, T = keypoints.shape[:2]
    neck = median_over_frames(skeleton.point(keypoints, "Neck")[..., 1])
    sway = ar1_noise(rng.standard_normal((B, T), dtype=np.float32), ar1_coefficient(fps, 1.0))
    edge = parameters.edge[:, None] + parameters.sway[:, None] * sway
    level = (neck[:, None] + edge * scale[:, None]).astype(np.float32)
    return keypoints[..., 1] > level[..., None]


def find_hidden_face(
    rng: np.random.Generator, keypoints: Float[np.ndarray, "B T J 2"], skeleton: Skeleton
) -> Bool[np.ndarray, "B T J"]:
    """Find keypoints that the head hides.

    These are the far ear of a turned head, and nose and eyes of a head seen from behind.
    """
    out = np.zeros(keypoints.shape[:3], bool)
    face = find_indices(skeleton, "LEar", "REar", "Nose")
    if face is None:
        return out
    left, right, nose = face
    across = keypoints[:, :, left] - keypoints[:, :, right]
    ahead = 2 * keypoints[:, :, nose] - keypoints[:, :, left] - keypoints[:, :, right]
    # In halves of the distance between the ears: above 1 the nose is beyond the left ear.
    along = np.einsum("...i,...i->...", ahead, across)
    size = np.einsum("...i,...i->...", across, across)
    limit = rng.uniform(*_TURNED, (len(out), 1)).astype(np.float32) * size
    behind = across[..., 0] < 0
    out[:, :, left] = (along > limit) & ~behind
    out[:, :, right] = (along < -limit) & ~behind
    for name in ("Nose", "LEye", "REye"):
        index = skeleton.find(name)
        if index is not None:
            # The nose of a head in profile is visible from behind as well.
            out[:, :, index] = behind & (np.abs(along) < limit)
    return out


def draw_gaps(
    rng: np.random.Generator, frames: int, keypoints: int, missing: float
) -> Bool[np.ndarray, "T J"]:
    """Draw missing keypoints of one recording, in gaps of several frames.

    Parameters
    ----------
    rng
        The random generator.
    frames, keypoints
        T and J.
    missing
        The mean fraction of missing keypoints, from 0 to below 1. A tenth of it are whole frames,
        the others are single keypoints.

    Returns
    -------
    missing
        [T, J], True where missing.

    Examples
    --------
    >>> draw_gaps(np.random.default_rng(0), frames=4, keypoints=3, missing=0.0).any()
    np.False_
    """
    if missing <= 0:
        return np.zeros((frames, keypoints), dtype=bool)
    whole_frames = WHOLE_FRAME_FRACTION * missing
    single = 1 - (1 - missing) / (1 - whole_frames)
    return _draw_runs(rng, frames, 1, whole_frames) | _draw_runs(rng, frames, keypoints, single)


def _draw_runs(
    rng: np.random.Generator, frames: int, columns: int, fraction: float
) -> Bool[np.ndarray, "T C"]:
    """Draw runs that are True for a fraction of the time: high values of smoothed noise."""
    noise: Float[np.ndarray, "N C"] = rng.standard_normal((frames + GAP_FRAMES, columns))
    level = np.cumsum(noise, axis=0)
    smooth = (level[GAP_FRAMES:] - level[:-GAP_FRAMES]) / np.sqrt(GAP_FRAMES)
    return smooth > NormalDist().inv_cdf(1 - fraction)
