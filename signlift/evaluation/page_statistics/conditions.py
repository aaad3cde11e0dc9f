"""Conditions that the error of depth may depend on: depth, speed, and the turn of the body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.evaluation.report_values import TORSO_CM
from signlift.utils.array_types import Float


@dataclass(frozen=True)
class Condition:
    """A quantity of a keypoint in a frame, and the bins of the chart of the error against it.

    Attributes
    ----------
    name
        The name of the quantity.
    unit
        Its unit: "cm" and "cm/s" are those of a person whose torso is 50 cm long.
    edges
        The edges of its bins. The first and the last bin hold what lies beyond.
    definition
        A sentence that defines it.
    low, high
        Words for the two ends, such as "slow" and "fast".
    """

    name: str
    unit: str
    edges: tuple[float, ...]
    definition: str
    low: str
    high: str


DEPTH = Condition(
    "depth from the Neck",
    "cm",
    tuple(range(-70, 41, 10)),
    "True depth minus that of the Neck; negative is in front of the Neck, towards the camera.",
    "towards the camera",
    "away",
)
SPEED = Condition(
    "speed",
    "cm/s",
    tuple(range(0, 221, 20)),
    "Change of the true point (x, y and depth, relative to the Neck) since the frame before.",
    "at rest",
    "fast",
)
TURN = Condition(
    "turn of the body",
    "degrees",
    tuple(range(0, 91, 10)),
    "Angle between the true line of the shoulders and the image, seen from above; 0 faces the "
    "camera, either side counts alike.",
    "facing the camera",
    "seen from the side",
)

#: Conditions in the order of the page.
CONDITIONS = (DEPTH, SPEED, TURN)


def measure_conditions(
    keypoints: NDArray[np.floating],
    true: NDArray[np.floating],
    skeleton: Skeleton,
    scale: float,
    fps: float,
    previous: NDArray[np.floating] | None = None,
) -> tuple[dict[str, Float[np.ndarray, "T J"]], Float[np.ndarray, "J 3"]]:
    """Measure the conditions of every keypoint in every frame.

    Parameters
    ----------
    keypoints
        [T, J, 2], x and y in the camera frame; NaN where missing.
    true
        [T, J], true depth in the unit of the keypoints; NaN where missing.
    skeleton
        The skeleton of the J keypoints.
    scale
        The person's torso length in the unit of the keypoints.
    fps
        Frames per second.
    previous
        [J, 3], the points of the frame before the first one, as an earlier call returned them;
        None if there is none.

    Returns
    -------
    conditions
        [T, J] by name of the condition; NaN where it is unknown, and everywhere for a skeleton
        without a Neck or shoulders.
    last
        [J, 3], the points of the last frame.
    """
    points = np.concatenate([keypoints, true[..., None]], -1).astype(np.float64)
    points *= TORSO_CM / scale
    if skeleton.has("Neck"):
        points -= skeleton.point(points, "Neck")[:, None]
    else:
        points[:] = np.nan
    J = len(skeleton)
    first = np.full((1, J, 3), np.nan) if previous is None else previous[None]
    steps = np.diff(np.concatenate([first, points]), axis=0)
    speed = np.sqrt((steps**2).sum(-1)) * fps
    conditions = {
        DEPTH.name: points[..., 2],
        SPEED.name: speed,
        TURN.name: np.repeat(_turn(points, skeleton)[:, None], J, 1),
    }
    last = points[-1] if len(points) else first[0]
    return conditions, last


def _turn(points: Float[np.ndarray, "T J 3"], skeleton: Skeleton) -> Float[np.ndarray, " T"]:
    """Compute the angle of the shoulders from the image plane, 0 to 180 degrees."""
    left, right = skeleton.find("LShoulder"), skeleton.find("RShoulder")
    if left is None or right is None:
        return np.full(len(points), np.nan)
    across = points[:, left] - points[:, right]
    # The left shoulder of a person who faces the camera is at the right of the image.
    return np.degrees(np.arctan2(np.abs(across[:, 2]), across[:, 0]))
