"""Motion to train on: procedural signers, as many as one wants, and recordings of real people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from signlift.core.skeleton import PANOPTIC26
from signlift.core.skeleton_arrays import convert
from signlift.errors import InputError, problem
from signlift.simulation.augment.retarget import resample
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer

#: Frame rates that are trained on, log-uniform.
RATES = (15.0, 60.0)

#: Real motion is played this much slower or faster, log-uniform.
TEMPOS = (0.7, 1.4)

MOCAP = "mocap_cm_30fps.npz"


@dataclass(frozen=True, eq=False)
class Clips:
    """Real motion of one origin.

    Attributes
    ----------
    name
        What it is called in logs.
    clips
        [frames, 26, 3] each, metres, y up.
    fps
        Frames per second.
    """

    name: str
    clips: Sequence[Float[np.ndarray, "_ J 3"]]
    fps: float = 30.0


def read_clips(folder: str | PathLike[str], only: str = "") -> Clips:
    """Read the motion capture in a folder.

    Parameters
    ----------
    folder
        Holds `mocap_cm_30fps.npz`: one array [frames, 26, 3] in centimetres, y up, for each clip.
    only
        Take the clips whose key begins like this.

    Raises
    ------
    InputError
        No such file, or no such clip in it.
    """
    path = Path(folder) / MOCAP
    if not path.is_file():
        raise InputError(problem(path, expected="motion capture", found="no file"))
    with np.load(path, allow_pickle=False) as file:
        clips = [(file[key] / 100).astype(np.float32) for key in file if key.startswith(only)]
    clips = [clip for clip in clips if len(clip) > 1 and np.isfinite(clip).all()]
    if not clips:
        raise InputError(problem(path, expected=f"clips named {only}...", found="none"))
    return Clips(Path(folder).name, clips)


def draw_rates(rng: np.random.Generator, count: int) -> Float[np.ndarray, " count"]:
    """Frame rates, log-uniform."""
    least, most = np.log(RATES).tolist()
    return np.exp(rng.uniform(least, most, count))


def play(
    rng: np.random.Generator, clips: Clips, frames: int
) -> tuple[Float[np.ndarray, "T J 3"], float]:
    """So many frames of a clip drawn at random, from somewhere in it, to and fro when it is short.

    Returns
    -------
    [T, 26, 3] in metres, and its frames per second.
    """
    weights = np.sqrt([len(clip) for clip in clips.clips])
    clip = clips.clips[int(rng.choice(len(clips.clips), p=weights / weights.sum()))]
    fps = float(draw_rates(rng, 1)[0])
    least, most = np.log(TEMPOS).tolist()
    tempo = float(np.exp(rng.uniform(least, most)))
    motion = resample(clip, clips.fps, fps, tempo)
    if len(motion) < 2:
        return np.repeat(motion[:1], frames, 0), fps
    # To and fro, so that the motion has no jumps.
    lap = 2 * (len(motion) - 1)
    start = int(rng.integers(max(1, len(motion) - frames)))
    place = (start + np.arange(frames)) % lap
    return motion[np.minimum(place, lap - place)], fps


class Signers:
    """Procedural motion, made once and used a few times.

    Parameters
    ----------
    seed
        Motion number i is the same for the same seed.
    frames
        How long each is.
    size
        How many are kept.
    """

    def __init__(self, seed: int, frames: int, size: int) -> None:
        self.seed, self.frames, self.size = seed, frames, size
        self._kept: dict[int, tuple[Float[np.ndarray, "T J 3"], float]] = {}

    def draw(
        self, rng: np.random.Generator, newest: int, frames: int
    ) -> tuple[Float[np.ndarray, "T J 3"], float]:
        """A piece of one of the `size` motions up to number `newest`."""
        number = int(rng.integers(max(0, newest - self.size + 1), newest + 1))
        motion, fps = self._motion(number)
        start = int(rng.integers(self.frames - frames + 1))
        return motion[start : start + frames], fps

    def _motion(self, number: int) -> tuple[Float[np.ndarray, "T J 3"], float]:
        if number in self._kept:
            return self._kept[number]
        rng = np.random.default_rng([self.seed, 1, number])
        fps = float(draw_rates(rng, 1)[0])
        moved = Signer.draw(rng).sample_motion(rng, self.frames, fps, fingers=False)
        motion = convert(moved, SIGNER, PANOPTIC26).astype(np.float32)
        self._kept[number] = (motion, fps)
        # The lowest numbers are the first that are no longer drawn.
        while len(self._kept) > self.size:
            del self._kept[min(self._kept)]
        return motion, fps


def draw_kinds(
    rng: np.random.Generator, count: int, shares: Sequence[float]
) -> Int[np.ndarray, " count"]:
    """Which origin each of `count` recordings is of, by their shares."""
    chances = np.asarray(shares, np.float64)
    return rng.choice(len(chances), count, p=chances / chances.sum())
