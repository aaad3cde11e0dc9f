"""What a simulated detector does not give: out of the picture, hidden, or just not found."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.skeleton import Skeleton
from signlift.simulation.detector.detection_difficulty import hardness, numbers
from signlift.simulation.detector.detector_settings import DetectorSettings, Lanes
from signlift.simulation.detector.temporal_noise import (
    drift,
    keep_factor,
    median_over_frames,
    upper_quantile,
)

#: Shortest and longest correlation time of the doubt about a keypoint, in seconds.
_DOUBT = (0.1, 1.5)

#: Half the distance of the ears in which the nose is off their middle when the far ear hides:
#: a head that is turned by 37 to 53 degrees, where it sticks out 0.10 m before ears 0.15 m apart.
_TURNED = (1.0, 1.8)


def draw_doubt(
    rng: np.random.Generator, fps: Float[np.ndarray, " B"], frames: int, keypoints: int
) -> Float[np.ndarray, "B T J"]:
    """How hard each keypoint is to find: about standard normal, slow, now for one, now for all."""
    B = len(fps)
    shortest, longest = np.log(_DOUBT).tolist()
    noise = rng.random((B, frames, keypoints + 1), dtype=np.float32)
    # Uniform numbers are quick to draw, and many of them add up to a normal one.
    noise -= 0.5
    noise *= np.float32(np.sqrt(12))
    noise[:, :1] = rng.standard_normal((B, min(frames, 1), keypoints + 1))
    seconds = np.exp(rng.uniform(shortest, longest, (B, keypoints + 1)))
    slow = drift(noise, keep_factor(fps[:, None], seconds))
    out = slow[..., :-1]
    out *= np.float32(np.sqrt(0.8))
    out += np.float32(np.sqrt(0.2)) * slow[..., -1:]
    return out


def not_found(
    rng: np.random.Generator,
    lanes: Lanes,
    settings: DetectorSettings,
    on: Skeleton,
    doubt: Float[np.ndarray, "B T J"],
    speed: Float[np.ndarray, "B T J"],
    fps: Float[np.ndarray, " B"],
) -> Bool[np.ndarray, "B T J"]:
    """What is not found: keypoints in doubt, whole frames, and what the detector never gives."""
    B, T = doubt.shape[:2]
    limit = upper_quantile(np.clip(lanes.missing[:, None] * hardness(on)[2], 0, 0.95))
    out = doubt + np.float32(settings.missing_speed) * np.minimum(speed, 10) > limit[:, None]
    whole = drift(rng.standard_normal((B, T), dtype=np.float32), keep_factor(fps, 0.2))
    out |= (whole > upper_quantile(lanes.whole_frames)[:, None])[..., None]
    return out


def below_edge(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    lanes: Lanes,
    on: Skeleton,
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> Bool[np.ndarray, "B T J"]:
    """What lies below the lower edge of the picture, which is drawn for each recording."""
    B, T = keypoints.shape[:2]
    neck = median_over_frames(on.point(keypoints, "Neck")[..., 1])
    sway = drift(rng.standard_normal((B, T), dtype=np.float32), keep_factor(fps, 1.0))
    edge = lanes.edge[:, None] + lanes.sway[:, None] * sway
    level = (neck[:, None] + edge * scale[:, None]).astype(np.float32)
    return keypoints[..., 1] > level[..., None]


def hidden_in_face(
    rng: np.random.Generator, keypoints: Float[np.ndarray, "B T J 2"], on: Skeleton
) -> Bool[np.ndarray, "B T J"]:
    """What a head hides: its far ear when it is turned, nose and eyes when seen from behind."""
    out = np.zeros(keypoints.shape[:3], bool)
    face = numbers(on, "LEar", "REar", "Nose")
    if face is None:
        return out
    left, right, nose = face
    across = keypoints[:, :, left] - keypoints[:, :, right]
    ahead = 2 * keypoints[:, :, nose] - keypoints[:, :, left] - keypoints[:, :, right]
    # Of the half distance of the ears: above 1 the nose is beyond the left ear.
    along = np.einsum("...i,...i->...", ahead, across)
    size = np.einsum("...i,...i->...", across, across)
    limit = rng.uniform(*_TURNED, (len(out), 1)).astype(np.float32) * size
    behind = across[..., 0] < 0
    out[:, :, left] = (along > limit) & ~behind
    out[:, :, right] = (along < -limit) & ~behind
    for name in ("Nose", "LEye", "REye"):
        number = on.find(name)
        if number is not None:
            # A head in profile still shows its nose.
            out[:, :, number] = behind & (np.abs(along) < limit)
    return out
