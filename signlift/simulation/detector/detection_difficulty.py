"""Detection difficulty of each keypoint: the relative size of its errors and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations

import numpy as np

from signlift.core.skeleton import COCO17, DERIVED, Skeleton, common_name, side
from signlift.utils.array_types import Bool, Float

# Constant error, noise and frequency of gaps, relative to an ordinary keypoint. Constant errors
# come from the definition of a keypoint, and so are proportional to the disagreement of annotators:
# the standard deviations of COCO's object keypoint similarity (cocodataset.org, keypoint
# evaluation), divided by that of the elbow. Values for keypoints that COCO does not have, and all
# values for noise and gaps, are our own: small moving parts are hard, and faces are easy.
_DIFFICULTY: dict[str, tuple[float, float, float]] = {
    "Nose": (0.36, 0.6, 0.5),
    "Eye": (0.35, 0.5, 0.5),
    "Ear": (0.49, 0.7, 0.8),
    "Neck": (0.8, 0.7, 0.3),
    "Shoulder": (1.10, 0.8, 0.4),
    "Elbow": (1.00, 1.0, 1.0),
    "Wrist": (0.86, 1.4, 2.0),
    "MidHip": (1.2, 1.2, 0.8),
    "Hip": (1.49, 1.4, 1.0),
    "Knee": (1.21, 1.1, 1.0),
    "Ankle": (1.24, 1.2, 1.3),
}
_DEFAULT_DIFFICULTY = (1.2, 1.3, 1.5)


def body_part(name: str) -> str:
    """Return the name of a keypoint without its side, and with one name for the wrist.

    Examples
    --------
    >>> body_part("LElbow"), body_part("RHand"), body_part("Nose")
    ('Elbow', 'Wrist', 'Nose')
    """
    name = common_name(name)
    return name if side(name) == "middle" else name[1:]


def keypoint_difficulty(skeleton: Skeleton) -> Float[np.ndarray, "3 J"]:
    """Return the relative constant error, noise and frequency of gaps of each keypoint.

    1 stands for an ordinary keypoint, such as an elbow.
    """
    rows = [_DIFFICULTY.get(body_part(name), _DEFAULT_DIFFICULTY) for name in skeleton.keypoints]
    return np.array(rows, np.float32).reshape(-1, 3).T


def find_outside_coco(skeleton: Skeleton) -> Bool[np.ndarray, " J"]:
    """Mark keypoints that are not in COCO-17 and are not the middle of two that are."""
    return np.array(
        [COCO17.find(name) is None and name not in DERIVED for name in skeleton.keypoints]
    )


def find_indices(skeleton: Skeleton, *names: str) -> list[int] | None:
    """Return the numbers of keypoints, or None if the skeleton lacks one of them."""
    indices = [index for index in map(skeleton.find, names) if index is not None]
    return indices if len(indices) == len(names) else None


def mixing_matrix(
    skeleton: Skeleton, groups: Iterable[tuple[Sequence[str], float]]
) -> Float[np.ndarray, "J J"]:
    """Return a matrix that makes independent errors of keypoints correlated.

    Parameters
    ----------
    skeleton
        The skeleton of the J keypoints.
    groups
        The keypoints of each group, and the fraction of their standard deviation that they have in
        common: the correlation is its square. Later groups replace earlier ones.

    Returns
    -------
    matrix
        [J, J] float32; its rows have length 1, so that variances stay.
    """
    covariance = np.eye(len(skeleton))
    for names, fraction in groups:
        numbers = [number for number in map(skeleton.find, names) if number is not None]
        for one, other in permutations(numbers, 2):
            covariance[one, other] = fraction**2
    return np.linalg.cholesky(covariance).astype(np.float32)
