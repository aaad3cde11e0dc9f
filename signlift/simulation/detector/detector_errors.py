"""Position errors of a simulated detector: noise, outliers, and confusions of sides."""

from __future__ import annotations

import numpy as np

from signlift.core.skeleton import DERIVED, Skeleton
from signlift.simulation.detector.detection_difficulty import (
    body_part,
    find_indices,
    keypoint_difficulty,
)
from signlift.simulation.detector.detector_settings import DetectorParameters, DetectorSettings
from signlift.simulation.detector.temporal_noise import ar1_coefficient, ar1_noise, upper_quantile
from signlift.utils.array_types import Bool, Float

#: Fraction of the constant errors that is the same on both sides of the body.
_COMMON_BIAS = 0.8

#: Distance in torsos below which wrists may be mistaken for each other.
_NEAR_WRISTS = 0.4

#: Additional noise of guessed keypoints below the edge of the image, in torsos.
_GUESS_NOISE = 0.12

#: Correlation times of the confusion of wrists and of the swap of sides, in seconds.
_CONFUSION_TIMES = (0.3, 0.5)


def compute_speed(
    keypoints: Float[np.ndarray, "B T J 2"],
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B T J"]:
    """Compute the speed of keypoints in the image in torsos per second; 0 where unknown."""
    out = np.zeros(keypoints.shape[:3], np.float32)
    step = keypoints[:, 1:] - keypoints[:, :-1]
    step *= step
    out[:, 1:] = np.sqrt(step[..., 0] + step[..., 1])
    out[:, :1] = out[:, 1:2].sum(1, keepdims=True)  # 0 if there is no second frame
    out *= (fps / scale).astype(np.float32)[:, None, None]
    return np.nan_to_num(out, copy=False)


def draw_noise_levels(
    rng: np.random.Generator,
    parameters: DetectorParameters,
    skeleton: Skeleton,
    difficulty: Float[np.ndarray, "B T J"],
    speed: Float[np.ndarray, "B T J"],
    guessed: Bool[np.ndarray, "B T J"],
) -> Float[np.ndarray, "B T J"]:
    """Draw the standard deviation of the noise of each keypoint, in torsos.

    Parameters
    ----------
    rng
        The random generator.
    parameters
        The detectors.
    skeleton
        The skeleton of the keypoints.
    difficulty
        [B, T, J], from `draw_difficulty`.
    speed
        [B, T, J] in torsos per second.
    guessed
        [B, T, J], True for guessed keypoints.
    """
    individual = np.exp(0.3 * rng.standard_normal((len(difficulty), len(skeleton))))
    still = parameters.noise[:, None] * individual * keypoint_difficulty(skeleton)[1]
    out = parameters.blur.astype(np.float32)[:, None, None] * speed
    out += still.astype(np.float32)[:, None]
    # Log-normal over time, with a mean square of about 1.
    out *= np.exp(np.float32(0.4) * difficulty - np.float32(0.16))
    out[guessed] += _GUESS_NOISE
    return out


def add_noise(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    levels: Float[np.ndarray, "B T J"],
    parameters: DetectorParameters,
    settings: DetectorSettings,
    skeleton: Skeleton,
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B T J 2"]:
    """Add constant errors, and white and correlated noise of the given levels in torsos."""
    B, _, J = levels.shape
    common, individual = rng.standard_normal((2, B, J, 2))
    right = np.array([side == "right" for side in skeleton.sides], dtype=bool)
    common = common[:, np.where(right, skeleton.mirror, np.arange(J))]
    common[:, right, 0] *= -1
    bias = _COMMON_BIAS * common + np.sqrt(1 - _COMMON_BIAS**2) * individual
    bias_level = parameters.bias[:, None] * keypoint_difficulty(skeleton)[0] * scale[:, None]
    bias *= bias_level[..., None]
    shortest, longest = np.log(settings.correlation_time).tolist()
    seconds = np.exp(rng.uniform(shortest, longest, (B, J, 1)))
    coefficient = ar1_coefficient(fps[:, None, None], seconds)
    white = rng.standard_normal(keypoints.shape, dtype=np.float32)
    out = ar1_noise(white, coefficient)
    # Correlated noise is made from the same white noise: the variance of the sum has a mixed term.
    slow = parameters.slow_fraction[:, None, None].astype(np.float32)
    fast = np.sqrt(1 - slow**2)
    size = 1 / np.sqrt(1 + 2 * slow * fast * np.sqrt(1 - coefficient**2))
    out *= (slow * size)[:, None]
    white *= (fast * size)[:, None]
    out += white
    levels = levels * scale.astype(np.float32)[:, None, None]
    out[..., 0] *= levels
    out[..., 1] *= levels
    out += bias.astype(np.float32)[:, None]
    out += keypoints
    return out


def add_outliers(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    outliers: Bool[np.ndarray, "B T J"],
    size: float,
    scale: Float[np.ndarray, " B"],
) -> None:
    """Displace outliers in place, with a standard deviation of `size` torsos."""
    recording, frame, index = np.nonzero(outliers)
    offset = rng.standard_normal((len(recording), 2)) * (size * scale[recording, None])
    keypoints[recording, frame, index] += offset.astype(np.float32)


def confuse_sides(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    parameters: DetectorParameters,
    skeleton: Skeleton,
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> None:
    """Confuse left and right for some time, in place: near wrists, and whole sides."""
    B, T = keypoints.shape[:2]
    noise = rng.standard_normal((B, T, 2), dtype=np.float32)
    level = ar1_noise(noise, ar1_coefficient(fps[:, None], np.array(_CONFUSION_TIMES)))
    wrists = find_indices(skeleton, "LWrist", "RWrist")
    if wrists is not None:
        offset = keypoints[:, :, wrists[0]] - keypoints[:, :, wrists[1]]
        limit = (_NEAR_WRISTS * scale[:, None]) ** 2
        near = np.einsum("...i,...i->...", offset, offset) < limit
        snap = level[..., 0] > upper_quantile(parameters.snap_fraction)[:, None]
        recording, frame = np.nonzero(near & snap)
        # The same wrist is mistaken throughout a recording.
        pair = rng.permuted(np.tile(wrists, (B, 1)), axis=1)
        mistaken, source = pair[recording].T
        keypoints[recording, frame, mistaken] = keypoints[recording, frame, source]
    swap = level[..., 1] > upper_quantile(parameters.swap_fraction)[:, None]
    # A detector swaps the whole person, or the arms only.
    arms = [body_part(name) in ("Elbow", "Wrist") for name in skeleton.keypoints]
    swapped_arms = np.where(np.array(arms, dtype=bool), skeleton.mirror, np.arange(len(skeleton)))
    recording, frame = np.nonzero(swap)
    whole = rng.random((B, 1)) < 0.5
    order = np.where(whole[recording], skeleton.mirror, swapped_arms)
    keypoints[recording, frame] = np.take_along_axis(
        keypoints[recording, frame], order[..., None], 1
    )


def derive_middles(
    keypoints: Float[np.ndarray, "B T J 2"],
    confidence: Float[np.ndarray, "B T J"],
    selected: Bool[np.ndarray, " B"],
    skeleton: Skeleton,
) -> None:
    """Set Neck and MidHip of selected recordings to the middles of shoulders and hips, in place.

    Their confidence is the lower one of the two.
    """
    for name, sides in DERIVED.items():
        indices = find_indices(skeleton, name, *sides)
        if indices is None:
            continue
        middle, left, right = indices
        position = (keypoints[selected, :, left] + keypoints[selected, :, right]) / 2
        keypoints[selected, :, middle] = position
        confidence[selected, :, middle] = np.minimum(
            confidence[selected, :, left], confidence[selected, :, right]
        )
