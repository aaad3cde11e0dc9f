"""HandsStep: the network of hands, one frame at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from signlift.core.bone_lengths import ESTIMATES, INVERSE_DISTANCE
from signlift.core.hands import (
    HAND_NAMES,
    HAND_UNIT,
    NEARNESS,
    SWAPPED_DISTANCE,
    SWAPPED_FACTOR,
    WRIST_MAGNIFICATIONS,
)
from signlift.core.skeleton import Skeleton
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import StepGraph
from signlift.lifting.steps.body_step import BodyNumbers, BodyStep, proportion_number
from signlift.lifting.steps.bound_graph import BoundGraph, lstm_states, pool_states
from signlift.lifting.steps.frame_points import ROOTS, WRISTS, FramePoints, Row
from signlift.lifting.steps.keypoint_plan import KeypointPlan
from signlift.utils.array_types import Float

_ARMS = ("LHand", "RHand", "LElbow", "RElbow")
_LENGTHS = (INVERSE_DISTANCE, ESTIMATES.index("upper_arm"), ESTIMATES.index("forearm"))

#: Left hands are those that the network knows: x of right ones is mirrored.
_MIRROR = (1.0, -1.0)

#: Numbers of a hand that the graph takes: origin and factor of its keypoints, context, tangents of
#: its direction and 1 over its distance, and depth of the wrist and its variance.
_SIZES = (4, 4, 11, 2, 1, 1, 1)


class HandsStep:
    """Prediction of both hands of one person, frame by frame, with its recurrent state.

    The same as `signlift.lifting.hands.hand_depth.add_hands` with frames of one.

    Parameters
    ----------
    network, graph
        The network, and its graph of one frame.
    frame
        Where its frames are read to.
    body
        The body of the person, lifted before.
    plan, skeleton, target
        The plan, the network's skeleton and that of the frames.
    results
        [2, 2, 21], where depth and uncertainty of both hands are written to, in the keypoints' unit
        and in the order of `HAND_ORDER`.

    Attributes
    ----------
    graph
        The graph.
    """

    def __init__(
        self,
        network: HandNetwork,
        graph: StepGraph,
        frame: FramePoints,
        body: BodyStep,
        plan: KeypointPlan,
        skeleton: Skeleton,
        target: Skeleton,
        results: Float[np.ndarray, "2 2 21"],
    ) -> None:
        self._frame = frame
        self._body = body
        self._swapped = False
        self._places = BodyNumbers.of(skeleton, (*_ARMS, "Neck"))
        shift = root_shift(plan, skeleton, target, ("LWrist",))
        self._shift = [(number, value) for number, value in enumerate(shift.tolist()) if value]
        self._lengths = [proportion_number(skeleton, number) for number in _LENGTHS]
        # The inputs of a frame are views of one array, which is set at once: first all numbers of
        # one kind, of both hands.
        self._inputs = np.zeros(1 + 2 * sum(_SIZES), np.float32)
        ends = np.cumsum([1, *(2 * size for size in _SIZES)])
        unit, origin, factor, context, tangent, perspective, *wrists = np.split(
            self._inputs, ends[:-1]
        )
        self._results = results
        self._local = np.zeros((2, 2, len(HAND_NAMES)), np.float32)
        layers = network.num_layers
        self.graph = BoundGraph(
            graph,
            [
                frame.hands,
                *(values.reshape(2, 4, 1) for values in (origin, factor)),
                context.reshape(2, 11),
                tangent.reshape(2, 2, 1),
                perspective.reshape(2, 1, 1),
                unit.reshape(1, 1),
                *(values.reshape(2, 1) for values in wrists),
            ],
            [*results, self._local],
            [
                np.ones((2, 1), np.float32),
                *pool_states(2, network.proportions_state_size),
                *lstm_states(2 * layers, network.hidden_size),
            ],
        )
        self._affine = self._inputs[1:17].reshape(2, 2, 4)

    def step(self, size: tuple[float, float] | None) -> None:
        """Lift the hands of the frame that was read, in an image of a size."""
        body, rows = self._body, self._frame.rows
        scale, (center_x, center_y) = body.scale, body.center
        numbers = body.numbers
        depths, uncertainties, xs, ys = (
            [numbers[place] for place in places] for places in self._places
        )
        if self._shift:
            shift = sum(numbers[number] * value for number, value in self._shift)
            depths = [depth + shift for depth in depths]
        nearness, upper_arm, forearm = [math.exp(numbers[place]) for place in self._lengths]
        inverse, unit = NEARNESS * nearness, HAND_UNIT * (upper_arm + forearm)
        centre_x, centre_y = xs[4], ys[4]
        if size is not None and center_x == center_x:
            centre_x = (size[0] / 2 - center_x) / scale
            centre_y = (size[1] / 2 - center_y) / scale
        roots = [rows[place] for place in ROOTS]
        wrists = [rows[place] for place in WRISTS]
        self._swapped = _swap_distance(wrists, roots) > SWAPPED_DISTANCE * unit * scale
        if self._swapped:
            roots.reverse()
            self._frame.hands[:] = self._frame.hands[::-1].copy()
        parts: list[list[float]] = [[unit * scale], [], [], [], [], [], [], []]
        low, high = WRIST_MAGNIFICATIONS
        for side, mirror in enumerate(_MIRROR):
            wrist_depth, elbow_depth = depths[side], depths[side + 2]
            image_unit = unit / min(max(1 + inverse * wrist_depth, low), high)
            measured, root = wrists[side], roots[side]
            # Relative to the center: the root, or the body's own wrist, or the refined one.
            place = root if root[0] == root[0] else measured
            x, y = (place[0] - center_x) / scale, (place[1] - center_y) / scale
            if x != x:
                x, y = xs[side], ys[side]
            factor = 1 / (image_unit * scale)
            parts[1] += (x * scale + center_x, y * scale + center_y, 0.0, root[3])
            parts[2] += (mirror * factor, factor, 1.0, factor)
            nearer, farther = 1 + inverse * wrist_depth, 1 + inverse * elbow_depth
            across = (xs[side] - centre_x) * nearer - (xs[side + 2] - centre_x) * farther
            down = (ys[side] - centre_y) * nearer - (ys[side + 2] - centre_y) * farther
            away = wrist_depth - elbow_depth
            length = math.sqrt(across * across + down * down + away * away)
            parts[3] += (
                (mirror * across / length, down / length, away / length, 1.0)
                if length > 0
                else (0.0, 0.0, 0.0, 0.0)
            )
            tangents = (mirror * inverse * (x - centre_x), inverse * (y - centre_y))
            perspective = inverse * image_unit
            parts[3] += (*tangents, perspective)
            u = ((measured[0] - center_x) / scale - x) / image_unit * mirror
            v = ((measured[1] - center_y) / scale - y) / image_unit
            parts[3] += (0.0, 0.0, 0.0) if u != u else (u, v, 1.0)
            parts[3].append(body.rate)
            parts[4] += tangents
            parts[5].append(perspective)
            parts[6].append(wrist_depth * scale)
            parts[7].append((uncertainties[side] * scale) ** 2)
        self._inputs[:] = [number for part in parts for number in part]
        self.graph.run()
        if self._swapped:
            self._results[:] = self._results[:, ::-1].copy()

    @property
    def refined(self) -> Float[np.ndarray, "42 2"]:
        """Refined keypoints of both hands, in the keypoints' unit."""
        origin, factor = self._affine[:, :, :2, None]
        places = self._local / factor + origin
        if self._swapped:
            places = places[::-1]
        return np.ascontiguousarray(places.swapaxes(1, 2).reshape(-1, 2), np.float32)


def _swap_distance(wrists: Sequence[Row], roots: Sequence[Row]) -> float:
    """Return the distance of roots from their wrists in a frame in which they look swapped.

    The detector took one hand for the other if this is large; -1 if they do not look so.
    """
    distances, looks_swapped = [], False
    for side in (0, 1):
        x, y = roots[side][:2]
        own = math.hypot(x - wrists[side][0], y - wrists[side][1])
        other = math.hypot(x - wrists[1 - side][0], y - wrists[1 - side][1])
        if other < SWAPPED_FACTOR * own:
            looks_swapped = True
            distances.append(own)
        else:  # a missing hand decides nothing
            distances.append(-1.0 if own == own else math.inf)
    return min(distances) if looks_swapped else -1.0


def root_shift(
    plan: KeypointPlan, network: Skeleton, target: Skeleton, names: tuple[str, ...]
) -> Float[np.ndarray, " J"]:
    """Return what the body's depth is multiplied with to give the shift of its root.

    Parameters
    ----------
    plan, network, target
        The plan, the network's skeleton and that of the frames.
    names
        Keypoints, of which the first that both have is compared.

    Returns
    -------
    [J]; the sum is the depth of the network's root relative to the target's.
    """
    shift = np.zeros(len(network), np.float32)
    for name in names:
        number, column = network.find(name), target.find(name)
        if number is not None and column is not None:
            shift[:] = plan.depth[:, column]
            shift[number] -= 1
            break
    return shift
