"""Depth that a detector itself estimates, as MediaPipe's z of the body and of the hands.

It is evidence from the image with large errors. Measured on MediaPipe Holistic's z of people
rendered from motion capture, relative to the Neck (see `benchmarks.detector_statistics`), it is

- too large by a factor: 2.45 on average, standard deviation of its log over recordings 0.17,
- tilted: depth changes by 0.32 (standard deviation 0.17) of the distance downwards, and by 0.07
  (0.20) of the distance to the right; half of the first is the upright posture of those people,
- wrong by a constant of each keypoint, after that: wrists 0.36 torsos and elbows 0.15 too near the
  camera, ears 0.15 too far away,
- wrong in addition by slow errors that follow the pose, whose correlation is 0.9 from frame to
  frame at 30 per second: 0.05 torsos at the head, 0.12 at elbows, 0.18 at wrists. Errors of an
  elbow and its wrist correlate by 0.7, of both hips by 0.8, of the face by 0.65 to 0.99,
- behind the motion by about one frame.

The simulated detector is a distribution around these values. The depth of MediaPipe's hands is
relative to their wrist; its errors are given as a table of the caller's (see `DepthErrors`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import check_fields
from signlift.simulation.detector.detection_difficulty import body_part
from signlift.simulation.detector.pose_errors import follow_pose
from signlift.simulation.detector.temporal_noise import ar1_coefficient, ar1_noise

Range = tuple[float, float]


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


# Mean, standard deviation over recordings and over time of the error of the body, in torsos. In a
# recording, where poses are few, a third of the latter looks like an error of the recording.
_BODY_ERRORS = {
    "Nose": (0.03, 0.045, 0.068),
    "Eye": (-0.02, 0.04, 0.066),
    "Ear": (0.145, 0.045, 0.053),
    "Shoulder": (0.0, 0.03, 0.075),
    "Elbow": (-0.15, 0.06, 0.15),
    "Wrist": (-0.355, 0.08, 0.24),
    "Hip": (0.0, 0.065, 0.10),
    "Knee": (-0.28, 0.06, 0.13),
    "Ankle": (-0.11, 0.06, 0.13),
    "Heel": (-0.11, 0.10, 0.12),
}

# What errors have in common: keypoints, and the fraction of their standard deviation.
_HEAD = ("Nose", "LEye", "REye", "LEar", "REar")
_COMMON = (
    (_HEAD, 0.8),
    (("Nose", "LEye", "REye"), 0.97),
    (("LHip", "RHip"), 0.9),
    (("LElbow", "LWrist"), 0.82),
    (("RElbow", "RWrist"), 0.82),
)

#: Minimum and maximum part of the mean errors that a recording has.
_MEAN_FACTOR = (0.4, 1.4)

#: Range of the fraction of the slow errors that follows the pose.
_POSE_FRACTION = (0.85, 0.98)

#: Keypoints of which MediaPipe has no depth.
_WITHOUT_DEPTH = ("Keypoint26", "BigToe", "SmallToe")


def simulate_detector_depth(
    rng: np.random.Generator,
    depth: Float[np.ndarray, "B T J"],
    skeleton: str | Skeleton,
    fps: Float[np.ndarray, " B"] | float,
    scale: Float[np.ndarray, " B"] | float,
    settings: DepthSettings | None = None,
    keypoints: Float[np.ndarray, "B T J 2"] | None = None,
) -> Float[np.ndarray, "B T J"]:
    """Simulate the depth that a detector estimates for the body.

    Parameters
    ----------
    rng
        The random generator.
    depth
        [B, T, J], true depth in pixels, positive away from the camera, relative to any point; NaN
        where missing.
    skeleton
        The skeleton of the J keypoints, or its name.
    fps, scale
        Frames per second and the torso in pixels, [B] or one number for all.
    settings
        The distribution of the errors; None for the defaults of `DepthSettings`.
    keypoints
        [B, T, J, 2], the detections in pixels, y down. Depth is NaN where they are. None for depth
        of all keypoints without a tilt.

    Returns
    -------
    depth
        [B, T, J] float32 in pixels, relative to the Neck, the middle of the shoulders. NaN where
        the detector finds no keypoint, where a shoulder is missing, and in recordings whose
        detector estimates no depth.

    Examples
    --------
    >>> depth = np.zeros((2, 30, 17))
    >>> rng = np.random.default_rng(0)
    >>> simulate_detector_depth(rng, depth, "coco17", fps=30.0, scale=50.0).shape
    (2, 30, 17)
    """
    skeleton, settings = get_skeleton(skeleton), settings or DepthSettings()
    B = len(depth)
    out = np.full(depth.shape, np.nan, np.float32)
    rates, scales = (np.broadcast_to(np.asarray(value, np.float32), B) for value in (fps, scale))
    rows = np.flatnonzero(rng.random(B) < settings.probability)
    if not len(rows) or not depth.shape[1]:
        return out
    unit = scales[rows, None, None]
    true = depth[rows].astype(np.float32) / unit
    positions = None if keypoints is None else keypoints[rows].astype(np.float32) / unit[..., None]
    following = None
    if positions is not None:
        following = follow_pose(rng, positions, skeleton, 1)[..., 0]
    values = add_depth_errors(
        rng,
        true,
        body_errors(skeleton),
        rates[rows],
        settings,
        _relative(positions, skeleton),
        following,
    )
    _derive(values, skeleton)
    values -= skeleton.point(values[..., None], "Neck")
    if positions is not None:
        values[np.isnan(positions).any(-1)] = np.nan
        values[np.isnan(skeleton.point(positions, "Neck")).any(-1)] = np.nan
    lacking = [body_part(name) in _WITHOUT_DEPTH for name in skeleton.keypoints]
    values[..., np.array(lacking, bool)] = np.nan
    out[rows] = values * unit
    return out


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
    out = out @ errors.mixing.astype(np.float32).T
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


def body_errors(skeleton: Skeleton) -> DepthErrors:
    """Return the errors of MediaPipe's depth of the body, in torsos."""
    default = _BODY_ERRORS["Ankle"]
    rows = []
    for name in skeleton.keypoints:
        part = body_part(name)
        middle = {"Neck": "Shoulder", "MidHip": "Hip"}.get(part, part)
        rows.append(_BODY_ERRORS.get(middle, default))
    mean, offset, slow = np.array(rows).reshape(-1, 3).T
    J = len(skeleton)
    covariance = np.eye(J)
    for names, fraction in _COMMON:
        group = [number for number in map(skeleton.find, names) if number is not None]
        for one in group:
            for other in group:
                if one != other:
                    covariance[one, other] = fraction**2
    return DepthErrors(mean, offset, slow, np.linalg.cholesky(covariance))


def _relative(
    positions: Float[np.ndarray, "B T J 2"] | None, skeleton: Skeleton
) -> Float[np.ndarray, "B T J 2"] | None:
    """Return positions relative to the Neck."""
    if positions is None:
        return None
    return positions - skeleton.point(positions, "Neck")[:, :, None]


def _derive(values: Float[np.ndarray, "B T J"], skeleton: Skeleton) -> None:
    """Set Neck and MidHip to the middles of shoulders and hips, in place."""
    for name in ("Neck", "MidHip"):
        number, ends = skeleton.find(name), skeleton.find_ends(name)
        if number is not None and ends is not None:
            values[..., number] = (values[..., ends[0]] + values[..., ends[1]]) / 2
