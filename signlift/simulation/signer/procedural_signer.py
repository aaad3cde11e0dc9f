"""A procedural signer: a body that signs, with all three coordinates known.

The motion is made up. It has the places, speeds and ranges of signing, but says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import PANOPTIC26, Skeleton, convert, get_skeleton
from signlift.errors import InputError, problem
from signlift.simulation.signer.anthropometry import (
    Proportions,
    average_proportions,
    draw_proportions,
)
from signlift.simulation.signer.body import SIGNER, Pose, assemble
from signlift.simulation.signer.manner import Manner, draw_manner
from signlift.simulation.signer.motion import follow
from signlift.simulation.signer.posture import Posture, draw_posture
from signlift.simulation.signer.signs import SWIVEL, VALUES, hand_moves

#: Standing legs are never straighter than this, from hip to ankle against their length.
_STRAIGHT = 0.993


@dataclass(frozen=True)
class Signer:
    """One person who signs.

    Parameters
    ----------
    body
        The lengths of the body.
    manner
        How the person signs: hand, seat, tempo, size, habits.
    """

    body: Proportions = field(default_factory=average_proportions)
    manner: Manner = field(default_factory=Manner)

    @classmethod
    def draw(cls, rng: np.random.Generator, *, definitions: bool = True) -> Signer:
        """Draw a person.

        Parameters
        ----------
        rng
            The source of chance.
        definitions
            Also draw where the joints are said to be, as sources of keypoints differ in that
            (see `proportions.draw_definitions`); else they are at their anatomical centres.
        """
        return cls(draw_proportions(rng, definitions=definitions), draw_manner(rng))

    def move(
        self,
        rng: np.random.Generator,
        frames: int,
        fps: float = 30.0,
        *,
        fingers: bool = True,
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
        fingers
            Whether to place the fingers: without, they are NaN and all else is the same, faster.

        Returns
        -------
        [T, 68, 3] on `body.SIGNER` in world metres: y up, the floor at 0, the signer faces +z
        with the left at +x. No NaN but for the fingers that are not wanted.

        Raises
        ------
        InputError
            `frames` below 0 or `fps` not above 0.
        """
        _check_time(frames, fps)
        times = np.arange(frames) / fps
        return assemble(self.body, self._pose(rng, times, fingers), fingers=fingers)

    def _pose(
        self, rng: np.random.Generator, times: Float[np.ndarray, " T"], fingers: bool
    ) -> Pose:
        body, seated = self.body, self.manner.seated
        seconds = float(times[-1]) if len(times) else 0.0
        hands = hand_moves(rng, self.manner, body, seconds)
        columns = VALUES if fingers else SWIVEL + 1  # wrist and elbow come first
        held = draw_posture(rng, self.manner, body, times)
        stance = 0.5 * body.hips + float(rng.uniform(0.0, 0.1))
        front = 0.9 * body.thigh if seated else float(rng.uniform(-0.02, 0.03))
        # Standing, the knees are not quite straight; sitting, the thighs lie about level.
        bent = float(rng.uniform(0.98, _STRAIGHT))
        high = np.full(len(times), float(rng.uniform(0.9, 1.05)) * body.shank)
        if not seated:
            high = _standing(body, held, bent, np.array([stance, front]))
        hips = held.shift.copy()
        hips[:, 1] += body.foot_height + high
        return Pose(
            hips=hips,
            pelvis=held.pelvis,
            chest=held.chest,
            neck=held.neck,
            head=held.head,
            hands=np.stack([follow(m.first(columns), times, a[:, :columns]) for m, a in hands], 1),
            ankles=np.array([[stance, body.foot_height, front]] * 2),
            shrug=held.shrug,
            shoulders=self.manner.shoulders,
        )


def _standing(
    body: Proportions, held: Posture, bent: float, ankle: Float[np.ndarray, "2"]
) -> Float[np.ndarray, " T"]:
    """How far above the ankles MidHip is, so that both feet stay where they are.

    `bent` is the part of the legs' length from hip to ankle, at most; `ankle` is x (outwards)
    and z of the ankles.
    """
    half = np.array([[1.0], [-1.0]]) * (body.hips / 2)  # the left hip and the right one
    turn, _, tilt = held.pelvis.T
    aside = np.abs(held.shift[:, 0] + half * np.cos(turn) - np.sign(half) * ankle[0])
    ahead = held.shift[:, 2] - half * np.sin(turn) - ankle[1]
    reach = np.sqrt((bent * body.leg) ** 2 - aside**2 - ahead**2)
    return (reach - half * np.sin(tilt)).min(0) - np.maximum(held.shift[:, 1], 0.0)


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
    target = get_skeleton(skeleton)
    _check_time(frames, fps)
    person = Signer.draw(rng) if signer is None else signer
    # Most skeletons have no fingers.
    fingers = any(target.find(name) is not None for name in ("LThumb1", "RThumb1"))
    return convert(person.move(rng, frames, fps, fingers=fingers), SIGNER, target)


def _check_time(frames: int, fps: float) -> None:
    problems = []
    if frames < 0:
        problems.append(problem("frames", expected="0 or more", found=str(frames)))
    if not 0 < fps < np.inf:
        problems.append(problem("fps", expected="a number above 0", found=str(fps)))
    if problems:
        raise InputError(problems)
