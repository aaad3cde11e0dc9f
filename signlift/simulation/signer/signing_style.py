"""Signing style: the habits of a person that are the same in all signs.

The ranges are our own, wider than what is usual among signers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Draws are clipped to this many standard deviations.
_MAX_DEVIATION = 2.2


@dataclass(frozen=True)
class SigningStyle:
    """Signing style of a person.

    Parameters
    ----------
    left_handed
        The left hand is the dominant one.
    seated
        The person sits.
    tempo
        Speed of signing, around 1.
    size
        Size of signs, around 1.
    swivel
        Rotation of the elbows outwards in radians, 0 for hanging elbows.
    height, reach
        Displacement of the signing space upwards and forwards, in arm lengths.
    outward
        Displacement of the wrists outwards, in halves of the shoulder width; if negative, the
        forearms are in front of the body.
    shoulder_mobility
        Factor of the shoulders' motion with the hands, around 1.
    trunk_mobility
        Factor of the motion of the trunk and the head, around 1.
    rest_probability
        Probability that the hands rest between two phrases.
    """

    left_handed: bool = False
    seated: bool = False
    tempo: float = 1.0
    size: float = 1.0
    swivel: float = 0.7
    height: float = 0.0
    reach: float = 0.0
    outward: float = 0.0
    shoulder_mobility: float = 1.0
    trunk_mobility: float = 1.0
    rest_probability: float = 0.4


def draw_signing_style(rng: np.random.Generator) -> SigningStyle:
    """Draw a signing style: one person in ten is left-handed, one in four sits."""
    left_handed, seated = rng.random(2) < (0.1, 0.25)
    draws = np.clip(rng.standard_normal(8), -_MAX_DEVIATION, _MAX_DEVIATION)
    tempo, size, swivel, height, reach, outward, shoulders, trunk = map(float, draws)
    return SigningStyle(
        bool(left_handed),
        bool(seated),
        tempo=float(np.exp(0.2 * tempo)),
        size=float(np.exp(0.16 * size)),
        swivel=0.74 + 0.22 * swivel,
        height=0.08 + 0.11 * height,
        reach=0.09 + 0.11 * reach,
        outward=0.2 + 0.25 * outward,
        shoulder_mobility=float(np.exp(0.4 * shoulders)),
        trunk_mobility=float(np.exp(0.4 * trunk)),
        rest_probability=float(rng.uniform(0.05, 0.8)),
    )
