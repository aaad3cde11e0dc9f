"""A procedural signer: random 3D motions of a signing body.

The motion has the locations, speeds and ranges of signing, but no meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.core.skeleton_arrays import convert
from signlift.errors import InputError, parameter_problem
from signlift.simulation.hands.hand_dimensions import HandDimensions, average_hand, draw_hand
from signlift.simulation.signer.anthropometry import (
    BodyDimensions,
    average_dimensions,
    draw_dimensions,
)
from signlift.simulation.signer.body import SIGNER, Pose, compute_keypoints
from signlift.simulation.signer.hand_movements import JOINTS, SWIVEL, VALUES, draw_hand_movements
from signlift.simulation.signer.movements import draw_sway, evaluate_movements
from signlift.simulation.signer.posture import Posture, draw_posture
from signlift.simulation.signer.signing_style import SigningStyle, draw_signing_style
from signlift.utils.array_types import Float

#: Maximum distance from hip to ankle of standing legs, as a fraction of their length.
_MAX_STRETCH = 0.993

#: Standard deviation over time of the joint angles around those of a handshape, in radians.
_FINGER_SWAY = 0.03


@dataclass(frozen=True)
class Signer:
    """A person who signs.

    Parameters
    ----------
    body
        The body dimensions.
    style
        The signing style: dominant hand, seat, tempo, size, habits.
    hand
        The dimensions of both hands, in hand lengths.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> Signer.draw(rng).sample_motion(rng, frames=10).shape
    (10, 68, 3)
    """

    body: BodyDimensions = field(default_factory=average_dimensions)
    style: SigningStyle = field(default_factory=SigningStyle)
    hand: HandDimensions = field(default_factory=average_hand)

    @classmethod
    def draw(cls, rng: np.random.Generator, *, definitions: bool = True) -> Signer:
        """Draw a person.

        Parameters
        ----------
        rng
            The random generator.
        definitions
            Also draw the definition of the joints, in which sources of keypoints differ (see
            `anthropometry.draw_joint_definitions`). Otherwise joints are at their anatomical
            centres.
        """
        body = draw_dimensions(rng, definitions=definitions)
        return cls(body, draw_signing_style(rng), draw_hand(rng))

    def sample_motion(
        self,
        rng: np.random.Generator,
        frames: int,
        fps: float = 30.0,
        *,
        fingers: bool = True,
    ) -> Float[np.ndarray, "T 68 3"]:
        """Draw a motion of the signer.

        Parameters
        ----------
        rng
            The random generator.
        frames
            T, the number of frames.
        fps
            Frames per second.
        fingers
            Compute the fingers. Otherwise they are NaN and all other keypoints are the same,
            computed faster.

        Returns
        -------
        points
            [T, 68, 3] of `body.SIGNER` in world metres: y up, the floor at 0, the signer faces +z
            with the left at +x. No NaN except for fingers that are not computed.

        Raises
        ------
        InputError
            `frames` below 0 or `fps` not above 0.
        """
        _check_time(frames, fps)
        times = np.arange(frames) / fps
        pose = self._draw_pose(rng, times, fingers)
        return compute_keypoints(self.body, pose, fingers=fingers)

    def _draw_pose(
        self, rng: np.random.Generator, times: Float[np.ndarray, " T"], fingers: bool
    ) -> Pose:
        body, seated = self.body, self.style.seated
        seconds = float(times[-1]) if len(times) else 0.0
        hands = draw_hand_movements(rng, self.style, body, seconds)
        columns = VALUES if fingers else SWIVEL + 1  # wrist and elbow come first
        posture = draw_posture(rng, self.style, body, times)
        stance = 0.5 * body.hips + float(rng.uniform(0.0, 0.1))
        front = 0.9 * body.thigh if seated else float(rng.uniform(-0.02, 0.03))
        # Standing, the knees are not quite straight; sitting, the thighs are about horizontal.
        stretch = float(rng.uniform(0.98, _MAX_STRETCH))
        height = np.full(len(times), float(rng.uniform(0.9, 1.05)) * body.shank)
        if not seated:
            height = _standing_height(body, posture, stretch, np.array([stance, front]))
        hips = posture.shift.copy()
        hips[:, 1] += body.foot_height + height
        values = [
            evaluate_movements(movements.select(columns), times, arcs[:, :columns])
            for movements, arcs in hands
        ]
        hand_values = np.stack(values, 1)
        if fingers:
            # Fingers are never quite still.
            deviation = np.full(2 * (JOINTS.stop - JOINTS.start), _FINGER_SWAY)
            sway = draw_sway(rng, times, deviation, period=0.8)
            hand_values[..., JOINTS] += sway.reshape(len(times), 2, -1)
        return Pose(
            hips=hips,
            pelvis=posture.pelvis,
            chest=posture.chest,
            neck=posture.neck,
            head=posture.head,
            hands=hand_values,
            ankles=np.array([[stance, body.foot_height, front]] * 2),
            shrug=posture.shrug,
            shoulder_mobility=self.style.shoulder_mobility,
            hand_dimensions=self.hand,
        )


def _standing_height(
    body: BodyDimensions, posture: Posture, stretch: float, ankle: Float[np.ndarray, "2"]
) -> Float[np.ndarray, " T"]:
    """Compute the height of MidHip above the ankles for which both feet keep their positions.

    `stretch` is the maximum distance from hip to ankle as a fraction of the length of the legs;
    `ankle` is x (outwards) and z of the ankles.
    """
    half = np.array([[1.0], [-1.0]]) * (body.hips / 2)  # the left hip and the right one
    turn, _, tilt = posture.pelvis.T
    sideways = np.abs(posture.shift[:, 0] + half * np.cos(turn) - np.sign(half) * ankle[0])
    forward = posture.shift[:, 2] - half * np.sin(turn) - ankle[1]
    reach = np.sqrt((stretch * body.leg) ** 2 - sideways**2 - forward**2)
    return (reach - half * np.sin(tilt)).min(0) - np.maximum(posture.shift[:, 1], 0.0)


def sample_motion(
    rng: np.random.Generator,
    frames: int,
    fps: float = 30.0,
    *,
    skeleton: str | Skeleton = PANOPTIC26,
    signer: Signer | None = None,
) -> Float[np.ndarray, "T J 3"]:
    """Draw a person and a motion of signing, on any skeleton.

    Parameters
    ----------
    rng
        The random generator.
    frames
        T, the number of frames.
    fps
        Frames per second.
    skeleton
        The skeleton of the result, or its name.
    signer
        The person; None for a random person.

    Returns
    -------
    points
        [T, J, 3] in world metres: y up, the floor at 0, the signer faces +z with the left at +x.
        NaN only for keypoints that the signer does not have.

    Raises
    ------
    InputError
        An unknown skeleton, `frames` below 0, or `fps` not above 0.

    Examples
    --------
    >>> sample_motion(np.random.default_rng(0), frames=30, skeleton="coco17").shape
    (30, 17, 3)
    """
    skeleton = get_skeleton(skeleton)
    _check_time(frames, fps)
    person = Signer.draw(rng) if signer is None else signer
    # Most skeletons have no fingers.
    fingers = any(skeleton.find(name) is not None for name in ("LThumb1", "RThumb1"))
    return convert(person.sample_motion(rng, frames, fps, fingers=fingers), SIGNER, skeleton)


def _check_time(frames: int, fps: float) -> None:
    problems = []
    if frames < 0:
        problems.append(parameter_problem("frames", expected="0 or more", found=frames))
    if not 0 < fps < np.inf:
        problems.append(parameter_problem("fps", expected="a number above 0", found=fps))
    if problems:
        raise InputError(problems)
