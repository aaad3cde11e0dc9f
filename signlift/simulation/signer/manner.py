"""How a person signs: what stays the same from sign to sign.

The ranges are our own, set wide around what one sees of signers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Manner:
    """How a person signs.

    Parameters
    ----------
    left_handed
        Whether the left hand is the one that signs with one hand.
    seated
        Whether the person sits.
    tempo
        How fast, around 1.
    size
        How large the signs are, around 1.
    swivel
        How far the elbows stand out, in radians from hanging straight down.
    height, reach
        How much higher and further in front the person signs than most, in arm lengths.
    outward
        How much further to the side the wrists are, in halves of the shoulders' width; below 0,
        the forearms lie across the body.
    shoulders
        How much the shoulders follow the hands, around 1.
    trunk
        How much the trunk and the head move, around 1.
    rests
        The chance that the hands go down between two phrases.
    """

    left_handed: bool = False
    seated: bool = False
    tempo: float = 1.0
    size: float = 1.0
    swivel: float = 0.7
    height: float = 0.0
    reach: float = 0.0
    outward: float = 0.0
    shoulders: float = 1.0
    trunk: float = 1.0
    rests: float = 0.4


def draw_manner(rng: np.random.Generator) -> Manner:
    """Draw a way to sign: one in ten is left-handed, one in four sits."""
    left_handed, seated = rng.random(2) < (0.1, 0.25)
    tempo, size, swivel, height, reach, outward, shoulders, trunk = (
        float(draw) for draw in np.clip(rng.standard_normal(8), -2.2, 2.2)
    )
    return Manner(
        bool(left_handed),
        bool(seated),
        tempo=float(np.exp(0.2 * tempo)),
        size=float(np.exp(0.16 * size)),
        swivel=0.74 + 0.22 * swivel,
        height=0.08 + 0.11 * height,
        reach=0.09 + 0.11 * reach,
        outward=0.2 + 0.25 * outward,
        shoulders=float(np.exp(0.4 * shoulders)),
        trunk=float(np.exp(0.4 * trunk)),
        rests=float(rng.uniform(0.05, 0.8)),
    )
