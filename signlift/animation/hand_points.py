"""The keypoints of both hands of a recording, as left hands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from signlift.core.hands import BODY_KNUCKLES, FINGER_KEYPOINTS, HAND_NAMES
from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Float, Int

#: Mirrors the right hand to a left one, in the animation frame.
MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class HandPoints:
    """Both hands in T frames.

    Attributes
    ----------
    points
        [T, 2, 21, 3], the keypoints of the left and the right hand in the order of
        `signlift.core.hands.HAND_NAMES`, in the animation frame; x of the right hand is mirrored.
        NaN where missing.
    weights
        [T, 2, 21], their weights; 0 where missing.
    fingers
        True if the skeleton has fingers, and not only knuckles.
    """

    points: Float[np.ndarray, "T 2 21 3"]
    weights: Float[np.ndarray, "T 2 21"]
    fingers: bool

    def select(self, numbers: Int[np.ndarray, " S"] | slice) -> HandPoints:
        """Return some of the frames."""
        return HandPoints(self.points[numbers], self.weights[numbers], self.fingers)


@lru_cache(maxsize=64)
def find_hands(skeleton: Skeleton) -> tuple[Int[np.ndarray, "2 21"], bool]:
    """Find the keypoints of the hands in a skeleton.

    Returns
    -------
    [2, 21], the numbers of the keypoints of the left and the right hand, -1 where the skeleton has
    none; and True if it has fingers. Without fingers there are the knuckles that detectors of
    the body have.

    Examples
    --------
    >>> from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
    >>> find_hands(PANOPTIC67)[1], find_hands(PANOPTIC26)[1]
    (True, False)
    """
    fingers = any(skeleton.find(f"L{name}") is not None for name in FINGER_KEYPOINTS)
    numbers = np.full((2, len(HAND_NAMES)), -1)
    names = {name: name for name in HAND_NAMES[1:]} if fingers else BODY_KNUCKLES
    for side, letter in enumerate("LR"):
        for name, keypoint in names.items():
            number = skeleton.find(letter + name)
            if number is not None:
                numbers[side, HAND_NAMES.index(keypoint)] = number
        root = skeleton.find(f"{letter}HandRoot")
        root = skeleton.find(f"{letter}Wrist") if root is None else root
        numbers[side, 0] = -1 if root is None else root
    return numbers, fingers


def has_fingers(skeleton: Skeleton) -> bool:
    """Return True if avatars of recordings on this skeleton have fingers."""
    return find_hands(skeleton)[1]


def take_hands(
    points: Float[np.ndarray, "T J 3"],
    weights: Float[np.ndarray, "T J"],
    skeleton: Skeleton,
) -> HandPoints:
    """Take the hands out of the keypoints of a recording.

    Parameters
    ----------
    points, weights
        [T, J, 3] in the animation frame, and [T, J]; NaN where missing.
    skeleton
        The skeleton of J keypoints.

    Returns
    -------
    Both hands. Where the root of a hand is missing, the wrist of the body takes its place.
    """
    numbers, fingers = find_hands(skeleton)
    hands = points.take(numbers, 1).astype(np.float64, copy=False)
    hand_weights = weights.take(numbers, 1).astype(np.float64, copy=False)
    for side, letter in enumerate("LR"):
        wrist = skeleton.find(f"{letter}Wrist")
        if wrist is not None and numbers[side, 0] >= 0:
            missing = np.isnan(hands[:, side, 0]).any(-1)
            hands[missing, side, 0] = points[missing, wrist]
            hand_weights[missing, side, 0] = weights[missing, wrist]
    hands[:, numbers < 0] = np.nan
    hands[:, 1] *= MIRROR
    missing = np.isnan(hands).any(-1)
    hands[missing] = np.nan
    hand_weights[missing | np.isnan(hand_weights)] = 0.0
    return HandPoints(hands, hand_weights, fingers)
