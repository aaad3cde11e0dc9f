"""Conditions in which cases are lifted: what is changed in them, and how they are lifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.held_out.cases import Case
from benchmarks.held_out.detections import simulate_case
from signlift.datasets.simulated import LOWER_BODY

#: Maximum number of pieces of a clip in the conditions with few frames.
MAX_PIECES = 3


@dataclass(frozen=True)
class Condition:
    """A condition.

    Attributes
    ----------
    name
        Its name in the tables.
    change
        Changes the cases; the random generator is the same for all methods.
    causal
        Lift each frame from it and those before it.
    given
        Give the true body proportions.
    given_view
        Give the true pitch and field of view.
    wide
        Film from up to 60 degrees to either side of the front.
    """

    name: str
    change: Callable[[np.random.Generator, list[Case]], list[Case]]
    causal: bool = False
    given: bool = False
    given_view: bool = False
    wide: bool = False


def keep(_: np.random.Generator, cases: list[Case]) -> list[Case]:
    """Change nothing."""
    return cases


def detect(rng: np.random.Generator, cases: list[Case]) -> list[Case]:
    """Replace the keypoints by those of a simulated detector, another one for each case."""
    return [simulate_case(each, case) for each, case in _pair(rng, cases)]


def detect_depth(rng: np.random.Generator, cases: list[Case]) -> list[Case]:
    """Do the same as `detect` with a detector that estimates depth, too."""
    return [simulate_case(each, case, depth=True) for each, case in _pair(rng, cases)]


def frame_upper_body(_: np.random.Generator, cases: list[Case]) -> list[Case]:
    """Leave out hips and legs."""
    changed = []
    for case in cases:
        keypoints = case.recording.keypoints.copy()
        keypoints[:, [name in LOWER_BODY for name in case.skeleton.keypoints]] = np.nan
        recording = replace(case.recording, keypoints=keypoints)
        changed.append(replace(case, recording=recording))
    return changed


def cut(frames: int) -> Callable[[np.random.Generator, list[Case]], list[Case]]:
    """Return a function that cuts up to `MAX_PIECES` pieces of some frames from each case."""

    def change(_: np.random.Generator, cases: list[Case]) -> list[Case]:
        pieces = []
        for case in cases:
            count = min(MAX_PIECES, len(case) // frames)
            # Evenly spaced, so that the first and the last begin and end with the clip.
            starts = np.linspace(0, max(len(case) - frames, 0), max(count, 1)).astype(int)
            pieces += [case[start : start + frames] for start in starts.tolist()]
        return pieces

    return change


def _pair(
    rng: np.random.Generator, cases: list[Case]
) -> Iterator[tuple[np.random.Generator, Case]]:
    """Yield each case with a random generator of its own."""
    return zip(rng.spawn(len(cases)), cases, strict=True)


#: All conditions of motion capture.
CONDITIONS = (
    Condition("clean", keep),
    Condition("simulated detector", detect),
    Condition("simulated detector with depth", detect_depth),
    Condition("waist up", frame_upper_body),
    Condition("turned up to 60°", keep, wide=True),
    Condition("streaming", keep, causal=True),
    Condition("lengths given", keep, given=True),
    Condition("pitch and field of view given", keep, given_view=True),
    Condition("30 frames", cut(30)),
    Condition("10 frames", cut(10)),
)
