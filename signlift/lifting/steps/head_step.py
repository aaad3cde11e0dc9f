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
from signlift.lifting.steps.body_step import BodyNumbers, BodyStep, proportion_number
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
        self._places = BodyNumbers.of(network, (*HEAD_KEYPOINTS, "Neck"))
        shift = root_shift(plan, network, target, ROOT_SHIFT_KEYPOINTS)
        self._shift = [(number, value) for number, value in enumerate(shift.tolist()) if value]
        self._torso = proportion_number(network, 0)
        self._nearness = proportion_number(network, INVERSE_DISTANCE)
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
        numbers, places = body.numbers, self._places
        *xs, neck_x = [numbers[place] * scale + center_x for place in places.x]
        *ys, neck_y = [numbers[place] * scale + center_y for place in places.y]
        self.points = xs, ys
        depths = [numbers[place] for place in places.depth[:_HEADS]]
        uncertainties = [numbers[place] for place in places.uncertainty[:_HEADS]]
        mean = depth = sum(depths) / _HEADS
        if self._shift:
            depth += sum(numbers[number] * value for number, value in self._shift)
        torso, nearness = math.exp(numbers[self._torso]), math.exp(numbers[self._nearness])
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
