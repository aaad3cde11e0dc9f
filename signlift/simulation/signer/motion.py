"""Smooth motion over time: minimum-jerk moves from place to place, and slow wandering.

Sources
-------
The hand's way from place to place: T. Flash and N. Hogan, The coordination of arm movements: an
experimentally confirmed mathematical model, Journal of Neuroscience 5, 1985. Moves that begin
before the last one ends are added up, as in T. Flash and E. Henis, Arm trajectory modifications
during reaching towards visual targets, Journal of Cognitive Neuroscience 3, 1991.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

#: Of the shorter of two moves, the most by which the second may begin before the first ends.
OVERLAP = 0.45

#: A minimum-jerk move's highest speed over its mean speed.
PEAK = 1.875


@dataclass(frozen=True, eq=False)
class Moves:
    """Moves one after the other, from `values[k]` to `values[k + 1]`.

    Parameters
    ----------
    starts, durations
        [K] in seconds. A move may begin before the last one ends, but has to end after it.
    values
        [K + 1, D], where each move ends and the next begins.
    """

    starts: Float[np.ndarray, " K"]
    durations: Float[np.ndarray, " K"]
    values: Float[np.ndarray, "K+1 D"]

    def first(self, columns: int) -> Moves:
        """The same moves of the first so many values."""
        return Moves(self.starts, self.durations, self.values[:, :columns])


def follow(
    moves: Moves,
    times: Float[np.ndarray, " T"],
    arcs: Float[np.ndarray, "K D"] | None = None,
) -> Float[np.ndarray, "T D"]:
    """Where minimum-jerk moves are at each time.

    Parameters
    ----------
    moves
        K moves of D values.
    times
        [T] in seconds, in any order.
    arcs
        [K, D], how far each move bulges from the straight line at its middle.

    Returns
    -------
    [T, D]: velocity and acceleration are 0 where a move begins and ends.
    """
    begun = np.searchsorted(moves.starts, times, side="right")
    ended = np.searchsorted(moves.starts + moves.durations, times, side="right")
    steps = np.diff(moves.values, axis=0)
    out = moves.values[ended]
    # Few moves run at the same time: one round for each, over all frames at once.
    for later in range(int((begun - ended).max(initial=0))):
        move = np.minimum(ended + later, len(steps) - 1)
        part = (times - moves.starts[move]) / moves.durations[move]
        part = np.clip(part, 0.0, 1.0)[:, None]
        part[ended + later >= begun] = 0.0
        out = out + steps[move] * (part**3 * (10 - part * (15 - 6 * part)))
        if arcs is not None:
            out = out + arcs[move] * (64 * (part * (1 - part)) ** 3)
    return out


def timetable(
    durations: Float[np.ndarray, " K"], holds: Float[np.ndarray, " K"], first: float = 0.0
) -> Float[np.ndarray, " K"]:
    """When each of several moves starts.

    Parameters
    ----------
    durations
        [K] seconds that the moves take.
    holds
        [K] seconds of rest before each move. Below 0, the move begins before the last one ends,
        by no more than `OVERLAP` of the shorter of the two.
    first
        When the first move's rest begins, in seconds.

    Returns
    -------
    [K] seconds.
    """
    before = np.concatenate([durations[:1], durations[:-1]])
    rests = np.maximum(holds, -OVERLAP * np.minimum(durations, before))
    return first + np.cumsum(rests + before) - durations[:1].sum()


def wander(
    rng: np.random.Generator,
    times: Float[np.ndarray, " T"],
    spread: Float[np.ndarray, " D"],
    period: float = 3.0,
) -> Float[np.ndarray, "T D"]:
    """Slow aimless motion, as of a body that keeps its balance.

    Parameters
    ----------
    times
        [T] in seconds.
    spread
        [D], the standard deviation of each value over time.
    period
        The middle of the periods, in seconds: they run from half to twice of it.

    Returns
    -------
    [T, D], a sum of four sine waves for each value.
    """
    waves, D = 4, len(spread)
    rates = 2 * np.pi / (period * 2.0 ** rng.uniform(-1, 1, (waves, D)))
    phases = rng.uniform(0, 2 * np.pi, (waves, D))
    heights = spread * np.sqrt(2 / waves)
    return (heights * np.sin(times[:, None, None] * rates + phases)).sum(1)
