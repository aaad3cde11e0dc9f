"""Sources of motion for pretraining: procedural signers, and motion capture of real people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from signlift.core.skeleton import PANOPTIC26, Skeleton
from signlift.errors import InputError, problem
from signlift.simulation.augment.retarget import resample
from signlift.simulation.signer.procedural_signer import Signer, sample_motion

#: Range of frame rates, drawn log-uniformly.
FPS_RANGE = (15.0, 60.0)

#: Range of the speed at which captured motion is played, drawn log-uniformly.
TEMPO_RANGE = (0.7, 1.4)

#: File of captured motion in a directory of one origin.
MOCAP = "mocap_cm_30fps.npz"


@dataclass(frozen=True, eq=False)
class CapturedMotion:
    """Motion capture of one origin.

    Attributes
    ----------
    name
        Name of the origin.
    clips
        [frames, 26, 3] each, in metres, y up.
    fps
        Frames per second.
    """

    name: str
    clips: Sequence[Float[np.ndarray, "_ J 3"]]
    fps: float = 30.0


def read_captured_motion(directory: str | PathLike[str], prefix: str = "") -> CapturedMotion:
    """Read the motion capture in a directory.

    Parameters
    ----------
    directory
        A directory with `mocap_cm_30fps.npz`: one array [frames, 26, 3] in centimetres, y up,
        for each clip. Its name becomes that of the origin.
    prefix
        Beginning of the names of the clips to read.

    Raises
    ------
    InputError
        The file does not exist, or has no such clip.
    """
    path = Path(directory) / MOCAP
    if not path.is_file():
        raise InputError(problem(path, expected="motion capture", found="no file"))
    with np.load(path, allow_pickle=False) as file:
        clips = [(file[key] / 100).astype(np.float32) for key in file if key.startswith(prefix)]
    clips = [clip for clip in clips if len(clip) > 1 and np.isfinite(clip).all()]
    if not clips:
        raise InputError(problem(path, expected=f"clips named {prefix}...", found="no clip"))
    return CapturedMotion(Path(directory).name, clips)


def draw_fps(rng: np.random.Generator, count: int) -> Float[np.ndarray, " count"]:
    """Draw frame rates, log-uniformly from `FPS_RANGE`."""
    low, high = np.log(FPS_RANGE).tolist()
    return np.exp(rng.uniform(low, high, count))


def draw_captured(
    rng: np.random.Generator, motion: CapturedMotion, frames: int
) -> tuple[Float[np.ndarray, "T J 3"], float]:
    """Draw a piece of captured motion.

    A clip that is too short is played forward and backward, so that the motion has no jumps.

    Parameters
    ----------
    rng
        Random generator.
    motion
        The motion capture.
    frames
        T, the number of frames.

    Returns
    -------
    motion
        [T, 26, 3] in metres.
    fps
        Its frames per second.
    """
    weights = np.sqrt([len(clip) for clip in motion.clips])
    clip = motion.clips[int(rng.choice(len(motion.clips), p=weights / weights.sum()))]
    fps = float(draw_fps(rng, 1)[0])
    low, high = np.log(TEMPO_RANGE).tolist()
    tempo = float(np.exp(rng.uniform(low, high)))
    points = resample(clip, motion.fps, fps, tempo)
    if len(points) < 2:
        return np.repeat(points[:1], frames, 0), fps
    lap = 2 * (len(points) - 1)
    start = int(rng.integers(max(1, len(points) - frames)))
    position = (start + np.arange(frames)) % lap
    return points[np.minimum(position, lap - position)], fps


class SignerPool:
    """Procedural motions, each made once and drawn from several times.

    Parameters
    ----------
    seed
        Seed of the motions. Motion i depends on the seed and on i alone.
    frames
        Frames of each motion.
    size
        Number of motions that are kept.
    skeleton
        The skeleton of the motions.
    """

    def __init__(self, seed: int, frames: int, size: int, skeleton: Skeleton = PANOPTIC26) -> None:
        self.seed, self.frames, self.size, self.skeleton = seed, frames, size, skeleton
        self._motions: dict[int, tuple[Float[np.ndarray, "T J 3"], float]] = {}

    def draw(
        self, rng: np.random.Generator, newest: int, frames: int
    ) -> tuple[Float[np.ndarray, "T J 3"], float]:
        """Draw a piece of one of the last motions.

        Parameters
        ----------
        rng
            Random generator.
        newest
            Number of the last motion of the pool.
        frames
            T, the number of frames.

        Returns
        -------
        motion
            [T, 26, 3] in metres.
        fps
            Its frames per second.
        """
        number = int(rng.integers(max(0, newest - self.size + 1), newest + 1))
        motion, fps = self._motion(number)
        start = int(rng.integers(self.frames - frames + 1))
        return motion[start : start + frames], fps

    def _motion(self, number: int) -> tuple[Float[np.ndarray, "T J 3"], float]:
        if number in self._motions:
            return self._motions[number]
        rng = np.random.default_rng([self.seed, 1, number])
        fps = float(draw_fps(rng, 1)[0])
        points = sample_motion(
            rng, self.frames, fps, skeleton=self.skeleton, signer=Signer.draw(rng)
        )
        motion = points.astype(np.float32)
        self._motions[number] = (motion, fps)
        # The lowest numbers leave the pool first.
        while len(self._motions) > self.size:
            del self._motions[min(self._motions)]
        return motion, fps


def draw_origins(
    rng: np.random.Generator, count: int, fractions: Sequence[float]
) -> Int[np.ndarray, " count"]:
    """Draw the origin of each recording.

    Parameters
    ----------
    rng
        Random generator.
    count
        Number of recordings.
    fractions
        Fraction of the recordings of each origin, up to a common factor.

    Returns
    -------
    [count], numbers of origins.
    """
    probabilities = np.asarray(fractions, np.float64)
    return rng.choice(len(probabilities), count, p=probabilities / probabilities.sum())
