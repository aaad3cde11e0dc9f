"""A person of a few frames, from which all seeds are made."""

from __future__ import annotations

from functools import cache

import numpy as np
from jaxtyping import Float

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton
from signlift.datasets.simulated import simulate_recording

#: Number of frames of a seed.
T = 5

SIZE = (640, 480)


@cache
def simulate_signer(seed: int = 0) -> Recording:
    """Simulate a signer with depth, in pixels."""
    return simulate_recording(seed, 2, min_frames=T, max_frames=T, fps=25.0)


def draw_keypoints(
    skeleton: Skeleton, *, seed: int = 0, fractions: bool = False
) -> Float[np.ndarray, "T J 3"]:
    """Draw x, y and confidence of a person with the keypoints of a skeleton.

    Keypoints that the simulated signer does not have are drawn around the wrists and the nose.

    Parameters
    ----------
    skeleton
        The skeleton.
    seed
        Seed of the person.
    fractions
        Give x and y as fractions of the image.
    """
    rng = np.random.default_rng(seed)
    signer = simulate_signer(seed)
    xy = signer.convert(skeleton).keypoints.astype(np.float64)
    middle = np.nanmean(xy, axis=(0, 1))
    extent = np.nanmax(np.abs(xy - middle))
    xy = (xy - middle) / extent * 200 + np.array(SIZE) / 2
    centres = (signer.convert(PANOPTIC26).keypoints.astype(np.float64) - middle) / extent * 200
    centres += np.array(SIZE) / 2
    for j, name in enumerate(skeleton.keypoints):
        if np.isnan(xy[:, j]).any():
            part = f"{name[0]}Hand" if name[1:].startswith(("Hand", "Thumb", "Index")) else "Nose"
            xy[:, j] = centres[:, PANOPTIC26.index(part)] + rng.normal(0, 5, 2)
    if fractions:
        xy = xy / SIZE
    confidence = rng.uniform(0.3, 1, (*xy.shape[:2], 1))
    return np.concatenate([xy, confidence], -1).round(4)
