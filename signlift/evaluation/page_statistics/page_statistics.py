"""All statistics of the report page, gathered while recordings are evaluated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signlift.core.hands import FINGER_KEYPOINTS
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.reference_frame import ReferenceFrame
from signlift.core.skeleton import ROOT, Skeleton
from signlift.evaluation.keypoint_groups import find_groups
from signlift.evaluation.page_statistics.binned_means import BinnedMeans
from signlift.evaluation.page_statistics.calibration import UNCERTAINTY_EDGES, Calibration
from signlift.evaluation.page_statistics.conditions import CONDITIONS, TURN, measure_conditions
from signlift.evaluation.page_statistics.keypoint_errors import KeypointErrors
from signlift.evaluation.report_values import TORSO_CM
from signlift.utils.array_types import Float

#: Frames that are measured at a time, so that long recordings need no more memory.
_FRAMES = 4096

#: The group of the keypoints of both hands, whose error is relative to their wrist.
FINGERS = "fingers, relative to their wrist"

ALL = "all keypoints"


@dataclass(frozen=True)
class RecordingError:
    """The error of one recording.

    Attributes
    ----------
    number
        Its number in the data.
    name
        Its name.
    frames
        Number of frames.
    error, constant
        Mean absolute error of depth over all keypoints, of the model and of the constant depth,
        in torso lengths.
    """

    number: int
    name: str
    frames: int
    error: float
    constant: float


class PageStatistics:
    """Errors by keypoint and by condition, calibration, and the error of each recording.

    Lengths are in cm of a person whose torso is 50 cm long. Errors are relative to the Neck (those
    of fingers to their wrist), or to MidHip for a skeleton without a Neck. Only sums and counts are
    kept, and one error for each recording.

    Parameters
    ----------
    skeleton
        The skeleton of the J keypoints of all recordings.
    reference_frame
        The reference frame of the recordings.

    Attributes
    ----------
    groups
        Numbers of the keypoints of each group.
    keypoints
        Errors of each keypoint.
    binned
        Mean absolute errors of the model and of the constant depth, by group and condition.
    calibration
        Coverage of intervals by group; of depth relative to MidHip, as the uncertainty is.
    by_uncertainty
        In bins of the estimated uncertainty in torso lengths: mean absolute error in torso
        lengths, and fraction of true depths within the uncertainty.
    recordings
        The errors of the recordings.
    """

    def __init__(self, skeleton: Skeleton, reference_frame: ReferenceFrame) -> None:
        self.skeleton = skeleton
        # In the canonical frame depth is forward.
        self._sign = -1 if reference_frame == "canonical" else 1
        self.reference = "Neck" if skeleton.has("Neck") else ROOT
        groups = find_groups(skeleton)
        self._hands = _find_hands(skeleton)
        if self._hands:
            groups[FINGERS] = [column for _, columns in self._hands for column in columns]
        self.groups = groups
        self.conditions = tuple(
            condition
            for condition in CONDITIONS
            if skeleton.has("Neck") and not (condition is TURN and reference_frame == "canonical")
        )
        self.keypoints = KeypointErrors(len(skeleton))
        self.binned = {
            (group, condition.name): BinnedMeans(np.array(condition.edges, np.float64), 2)
            for group in groups
            for condition in self.conditions
        }
        root = skeleton.find(ROOT)
        every = [column for column in range(len(skeleton)) if column != root]
        self.calibration = Calibration({**groups, ALL: every})
        self.by_uncertainty = BinnedMeans(UNCERTAINTY_EDGES, 2)
        self._all_but_root = every
        self.recordings: list[RecordingError] = []

    def add(
        self,
        number: int,
        recording: Recording,
        predicted: Recording,
        constant: NDArray[np.floating],
        scale: float,
        fps: float | None = None,
    ) -> None:
        """Add a recording.

        Parameters
        ----------
        number
            The number of the recording in the data.
        recording
            The recording with true depth.
        predicted
            The same with predicted depth, and its uncertainty if the model estimates it; NaN in
            both where the depth does not count.
        constant
            [T, J], the constant depth in the unit of the keypoints; NaN likewise.
        scale
            The person's torso length in the unit of the keypoints.
        fps
            Frames per second, if the recording does not have it; 30 by default.
        """
        assert recording.depth is not None and predicted.depth is not None
        true, depth, constant = (
            self._sign * np.asarray(values, np.float64)
            for values in (recording.depth, predicted.depth, constant)
        )
        uncertainty = predicted.depth_uncertainty
        rate = recording.frame_rate or fps or DEFAULT_FPS
        previous = None
        for start in range(0, len(recording), _FRAMES):
            part = slice(start, start + _FRAMES)
            conditions, previous = measure_conditions(
                recording.keypoints[part], true[part], self.skeleton, scale, rate, previous
            )
            model_error = (depth[part] - true[part]) / scale
            constant_error = (constant[part] - true[part]) / scale
            self._add_errors(model_error * TORSO_CM, constant_error * TORSO_CM, conditions)
            if uncertainty is not None:
                self._add_uncertainty(np.abs(model_error), uncertainty[part] / scale)
        errors = np.abs(depth - true)
        if not np.isnan(errors).all():
            self.recordings.append(
                RecordingError(
                    number,
                    recording.name,
                    len(recording),
                    float(np.nanmean(errors)) / scale,
                    float(np.nanmean(np.abs(constant - true))) / scale,
                )
            )

    def ranked(self) -> list[RecordingError]:
        """Return the errors of the recordings, from the smallest to the largest."""
        return sorted(self.recordings, key=lambda each: each.error)

    def _add_errors(
        self,
        model: Float[np.ndarray, "T J"],
        constant: Float[np.ndarray, "T J"],
        conditions: dict[str, Float[np.ndarray, "T J"]],
    ) -> None:
        model, constant = self._relate(model), self._relate(constant)
        self.keypoints.add(model, constant)
        errors = np.abs(np.stack([model, constant], -1))
        for group, columns in self.groups.items():
            values = errors[:, columns]
            for condition in self.conditions:
                positions = conditions[condition.name][:, columns]
                self.binned[group, condition.name].add(positions, values)

    def _relate(self, errors: Float[np.ndarray, "T J"]) -> Float[np.ndarray, "T J"]:
        """Take errors relative to the Neck, and those of fingers relative to their wrist."""
        related = errors
        if self.skeleton.has("Neck"):
            related = errors - self.skeleton.point(errors[..., None], "Neck")
        if self._hands:
            related = related.copy()
            for wrist, columns in self._hands:
                related[:, columns] = errors[:, columns] - errors[:, [wrist]]
        return related

    def _add_uncertainty(
        self, errors: Float[np.ndarray, "T J"], uncertainty: NDArray[np.floating]
    ) -> None:
        self.calibration.add(errors, uncertainty)
        errors = errors[:, self._all_but_root]
        uncertainty = uncertainty[:, self._all_but_root]
        within = np.where(np.isnan(errors), np.nan, errors <= uncertainty)
        self.by_uncertainty.add(uncertainty, np.stack([errors, within], -1))


def _find_hands(skeleton: Skeleton) -> list[tuple[int, list[int]]]:
    """Return the number of the wrist, and those of the fingers, of each hand of a skeleton."""
    hands = []
    for side in "LR":
        names = [f"{side}{name}" for name in FINGER_KEYPOINTS]
        columns = [column for name in names if (column := skeleton.find(name)) is not None]
        wrist = skeleton.find(f"{side}HandRoot")
        wrist = skeleton.find(f"{side}Wrist") if wrist is None else wrist
        if columns and wrist is not None:
            hands.append((wrist, columns))
    return hands
