"""Confidence of a detector that smooths over time, and its guesses outside the image."""

from __future__ import annotations

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.simulation.detector.smooth_errors import errors_of
from signlift.utils.array_types import Bool, Float

#: Guesses outside the image: the greatest part of the distance by which they are drawn back to it,
#: their noise in torsos, and the mean and standard deviation of the change of the confidence's
#: logit.
_GUESS_SHRINK, _GUESS_NOISE, _GUESS_LOGIT = 0.6, 0.08, (-3.4, 1.2)
_LOGIT_STD, _LOGIT_SLOPE = 0.7, 1.3


def draw_logits(
    rng: np.random.Generator, difficulty: Float[np.ndarray, "B T J"], skeleton: Skeleton
) -> Float[np.ndarray, "B T J"]:
    """Draw logits of the confidence: lower in difficult frames, and different in each recording."""
    B, _, J = difficulty.shape
    level = errors_of(skeleton)[:, 8] + _LOGIT_STD * (
        rng.standard_normal((B, 1)) + rng.standard_normal((B, J))
    )
    return level.astype(np.float32)[:, None] - np.float32(_LOGIT_SLOPE) * difficulty


def guess_outside(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    logits: Float[np.ndarray, "B T J"],
    size: Float[np.ndarray, "B 2"],
    scale: Float[np.ndarray, " B"],
) -> Bool[np.ndarray, "B T J"]:
    """Replace keypoints outside the image by guesses and find those that are dropped.

    Parameters
    ----------
    rng
        The random generator.
    keypoints
        [B, T, J, 2] in pixels; guesses are nearer to the image, and less precise.
    logits
        [B, T, J], of the confidence; those of guesses are lowered.
    size
        [B, 2], width and height of the images.
    scale
        [B], the torso in pixels.

    Returns
    -------
    dropped
        [B, T, J], guesses more than 5 % of the image's longer side outside it, which
        `signlift` drops from MediaPipe's keypoints.
    """
    B = len(keypoints)
    limits = size[:, None, None]
    inside = np.clip(keypoints, 0, limits)
    moved = inside != keypoints
    rows = np.nonzero((moved[..., 0] | moved[..., 1]) & ~np.isnan(keypoints[..., 0]))
    dropped = np.zeros(keypoints.shape[:3], bool)
    lane = rows[0]
    unit = scale.astype(np.float32)[lane, None]
    shrink = (_GUESS_SHRINK * rng.random(B)).astype(np.float32)[lane, None]
    position = keypoints[rows]
    back = inside[rows] - position
    position += shrink * back
    # The farther outside, the worse the guess.
    share = np.minimum(np.abs(back).max(-1, keepdims=True) / (_GUESS_NOISE * unit), 1)
    noise = (_GUESS_NOISE * rng.standard_normal((B, *keypoints.shape[2:]))).astype(np.float32)
    position += share * unit * noise[lane, rows[2]]
    keypoints[rows] = position
    change = _GUESS_LOGIT[0] + _GUESS_LOGIT[1] * rng.standard_normal(B)
    logits[rows] += change[lane].astype(np.float32)
    margin = 0.05 * size.max(-1)[lane, None]
    dropped[rows] = ((position < -margin) | (position > size[lane] + margin)).any(-1)
    return dropped
