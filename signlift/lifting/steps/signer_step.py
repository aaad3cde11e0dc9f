"""SignerStep: body, face and hands of one person, one frame at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.skeleton import Skeleton
from signlift.lifting.body_frames import Given
from signlift.lifting.hands.hand_frames import has_hands
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import LiftingNetwork, Network, StepGraph
from signlift.lifting.steps.body_step import BodyStep
from signlift.lifting.steps.bound_graph import BoundGraph
from signlift.lifting.steps.face_step import FaceStep, needs_face
from signlift.lifting.steps.frame_points import FramePoints
from signlift.lifting.steps.hands_step import HandsStep
from signlift.lifting.steps.keypoint_plan import is_planned, keypoint_plan
from signlift.utils.array_types import Float


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
        body_skeleton = network.skeleton
        self._plan = plan = keypoint_plan(body_skeleton, skeleton)
        self._frame = FramePoints(plan, skeleton)
        self.body = BodyStep(network, graphs, self._frame, fps, given)
        self.has_keypoints = False
        self._hands: HandsStep | None = None
        self._face: FaceStep | None = None
        if hands is not None:
            self._hands = HandsStep(*hands, self._frame, self.body, plan, body_skeleton, skeleton)
        if needs_face(body_skeleton, skeleton):
            self._face = FaceStep(graphs[2], self._frame, self.body, plan, body_skeleton, skeleton)

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
        body, plan = self.body, self._plan
        body.step(size)
        out = np.empty((2, plan.depth.shape[1]), np.float32)
        np.dot(body.prediction[0], plan.depth, out=out[0])
        np.dot(body.prediction[1], plan.uncertainty, out=out[1])
        out *= np.float32(body.scale)
        if self._hands is not None:
            self._hands.step(size)
        if not body.observed:
            out.fill(np.nan)
            return out
        self.has_keypoints = True
        if self._face is not None:
            self._face.step(size)
            out[:, self._face.columns] = self._face.face
        if self._hands is not None and plan.hands is not None:
            out[:, plan.hands.outputs] = self._hands.hands[:, plan.hands.places]
        return out

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
            graphs.append(self._face.graph)
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
