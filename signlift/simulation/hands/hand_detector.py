"""Simulated detector of hands: errors of the 21 keypoints, lost hands, and depth of its own.

The sizes are those of MediaPipe's hands on rendered signers, of whom the true joints are known:
errors in hand sizes (from the wrist to the middle finger's knuckle) with standard deviations of
0.10 at the wrist and the knuckles and 0.15 at the tips, most of them small and some large, that
stay by 0.6 from frame to frame; 7 to 24 % of the frames lost, often one at a time. MediaPipe's
depth of a hand is its true depth times 0.5, with an error of 0.3 at the tips that turns the whole
hand or bends whole fingers. Detectors differ, so that every recording has a size of errors of its
own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.simulation.detector.temporal_noise import ar1_noise, upper_quantile
from signlift.utils.array_types import Bool, Float

#: From the knuckle to the tip: how much of a finger's error a keypoint has.
_PROFILE = np.array([0.4, 0.65, 0.85, 1.0], np.float32)

#: Thumb2, Index1 and Pinky1, which MediaPipe's detector of the body finds as well.
_BODY_KNUCKLES = (2, 5, 17)


@dataclass(frozen=True)
class HandDetectorSettings:
    """Distribution of the detectors of hands.

    Parameters
    ----------
    clean_probability
        Probability of a recording without errors, and of one without lost hands.
    level
        Standard deviation of the logarithm of the errors' size; 1 is MediaPipe's.
    lost
        Mean fraction of the frames in which a hand is lost.
    depth_probability
        Probability that the detector estimates depth.
    knuckles_probability
        Probability of a detector that finds three knuckles alone, as MediaPipe's of the body.
    """

    clean_probability: float = 0.3
    level: float = 0.5
    lost: float = 0.12
    depth_probability: float = 0.5
    knuckles_probability: float = 0.04


@dataclass(frozen=True, eq=False)
class DetectedHands:
    """H hands as a detector finds them.

    Attributes
    ----------
    points
        [H, T, 21, 2] in the unit of the true points, NaN where missing.
    confidence
        [H, T, 21], 0 where missing.
    depth
        [H, T, 21], in the unit of the points, relative to the root; NaN where there is none.
    level
        [H], size of the errors; 0 for recordings without.
    """

    points: Float[np.ndarray, "H T 21 2"]
    confidence: Float[np.ndarray, "H T 21"]
    depth: Float[np.ndarray, "H T 21"]
    level: Float[np.ndarray, " H"]


def detect_hands(
    rng: np.random.Generator,
    points: Float[np.ndarray, "H T 21 2"],
    depth: Float[np.ndarray, "H T 21"],
    size: Float[np.ndarray, "H T"],
    inside: Bool[np.ndarray, "H T 21"],
    settings: HandDetectorSettings,
) -> DetectedHands:
    """Simulate a detector of hands.

    Parameters
    ----------
    rng
        The random generator.
    points
        [H, T, 21, 2], the true keypoints in the image.
    depth
        [H, T, 21], true depth relative to the root, in the same unit.
    size
        [H, T], from the wrist to the middle finger's knuckle in the unit of the points.
    inside
        [H, T, 21], which keypoints are inside the image.
    settings
        Distribution of the detectors.
    """
    H = len(size)
    clean = rng.random(H) < settings.clean_probability
    level = np.exp(settings.level * rng.standard_normal(H)).clip(0.2, 2.2)
    level = np.where(clean, 0.0, level).astype(np.float32)
    memory = np.where(rng.random(H) < 0.7, rng.uniform(0.4, 0.8, H), rng.uniform(0.0, 0.97, H))
    position = (points - points[:, :, :1]) / size[..., None, None]
    shift = _shift_joints(rng, position) * (level > 0)[:, None, None, None]
    error = (
        shift + _draw_errors(rng, position, memory.astype(np.float32)) * level[:, None, None, None]
    )
    missing = _draw_missing(rng, inside, settings)
    found = points + error * size[..., None, None]
    found[missing] = np.nan
    sure = np.exp(-np.sqrt((error**2).sum(-1)) / rng.uniform(0.15, 0.5, (H, 1, 1)))
    noise = rng.uniform(0.7, 1.0, (H, 1, 1))
    graded = rng.random((H, 1, 1)) < 0.4
    confidence = np.where(graded, np.clip(sure * noise, 0.05, 1), 1.0)
    confidence = np.where(missing, 0.0, confidence).astype(np.float32)
    estimate = _detect_depth(rng, position, depth, size, memory.astype(np.float32))
    without = rng.random(H) > np.where(clean, 0.3, 1.0) * settings.depth_probability
    estimate[missing | without[:, None, None]] = np.nan
    return DetectedHands(found, confidence, estimate, level)


def _shift_joints(
    rng: np.random.Generator, position: Float[np.ndarray, "H T 21 2"]
) -> Float[np.ndarray, "H T 21 2"]:
    """Draw where a detector has its joints: all along the bones, as long as a recording lasts.

    MediaPipe's wrist is nearer to the knuckles than that of most rigs.
    """
    H, T = position.shape[:2]
    fingers = position[:, :, 1:].reshape(H, T, 5, 4, 2)
    bones = np.diff(fingers, axis=3, prepend=np.zeros_like(fingers[:, :, :, :1]))
    share = rng.normal(0, [0.03, 0.06, 0.07, 0.10], (H, 1, 5, 4)).astype(np.float32)
    shift = np.empty_like(position)
    shift[:, :, 1:] = (bones * share[..., None]).reshape(H, T, 20, 2)
    along = rng.normal(0.05, 0.07, (H, 1, 1)).astype(np.float32)
    shift[:, :, 0] = along * fingers[:, :, 1:, 0].mean(2)
    return shift


def _draw_errors(
    rng: np.random.Generator,
    position: Float[np.ndarray, "H T 21 2"],
    memory: Float[np.ndarray, " H"],
) -> Float[np.ndarray, "H T 21 2"]:
    """Draw errors of level 1 in hand sizes: of the hand, of fingers and of single keypoints.

    Parameters
    ----------
    rng
        The random generator.
    position
        [H, T, 21, 2], of the keypoints relative to the root in hand sizes.
    memory
        [H], correlation from frame to frame.
    """
    H, T = position.shape[:2]

    def draw(*parts: int) -> Float[np.ndarray, "H T *parts"]:
        noise = rng.standard_normal((H, T, *parts), np.float32)
        return ar1_noise(noise, memory.reshape(H, *[1] * len(parts)))

    error = np.empty((H, T, 21, 2), np.float32)
    fingers = 0.05 * draw(5, 1, 2) * _PROFILE[:, None] + 0.025 * draw(5, 4, 2)
    fingers *= np.exp(0.4 * draw(5))[..., None, None]
    error[:, :, 1:] = fingers.reshape(H, T, 20, 2)
    error[:, :, 0] = 0.045 * draw(2)
    # The whole hand is shifted, and turned or stretched.
    error += 0.03 * draw(1, 2) + position @ (0.035 * draw(2, 2))
    # Most errors are small; they are large in single frames, where fingers hide each other.
    error *= np.exp(0.75 * draw(1, 1))
    constant = 0.04 * rng.standard_normal((H, 1, 21, 2), np.float32)
    turns = 0.05 * rng.standard_normal((H, 1, 5, 1, 2), np.float32) * _PROFILE[:, None]
    constant[:, :, 1:] += turns.reshape(H, 1, 20, 2)
    return error + constant + 0.035 * rng.standard_normal((H, 1, 1, 2), np.float32)


def _draw_missing(
    rng: np.random.Generator, inside: Bool[np.ndarray, "H T 21"], settings: HandDetectorSettings
) -> Bool[np.ndarray, "H T 21"]:
    """Draw lost hands, missing keypoints, and hands that leave the image."""
    H, T, J = inside.shape
    whole = rng.random(H) < settings.clean_probability
    fraction = np.where(whole, 0.0, np.clip(rng.exponential(settings.lost, H), 0, 0.7))
    memory = np.where(rng.random(H) < 0.6, 0.3, rng.uniform(0.6, 0.97, H)).astype(np.float32)
    chance = ar1_noise(rng.standard_normal((H, T), np.float32), memory)
    lost = chance > upper_quantile(fraction)[:, None]
    # Some detectors leave out single keypoints; many lose a hand that is partly outside.
    single = np.where(rng.random(H) < 0.35, np.clip(rng.exponential(0.08, H), 0, 0.5), 0.0)
    flicker = ar1_noise(
        rng.standard_normal((H, T, J), np.float32), np.full((H, 1), 0.6, np.float32)
    )
    missing = (flicker > upper_quantile(single)[:, None, None]) | ~inside
    strict = rng.random((H, 1)) < 0.6
    lost |= strict & (inside.mean(-1) < 0.6)
    missing |= lost[..., None]
    # Detectors of the body alone find three knuckles of each hand.
    few = rng.random(H) < settings.knuckles_probability
    missing[few] = lost[few][..., None] | ~inside[few] | ~np.isin(np.arange(J), _BODY_KNUCKLES)
    return missing


def _detect_depth(
    rng: np.random.Generator,
    position: Float[np.ndarray, "H T 21 2"],
    depth: Float[np.ndarray, "H T 21"],
    size: Float[np.ndarray, "H T"],
    memory: Float[np.ndarray, " H"],
) -> Float[np.ndarray, "H T 21"]:
    """Draw the depth that a detector estimates: too flat, and turned or bent as a whole."""
    H, T = size.shape

    def draw(constant: float, changing: float, *parts: int) -> Float[np.ndarray, "H T *parts"]:
        noise = ar1_noise(
            rng.standard_normal((H, T, *parts), np.float32), memory.reshape(H, *[1] * len(parts))
        )
        return changing * noise + constant * rng.standard_normal((H, 1, *parts), np.float32)

    scale = np.exp(np.log(0.55) + 0.35 * rng.standard_normal((H, 1, 1)))
    level = np.exp(0.35 * rng.standard_normal((H, 1, 1)))
    turn = (position * draw(0.09, 0.09, 1, 2)).sum(-1)
    fingers = draw(0.10, 0.12, 5, 1) * _PROFILE + draw(0.03, 0.03, 5, 4)
    error = turn
    error[:, :, 1:] += fingers.reshape(H, T, 20) + draw(0.05, 0.05, 1)
    return (scale * depth + level * error * size[..., None]).astype(np.float32)
