"""HandsStep: the network of hands, one frame at a time."""

from __future__ import annotations

import math

import numpy as np

from signlift.core.hands import SWAPPED_FACTOR
from signlift.core.skeleton import Skeleton
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import StepGraph
from signlift.lifting.steps.body_step import BodyStep
from signlift.lifting.steps.bound_graph import BoundGraph
from signlift.lifting.steps.frame_points import ROOTS, WRISTS, FramePoints
from signlift.lifting.steps.keypoint_plan import KeypointPlan
from signlift.model.graph_metadata import HAND_PLACEMENT_SIZE

_NAN = float("nan")


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
    plan, skeleton
        The plan, and the network's skeleton.

    Attributes
    ----------
    hands
        [2, 42], depth of both hands and its uncertainty, in the keypoints' unit.
    refined
        [42, 2], their refined keypoints.
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
    ) -> None:
        self._frame = frame
        self._body = body
        self._placement = np.zeros(HAND_PLACEMENT_SIZE, np.float32)
        self.hands = np.zeros((2, 42), np.float32)
        self.refined = np.zeros((42, 2), np.float32)
        shape = (network.num_layers, 2, network.hidden_size)
        self.graph = BoundGraph(
            graph,
            [
                frame.points,
                body.placement,
                self._placement,
                body.prediction,
                body.refined,
                body.mean,
                root_shift(plan, skeleton, target, ("LWrist",)),
            ],
            [self.hands, self.refined],
            [(1, network.proportions_state_size), shape, shape],
        )

    def step(self, size: tuple[float, float] | None) -> None:
        """Lift the hands of the frame that was read, in an image of a size."""
        scale, (x, y) = self._body.scale, self._body.center
        centre = (_NAN, _NAN)
        if size is not None:
            centre = ((size[0] / 2 - x) / scale, (size[1] / 2 - y) / scale)
        self._placement[:] = (*centre, self._swap_distance() / scale, scale, x, y)
        self.graph.run()

    def _swap_distance(self) -> float:
        """Return the distance of roots from their wrists in a frame in which they look swapped.

        The detector took one hand for the other if this is large; -1 if they do not look so.
        """
        rows = self._frame.rows
        wrists, roots = [rows[place] for place in WRISTS], [rows[place] for place in ROOTS]
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
) -> np.ndarray:
    """Return what the body's depth is multiplied with to give the shift of its root.

    Parameters
    ----------
    plan, network, target
        The plan, the network's skeleton and that of the frames.
    names
        Keypoints, of which the first that both have is compared.

    Returns
    -------
    [J, 1]; the result is the depth of the network's root relative to the target's.
    """
    shift = np.zeros((len(network), 1), np.float32)
    for name in names:
        number, column = network.find(name), target.find(name)
        if number is not None and column is not None:
            shift[:, 0] = plan.depth[:, column]
            shift[number] -= 1
            break
    return shift
