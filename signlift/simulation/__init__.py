"""Simulated data: a procedural signer, a keypoint detector and virtual cameras."""

from signlift.simulation.signer.anthropometry import (
    Proportions,
    average_proportions,
    draw_proportions,
)
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer, sample_motion
from signlift.simulation.signer.signs import Manner, draw_manner

__all__ = [
    "SIGNER",
    "Manner",
    "Proportions",
    "Signer",
    "average_proportions",
    "draw_manner",
    "draw_proportions",
    "sample_motion",
]
