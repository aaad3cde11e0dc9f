"""FaceStep: the face on the lifted head, one frame at a time."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from signlift.core.bone_lengths import INVERSE_DISTANCE
from signlift.core.face.face_landmarks import HEAD_KEYPOINTS, face_layout, has_face
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.face_depth import lift_face
from signlift.lifting.face.face_lifter import NEARNESS, ROOT_SHIFT_KEYPOINTS, image_centre
from signlift.lifting.face.lifted_head import LiftedHead
from signlift.lifting.steps.body_step import BodyStep
from signlift.lifting.steps.frame_points import FramePoints
from signlift.lifting.steps.hands_step import root_shift
from signlift.lifting.steps.keypoint_plan import KeypointPlan


class FaceStep:
    """Depth of the landmarks of a face, frame by frame.

    The same as `signlift.lifting.face.face_lifter.add_face` with frames of one.

    Parameters
    ----------
    frame
        Where its frames are read to.
    body
        The body of the person, lifted before.
    plan, network, target
        The plan, the network's skeleton and that of the frames.

    Attributes
    ----------
    columns
        [F], the landmarks that the network's skeleton does not have.
    face
        [2, F], their depth and its uncertainty in the keypoints' unit.
    refined
        [F, 2], where the canonical face has them in the image; NaN for those without a place on it.
    """

    def __init__(
        self,
        frame: FramePoints,
        body: BodyStep,
        plan: KeypointPlan,
        network: Skeleton,
        target: Skeleton,
    ) -> None:
        layout = face_layout(target)
        columns = np.concatenate([layout.columns, layout.free])
        self._added = np.array([network.find(target.keypoints[c]) is None for c in columns], bool)
        self.columns = columns[self._added]
        self.face = np.zeros((2, len(self.columns)), np.float32)
        self.refined = np.zeros((len(self.columns), 2), np.float32)
        self._frame, self._body, self._target = frame, body, target
        self._heads = [network.index(name) for name in HEAD_KEYPOINTS]
        self._neck = network.index("Neck")
        self._has_face = has_face(target)
        self._shift = root_shift(plan, network, target, ROOT_SHIFT_KEYPOINTS)[:, 0]

    def step(self, size: tuple[float, float] | None) -> None:
        """Lift the face of the frame that was read, in an image of a size."""
        frame = self._frame.frame
        face = lift_face(
            np.ascontiguousarray(frame[:2, :-1].T)[None],
            self._target,
            self._head(size),
            frame[3:, :-1],
        )
        assert face.uncertainty is not None
        self.face[0] = face.depth[0, self._added]
        self.face[1] = face.uncertainty[0, self._added]
        self.refined[:] = face.keypoints[0, self._added]

    def _head(self, size: tuple[float, float] | None) -> LiftedHead:
        """Return the head as the body's network lifted it."""
        body, J = self._body, self._body.refined.shape[1]
        scale = body.scale
        depth, uncertainty = body.prediction[0, :J], body.prediction[0, J:]
        refined = body.refined[0, [*self._heads, self._neck]] * scale + body.center
        centre: Float[np.ndarray, "1 2"] = np.full((1, 2), np.nan)
        if self._has_face:
            centre = refined[None, -1].astype(np.float64)
        if size is not None:
            centre = image_centre(centre, size)
        shift = depth @ self._shift
        return LiftedHead(
            refined[None, :-1],
            (depth[self._heads] + shift)[None] * scale,
            uncertainty[self._heads][None] * scale,
            np.array([math.exp(body.mean[0, 0]) * scale]),
            np.array([NEARNESS * math.exp(body.mean[0, INVERSE_DISTANCE]) / scale]),
            centre,
        )


def needs_face(network: Skeleton, target: Skeleton) -> bool:
    """Return True if a skeleton has landmarks of the head that the network's does not have."""
    layout = face_layout(target)
    columns = np.concatenate([layout.columns, layout.free])
    return any(network.find(target.keypoints[column]) is None for column in columns)
