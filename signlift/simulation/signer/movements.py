"""Smooth motion over time: minimum-jerk movements from point to point, and slow sway.

Sources
-------
Movements of the hand from point to point: T. Flash and N. Hogan, The coordination of arm movements:
an experimentally confirmed mathematical model, Journal of Neuroscience 5, 1985. Movements that
begin before the previous one ends are superposed, as in T. Flash and E. Henis, Arm trajectory
modifications during reaching towards visual targets, Journal of Cognitive Neuroscience 3, 1991.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.utils.array_types import Float

#: Maximum overlap of two movements, as a fraction of the shorter one.
MAX_OVERLAP = 0.45

#: Peak speed of a minimum-jerk movement divided by its mean speed.
PEAK_SPEED = 1.875


@dataclass(frozen=True, eq=False)
class Movements:
    """K movements in a sequence, from `values[k]` to `values[k + 1]`.

    Parameters
    ----------
    starts, durations
        [K] in seconds. A movement may begin before the previous one ends, but has to end after it.
    values
        [K + 1, D], the start of the first movement, and the end of each.
    """

    starts: Float[np.ndarray, " K"]
    durations: Float[np.ndarray, " K"]
    values: Float[np.ndarray, "K+1 D"]

    def select(self, columns: int) -> Movements:
        """Return the movements of the first columns of the values."""
        return Movements(self.starts, self.durations, self.values[:, :columns])


def evaluate_movements(
    movements: Movements,
    times: Float[np.ndarray, " T"],
    arcs: Float[np.ndarray, "K D"] | None = None,
) -> Float[np.ndarray, "T D"]:
    """Evaluate minimum-jerk movements at given times.

    Parameters
    ----------
    movements
        K movements of D values.
    times
        [T] in seconds, in any order.
    arcs
        [K, D], deviation of each movement from the straight line at its middle.

    Returns
    -------
    values
        [T, D]. Velocity and acceleration are 0 at the start and end of a movement.

    Examples
    --------
    >>> movements = Movements(np.array([0.0]), np.array([1.0]), np.array([[0.0], [2.0]]))
    >>> evaluate_movements(movements, np.array([-1.0, 0.0, 0.5, 1.0, 9.0])).ravel()
    array([0., 0., 1., 2., 2.])
    """
    begun = np.searchsorted(movements.starts, times, side="right")
    ended = np.searchsorted(movements.starts + movements.durations, times, side="right")
    steps = np.diff(movements.values, axis=0)
    out = movements.values[ended]
    # Few movements overlap: each is added to all frames at once.
    for later in range(int((begun - ended).max(initial=0))):
        number = np.minimum(ended + later, len(steps) - 1)
        phase = (times - movements.starts[number]) / movements.durations[number]
        phase = np.clip(phase, 0.0, 1.0)[:, None]
        phase[ended + later >= begun] = 0.0
        out = out + steps[number] * (phase**3 * (10 - phase * (15 - 6 * phase)))
        if arcs is not None:
            out = out + arcs[number] * (64 * (phase * (1 - phase)) ** 3)
    return out


def schedule_movements(
    durations: Float[np.ndarray, " K"], holds: Float[np.ndarray, " K"], first: float = 0.0
) -> Float[np.ndarray, " K"]:
    """Compute the start of each of several movements.

    Parameters
    ----------
    durations
        [K], durations of the movements in seconds.
    holds
        [K], hold before each movement in seconds. If negative, the movement begins before the
        previous one ends, by at most `MAX_OVERLAP` of the shorter of the two.
    first
        Start of the first hold in seconds.

    Returns
    -------
    starts
        [K] in seconds.

    Examples
    --------
    >>> schedule_movements(np.array([1.0, 1.0]), np.array([0.5, 0.25]))
    array([0.5 , 1.75])
    """
    previous = np.concatenate([durations[:1], durations[:-1]])
    holds = np.maximum(holds, -MAX_OVERLAP * np.minimum(durations, previous))
    return first + np.cumsum(holds + previous) - durations[:1].sum()


def draw_sway(
    rng: np.random.Generator,
    times: Float[np.ndarray, " T"],
    deviation: Float[np.ndarray, " D"],
    period: float = 3.0,
) -> Float[np.ndarray, "T D"]:
    """Draw slow sway, as of a body that keeps its balance.

    Parameters
    ----------
    rng
        The random generator.
    times
        [T] in seconds.
    deviation
        [D], standard deviation of each value over time.
    period
        Median of the periods in seconds; they are from half to twice of it.

    Returns
    -------
    values
        [T, D], a sum of four sine waves for each value.
    """
    waves, D = 4, len(deviation)
    rates = 2 * np.pi / (period * 2.0 ** rng.uniform(-1, 1, (waves, D)))
    phases = rng.uniform(0, 2 * np.pi, (waves, D))
    amplitudes = deviation * np.sqrt(2 / waves)
    return (amplitudes * np.sin(times[:, None, None] * rates + phases)).sum(1)
