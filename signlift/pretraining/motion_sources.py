"""Sources of motion for pretraining: procedural signers, and motion capture of real people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import PANOPTIC26, Skeleton
from signlift.errors import InputError, problem
from signlift.simulation.augment.retarget import resample
from signlift.simulation.signer.procedural_signer import Signer, sample_motion
from signlift.utils.array_types import Float, Int

#: Range of frame rates, drawn log-uniformly.
FPS_RANGE = (15.0, 60.0)

#: Range of the speed at which captured motion is played, drawn log-uniformly.
TEMPO_RANGE = (0.7, 1.4)

#: File of captured motion in a directory of one origin.
MOCAP = "mocap_cm_30fps.npz"

#: Origins of motion, by number; recordings of all but the first are captured.
ORIGINS = ("procedural", "cmu", "aws", "galt", "bodies")


@dataclass(frozen=True)
class MotionFile:
    """Captured motion of one origin in the directory of the data.

    Attributes
    ----------
    path
        The .npz file: one array [frames, J, 3] in centimetres, y up, for each clip.
    prefixes
        Beginnings of the names of the clips that are of this origin.
    weight
        How often its motion is drawn, beside that of the other origins.
    on_the_spot
        Whether walkers are kept where they are.
    """

    path: str
    prefixes: tuple[str, ...]
    weight: float
    on_the_spot: bool = False


#: The captured motion of bodies, [frames, 26, 3], by origin.
BODY_MOTION: dict[str, MotionFile] = {
    "cmu": MotionFile("cmu/mocap_cm_30fps.npz", ("",), 1.5, on_the_spot=True),
    "aws": MotionFile("asl/mocap_cm_30fps.npz", ("",), 3.0),
    "galt": MotionFile("signs/mocap26_cm_30fps.npz", ("galt.",), 4.0),
    "bodies": MotionFile(
        "signs/mocap26_cm_30fps.npz", ("cmu.", "fair1.", "adelaide."), 1.5, on_the_spot=True
    ),
}

#: The captured motion of bodies with fingers, [frames, 67, 3], by origin.
HAND_MOTION: dict[str, MotionFile] = {
    "aws": MotionFile("signs/mocap67_cm_30fps.npz", ("aws.",), 1.0),
    "galt": MotionFile("signs/mocap67_cm_30fps.npz", ("galt.",), 1.0),
}

#: Seconds over which the path of a walker is averaged, to be kept on the spot.
_PATH_SECONDS = 1.0


@dataclass(frozen=True, eq=False)
class CapturedMotion:
    """Motion capture of one origin.

    Attributes
    ----------
    name
        Name of the origin, one of `ORIGINS`.
    clips
        [frames, J, 3] each, in metres, y up.
    weight
        How often it is drawn, beside other origins.
    fps
        Frames per second.
    """

    name: str
    clips: Sequence[Float[np.ndarray, "_ J 3"]]
    weight: float = 1.0
    fps: float = 30.0


def read_motion_file(data: str | PathLike[str], name: str, file: MotionFile) -> CapturedMotion:
    """Read the motion capture of an origin.

    Parameters
    ----------
    data
        The directory of the data.
    name
        Name of the origin, one of `ORIGINS`.
    file
        Its file.

    Raises
    ------
    InputError
        The file does not exist, or has no such clip.
    """
    clips = _read_clips(Path(data) / file.path, file.prefixes)
    if file.on_the_spot:
        clips = [keep_on_the_spot(clip) for clip in clips]
    return CapturedMotion(name, clips, file.weight)


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
    return CapturedMotion(Path(directory).name, _read_clips(Path(directory) / MOCAP, (prefix,)))


def _read_clips(path: Path, prefixes: tuple[str, ...]) -> list[NDArray[np.float32]]:
    """Read the clips whose names begin with one of the prefixes, in metres."""
    if not path.is_file():
        raise InputError(problem(path, expected="motion capture", found="no file"))
    with np.load(path, allow_pickle=False) as content:
        keys = [key for key in content if key.startswith(prefixes) and not key.startswith("_")]
        clips = [(content[key] / 100).astype(np.float32) for key in keys]
    clips = [clip for clip in clips if len(clip) > 1 and np.isfinite(clip).all()]
    if not clips:
        expected = f"clips named {', '.join(prefixes)}..."
        raise InputError(problem(path, expected=expected, found="no clip"))
    return clips


def keep_on_the_spot(clip: Float[np.ndarray, "T J 3"], fps: float = 30.0) -> NDArray[np.float32]:
    """Take the horizontal path of a person out of a clip, which cameras then need not follow.

    Parameters
    ----------
    clip
        [T, J, 3] of panoptic26 or panoptic67, y up.
    fps
        Frames per second.

    Returns
    -------
    [T, J, 3]. The path of MidHip, averaged over a second, is the origin; steps remain.
    """
    radius = max(1, round(_PATH_SECONDS * fps / 2))
    path = clip[:, PANOPTIC26.index("MidHip")] * [1.0, 0.0, 1.0]
    padded = np.concatenate([path[:1].repeat(radius, 0), path, path[-1:].repeat(radius, 0)])
    sums = np.concatenate([np.zeros((1, 3)), padded.cumsum(0)])
    width = 2 * radius + 1
    average = (sums[width:] - sums[:-width]) / width
    return (clip - average[:, None]).astype(np.float32)


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


def origin_fractions(captured: Sequence[CapturedMotion], fraction: float) -> list[float]:
    """Return the fraction of the recordings of each origin, the procedural one first.

    Parameters
    ----------
    captured
        The captured motion.
    fraction
        Fraction of all of it together.
    """
    total = sum(motion.weight for motion in captured)
    return [1 - fraction, *(fraction * motion.weight / total for motion in captured)]


def origin_numbers(captured: Sequence[CapturedMotion]) -> Int[np.ndarray, " origins"]:
    """Return the number in `ORIGINS` of the procedural origin and of captured ones.

    Captured motion of other names has numbers above those of `ORIGINS`.
    """
    names = [motion.name for motion in captured]
    others = {name: len(ORIGINS) + i for i, name in enumerate(names) if name not in ORIGINS}
    return np.array([0, *(others.get(name) or ORIGINS.index(name) for name in names)])
