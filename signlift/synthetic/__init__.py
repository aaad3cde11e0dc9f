"""A procedural signer with known depth: the built-in data set."""

from signlift.synthetic.body import SIGNER
from signlift.synthetic.dataset import generate, signer_recording
from signlift.synthetic.proportions import Proportions, average_proportions, draw_proportions
from signlift.synthetic.signer import Signer, sample_motion
from signlift.synthetic.signs import Manner, draw_manner

__all__ = [
    "SIGNER",
    "Manner",
    "Proportions",
    "Signer",
    "average_proportions",
    "draw_manner",
    "draw_proportions",
    "generate",
    "sample_motion",
    "signer_recording",
]
