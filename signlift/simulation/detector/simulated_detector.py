"""Simulated keypoint detector: from true keypoints to the output of a detector.

The errors of real detectors (OpenPose, MediaPipe, ViTPose) are not white noise. They are correlated
over time, partly constant throughout a recording, and larger for fast hands. Hands are missing for
some time, and hips and legs are outside the image. All of it differs between recordings. There are
two kinds of detectors: those that find keypoints frame by frame (as OpenPose), and those that
smooth over time (as MediaPipe).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.simulation.detector.detection_difficulty import find_outside_coco
from signlift.simulation.detector.detector_errors import (
    add_noise,
    add_outliers,
    compute_speed,
    confuse_sides,
    derive_middles,
    draw_noise_levels,
)
from signlift.simulation.detector.detector_gaps import (
    draw_difficulty,
    draw_missing,
    find_below_edge,
    find_hidden_face,
)
from signlift.simulation.detector.detector_settings import (
    DetectorParameters,
    DetectorSettings,
    draw_parameters,
)
from signlift.simulation.detector.smooth_confidence import draw_logits, guess_outside
from signlift.simulation.detector.smooth_errors import draw_smooth_errors
from signlift.utils.array_types import Float

__all__ = ["DetectorSettings", "add_white_noise", "simulate_detections"]

#: Fraction of the gaps that is left by a detector that smooths over time.
FOLLOWED_GAPS = 0.3

#: Keypoints below this confidence are dropped, as `signlift` drops MediaPipe's.
MIN_CONFIDENCE = 0.3


def simulate_detections(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    skeleton: str | Skeleton,
    fps: Float[np.ndarray, " B"] | float,
    scale: Float[np.ndarray, " B"] | float,
    settings: DetectorSettings | None = None,
    image_size: Float[np.ndarray, "B 2"] | None = None,
) -> tuple[Float[np.ndarray, "B T J 2"], Float[np.ndarray, "B T J"]]:
    """Simulate the detections of B recordings, each with a different detector.

    Parameters
    ----------
    rng
        The random generator.
    keypoints
        [B, T, J, 2], true keypoints in pixels, y down, NaN where missing or after the end.
    skeleton
        The skeleton of the J keypoints, or its name.
    fps
        Frames per second, [B] or one number for all.
    scale
        Torso length in pixels, [B] or one number for all.
    settings
        The distribution of detectors; None for the defaults of `DetectorSettings`.
    image_size
        [B, 2], width and height in pixels. Keypoints outside the image are missing, except in
        clean recordings. None to limit images only by a random lower edge.

    Returns
    -------
    keypoints
        [B, T, J, 2] float32, NaN where missing, also where the true keypoint is.
    confidence
        [B, T, J] float32 from 0 to 1, 0 where missing. It falls with the noise of a keypoint; in
        some recordings it is 1 for all detected keypoints. As with real detectors, it does not
        depend on constant errors, and little on outliers.

    Raises
    ------
    InputError
        Lists all problems: keypoints of another number than the skeleton's, fps or a scale that is
        not above 0.

    Examples
    --------
    >>> keypoints = np.full((2, 30, 17, 2), 100.0)
    >>> rng = np.random.default_rng(0)
    >>> detections, confidence = simulate_detections(rng, keypoints, "coco17", fps=30.0, scale=50.0)
    >>> detections.shape, confidence.shape
    ((2, 30, 17, 2), (2, 30, 17))
    """
    skeleton = get_skeleton(skeleton)
    _check(keypoints, skeleton, fps, scale)
    B = len(keypoints)
    rates, scales = (np.broadcast_to(np.asarray(value, np.float64), B) for value in (fps, scale))
    settings = settings or DetectorSettings()
    out = keypoints.astype(np.float32)
    noisy = np.flatnonzero(rng.random(B) >= settings.clean_probability)
    parameters = draw_parameters(rng, len(noisy), settings)
    confidence = np.ones(out.shape[:3], np.float32)
    if len(noisy) and out.shape[1]:
        for simulate, selected in (
            (_simulate_noisy, ~parameters.smooth),
            (_simulate_smooth, parameters.smooth),
        ):
            rows = noisy[selected]
            if len(rows):
                size = None if image_size is None else image_size[rows].astype(np.float32)
                out[rows], confidence[rows] = simulate(
                    rng,
                    out[rows],
                    skeleton,
                    rates[rows],
                    scales[rows],
                    settings,
                    parameters.select(selected),
                    size,
                )
    # A middle of two keypoints, or the other side, must not replace a keypoint that was missing.
    missing = np.isnan(out[..., 0]) | np.isnan(out[..., 1])
    missing |= np.isnan(keypoints[..., 0]) | np.isnan(keypoints[..., 1])
    out[missing] = np.nan
    confidence[missing] = 0
    return out, confidence


def add_white_noise(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "*lanes T J 2"],
    scale: Float[np.ndarray, "*lanes"] | float,
    noise: float = 0.02,
    missing: float = 0.05,
) -> Float[np.ndarray, "*lanes T J 2"]:
    """Add white noise and drop single keypoints: a simple protocol for benchmarks.

    Parameters
    ----------
    rng
        The random generator.
    keypoints
        [..., T, J, 2], NaN where missing.
    scale
        [...], torso length in the unit of the keypoints.
    noise
        Standard deviation of x and of y, in torsos.
    missing
        Probability that a keypoint of a frame is missing.

    Returns
    -------
    keypoints
        [..., T, J, 2] float32.

    Raises
    ------
    InputError
        Lists all problems: noise below 0, a probability outside 0 to 1, a scale not above 0.
    """
    scales = np.asarray(scale, np.float32)
    problems = []
    if not 0 <= noise < np.inf:
        problems.append(parameter_problem("noise", expected="0 or more", found=noise))
    if not 0 <= missing <= 1:
        expected = "a probability from 0 to 1"
        problems.append(parameter_problem("missing", expected=expected, found=missing))
    if not ((scales > 0) & np.isfinite(scales)).all():
        problems.append(parameter_problem("scale", expected="lengths above 0", found=scale))
    if problems:
        raise InputError(problems)
    out = rng.standard_normal(keypoints.shape, dtype=np.float32)
    out *= np.float32(noise) * scales[..., None, None, None]
    out += keypoints
    out[rng.random(keypoints.shape[:-1]) < missing] = np.nan
    return out


def _simulate_noisy(
    rng: np.random.Generator,
    keypoints: NDArray[np.float32],
    skeleton: Skeleton,
    fps: NDArray[np.float64],
    scale: NDArray[np.float64],
    settings: DetectorSettings,
    parameters: DetectorParameters,
    image_size: NDArray[np.float32] | None,
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Simulate the detections of B recordings, none of them clean.

    The arguments are those of `simulate_detections`, with a value for each recording.
    """
    shape = keypoints.shape[:3]
    speed = compute_speed(keypoints, fps, scale)
    difficulty = draw_difficulty(rng, fps, shape[1], shape[2])
    below = find_below_edge(rng, keypoints, parameters, skeleton, fps, scale)
    guessed = below & parameters.guesses[:, None, None]
    levels = draw_noise_levels(rng, parameters, skeleton, difficulty, speed, guessed)
    missing = draw_missing(rng, parameters, settings, skeleton, difficulty, speed, fps)
    missing |= below & ~guessed
    missing |= (parameters.coco[:, None] & find_outside_coco(skeleton))[:, None]
    # Computed before noise is added, which must not turn a head around.
    hidden_face = find_hidden_face(rng, keypoints, skeleton)
    missing |= hidden_face & parameters.hides_face[:, None, None]
    out = add_noise(rng, keypoints, levels, parameters, settings, skeleton, fps, scale)
    # Outliers occur where the noise is large.
    draws = rng.random(shape, dtype=np.float32)
    probability = parameters.outlier_fraction[:, None, None].astype(np.float32)
    outliers = draws < probability * np.exp(difficulty - 0.5)
    add_outliers(rng, out, outliers, settings.outlier_size, scale)
    confuse_sides(rng, out, parameters, skeleton, fps, scale)
    if image_size is not None:
        outside = (out < 0) | (out > image_size[:, None, None])
        missing |= outside[..., 0] | outside[..., 1]
    out[missing] = np.nan
    confidence = np.exp(-levels / parameters.confidence_noise.astype(np.float32)[:, None, None])
    # The draws that decide on outliers are also the noise of the confidence: that of outliers is a
    # little lower, but no detector recognises its outliers.
    confidence *= np.float32(0.9) + np.float32(0.1) * draws
    confidence[outliers] *= np.float32(0.6)
    confidence[parameters.binary] = 1
    derive_middles(out, confidence, parameters.derives, skeleton)
    return out, confidence


def _simulate_smooth(
    rng: np.random.Generator,
    keypoints: NDArray[np.float32],
    skeleton: Skeleton,
    fps: NDArray[np.float64],
    scale: NDArray[np.float64],
    settings: DetectorSettings,
    parameters: DetectorParameters,
    image_size: NDArray[np.float32] | None,
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Simulate the detections of B recordings by detectors that smooth over time.

    The arguments are those of `simulate_detections`, with a value for each recording.
    """
    shape = keypoints.shape[:3]
    difficulty = draw_difficulty(rng, fps, shape[1], shape[2])
    missing = find_below_edge(rng, keypoints, parameters, skeleton, fps, scale)
    # Such a detector loses few keypoints: it follows them.
    followed = replace(
        parameters,
        missing_fraction=FOLLOWED_GAPS * parameters.missing_fraction,
        empty_fraction=FOLLOWED_GAPS * parameters.empty_fraction,
    )
    missing |= draw_missing(rng, followed, settings, skeleton, difficulty, None, fps)
    missing |= (parameters.coco[:, None] & find_outside_coco(skeleton))[:, None]
    out = draw_smooth_errors(rng, keypoints, difficulty, skeleton, fps, scale)
    out *= scale.astype(np.float32)[:, None, None, None]
    out += keypoints
    logits = draw_logits(rng, difficulty, skeleton)
    if image_size is not None:
        missing |= guess_outside(rng, out, logits, image_size, scale)
    confidence = (1 / (1 + np.exp(-logits))).astype(np.float32)
    missing |= confidence < MIN_CONFIDENCE
    out[missing] = np.nan
    confidence[parameters.binary] = 1
    derive_middles(out, confidence, np.ones(len(out), bool), skeleton)
    return out, confidence


def _check(
    keypoints: NDArray[np.floating],
    skeleton: Skeleton,
    fps: NDArray[np.floating] | float,
    scale: NDArray[np.floating] | float,
) -> None:
    problems = []
    if keypoints.shape[2] != len(skeleton):
        expected, found = f"shape [B, T, {len(skeleton)}, 2]", f"shape {list(keypoints.shape)}"
        where = f"keypoints of {skeleton.name}"
        problems.append(problem(where, expected=expected, found=found))
    for name, value in (("fps", fps), ("scale", scale)):
        values = np.asarray(value)
        if not ((values > 0) & np.isfinite(values)).all():
            problems.append(parameter_problem(name, expected="numbers above 0", found=value))
    if problems:
        raise InputError(problems)
