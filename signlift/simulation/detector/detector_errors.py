"""Where a simulated detector puts keypoints that are elsewhere."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.skeleton import DERIVED, Skeleton
from signlift.simulation.detector.detection_difficulty import hardness, numbers, part
from signlift.simulation.detector.detector_settings import DetectorSettings, Lanes
from signlift.simulation.detector.temporal_noise import drift, keep_factor, upper_quantile

#: The part of the constant errors that is alike on both sides of the body.
_ALIKE = 0.8

#: Wrists that are nearer to each other than this, in torsos, may be taken for one another.
_NEAR = 0.4

#: Noise of what is guessed below the picture's edge, in torsos.
_GUESS = 0.12


def speeds(
    keypoints: Float[np.ndarray, "B T J 2"],
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B T J"]:
    """How fast keypoints go in the picture, in torsos a second; 0 where that is not known."""
    out = np.zeros(keypoints.shape[:3], np.float32)
    step = keypoints[:, 1:] - keypoints[:, :-1]
    step *= step
    out[:, 1:] = np.sqrt(step[..., 0] + step[..., 1])
    out[:, :1] = out[:, 1:2].sum(1, keepdims=True)  # 0 where there is no second frame
    out *= (fps / scale).astype(np.float32)[:, None, None]
    return np.nan_to_num(out, copy=False)


def noise_levels(
    rng: np.random.Generator,
    lanes: Lanes,
    on: Skeleton,
    doubt: Float[np.ndarray, "B T J"],
    speed: Float[np.ndarray, "B T J"],
    guessed: Bool[np.ndarray, "B T J"],
) -> Float[np.ndarray, "B T J"]:
    """The standard deviation of each keypoint's noise, in torsos.

    Parameters
    ----------
    doubt
        [B, T, J], how hard a keypoint is just now: standard normal, slow.
    speed
        [B, T, J] in torsos a second.
    guessed
        [B, T, J], what is guessed.
    """
    own = np.exp(0.3 * rng.standard_normal((len(doubt), len(on))))
    still = (lanes.noise[:, None] * own * hardness(on)[1]).astype(np.float32)
    out = lanes.blur.astype(np.float32)[:, None, None] * speed
    out += still[:, None]
    # Log-normal over time, with a mean square of about 1.
    out *= np.exp(np.float32(0.4) * doubt - np.float32(0.16))
    out[guessed] += _GUESS
    return out


def move(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    levels: Float[np.ndarray, "B T J"],
    lanes: Lanes,
    settings: DetectorSettings,
    on: Skeleton,
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B T J 2"]:
    """Keypoints with constant errors and with noise, white and slow, of these levels."""
    B, _, J = levels.shape
    alike, own = rng.standard_normal((2, B, J, 2))
    right = np.array([side == "right" for side in on.sides], dtype=bool)
    alike = alike[:, np.where(right, on.mirror, np.arange(J))]
    alike[:, right, 0] *= -1
    bias = _ALIKE * alike + np.sqrt(1 - _ALIKE**2) * own
    bias *= (lanes.bias[:, None] * hardness(on)[0] * scale[:, None])[..., None]
    shortest, longest = np.log(settings.correlation).tolist()
    seconds = np.exp(rng.uniform(shortest, longest, (B, J, 1)))
    keep = keep_factor(fps[:, None, None], seconds)
    white = rng.standard_normal(keypoints.shape, dtype=np.float32)
    out = drift(white, keep)
    # The slow noise grows out of the same white noise: the sum's variance has a mixed term.
    slow = lanes.slow[:, None, None].astype(np.float32)
    fast = np.sqrt(1 - slow**2)
    size = 1 / np.sqrt(1 + 2 * slow * fast * np.sqrt(1 - keep**2))
    out *= (slow * size)[:, None]
    white *= (fast * size)[:, None]
    out += white
    levels = levels * scale.astype(np.float32)[:, None, None]
    out[..., 0] *= levels
    out[..., 1] *= levels
    out += bias.astype(np.float32)[:, None]
    out += keypoints
    return out


def throw(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    where: Bool[np.ndarray, "B T J"],
    size: float,
    scale: Float[np.ndarray, " B"],
) -> None:
    """Put some keypoints far off, in place: by `size` torsos."""
    lane, frame, number = np.nonzero(where)
    offset = rng.standard_normal((len(lane), 2)) * (size * scale[lane, None])
    keypoints[lane, frame, number] += offset.astype(np.float32)


def confuse(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    lanes: Lanes,
    on: Skeleton,
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> None:
    """Take sides for one another for a while, in place: near wrists, and left for right."""
    B, T = keypoints.shape[:2]
    # Two slow processes decide when: uniform over time, for about a third of a second.
    noise = rng.standard_normal((B, T, 2), dtype=np.float32)
    when = drift(noise, keep_factor(fps[:, None], np.array([0.3, 0.5])))
    wrists = numbers(on, "LWrist", "RWrist")
    if wrists is not None:
        apart = keypoints[:, :, wrists[0]] - keypoints[:, :, wrists[1]]
        near = np.einsum("...i,...i->...", apart, apart) < (_NEAR * scale[:, None]) ** 2
        lane, frame = np.nonzero(near & (when[..., 0] > upper_quantile(lanes.snaps)[:, None]))
        # Which of the two is wrong stays for a recording.
        pair = rng.permuted(np.tile(wrists, (B, 1)), axis=1)
        one, other = pair[lane].T
        keypoints[lane, frame, one] = keypoints[lane, frame, other]
    swap = when[..., 1] > upper_quantile(lanes.swaps)[:, None]
    # A detector swaps a whole person, or only their arms.
    arms = np.array([part(name) in ("Elbow", "Wrist") for name in on.keypoints], dtype=bool)
    swapped = np.where(arms, on.mirror, np.arange(len(on)))
    lane, frame = np.nonzero(swap)
    whole = rng.random((B, 1)) < 0.5
    order = np.where(whole[lane], on.mirror, swapped)
    keypoints[lane, frame] = np.take_along_axis(keypoints[lane, frame], order[..., None], 1)


def derive(
    keypoints: Float[np.ndarray, "B T J 2"],
    confidence: Float[np.ndarray, "B T J"],
    which: Bool[np.ndarray, " B"],
    on: Skeleton,
) -> None:
    """Put Neck and MidHip between the shoulders and hips, in place, of some recordings."""
    for name, sides in DERIVED.items():
        found = numbers(on, name, *sides)
        if found is None:
            continue
        middle, left, right = found
        between = (keypoints[which, :, left] + keypoints[which, :, right]) / 2
        keypoints[which, :, middle] = between
        one, other = confidence[which, :, left], confidence[which, :, right]
        confidence[which, :, middle] = np.minimum(one, other)
