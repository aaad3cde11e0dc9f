"""FaceStep: the face on the lifted head, one frame at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signlift.core.face.face_fit import HEAD_PLACES, HEAD_WEIGHT
from signlift.core.face.face_landmarks import face_layout
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.detector_guess import guess_depth
from signlift.lifting.face.face_depth import PLACE_FRACTION, REFINED_DEVIATION, place_normals
from signlift.lifting.network import StepGraph
from signlift.lifting.steps.body_step import BodyStep
from signlift.lifting.steps.bound_graph import BoundGraph
from signlift.lifting.steps.frame_points import FramePoints
from signlift.lifting.steps.free_step import FreeStep, PoseStep
from signlift.lifting.steps.head_step import HeadStep
from signlift.lifting.steps.keypoint_plan import KeypointPlan
from signlift.utils.array_types import Float

_HEADS = len(HEAD_PLACES)


class FaceStep:
    """Depth of the landmarks of a face, frame by frame.

    The same as `signlift.lifting.face.face_lifter.add_face` with frames of one.

    Parameters
    ----------
    graphs
        The graphs of one frame: that of the face, and that of its surface.
    frame
        Where its frames are read to.
    body
        The body of the person, lifted before.
    plan, network, target
        The plan, the network's skeleton and that of the frames.
    results
        [2, N], where depth and uncertainty are written to, in the keypoints' unit (see
        `count_points`).

    Attributes
    ----------
    columns, places
        [F], the landmarks that the network's skeleton does not have, and their places among the
        results.
    """

    def __init__(
        self,
        graphs: Sequence[StepGraph],
        frame: FramePoints,
        body: BodyStep,
        plan: KeypointPlan,
        network: Skeleton,
        target: Skeleton,
        results: Float[np.ndarray, "2 N"],
    ) -> None:
        face, surface = graphs
        self._layout = layout = face_layout(target)
        landmarks = np.concatenate([layout.columns, layout.free])
        names = [target.keypoints[column] for column in landmarks]
        self.places = np.flatnonzero([network.find(name) is None for name in names])
        self.columns = landmarks[self.places]
        self._frame, self._body = frame, body
        self._head = HeadStep(body, plan, network, target)
        K, L = len(layout.columns), len(layout.free)
        width = frame.frame.shape[1]
        self._read = np.concatenate([landmarks, landmarks + width])
        self._landmarks = np.empty(2 * (K + L), np.float32)
        self._points = np.zeros((2, K + L + _HEADS), np.float32)
        # Landmarks without a place count in the middle of the face only.
        N = K + L + _HEADS
        placed = np.r_[:K, K + L : N]
        places, normals, own, precision = (
            np.zeros((4, N)),
            np.zeros((3, N)),
            np.zeros(N),
            np.zeros(N),
        )
        places[0] = 1
        places[1:, placed] = np.concatenate([layout.places, HEAD_PLACES]).T
        normals[:, :K] = place_normals(layout)
        own[:K] = (PLACE_FRACTION * layout.deviations) ** 2
        precision[:K] = 1 / layout.deviations**2
        precision[K + L :] = 1 / REFINED_DEVIATION**2
        weights = np.array([1.0] * (K + L) + [HEAD_WEIGHT] * _HEADS)
        heads = np.eye(N)[:, -_HEADS:]
        constants = (
            heads,
            weights[:, None],
            precision[:, None] > 0,
            precision[None],
            places,
            places[1:],
            normals,
        )
        self._face = results
        self._flat = np.zeros((2, N), np.float32)
        self._behind = np.zeros((1, N), np.float32)
        self._pose = PoseStep.zeros()
        self._graph = BoundGraph(
            face,
            [
                self._points,
                self._points[:1],
                *(np.array(value, np.float32, order="C") for value in (*constants, own[None])),
                *self._head.inputs,
            ],
            [self._face[:1], self._face[1:], self._flat, self._behind, *self._pose],
            [],
        )

        self._free = FreeStep(surface, L, self._pose, self._head) if L else None

    def bound_graphs(self) -> list[BoundGraph]:
        """Return the graphs that run for a frame, in order."""
        return [self._graph] if self._free is None else [self._graph, self._free.graph]

    def step(self, size: tuple[float, float] | None) -> None:
        """Lift the face of the frame that was read, in an image of a size."""
        head = self._head
        head.look(size)
        self._frame.frame.take(self._read, out=self._landmarks, mode="clip")
        self._points[:, :-_HEADS] = self._landmarks.reshape(2, -1)
        self._points[:, -_HEADS:] = head.points
        self._graph.run()
        if self._free is not None:
            self._lift_free(self._free)

    @property
    def refined(self) -> Float[np.ndarray, "F 2"]:
        """Landmarks of the canonical face in the image; NaN for those without a place on it."""
        out = self._flat.T * (self._pose.size * self._head.unit) + np.array(self._body.center)
        out[len(self._layout.columns) : -_HEADS] = np.nan
        return out[self.places].astype(np.float32)

    def _lift_free(self, free: FreeStep) -> None:
        """Lift the landmarks without a place on the canonical face."""
        frame, layout, K = self._frame.frame, self._layout, len(self._layout.columns)
        guess = None
        if self._frame.has_detector_depth:
            known = self._pose.size * self._head.unit * self._behind[:, :K]
            guess = guess_depth(frame[3:, layout.free], frame[3:, layout.columns], known)[0]
        points = self._points[:, K:-_HEADS]
        self._face[:, K:-_HEADS] = free.lift(points, self._body.center, guess)


def count_points(target: Skeleton) -> int:
    """Return N, the number of landmarks of a skeleton and of `HEAD_KEYPOINTS`."""
    layout = face_layout(target)
    return len(layout.columns) + len(layout.free) + _HEADS


def needs_face(network: Skeleton, target: Skeleton) -> bool:
    """Return True if a skeleton has landmarks of the head that the network's does not have."""
    layout = face_layout(target)
    columns = np.concatenate([layout.columns, layout.free])
    return any(network.find(target.keypoints[column]) is None for column in columns)
