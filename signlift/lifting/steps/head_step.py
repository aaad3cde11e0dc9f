"""HeadStep: the head of one frame as the body's network lifted it, and the perspective on it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from signlift.core.bone_lengths import INVERSE_DISTANCE
from signlift.core.face.face_landmarks import HEAD_KEYPOINTS, has_face
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.face_depth import TORSO_MM
from signlift.lifting.face.face_lifter import NEARNESS, ROOT_SHIFT_KEYPOINTS, trust_in_size
from signlift.lifting.face.lifted_head import MAGNIFICATIONS, MAX_TILT
from signlift.lifting.steps.body_step import BodyStep
from signlift.lifting.steps.hands_step import root_shift
from signlift.lifting.steps.keypoint_plan import KeypointPlan
from signlift.utils.array_types import Float

_NAN = float("nan")


class HeadStep:
    """The head of one frame, as `face.lifted_head` has it for many.

    Parameters
    ----------
    body
        The body of the person, lifted before.
    plan, network, target
        The plan, the network's skeleton and that of the frames.

    Attributes
    ----------
    xs, ys
        x and y of the refined nose, eyes and ears.
    depths
        Their depth.
    mean_depth
        Its mean.
    face_scale
        The expected scale of the face, in units of the keypoints per millimetre.
    """

    def __init__(
        self, body: BodyStep, plan: KeypointPlan, network: Skeleton, target: Skeleton
    ) -> None:
        self._body = body
        heads = [network.index(name) for name in HEAD_KEYPOINTS]
        J = len(network)
        self._looked_at = np.array([*heads, network.index("Neck")])
        self._predicted = np.array([*heads, *(J + number for number in heads)])
        self._shift = root_shift(plan, network, target, ROOT_SHIFT_KEYPOINTS)
        self._has_shift = bool(self._shift.any())
        self._aims_at_neck = has_face(target)
        self.xs: tuple[float, ...] = ()
        self.ys: tuple[float, ...] = ()
        self.depths: list[float] = []
        self.mean_depth = self.face_scale = _NAN
        self._uncertainties: list[float] = []
        self._middle, self._tilt, self._magnification = (0.0, 0.0), (0.0, 0.0), 1.0

    def look(self, middle: tuple[float, float], size: tuple[float, float] | None) -> None:
        """Take the head of the next frame.

        Parameters
        ----------
        middle
            The mean of the landmarks; NaN where all are missing.
        size
            Width and height of the image; None if unknown.
        """
        body = self._body
        scale, (center_x, center_y) = body.scale, body.center
        *refined, neck = [
            (x * scale + center_x, y * scale + center_y)
            for x, y in zip(*body.refined.take(self._looked_at, 1).tolist(), strict=True)
        ]
        self.xs, self.ys = zip(*refined, strict=True)
        values = body.prediction.take(self._predicted).tolist()
        shift = 0.0
        if self._has_shift:
            shift = float(body.prediction[0] @ self._shift)
        count = len(refined)
        self.depths = [(value + shift) * scale for value in values[:count]]
        self._uncertainties = [value * scale for value in values[count:]]
        self.mean_depth = depth = sum(self.depths) / count
        centre = neck if self._aims_at_neck else (_NAN, _NAN)
        if size is not None:
            fraction = trust_in_size(centre[0] / size[0])
            x, y = (fraction * length / 2 for length in size)
            centre = (x + (1 - fraction) * centre[0], y + (1 - fraction) * centre[1])
        x, y = middle
        if x != x:
            x, y = sum(self.xs) / count, sum(self.ys) / count
        inverse = NEARNESS * math.exp(body.mean[0, INVERSE_DISTANCE]) / scale
        low, high = MAGNIFICATIONS
        self._magnification = min(max(1 + inverse * depth, low), high)
        self._middle = (x, y)
        self._tilt = (_limited(inverse * (x - centre[0])), _limited(inverse * (y - centre[1])))
        self.face_scale = math.exp(body.mean[0, 0]) * scale / TORSO_MM / self._magnification

    def depths_along_sight(self) -> list[float]:
        """Return the depth of the head's keypoints along the line of sight (`Sight.from_root`)."""
        (x, y), (across, down) = self._middle, self._tilt
        return [
            (depth - self.mean_depth) / self._magnification + (u - x) * across + (v - y) * down
            for depth, u, v in zip(self.depths, self.xs, self.ys, strict=True)
        ]

    def from_sight(
        self, depth: NDArray[np.floating], points: Float[np.ndarray, "2 K"]
    ) -> NDArray[np.floating]:
        """Return depth relative to the root, of depth along the line of sight (`Sight.to_root`)."""
        (x, y), (across, down) = self._middle, self._tilt
        lean = np.array((across, down)) @ points
        lean -= x * across + y * down
        return self.mean_depth + self._magnification * (depth - lean)

    def uncertainty(self, power: int) -> float:
        """Return the root mean square of the uncertainties; the mean square for a power of 2."""
        square = sum(value * value for value in self._uncertainties) / len(self._uncertainties)
        return square if power == 2 else math.sqrt(square)


def _limited(tangent: float) -> float:
    """Return the tangent of an angle, limited; 0 where unknown."""
    return min(max(tangent, -MAX_TILT), MAX_TILT) if tangent == tangent else 0.0
