"""Protocol of the accuracy benchmark: test sets, conditions and measures.

Depth errors are in cm of a person whose torso is 50 cm long, relative to the Neck: each recording
is scaled by the median 2D length of its torso (Neck to MidHip) before it is degraded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.datasets.simulated import LOWER_BODY
from signlift.errors import InputError, problem
from signlift.evaluation.metrics.masked_means import masked_mean
from signlift.io.arrays.original_arrays import read_arrays
from signlift.normalization.scale import torso_length

#: Increase it when a measure or a condition changes, so that older results are not reused.
VERSION = 2

#: Directories of the test sets below DATA.
SETS = {"asl": "asl", "cmu": "cmu/test"}

#: Unchanged; with noise and gaps; and from the waist up.
CONDITIONS = ("clean", "noisy", "waist-up")

#: Torso length in cm.
TORSO = 50.0

#: Standard deviation of the noise of x and of y in torso lengths, and fraction of missing
#: keypoints.
NOISE, MISSING = 0.02, 0.05

_NECK = PANOPTIC26.index("Neck")

#: Groups of keypoints with an error each.
GROUPS = {
    "wrists": ("LHand", "RHand"),
    "elbows": ("LElbow", "RElbow"),
    "upper": tuple(
        "Nose LEye REye LEar REar LShoulder RShoulder LElbow RElbow LHand RHand".split()
    ),
}
_NUMBERS = {name: [PANOPTIC26.index(part) for part in parts] for name, parts in GROUPS.items()}

#: The bones of the arms, whose lengths should not change while a person moves.
_ARMS = np.array(
    [
        [PANOPTIC26.index(f"{side}{start}"), PANOPTIC26.index(f"{side}{end}")]
        for side in "LR"
        for start, end in (("Shoulder", "Elbow"), ("Elbow", "Hand"))
    ]
)


class Method(Protocol):
    """A method that lifts recordings."""

    @property
    def name(self) -> str:
        """The name in the table."""

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Compute depth [T, J] of each recording in its unit, up to an offset in each frame."""


@runtime_checkable
class UncertainMethod(Protocol):
    """A method that estimates the uncertainty of its depth."""

    def lift_with_uncertainty(
        self, recordings: list[Recording]
    ) -> tuple[list[NDArray[np.floating]], list[NDArray[np.floating]]]:
        """Compute depth relative to MidHip, and its uncertainty: [T, J] each."""


@dataclass(frozen=True, eq=False)
class TestSet:
    """Recordings with known depth.

    Attributes
    ----------
    name
        A key of `SETS`.
    recordings
        The recordings with depth.
    torsos
        [V], the torso length of each recording in its unit.
    """

    __test__ = False  # not a test, in spite of its name

    name: str
    recordings: list[Recording]
    torsos: Float[np.ndarray, " V"]


@dataclass(frozen=True)
class Score:
    """Measures of a method on a test set in one condition; NaN where nothing can be measured.

    Attributes
    ----------
    wrists, elbows, upper
        Mean absolute depth error of the wrists, the elbows and the upper body, in cm.
    velocity
        Mean change of the upper body's depth error from frame to frame, in cm.
    bones
        Standard deviation over mean of the lengths of the lifted arms' bones in a recording.
    within
        Fraction of the upper body's errors, of depth relative to MidHip, within one estimated
        uncertainty.
    """

    wrists: float
    elbows: float
    upper: float
    velocity: float
    bones: float
    within: float = float("nan")


def make_test_set(name: str, recordings: Sequence[Recording]) -> TestSet:
    """Make a test set of recordings.

    Raises
    ------
    InputError
        A recording without depth, with another skeleton or without a torso.
    """
    recordings, problems = list(recordings), []
    torsos = np.array([torso_length(each.keypoints, each.skeleton) for each in recordings])
    for recording, torso in zip(recordings, torsos, strict=True):
        if recording.depth is None or recording.skeleton != PANOPTIC26 or not torso > 0:
            expected = f"a recording of {PANOPTIC26.name} with depth and a torso"
            problems.append(problem(recording.name, expected=expected, found=repr(recording)))
    if problems:
        raise InputError(problems)
    return TestSet(name, recordings, torsos)


def read_sets(data: Path) -> list[TestSet]:
    """Read the test sets below DATA."""
    return [
        make_test_set(name, list(read_arrays(data / directory))) for name, directory in SETS.items()
    ]


def degrade(tests: TestSet, condition: str, seed: int) -> list[Recording]:
    """Return the inputs of a method: the recordings in a condition and without depth.

    Parameters
    ----------
    tests
        The test set.
    condition
        One of `CONDITIONS`.
    seed
        The random seed, the same for all methods.
    """
    inputs = []
    names = list(SETS)  # all other sets share the number behind them
    set_number = names.index(tests.name) if tests.name in names else len(names)
    for number, (recording, torso) in enumerate(zip(tests.recordings, tests.torsos, strict=True)):
        keypoints = recording.keypoints.astype(np.float64)
        if condition == "noisy":
            rng = np.random.default_rng([seed, set_number, number])
            keypoints += rng.normal(0, NOISE * torso, keypoints.shape)
            keypoints[rng.random(keypoints.shape[:2]) < MISSING] = np.nan
        elif condition == "waist-up":
            keypoints[:, [name in LOWER_BODY for name in PANOPTIC26.keypoints]] = np.nan
        elif condition != "clean":
            raise ValueError(f"condition {condition!r}")
        inputs.append(Recording(keypoints, PANOPTIC26, fps=recording.fps, name=recording.name))
    return inputs


def run(method: Method, tests: TestSet, condition: str, seed: int) -> Score:
    """Lift a test set in a condition and measure the depth."""
    inputs = degrade(tests, condition, seed)
    if isinstance(method, UncertainMethod):
        return measure(tests, inputs, *method.lift_with_uncertainty(inputs))
    return measure(tests, inputs, method.lift(inputs))


def measure(
    tests: TestSet,
    inputs: Sequence[Recording],
    depths: Sequence[NDArray[np.floating]],
    uncertainties: Sequence[NDArray[np.floating]] | None = None,
) -> Score:
    """Measure predicted depths.

    Parameters
    ----------
    tests
        The test set, with the true depths.
    inputs
        The inputs of the method. Frames in which all keypoints are missing are left out.
    depths
        [T, J] for each recording. NaN is replaced by the depth of the Neck.
    uncertainties
        [T, J] for each recording, or None.

    Returns
    -------
    Score
        Means over all frames of all recordings where the true depth is known; `bones` over all
        recordings and bones.
    """
    errors, steps, bones, hits = [], [], [], []
    for number, (recording, torso) in enumerate(zip(tests.recordings, tests.torsos, strict=True)):
        assert recording.depth is not None
        observed = np.logical_or.reduce(inputs[number].observed, axis=-1)
        predicted = from_neck(depths[number])
        predicted[np.isnan(predicted)] = 0
        true = from_neck(recording.depth)
        error = np.where(observed[:, None], predicted - true, np.nan) * (TORSO / torso)
        errors.append(np.abs(error))
        steps.append(np.abs(np.diff(error[:, _NUMBERS["upper"]], axis=0)))
        bones.append(_bone_variation(inputs[number].keypoints, predicted, observed))
        if uncertainties is not None:
            sigma = uncertainties[number]
            offset = np.where(observed[:, None], depths[number] - recording.depth, np.nan)
            within = np.where(np.isnan(offset + sigma), np.nan, np.abs(offset) <= sigma)
            hits.append(within[:, _NUMBERS["upper"]])
    joined = np.concatenate(errors)
    return Score(
        **{name: float(masked_mean(joined[:, numbers])) for name, numbers in _NUMBERS.items()},
        velocity=float(masked_mean(np.concatenate(steps))),
        bones=float(masked_mean(np.stack(bones))),
        within=float(masked_mean(np.concatenate(hits))) if hits else float("nan"),
    )


def from_neck(depth: NDArray[np.floating]) -> Float[np.ndarray, "T J"]:
    """Return depth relative to the Neck, float64; NaN in all of a frame whose Neck is missing."""
    depth = np.asarray(depth, np.float64)
    return depth - depth[:, [_NECK]]


def measure_conditions(method: Method, tests: TestSet, seed: int) -> dict[str, dict[str, float]]:
    """Measure a method on a test set in every condition, as plain numbers."""
    return {condition: asdict(run(method, tests, condition, seed)) for condition in CONDITIONS}


@dataclass(frozen=True)
class TrueDepth:
    """The true depth as a method, to measure the variation of its bone lengths.

    Depth in pixels is scaled by one factor for each frame, x and y by one for each keypoint, so
    that bones of the true depth are not exactly rigid either.
    """

    tests: TestSet
    name: str = "true depth"

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Return the true depth of the test set's recordings."""
        depths = [recording.depth for recording in self.tests.recordings]
        assert len(depths) == len(recordings)
        return [depth for depth in depths if depth is not None]


def _bone_variation(
    keypoints: Float[np.ndarray, "T J 2"],
    depth: Float[np.ndarray, "T J"],
    observed: Bool[np.ndarray, " T"],
) -> Float[np.ndarray, " bones"]:
    """Compute the standard deviation over mean of each arm bone's length; NaN if missing."""
    points = np.concatenate([keypoints, depth[..., None]], -1)[observed]
    lengths = np.linalg.norm(points[:, _ARMS[:, 0]] - points[:, _ARMS[:, 1]], axis=-1)
    out = np.full(len(_ARMS), np.nan)
    for bone, values in enumerate(lengths.T):
        values = values[~np.isnan(values)]
        if len(values) and values.mean() > 0:
            out[bone] = values.std() / values.mean()
    return out
