"""What keypoint detectors find easy and hard, keypoint by keypoint."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.skeleton import COCO17, DERIVED, Skeleton, side

# Constant error, noise and how often it is missing, relative to an ordinary keypoint. Constant
# errors come from what a detector takes a keypoint for, and so go by how much people differ in
# marking it: the standard deviations of COCO's object keypoint similarity (cocodataset.org,
# keypoints evaluation), over that of an elbow; our own guess for what COCO does not have. Noise
# and gaps are our own: small things that move are hard, and faces are easy.
_PARTS: dict[str, tuple[float, float, float]] = {
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
_OTHER = (1.2, 1.3, 1.5)


def part(name: str) -> str:
    """What a keypoint is, whichever its side, with one name for the wrist."""
    bare = name if side(name) == "middle" else name[1:]
    return "Wrist" if bare == "Hand" else bare


def hardness(on: Skeleton) -> Float[np.ndarray, "3 J"]:
    """How large constant error, noise and gaps of each keypoint are; 1 is ordinary."""
    rows = [_PARTS.get(part(name), _OTHER) for name in on.keypoints]
    return np.array(rows, np.float32).reshape(-1, 3).T


def beyond_coco(on: Skeleton) -> Bool[np.ndarray, " J"]:
    """Which keypoints COCO-17 does not have, nor the middles of two that it has."""
    return np.array([COCO17.find(name) is None and name not in DERIVED for name in on.keypoints])


def numbers(on: Skeleton, *names: str) -> list[int] | None:
    """The numbers of keypoints, or None where the skeleton does not have them all."""
    found = [number for number in map(on.find, names) if number is not None]
    return found if len(found) == len(names) else None
