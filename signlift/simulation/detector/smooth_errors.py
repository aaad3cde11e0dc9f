"""Errors of a detector that smooths over time, as MediaPipe does.

Such a detector has little noise from frame to frame. Its errors are an offset of each keypoint
throughout a recording, slow errors that follow the pose, and a lag. The values below are standard
deviations in hundredths of the torso, and the lag in frames at 30 per second. They were measured
on MediaPipe Holistic's keypoints of people rendered from motion capture, whose true joints are
known (see `benchmarks.detector_statistics`). Recordings are drawn around them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.simulation.detector.detection_difficulty import body_part, mixing_matrix
from signlift.simulation.detector.pose_errors import follow_pose
from signlift.simulation.detector.temporal_noise import (
    ar1_coefficient,
    ar1_noise,
    median_over_frames,
)
from signlift.utils.array_types import Float


class _Errors(NamedTuple):
    """Errors of a keypoint: x and y in hundredths of the torso, outwards and down."""

    style: tuple[float, float]
    offset: tuple[float, float]
    slow: tuple[float, float]
    white: float
    lag: float
    confidence: float


_ERRORS = {
    "Nose": _Errors((0.0, -3.4), (1.7, 2.1), (1.05, 0.9), 0.03, 1.2, 7.0),
    "Eye": _Errors((-0.3, -1.5), (1.5, 1.2), (1.0, 0.75), 0.03, 1.2, 7.0),
    "Ear": _Errors((-2.6, -3.1), (1.7, 1.7), (0.9, 0.75), 0.03, 1.2, 7.0),
    "Shoulder": _Errors((0.3, -2.4), (2.4, 2.7), (1.5, 2.1), 0.04, 1.2, 6.5),
    "Elbow": _Errors((-0.6, 1.4), (2.1, 2.5), (2.4, 2.6), 0.12, 0.6, 3.6),
    "Wrist": _Errors((0.0, -0.5), (2.2, 2.1), (3.3, 3.5), 0.25, 0.3, 3.4),
    "Hip": _Errors((0.2, 6.9), (2.7, 6.0), (1.3, 2.6), 0.06, 1.1, 3.2),
    "Knee": _Errors((-0.8, 4.3), (1.1, 3.2), (0.8, 1.2), 0.08, 1.2, 4.0),
    "Ankle": _Errors((-0.3, -3.1), (1.5, 7.0), (0.9, 1.1), 0.08, 0.8, 4.0),
}
_FOOT = _Errors((0.0, 0.0), (3.0, 5.0), (1.5, 1.5), 0.1, 0.8, 3.5)
_HAND = _Errors((0.0, 0.0), (4.0, 4.0), (4.2, 4.6), 0.4, 0.3, 3.4)

#: Parts without a side, in terms of those with one.
_MIDDLES = {"Neck": "Shoulder", "MidHip": "Hip", "Keypoint26": "Eye", "Head": "Eye"}

#: Maximum strength of the offsets that MediaPipe's definition of the joints gives, and probability
#: that a detector has them.
_MAX_STYLE, _STYLE_PROBABILITY = 1.3, 0.5

#: Fraction of the offsets that is the same on both sides of the body.
_COMMON_OFFSET = 0.7

#: Standard deviations of the log of the size of errors: of a recording, of its keypoints, and with
#: the difficulty of a frame.
_RECORDING_STD, _KEYPOINT_STD, _DIFFICULTY_STD = 0.3, 0.25, 0.4

#: Range of the fraction of the slow errors that follows the pose.
_POSE_FRACTION = (0.8, 0.99)

#: Range of the correlation time of the other slow errors, in seconds.
_SLOW_TIME = (0.1, 0.5)

#: Time over which the difficulty of a keypoint changes, in seconds, added to that of frames.
_DIFFICULTY_TIME = 0.25

#: Part that the errors of related keypoints have in common: groups, and the fraction of the
#: standard deviation.
_COMMON_ERRORS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("Nose", "LEye", "REye"), 0.9),
    (("LEar", "REar"), 0.6),
    (("LHip", "RHip"), 0.9),
    (("LShoulder", "RShoulder"), 0.55),
    (("LElbow", "LWrist"), 0.52),
    (("RElbow", "RWrist"), 0.52),
)

#: Range of the factor of the lag, and its maximum in frames.
_LAG_FACTOR, _MAX_LAG = (0.0, 1.6), 3.0

#: Errors of elbows and wrists are larger along the bone that ends there, by this factor; and elbows
#: are found nearer to their usual place than they are, by up to this fraction of the difference.
_ALONG_FACTOR, _MAX_REGRESSION = 1.4, 0.15

#: Keypoints of arms that are very difficult jump away by a constant: the limit of the difficulty,
#: and the standard deviation of the displacement in torsos.
_JUMP_LIMIT, _JUMP_SIZE = 2.5, 0.14


def errors_of(skeleton: Skeleton) -> Float[np.ndarray, "J 9"]:
    """Return the errors of each keypoint as rows; lengths are in torsos.

    The columns are the offset that the detector's definition of a joint gives (outwards, down), the
    standard deviations of offsets and of slow errors (x, y each), that of white noise, the lag in
    frames, and the logit of the confidence.
    """
    rows = []
    for name in skeleton.keypoints:
        part = body_part(name)
        errors = _ERRORS.get(_MIDDLES.get(part, part))
        if errors is None:
            foot = part.endswith("Toe") or part.endswith("Heel") or part.startswith("Foot")
            errors = _FOOT if foot else _HAND
        lengths = [value / 100 for value in (*errors.style, *errors.offset, *errors.slow)]
        rows.append([*lengths, errors.white / 100, errors.lag, errors.confidence])
    return np.array(rows, np.float32).reshape(-1, 9)


def draw_smooth_errors(
    rng: np.random.Generator,
    keypoints: Float[np.ndarray, "B T J 2"],
    difficulty: Float[np.ndarray, "B T J"],
    skeleton: Skeleton,
    fps: Float[np.ndarray, " B"],
    scale: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B T J 2"]:
    """Draw the errors of smoothing detectors, in torsos.

    Parameters
    ----------
    rng
        The random generator.
    keypoints
        [B, T, J, 2], true keypoints in pixels; NaN where missing.
    difficulty
        [B, T, J], from `draw_difficulty`.
    skeleton
        The skeleton of the keypoints.
    fps, scale
        [B], frames per second and the torso in pixels.

    Returns
    -------
    errors
        [B, T, J, 2]: offsets, slow errors, white noise and lag together. NaN at most where a
        keypoint is missing.
    """
    B, _, J = difficulty.shape
    table = errors_of(skeleton)
    positions = (keypoints / scale[:, None, None, None]).astype(np.float32)
    white = rng.standard_normal(keypoints.shape, dtype=np.float32)
    out = _draw_slow(rng, white, fps)
    followed = rng.uniform(*_POSE_FRACTION, (B, 1, 1, 1)).astype(np.float32)
    out *= np.sqrt(1 - followed**2)
    following = follow_pose(rng, positions, skeleton, 2)
    following *= followed
    out += following
    out = np.einsum("jk,btkc->btjc", mixing_matrix(skeleton, _COMMON_ERRORS), out, optimize=True)
    strength = np.exp(
        _RECORDING_STD * rng.standard_normal((B, 1)) + _KEYPOINT_STD * rng.standard_normal((B, J))
    ).astype(np.float32)
    size = np.exp(_DIFFICULTY_STD * _smooth(difficulty, fps) - np.float32(_DIFFICULTY_STD**2))
    size *= strength[:, None]
    noise = (table[:, 6] * np.exp(0.4 * rng.standard_normal((B, 1)))).astype(np.float32)
    white *= noise[:, None, :, None]
    offsets = _draw_offsets(rng, positions, skeleton, table)
    for axis in range(2):
        out[..., axis] *= size * table[:, 4 + axis]
    _distort_limbs(rng, out, positions, skeleton)
    out += white
    out += offsets[:, None]
    arms = np.array([body_part(name) in ("Elbow", "Wrist") for name in skeleton.keypoints])
    lane, frame, number = np.nonzero((difficulty > _JUMP_LIMIT) & arms)
    jumps = (_JUMP_SIZE * rng.standard_normal((B, J, 2))).astype(np.float32)
    out[lane, frame, number] += jumps[lane, number]
    frames = table[:, 7] * rng.uniform(*_LAG_FACTOR, (B, 1)) * (fps / 30)[:, None]
    lag = np.minimum(frames, _MAX_LAG).astype(np.float32)[:, None, :, None]
    out[:, 1:] -= lag * (positions[:, 1:] - positions[:, :-1])
    return out


def _draw_slow(
    rng: np.random.Generator, white: NDArray[np.float32], fps: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Turn white noise into slow noise of variance 1.

    Two first-order processes, one after the other, make noise that is smooth from frame to frame.
    """
    shortest, longest = np.log(_SLOW_TIME).tolist()
    seconds = np.exp(rng.uniform(shortest, longest, (len(white), 1, 1)))
    coefficient = ar1_coefficient(fps[:, None, None], seconds)
    return _filter(ar1_noise(white, coefficient), coefficient, coefficient)


def _smooth(difficulty: NDArray[np.float32], fps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Smooth the difficulty [B, T, J] over time; its variance stays about 1."""
    coefficient = ar1_coefficient(fps[:, None], _DIFFICULTY_TIME)
    return _filter(difficulty, coefficient, 0.9)


def _filter(
    noise: NDArray[np.float32],
    coefficient: NDArray[np.float32],
    before: NDArray[np.float32] | float,
) -> NDArray[np.float32]:
    """Filter noise of variance 1, whose correlation between frames is `before`, once more."""
    both = coefficient * before
    size = np.sqrt((1 + both) / (1 - both)).astype(np.float32)
    scaled = noise / size[:, None]
    scaled[:, 0] = noise[:, 0]
    return ar1_noise(scaled, coefficient)


def _distort_limbs(
    rng: np.random.Generator,
    errors: NDArray[np.floating],
    positions: NDArray[np.floating],
    skeleton: Skeleton,
) -> None:
    """Enlarge errors [B, T, J, 2] along the bones of arms, and shrink the motion of elbows."""
    for side in "LR":
        shares = rng.uniform(0, _MAX_REGRESSION, (len(errors), 1, 1)).astype(np.float32)
        for start, end in (("Shoulder", "Elbow"), ("Elbow", "Wrist")):
            first, last = skeleton.find(side + start), skeleton.find(side + end)
            if first is None or last is None:
                continue
            bone = positions[:, :, last] - positions[:, :, first]
            x, y = bone[..., 0], bone[..., 1]
            along = errors[:, :, last, 0] * x + errors[:, :, last, 1] * y
            # The direction of a bone that points at the camera is not defined.
            along *= (_ALONG_FACTOR - 1) / np.maximum(x * x + y * y, 0.01)
            errors[:, :, last] += along[..., None] * bone
            if end == "Elbow":
                errors[:, :, last] -= shares * (bone - median_over_frames(bone)[:, None])


def _draw_offsets(
    rng: np.random.Generator,
    positions: NDArray[np.floating],
    skeleton: Skeleton,
    table: NDArray[np.floating],
) -> NDArray[np.float32]:
    """Draw the constant errors [B, J, 2] of each recording, in torsos.

    Part of them is how the detector defines a joint: outwards is along the line of the shoulders.
    """
    B, J = len(positions), len(skeleton)
    common, own = rng.standard_normal((2, B, J, 2))
    sides = np.array([{"left": 1.0, "right": -1.0, "middle": 0.0}[side] for side in skeleton.sides])
    right = sides < 0
    common = common[:, np.where(right, skeleton.mirror, np.arange(J))]
    common[:, right, 0] *= -1
    out = _COMMON_OFFSET * common + np.sqrt(1 - _COMMON_OFFSET**2) * own
    out *= table[:, 2:4]
    strength = _MAX_STYLE * rng.random(B) * (rng.random(B) < _STYLE_PROBABILITY)
    style = strength[:, None, None] * table[:, :2]
    left, right_shoulder = (skeleton.find(f"{side}Shoulder") for side in "LR")
    if left is not None and right_shoulder is not None:
        across = positions[:, :, left, 0] - positions[:, :, right_shoulder, 0]
        facing = np.clip(np.nan_to_num(median_over_frames(across)) / 0.6, -1, 1)
    else:
        facing = np.ones(B)
    style[..., 0] *= facing[:, None] * sides
    return (out + style).astype(np.float32)
