"""Simulated training data: a procedural signer, a keypoint detector and virtual cameras."""

from signlift.simulation.signer.anthropometry import (
    BodyDimensions,
    average_dimensions,
    draw_dimensions,
)
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer, sample_motion
from signlift.simulation.signer.signing_style import SigningStyle, draw_signing_style

__all__ = [
    "SIGNER",
    "BodyDimensions",
    "Signer",
    "SigningStyle",
    "average_dimensions",
    "draw_dimensions",
    "draw_signing_style",
    "sample_motion",
]
