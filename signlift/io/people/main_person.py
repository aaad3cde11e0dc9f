"""Which of several people in a file is the one who signs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Float

from signlift.errors import InputError, problem


def main_first(keypoints: Float[np.ndarray, "P T J 2"]) -> list[int]:
    """The people who are seen at all, the main one first: seen most, largest and steadiest.

    Parameters
    ----------
    keypoints
        [P, T, J, 2] of the body, NaN for what was not observed.

    Returns
    -------
    Numbers of people, by the product of the share of keypoints seen, the usual size, and
    1 / (1 + mean step from frame to frame in sizes). Nobody who is never seen.
    """
    scores = [_score(person) for person in keypoints]
    order = sorted(range(len(scores)), key=lambda number: -scores[number])
    return [number for number in order if scores[number] > 0]


def choose_person(path: Path, order: list[int], person: int | None) -> int:
    """The number of the person that a user asked for, the main one if for nobody.

    Parameters
    ----------
    path
        For the message.
    order
        Numbers of people, the main one first, as `main_first` gives them.
    person
        A place in `order`, from 0.

    Raises
    ------
    InputError
        There is no such person, or none at all.
    """
    if not order:
        raise InputError(problem(path, expected="a frame with a keypoint", found="none"))
    if person is None:
        return order[0]
    if not 0 <= person < len(order):
        expected = f"person 0 to {len(order) - 1}" if len(order) > 1 else "person 0, the only one"
        raise InputError(problem(path, expected=expected, found=str(person)))
    return order[person]


def _score(keypoints: Float[np.ndarray, "T J 2"]) -> float:
    seen = ~np.isnan(keypoints).any(-1)
    if not seen.any():
        return 0.0
    there = np.flatnonzero(seen.any(1))
    low, high, middle = (
        np.array(
            [
                how(frame[here], axis=0)
                for frame, here in zip(keypoints[there], seen[there], strict=True)
            ],
            np.float64,
        )
        for how in (np.min, np.max, np.median)
    )
    # One keypoint alone has no size, and still is somebody.
    size = max(float(np.median(np.linalg.norm(high - low, axis=-1))), 1e-9)
    steps = np.linalg.norm(np.diff(middle, axis=0), axis=-1) / np.diff(there)
    return float(seen.mean()) * size / (1 + float(steps.mean() if len(steps) else 0) / size)
