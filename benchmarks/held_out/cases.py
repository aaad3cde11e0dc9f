"""A recording to lift, together with the truth, and what a method predicts for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.core.skeleton_tables import HANDS

#: Minimum number of observed keypoints of a hand (of 21) that counts as detected.
MIN_HAND_KEYPOINTS = 11


@dataclass(frozen=True, eq=False)
class Case:
    """A recording to lift, and the truth.

    Attributes
    ----------
    recording
        What a method gets: keypoints [T, J, 2] without depth.
    depth
        [T, J], the true depth in the recording's unit, relative to MidHip, in the 2.5D convention:
        distances along the line of sight at the scale of the root.
    keypoints
        [T, J, 2], the true keypoints in the recording's unit.
    body_cm, hand_cm
        [T], the cm that the unit stands for, for errors of the body and of the hands.
    counted
        [T, J], True for the keypoints whose errors count.
    view
        The true view (pitch, yaw) in degrees: how far the camera looks down, and its turn about
        the person, positive to the person's left. NaN where unknown.
    fov
        The field of view of the image's larger side in degrees; None if unknown.
    proportions
        The true body proportions; None if unknown.
    """

    recording: Recording
    depth: Float[np.ndarray, "T J"]
    keypoints: Float[np.ndarray, "T J 2"]
    body_cm: Float[np.ndarray, " T"]
    hand_cm: Float[np.ndarray, " T"]
    counted: Bool[np.ndarray, "T J"]
    view: tuple[float, float] = (float("nan"), float("nan"))
    fov: float | None = None
    proportions: BodyProportions | None = None

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of the recording."""
        return self.recording.skeleton

    def __len__(self) -> int:
        """Return T, the number of frames."""
        return len(self.recording)

    def __getitem__(self, frames: slice) -> Case:
        """Return a part of the case in time."""
        arrays = ("depth", "keypoints", "body_cm", "hand_cm", "counted")
        parts = {name: getattr(self, name)[frames] for name in arrays}
        return replace(self, recording=self.recording[frames], **parts)


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a method predicts for a recording.

    Attributes
    ----------
    depth
        [T, J] in the recording's unit, relative to any reference; NaN where none is predicted.
    uncertainty
        [T, J], the uncertainty of the depth relative to MidHip; None if it is not estimated.
    view
        The estimated pitch and yaw in degrees, as in `Case`; NaN where not estimated.
    """

    depth: Float[np.ndarray, "T J"]
    uncertainty: Float[np.ndarray, "T J"] | None = None
    view: tuple[float, float] = (float("nan"), float("nan"))


def field_of_view(focal: float, size: tuple[float, float]) -> float:
    """Compute the field of view of an image's larger side in degrees, from a focal length."""
    return math.degrees(2 * math.atan(max(size) / 2 / focal))


#: Predicts the depth of each case; it must not look at the truth, except as an oracle.
Method = Callable[[list[Case]], list[Prediction]]


def count_detected(recording: Recording) -> Bool[np.ndarray, "T J"]:
    """Return which keypoints count: a body with any observed keypoint, and detected hands.

    Parameters
    ----------
    recording
        What a method gets.

    Returns
    -------
    [T, J], True for all keypoints of the body in frames with any observed keypoint, and for all 21
    of a hand of which at least `MIN_HAND_KEYPOINTS` are observed.
    """
    observed = recording.observed
    counted = np.repeat(observed.any(1, keepdims=True), observed.shape[1], 1)
    for columns in hand_columns(recording.skeleton):
        hand = observed[:, columns].sum(1) >= MIN_HAND_KEYPOINTS
        counted[:, columns] = hand[:, None]
    return counted


def hand_columns(skeleton: Skeleton) -> list[list[int]]:
    """Return the numbers of the 21 keypoints of each hand, the root first; [] without hands."""
    columns = [[skeleton.find(name) for name in hand] for hand in HANDS.values()]
    return [
        [number for number in hand if number is not None] for hand in columns if None not in hand
    ]
