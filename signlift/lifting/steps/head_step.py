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
from signlift.lifting.face.lifted_head import MAGNIFICATIONS
from signlift.lifting.steps.body_step import BodyStep
from signlift.lifting.steps.hands_step import root_shift
from signlift.lifting.steps.keypoint_plan import KeypointPlan

_HEADS = len(HEAD_KEYPOINTS)


class HeadStep:
    """The head of one frame, as `face.lifted_head` has it for many, for the graph of the face.

    Parameters
    ----------
    body
        The body of the person, lifted before.
    plan, network, target
        The plan, the network's skeleton and that of the frames.

    Attributes
    ----------
    points
        x and y of the refined nose, eyes and ears, in the keypoints' unit.
    unit
        A millimetre of the face, at the distance of the head, in the keypoints' unit.
    magnification, depth, variance
        The magnification of the head, its depth and the variance of that, in the keypoints' unit.
    inputs
        What the graph takes of the head, in the order of `FaceStep.forward` of
        `signlift.model.steps.face_step`.
    """

    def __init__(
        self, body: BodyStep, plan: KeypointPlan, network: Skeleton, target: Skeleton
    ) -> None:
        self._body = body
        heads, J = [network.index(name) for name in HEAD_KEYPOINTS], len(network)
        points = [*heads, network.index("Neck")]
        self._points = np.array([*points, *(J + number for number in points)])
        shift = root_shift(plan, network, target, ROOT_SHIFT_KEYPOINTS)
        shifted = np.flatnonzero(shift)
        self._shift: list[float] = shift[shifted].tolist()
        self._predicted = np.array([*heads, *(J + number for number in heads), *shifted])
        self._lengths = np.array([0, INVERSE_DISTANCE])
        self._aims_at_neck = has_face(target)
        self.points: tuple[list[float], list[float]] = ([], [])
        self.unit = self.magnification = 1.0
        self.depth = self.variance = 0.0
        # Views of one array, which is set at once.
        self._numbers = numbers = np.zeros(15, np.float32)
        shapes = ((2, 1), (1, 1), (2, 1), (1, 1), (1, _HEADS), *[(1, 1)] * 4)
        ends = np.cumsum([rows * columns for rows, columns in shapes])
        self.inputs: list[NDArray[np.float32]] = [
            values.reshape(shape)
            for values, shape in zip(np.split(numbers, ends[:-1]), shapes, strict=True)
        ]

    def look(self, size: tuple[float, float] | None) -> None:
        """Take the head of the next frame, in an image of a size."""
        body = self._body
        scale, (center_x, center_y) = body.scale, body.center
        refined = body.refined.take(self._points).tolist()
        *xs, neck_x = [x * scale + center_x for x in refined[: _HEADS + 1]]
        *ys, neck_y = [y * scale + center_y for y in refined[_HEADS + 1 :]]
        self.points = xs, ys
        values = body.prediction.take(self._predicted).tolist()
        depths, uncertainties = values[:_HEADS], values[_HEADS : 2 * _HEADS]
        mean = sum(depths) / _HEADS
        depth = mean
        if self._shift:
            rest = values[2 * _HEADS :]
            depth += sum(a * b for a, b in zip(rest, self._shift, strict=True))
        torso, nearness = map(math.exp, body.mean.take(self._lengths).tolist())
        nearness *= NEARNESS
        low, high = MAGNIFICATIONS
        magnification = min(max(1 + nearness * depth, low), high)
        unit = torso * scale / TORSO_MM / magnification
        centre_x, centre_y = (neck_x, neck_y) if self._aims_at_neck else (math.nan, math.nan)
        if size is not None:
            fraction = trust_in_size(centre_x / size[0])
            centre_x = fraction * size[0] / 2 + (1 - fraction) * centre_x
            centre_y = fraction * size[1] / 2 + (1 - fraction) * centre_y
        # An unknown centre is that of a camera far away.
        nearness = nearness * unit / scale if centre_x == centre_x else 0.0
        x = y = 0.0
        if nearness:
            x, y = (centre_x - center_x) / unit, (centre_y - center_y) / unit
        self.unit, self.magnification, self.depth = unit, magnification, depth * scale
        squares = sum(value * value for value in uncertainties)
        self.variance = squares * scale * scale / _HEADS
        to_face = scale / (magnification * unit)
        self._numbers[:] = (
            *(center_x, center_y, 1 / unit, x, y, nearness),
            *[(value - mean) * to_face for value in depths],
            self.depth,
            self.variance,
            unit,
            magnification * unit,
        )
