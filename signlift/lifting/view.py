"""The view of a recording: the direction and the distance of the camera, estimated or given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signlift.core.bone_lengths import ESTIMATES, GIVEN_LOG_SCALE, INVERSE_DISTANCE, PITCH, YAW
from signlift.lifting.body_frames import Given
from signlift.lifting.network_data import ProportionsEstimate
from signlift.lifting.proportions_fusion import fuse_proportions
from signlift.utils.array_types import Float

#: The columns of the lengths of the arm.
UPPER_ARM, FOREARM = ESTIMATES.index("upper_arm"), ESTIMATES.index("forearm")

#: Half-width of the central 68 % interval of a Laplace distribution, over its b.
_HALF_WIDTH = -math.log(1 - 0.683)


@dataclass(frozen=True)
class View:
    """The view of a recording, each value with the half-width of its central 68 % interval.

    Attributes
    ----------
    pitch, pitch_uncertainty
        Angle in degrees that the camera looks down.
    yaw, yaw_uncertainty
        Angle in degrees from the person's front to the camera; positive to the person's left.
    distance, distance_uncertainty
        Distance of the camera from the person, in torso lengths.
    """

    pitch: float
    pitch_uncertainty: float
    yaw: float
    yaw_uncertainty: float
    distance: float
    distance_uncertainty: float

    @classmethod
    def from_estimate(cls, estimate: ProportionsEstimate) -> View:
        """Read the view off an estimate [P]."""
        mean = estimate.mean.astype(np.float64)
        width = _HALF_WIDTH * np.exp(estimate.log_scale.astype(np.float64))
        distance = math.exp(-mean[INVERSE_DISTANCE] - mean[0])
        angles, widths = np.degrees(mean).tolist(), np.degrees(width).tolist()
        return cls(
            pitch=angles[PITCH],
            pitch_uncertainty=widths[PITCH],
            yaw=angles[YAW],
            yaw_uncertainty=widths[YAW],
            distance=distance,
            distance_uncertainty=distance * float(width[INVERSE_DISTANCE]),
        )


@dataclass(frozen=True, eq=False)
class FrameSizes:
    """Sizes of T frames in the recording's unit, as they are estimated or given.

    Attributes
    ----------
    torso, arm
        [T], the lengths of the torso, and of an arm from shoulder to wrist.
    inverse_distance
        [T], 1 over the distance of MidHip from the camera.
    """

    torso: Float[np.ndarray, " T"]
    arm: Float[np.ndarray, " T"]
    inverse_distance: Float[np.ndarray, " T"]

    @classmethod
    def from_estimate(
        cls, estimate: ProportionsEstimate, scales: Float[np.ndarray, " T"]
    ) -> FrameSizes:
        """Read the sizes off an estimate [P] or [T, P] for frames of the given scales [T]."""
        mean = estimate.mean.astype(np.float64)
        arm = np.exp(mean[..., UPPER_ARM]) + np.exp(mean[..., FOREARM])
        torso = np.exp(mean[..., 0])
        return cls(torso * scales, arm * scales, np.exp(mean[..., INVERSE_DISTANCE]) / scales)

    @classmethod
    def join(cls, parts: Sequence[FrameSizes]) -> FrameSizes:
        """Return the sizes of successive windows as those of one."""
        return cls(
            np.concatenate([part.torso for part in parts]),
            np.concatenate([part.arm for part in parts]),
            np.concatenate([part.inverse_distance for part in parts]),
        )


def fuse_given(
    estimate: ProportionsEstimate,
    given: Given,
    scale: Float[np.ndarray, "*frames"] | float,
    size: tuple[float, float] | None,
) -> ProportionsEstimate:
    """Fuse given proportions and angles with an estimate.

    Parameters
    ----------
    estimate
        [..., P], from the network.
    given
        What is given.
    scale
        [...], the scale of the recording, in its unit.
    size
        Width and height of the image; None if unknown, and a field of view is then not used.

    Returns
    -------
    [..., P]. What is not given is unchanged.
    """
    fused = fuse_proportions(estimate, given.proportions)
    focal = given.focal_length(size)
    if given.pitch is None and focal is None:
        return fused
    mean, log_scale = fused.mean.copy(), fused.log_scale.copy()
    if given.pitch is not None:
        mean[..., PITCH] = math.radians(given.pitch)
        log_scale[..., PITCH] = GIVEN_LOG_SCALE
    if focal is not None:
        mean[..., INVERSE_DISTANCE] = np.log(np.asarray(scale) / focal)
        log_scale[..., INVERSE_DISTANCE] = GIVEN_LOG_SCALE
    return ProportionsEstimate(mean, log_scale, fused.unit_std)
