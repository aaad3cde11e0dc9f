"""A simulated keypoint detector: true keypoints in, what a detector would have given out.

Real detectors (OpenPose, MediaPipe, ViTPose) are not off by white noise alone. Their errors drift,
keep to one side for a whole recording, and grow when hands move fast; hands are lost for a while,
and hips and legs lie outside the picture. Recordings differ in all of it.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.simulation.detector.detection_difficulty import beyond_coco
from signlift.simulation.detector.detector_errors import (
    confuse,
    derive,
    move,
    noise_levels,
    speeds,
    throw,
)
from signlift.simulation.detector.detector_gaps import (
    below_edge,
    draw_doubt,
    hidden_in_face,
    not_found,
)
from signlift.simulation.detector.detector_settings import DetectorSettings, Lanes, draw_lanes

__all__ = ["DetectorSettings", "detect", "plain_noise"]


def detect(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    skeleton: str | Skeleton,
    fps: Float[np.ndarray, " B"] | float,
    scale: Float[np.ndarray, " B"] | float,
    settings: DetectorSettings | None = None,
    picture: Float[np.ndarray, "B 2"] | None = None,
) -> tuple[Float[np.ndarray, "B T J 2"], Float[np.ndarray, "B T J"]]:
    """Give B recordings as a detector would, each by another one.

    Parameters
    ----------
    rng
        The source of chance.
    keypoints
        [B, T, J, 2] in pixels, y down, NaN for what is missing or behind the end.
    skeleton
        What the J keypoints are: a skeleton or its name.
    fps
        Frames per second, [B] or one number for all.
    scale
        The length of the torso in pixels, [B] or one number for all.
    settings
        How good detectors are; by default the defaults of `DetectorSettings`.
    picture
        [B, 2], width and height in pixels: keypoints outside are missing as well, except for
        clean recordings. By default pictures have but a lower edge that is drawn.

    Returns
    -------
    keypoints
        [B, T, J, 2] float32, NaN for what is missing, also where it was before.
    confidence
        [B, T, J] float32 from 0 to 1, 0 for what is missing. The larger the noise that a keypoint
        was given, the lower it is; some recordings know but 0 and 1. It knows nothing of
        constant errors, and little of outliers, as that of a real detector.

    Raises
    ------
    InputError
        Lists all that is wrong: keypoints of another number than the skeleton's, fps or a scale
        that is not above 0.
    """
    on = get_skeleton(skeleton)
    _check(keypoints, on, fps, scale)
    B = len(keypoints)
    rates, sizes = (np.broadcast_to(np.asarray(value, np.float64), B) for value in (fps, scale))
    settings = settings or DetectorSettings()
    out = keypoints.astype(np.float32)
    noisy = np.flatnonzero(rng.random(B) >= settings.clean)
    lanes = draw_lanes(rng, len(noisy), settings)
    confidence = np.ones(out.shape[:3], np.float32)
    if len(noisy) and out.shape[1]:
        edges = None if picture is None else picture[noisy].astype(np.float32)
        out[noisy], confidence[noisy] = _detect(
            rng, out[noisy], on, rates[noisy], sizes[noisy], settings, lanes, edges
        )
    # A middle between two, or the other side, must not stand in for what was missing before.
    missing = np.isnan(out).any(-1) | np.isnan(keypoints).any(-1)
    out[missing] = np.nan
    confidence[missing] = 0
    return out, confidence


def plain_noise(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "*lanes T J 2"],
    scale: Float[np.ndarray, "*lanes"] | float,
    noise: float = 0.02,
    missing: float = 0.05,
) -> Float[np.ndarray, "*lanes T J 2"]:
    """White noise, and single keypoints missing: easy to say and to repeat, for benchmarks.

    Parameters
    ----------
    rng
        The source of chance.
    keypoints
        [..., T, J, 2], NaN for what is missing.
    scale
        [...], the length of the torso in the unit of the keypoints.
    noise
        The standard deviation of x and of y, in torsos.
    missing
        The chance that a keypoint of a frame is missing.

    Returns
    -------
    [..., T, J, 2] float32.

    Raises
    ------
    InputError
        Lists all that is wrong: noise below 0, no chance from 0 to 1, a scale not above 0.
    """
    sizes = np.asarray(scale, np.float32)
    problems = []
    if not 0 <= noise < np.inf:
        problems.append(problem("noise", expected="0 or more", found=str(noise)))
    if not 0 <= missing <= 1:
        problems.append(problem("missing", expected="a chance from 0 to 1", found=str(missing)))
    if not ((sizes > 0) & np.isfinite(sizes)).all():
        problems.append(problem("scale", expected="lengths above 0", found=str(scale)))
    if problems:
        raise InputError(problems)
    out = rng.standard_normal(keypoints.shape, dtype=np.float32)
    out *= np.float32(noise) * sizes[..., None, None, None]
    out += keypoints
    out[rng.random(keypoints.shape[:-1]) < missing] = np.nan
    return out


def _detect(
    rng: np.random.Generator,
    keypoints: NDArray[np.float32],
    on: Skeleton,
    fps: NDArray[np.float64],
    scale: NDArray[np.float64],
    settings: DetectorSettings,
    lanes: Lanes,
    picture: NDArray[np.float32] | None,
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Recordings none of which is clean; arguments as for `detect`, B for each of them."""
    shape = keypoints.shape[:3]
    speed = speeds(keypoints, fps, scale)
    doubt = draw_doubt(rng, fps, shape[1], shape[2])
    below = below_edge(rng, keypoints, lanes, on, fps, scale)
    guessed = below & lanes.guessed[:, None, None]
    levels = noise_levels(rng, lanes, on, doubt, speed, guessed)
    hidden = not_found(rng, lanes, settings, on, doubt, speed, fps)
    hidden |= below & ~guessed
    hidden |= (lanes.coco[:, None] & beyond_coco(on))[:, None]
    # Faces are looked at before noise, which must not turn a head around.
    hidden |= hidden_in_face(rng, keypoints, on) & lanes.hidden_face[:, None, None]
    out = move(rng, keypoints, levels, lanes, settings, on, fps, scale)
    # Outliers come where the noise is large.
    chance = rng.random(shape, dtype=np.float32)
    limit = lanes.outliers[:, None, None].astype(np.float32) * np.exp(doubt - 0.5)
    far = chance < limit
    throw(rng, out, far, settings.outlier_size, scale)
    confuse(rng, out, lanes, on, fps, scale)
    if picture is not None:
        hidden |= ((out < 0) | (out > picture[:, None, None])).any(-1)
    out[hidden] = np.nan
    confidence = np.exp(-levels / lanes.trust.astype(np.float32)[:, None, None])
    # The number that decides on outliers serves as the confidence's own noise, too: a keypoint
    # that is far off is not trusted quite as much, but no detector knows its outliers.
    confidence *= np.float32(0.9) + np.float32(0.1) * chance
    confidence[far] *= np.float32(0.6)
    confidence[lanes.plain_confidence] = 1
    derive(out, confidence, lanes.derived, on)
    return out, confidence


def _check(
    keypoints: NDArray[np.floating],
    on: Skeleton,
    fps: NDArray[np.floating] | float,
    scale: NDArray[np.floating] | float,
) -> None:
    problems = []
    if keypoints.shape[2] != len(on):
        expected, found = f"shape [B, T, {len(on)}, 2]", str(list(keypoints.shape))
        problems.append(problem(f"keypoints for {on.name}", expected=expected, found=found))
    for name, value in (("fps", fps), ("scale", scale)):
        values = np.asarray(value)
        if not ((values > 0) & np.isfinite(values)).all():
            problems.append(problem(name, expected="numbers above 0", found=str(value)))
    if problems:
        raise InputError(problems)
