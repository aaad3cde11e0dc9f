"""A procedural signer: a body that signs, with all three coordinates known.

The motion is made up. It has the places, speeds and ranges of signing, but says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from signlift.errors import InputError, problem
from signlift.skeleton import PANOPTIC26, Skeleton, convert
from signlift.skeleton import skeleton as named_skeleton
from signlift.synthetic.body import SIGNER, Pose, assemble
from signlift.synthetic.motion import Moves, follow, timetable, wander
from signlift.synthetic.proportions import Proportions, average_proportions, draw_proportions
from signlift.synthetic.signs import Manner, draw_manner, hand_moves

# Standard deviations in degrees of turn, nod and tilt from one posture to the next.
_CHEST = np.array([5.0, 2.5, 2.0])
_NECK = np.array([3.0, 4.0, 3.0])
_HEAD = np.array([9.0, 5.0, 4.0])
_BEAT = np.array([7.0, 5.0, 0.0])  # of shaking and nodding


@dataclass(frozen=True)
class Signer:
    """One person who signs.

    Parameters
    ----------
    body
        The lengths of the body.
    manner
        How the person signs: hand, seat, tempo, size.
    """

    body: Proportions = field(default_factory=average_proportions)
    manner: Manner = field(default_factory=Manner)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Signer:
        """Draw a person."""
        return cls(draw_proportions(rng), draw_manner(rng))

    def move(
        self, rng: np.random.Generator, frames: int, fps: float = 30.0
    ) -> Float[np.ndarray, "T 68 3"]:
        """Draw some signing.

        Parameters
        ----------
        rng
            The source of chance.
        frames
            T, how many frames.
        fps
            Frames per second.

        Returns
        -------
        [T, 68, 3] on `body.SIGNER` in world metres: y up, the floor at 0, the signer faces +z
        with the left at +x. No NaN.

        Raises
        ------
        InputError
            `frames` below 0 or `fps` not above 0.
        """
        _check_time(frames, fps)
        times = np.arange(frames) / fps
        return assemble(self.body, self._pose(rng, times))

    def _pose(self, rng: np.random.Generator, times: Float[np.ndarray, " T"]) -> Pose:
        body, seated = self.body, self.manner.seated
        seconds = float(times[-1]) if len(times) else 0.0
        hands = hand_moves(rng, self.manner, body.stature, seconds)
        chest = _postures(rng, times, _CHEST, every=1.6)
        chest[:, 1] += np.radians(rng.normal(0.0, 2.5))
        sway = wander(rng, times, np.array([0.008, 0.001, 0.008]) * (0.3 if seated else 1.0))
        stance = 0.5 * body.hips + float(rng.uniform(0.0, 0.1))
        # Standing, the knees are not quite straight; sitting, the thighs lie about level.
        high, front = 0.988 * body.leg, float(rng.uniform(-0.02, 0.03))
        if seated:
            high, front = float(rng.uniform(0.9, 1.05)) * body.shank, 0.9 * body.thigh
        pelvis = chest * ([0.0, 0.0, 0.3] if seated else [0.4, 0.0, 0.3])
        neck = _postures(rng, times, _NECK, every=1.4)
        neck[:, 1] += np.radians(rng.normal(4.0, 4.0))
        head = _postures(rng, times, _HEAD, every=0.9, beat=_BEAT)
        head[:, 1] += np.radians(rng.normal(0.0, 5.0))
        return Pose(
            hips=sway + np.array([0.0, body.foot_height + high, 0.0]),
            pelvis=pelvis,
            chest=chest,
            neck=neck,
            head=head,
            hands=np.stack([follow(moves, times, arcs) for moves, arcs in hands], 1),
            ankles=np.array([[stance, body.foot_height, front]] * 2),
        )


def sample_motion(
    rng: np.random.Generator,
    frames: int,
    fps: float = 30.0,
    *,
    skeleton: str | Skeleton = PANOPTIC26,
    signer: Signer | None = None,
) -> Float[np.ndarray, "T J 3"]:
    """Draw a person and some signing, on any skeleton.

    Parameters
    ----------
    rng
        The source of chance.
    frames
        T, how many frames.
    fps
        Frames per second.
    skeleton
        A skeleton or its name.
    signer
        Who signs; by default a person drawn at random.

    Returns
    -------
    [T, J, 3] in world metres: y up, the floor at 0, the signer faces +z with the left at +x.
    NaN only for keypoints that the built-in skeletons do not have.

    Raises
    ------
    InputError
        An unknown skeleton, `frames` below 0, or `fps` not above 0.
    """
    target = named_skeleton(skeleton)
    _check_time(frames, fps)
    person = Signer.draw(rng) if signer is None else signer
    return convert(person.move(rng, frames, fps), SIGNER, target)


def _postures(
    rng: np.random.Generator,
    times: Float[np.ndarray, " T"],
    spread: Float[np.ndarray, "3"],
    *,
    every: float,
    beat: Float[np.ndarray, "3"] | None = None,
) -> Float[np.ndarray, "T 3"]:
    """Angles in radians that change from posture to posture and never are quite still.

    A posture lasts for about `every` seconds. With a `beat`, some of them come with a few short
    moves to and fro, as in nodding and shaking the head.
    """
    seconds = float(times[-1]) if len(times) else 0.0
    count = 2 + int(1.5 * seconds / every)
    # Large turns, as in taking the part of another person, are rarer than a bell curve has them.
    large = np.where(rng.random((count, 1)) < 0.12, 2.0, 0.8)
    angles = spread * large * np.clip(rng.standard_normal((count, 3)), -2.2, 2.2)
    strokes = np.ones(count, dtype=np.int64)
    if beat is not None:
        strokes[rng.random(count) < 0.25] = 5
    posture = np.repeat(np.arange(count), strokes)
    first = np.concatenate([[True], posture[1:] != posture[:-1]])[1:]
    values = angles[posture]
    if beat is not None:
        to_and_fro = np.where(np.arange(len(posture)) % 2 == 1, 1.0, -1.0) * (strokes[posture] > 1)
        one_way = np.where(rng.random((count, 1)) < 0.5, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
        values = values + to_and_fro[:, None] * beat * one_way[posture]
    draws = rng.uniform(0.7, 1.3, (2, len(first)))
    durations = np.where(first, 0.35 * every, 0.2) * draws[0]
    holds = np.where(first, 0.65 * every * draws[1], -0.04)
    starts = timetable(durations, holds, first=-every * float(rng.random()))
    moves = Moves(starts, durations, np.radians(values))
    return follow(moves, times) + wander(rng, times, np.radians(0.12 * spread), period=2.0)


def _check_time(frames: int, fps: float) -> None:
    problems = []
    if frames < 0:
        problems.append(problem("frames", expected="0 or more", found=str(frames)))
    if not 0 < fps < np.inf:
        problems.append(problem("fps", expected="a number above 0", found=str(fps)))
    if problems:
        raise InputError(problems)
