"""Motions of a batch: procedural or captured, and mirrored or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.pretraining.motion_sources import (
    CapturedMotion,
    SignerPool,
    draw_captured,
    draw_origins,
    origin_fractions,
)
from signlift.simulation.augment.retarget import mirror
from signlift.utils.array_types import Float, Int


class DrawnMotions(NamedTuple):
    """Motions of B recordings.

    Attributes
    ----------
    points
        [B, T, J, 3] in metres, y up.
    fps
        [B], frames per second.
    origins
        [B], 0 for a procedural motion, otherwise 1 plus the number of the captured one.
    """

    points: Float[np.ndarray, "B T J 3"]
    fps: Float[np.ndarray, " B"]
    origins: Int[np.ndarray, " B"]


def draw_motions(
    rng: np.random.Generator,
    signers: SignerPool,
    newest: int,
    captured: Sequence[CapturedMotion],
    fraction: float,
    shape: tuple[int, int],
    skeleton: Skeleton,
) -> DrawnMotions:
    """Draw the motions of a batch; half of them are mirrored.

    Parameters
    ----------
    rng
        Random generator.
    signers, newest
        Procedural motions, and the number of the last one of the pool.
    captured, fraction
        Captured motions, and the fraction of the recordings that are of them, if there are any.
    shape
        B and T, the number of recordings and of their frames.
    skeleton
        The skeleton of the motions.
    """
    count, frames = shape
    origins = draw_origins(rng, count, origin_fractions(captured, fraction if captured else 0.0))
    motions = [
        draw_captured(rng, captured[origin - 1], frames)
        if origin
        else signers.draw(rng, newest, frames)
        for origin in origins
    ]
    points: Float[np.ndarray, "B T J 3"] = np.stack([motion for motion, _ in motions])
    mirrored = rng.random(count) < 0.5
    points[mirrored] = mirror(points[mirrored], skeleton)
    return DrawnMotions(points, np.array([rate for _, rate in motions]), origins)
