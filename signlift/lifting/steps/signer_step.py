"""SignerStep: body, face and hands of one person, one frame at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.hands import HAND_NAMES, HAND_ORDER
from signlift.core.skeleton import Skeleton
from signlift.lifting.body_frames import Given
from signlift.lifting.hands.hand_frames import has_hands
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import LiftingNetwork, Network, StepGraph
from signlift.lifting.steps.body_step import BodyStep
from signlift.lifting.steps.bound_graph import BoundGraph
from signlift.lifting.steps.face_step import FaceStep, count_points, needs_face
from signlift.lifting.steps.frame_points import FramePoints
from signlift.lifting.steps.hands_step import HandsStep
from signlift.lifting.steps.keypoint_plan import is_planned, keypoint_plan
from signlift.utils.array_types import Float

#: Numbers of both hands: depth and uncertainty of 21 keypoints each.
_HANDS = 2 * 2 * len(HAND_NAMES)


class SignerStep:
    """Causal lifting of one person, frame by frame, with the recurrent state of all networks.

    `open_signer_step` makes one.

    Parameters
    ----------
    network, graphs
        The network of the body, and its graphs of one frame.
    hands
        The network of the hands and its graph of one frame; None for frames without hands.
    skeleton
        The skeleton of the K keypoints of a frame.
    fps
        Frames per second.
    given
        Given proportions and angles.

    Attributes
    ----------
    body
        The body.
    has_keypoints
        Whether there was a keypoint so far.
    """

    def __init__(
        self,
        network: LiftingNetwork,
        graphs: Sequence[StepGraph],
        hands: tuple[HandNetwork, StepGraph] | None,
        skeleton: Skeleton,
        fps: float,
        given: Given,
    ) -> None:
        body_skeleton, K = network.skeleton, len(skeleton)
        self._plan = plan = keypoint_plan(body_skeleton, skeleton)
        self._frame = FramePoints(plan, skeleton)
        has_face = needs_face(body_skeleton, skeleton)
        # All results of a frame are views of one array, of which each keypoint takes its own.
        sizes = (2 * K, _HANDS if hands is not None else 0, 2 * count_points(skeleton) * has_face)
        ends = np.cumsum(sizes)
        self._results = np.zeros(ends[-1], np.float32)
        mapped, of_hands, of_face = np.split(self._results, ends[:-1])
        self._places = np.arange(2 * K).reshape(2, K)
        self.body = BodyStep(network, graphs, self._frame, plan, mapped.reshape(2, K), fps, given)
        self.has_keypoints = False
        self._hands: HandsStep | None = None
        self._face: FaceStep | None = None
        if has_face:
            of_face = of_face.reshape(2, -1)
            self._face = FaceStep(
                graphs[2:], self._frame, self.body, plan, body_skeleton, skeleton, of_face
            )
            places = np.arange(of_face.size).reshape(2, -1)[:, self._face.places]
            self._places[:, self._face.columns] = ends[1] + places
        if hands is not None:
            of_hands = of_hands.reshape(2, 2, -1)
            self._hands = HandsStep(
                *hands, self._frame, self.body, plan, body_skeleton, skeleton, of_hands
            )
            if plan.hands is not None:
                places = np.arange(_HANDS).reshape(2, 2, -1)[..., np.argsort(HAND_ORDER)]
                places = places.reshape(2, -1)[:, plan.hands.places]
                self._places[:, plan.hands.outputs] = ends[0] + places

    def step(
        self,
        keypoints: NDArray[np.float32],
        confidence: NDArray[np.float32] | None,
        detector_depth: NDArray[np.float32] | None,
        size: tuple[float, float] | None,
    ) -> Float[np.ndarray, "2 K"]:
        """Lift the next frame.

        Parameters
        ----------
        keypoints
            [K, 2], NaN where missing.
        confidence, detector_depth
            [K], or None.
        size
            Width and height of the image, or None.

        Returns
        -------
        [2, K], depth and its uncertainty, in a new array (see `Stream.step`).
        """
        self._frame.read(keypoints, confidence, detector_depth)
        self.body.step(size)
        if self._hands is not None:
            self._hands.step(size)
        if not self.body.observed:
            return np.full(self._places.shape, np.nan, np.float32)
        self.has_keypoints = True
        if self._face is not None:
            self._face.step(size)
        return self._results.take(self._places)

    def refined_keypoints(self) -> Float[np.ndarray, "K 2"]:
        """Return the refined keypoints of the last frame, in the keypoints' unit."""
        body, plan = self.body, self._plan
        center = np.array(body.center, np.float32)
        own = body.refined * np.float32(body.scale) + center[:, None]
        out = np.ascontiguousarray((own @ plan.refined).T)
        if not body.observed:
            out.fill(np.nan)
            return out
        if self._face is not None:
            out[self._face.columns] = self._face.refined
        if self._hands is not None and plan.hands is not None:
            out[plan.hands.outputs] = self._hands.refined[plan.hands.places]
        return out

    def bound_graphs(self) -> list[BoundGraph]:
        """Return the graphs that run for a frame, in order."""
        graphs = self.body.bound_graphs()
        if self._hands is not None:
            graphs.append(self._hands.graph)
        if self._face is not None:
            graphs += self._face.bound_graphs()
        return graphs

    @property
    def proportions(self) -> BodyProportions | None:
        """The proportions that the last frame was lifted with; None before the first keypoint."""
        return self.body.proportions if self.has_keypoints else None

    @property
    def person(self) -> BodyProportions | None:
        """The proportions of the person, without given averages; None before the first keypoint."""
        return self.body.person if self.has_keypoints else None


def open_signer_step(
    network: Network,
    hands: HandNetwork | None,
    skeleton: Skeleton,
    fps: float,
    given: Given,
) -> SignerStep | None:
    """Return what lifts frames of a skeleton, or None for networks without graphs of one frame.

    Parameters
    ----------
    network
        The network of the body.
    hands
        The network of the hands; None leaves fingers without depth.
    skeleton, fps, given
        See `SignerStep`.
    """
    if not isinstance(network, LiftingNetwork) or not is_planned(network.skeleton):
        return None
    graphs = network.steps
    if graphs is None:
        return None
    if hands is None or not has_hands(skeleton):
        return SignerStep(network, graphs, None, skeleton, fps, given)
    if hands.steps is None:
        return None
    return SignerStep(network, graphs, (hands, hands.steps[0]), skeleton, fps, given)
