"""What every method is tested on, and how: the test sets, the conditions and the measures.

Depth errors are in cm of a person whose torso is 50 cm long, relative to the Neck: each recording
is scaled by the median 2D length of its torso (Neck to MidHip) before anything is taken from it.
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
from signlift.evaluation.masked_means import masked_mean
from signlift.io.arrays.original_arrays import read_arrays
from signlift.normalization.normalize import torso_length

#: Raise it when a measure or a condition changes: results from before are then not reused.
VERSION = 2

#: Where the test sets lie below DATA.
SETS = {"asl": "asl", "cmu": "cmu/test"}

#: Everything as it is; with what a detector does to it; and filmed from the waist up.
CONDITIONS = ("clean", "noisy", "waist-up")

#: A torso's length in cm.
TORSO = 50.0

#: Standard deviation of the noise on x and on y in torso lengths, and the part that is missing.
NOISE, MISSING = 0.02, 0.05

_NECK = PANOPTIC26.index("Neck")

#: The keypoints that errors are given for.
GROUPS = {
    "wrists": ("LHand", "RHand"),
    "elbows": ("LElbow", "RElbow"),
    "upper": tuple(
        "Nose LEye REye LEar REar LShoulder RShoulder LElbow RElbow LHand RHand".split()
    ),
}
_NUMBERS = {name: [PANOPTIC26.index(part) for part in parts] for name, parts in GROUPS.items()}

#: The arms' bones, whose length should not change while a person moves.
_ARMS = np.array(
    [
        [PANOPTIC26.index(f"{side}{one}"), PANOPTIC26.index(f"{side}{other}")]
        for side in "LR"
        for one, other in (("Shoulder", "Elbow"), ("Elbow", "Hand"))
    ]
)


class Method(Protocol):
    """Whatever gives recordings their depth."""

    @property
    def name(self) -> str:
        """What it is called in the table."""

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Depth [T, J] of each recording, in its unit, relative to anything in each frame."""


@runtime_checkable
class Uncertain(Protocol):
    """A method that also says how far off it expects to be."""

    def lift_with_sigma(
        self, recordings: list[Recording]
    ) -> tuple[list[NDArray[np.floating]], list[NDArray[np.floating]]]:
        """Depth relative to MidHip, and its standard deviation: [T, J] each."""


@dataclass(frozen=True, eq=False)
class TestSet:
    """Recordings with known depth.

    Attributes
    ----------
    name
        A key of `SETS`.
    recordings
        As they are, with depth.
    torsos
        [V], the length of each recording's torso in its unit.
    """

    __test__ = False  # its name looks like a test to pytest

    name: str
    recordings: list[Recording]
    torsos: Float[np.ndarray, " V"]


@dataclass(frozen=True)
class Score:
    """What is measured of a method on a test set in one condition; NaN where nothing counts.

    Attributes
    ----------
    wrists, elbows, upper
        Mean absolute depth error of both wrists, both elbows and the upper body, in cm.
    velocity
        Mean change of the upper body's depth error from frame to frame, in cm.
    bones
        Standard deviation over mean of the lifted arms' bone lengths over a recording.
    within
        Share of the upper body's errors, of depth relative to MidHip, within one estimated sigma.
    """

    wrists: float
    elbows: float
    upper: float
    velocity: float
    bones: float
    within: float = float("nan")


def test_set(name: str, recordings: Sequence[Recording]) -> TestSet:
    """A test set of these recordings.

    Raises
    ------
    InputError
        A recording without depth, on another skeleton or without a torso.
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


test_set.__test__ = False  # type: ignore[attr-defined]


def read_sets(data: Path) -> list[TestSet]:
    """The test sets below DATA."""
    return [test_set(name, list(read_arrays(data / folder))) for name, folder in SETS.items()]


def degrade(tests: TestSet, condition: str, seed: int) -> list[Recording]:
    """The recordings of a test set as a method gets them: in a condition and without depth.

    Parameters
    ----------
    tests
        The test set.
    condition
        One of `CONDITIONS`.
    seed
        The source of chance; the same for every method.
    """
    lifted = []
    for number, (recording, torso) in enumerate(zip(tests.recordings, tests.torsos, strict=True)):
        keypoints = recording.keypoints.astype(np.float64)
        if condition == "noisy":
            rng = np.random.default_rng([seed, list(SETS).index(tests.name), number])
            keypoints += rng.normal(0, NOISE * torso, keypoints.shape)
            keypoints[rng.random(keypoints.shape[:2]) < MISSING] = np.nan
        elif condition == "waist-up":
            keypoints[:, [name in LOWER_BODY for name in PANOPTIC26.keypoints]] = np.nan
        elif condition != "clean":
            raise ValueError(f"condition {condition!r}")
        lifted.append(Recording(keypoints, PANOPTIC26, fps=recording.fps, name=recording.name))
    return lifted


def run(method: Method, tests: TestSet, condition: str, seed: int) -> Score:
    """Lift a test set in a condition and measure the depth."""
    given = degrade(tests, condition, seed)
    if isinstance(method, Uncertain):
        return measure(tests, given, *method.lift_with_sigma(given))
    return measure(tests, given, method.lift(given))


def measure(
    tests: TestSet,
    given: Sequence[Recording],
    depths: Sequence[NDArray[np.floating]],
    sigmas: Sequence[NDArray[np.floating]] | None = None,
) -> Score:
    """Measure predicted depths.

    Parameters
    ----------
    tests
        The test set, with the true depths.
    given
        What the method was given: frames in which it had no keypoint at all are not counted.
    depths
        [T, J] for each recording. NaN counts as the depth of the Neck.
    sigmas
        [T, J] for each recording, or None.

    Returns
    -------
    Means over all frames of all recordings where the true depth is known; of the bones over all
    recordings and bones.
    """
    errors, steps, bones, hits = [], [], [], []
    for number, (recording, torso) in enumerate(zip(tests.recordings, tests.torsos, strict=True)):
        assert recording.depth is not None
        seen = np.logical_or.reduce(given[number].observed, axis=-1)
        predicted = from_neck(depths[number])
        predicted[np.isnan(predicted)] = 0
        true = from_neck(recording.depth)
        error = np.where(seen[:, None], predicted - true, np.nan) * (TORSO / torso)
        errors.append(np.abs(error))
        steps.append(np.abs(np.diff(error[:, _NUMBERS["upper"]], axis=0)))
        bones.append(_variation(given[number].keypoints, predicted, seen))
        if sigmas is not None:
            off = np.where(seen[:, None], depths[number] - recording.depth, np.nan)
            within = np.where(np.isnan(off + sigmas[number]), np.nan, np.abs(off) <= sigmas[number])
            hits.append(within[:, _NUMBERS["upper"]])
    joined = np.concatenate(errors)
    return Score(
        **{name: float(masked_mean(joined[:, keypoints])) for name, keypoints in _NUMBERS.items()},
        velocity=float(masked_mean(np.concatenate(steps))),
        bones=float(masked_mean(np.stack(bones))),
        within=float(masked_mean(np.concatenate(hits))) if hits else float("nan"),
    )


def from_neck(depth: NDArray[np.floating]) -> Float[np.ndarray, "T J"]:
    """Depth relative to the Neck, float64; NaN in all of a frame whose Neck is missing."""
    depth = np.asarray(depth, np.float64)
    return depth - depth[:, [_NECK]]


def _variation(
    keypoints: Float[np.ndarray, "T J 2"],
    depth: Float[np.ndarray, "T J"],
    seen: Bool[np.ndarray, " T"],
) -> Float[np.ndarray, " bones"]:
    """Standard deviation over mean of each arm bone's length; NaN where it is never seen."""
    points = np.concatenate([keypoints, depth[..., None]], -1)[seen]
    lengths = np.linalg.norm(points[:, _ARMS[:, 0]] - points[:, _ARMS[:, 1]], axis=-1)
    out = np.full(len(_ARMS), np.nan)
    for bone, values in enumerate(lengths.T):
        values = values[~np.isnan(values)]
        if len(values) and values.mean() > 0:
            out[bone] = values.std() / values.mean()
    return out


@dataclass(frozen=True)
class TrueDepth:
    """A method that knows the answer: how much the truth's own bones seem to vary.

    Depth in pixels is scaled by one factor for each frame, x and y by one for each keypoint, so
    that bones of the truth are not quite rigid either.
    """

    tests: TestSet
    name: str = "true depth"

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """The true depth of the test set's recordings."""
        found = [recording.depth for recording in self.tests.recordings]
        assert len(found) == len(recordings)
        return [depth for depth in found if depth is not None]


def scores(method: Method, tests: TestSet, seed: int) -> dict[str, dict[str, float]]:
    """What is measured of a method on a test set in every condition, as plain numbers."""
    return {condition: asdict(run(method, tests, condition, seed)) for condition in CONDITIONS}
