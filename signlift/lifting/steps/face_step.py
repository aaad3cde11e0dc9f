"""FaceStep: the face on the lifted head, one frame at a time."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from signlift.core.face.face_landmarks import face_layout
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.detector_guess import guess_depth
from signlift.lifting.face.face_depth import (
    HEAD_PLACES,
    MAX_CHANGE,
    MAX_SLIDE,
    PLACE_FRACTION,
    REFINED_DEVIATION,
    SOFTENING,
    place_normals,
)
from signlift.lifting.face.free_landmarks import lift_free
from signlift.lifting.face.head_pose import HeadPose
from signlift.lifting.steps.body_step import BodyStep
from signlift.lifting.steps.frame_points import FramePoints
from signlift.lifting.steps.head_fit import HeadFit
from signlift.lifting.steps.head_gauss_newton import FittedHead
from signlift.lifting.steps.head_step import HeadStep
from signlift.lifting.steps.keypoint_plan import KeypointPlan
from signlift.utils.array_types import Float

#: The middle of `HEAD_PLACES`.
_HEAD_CENTRE = tuple(HEAD_PLACES.mean(0).tolist())


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
    """

    def __init__(
        self,
        frame: FramePoints,
        body: BodyStep,
        plan: KeypointPlan,
        network: Skeleton,
        target: Skeleton,
    ) -> None:
        self._layout = layout = face_layout(target)
        self._landmarks = np.concatenate([layout.columns, layout.free])
        names = [target.keypoints[column] for column in self._landmarks]
        self._added = np.flatnonzero([network.find(name) is None for name in names])
        self.columns = self._landmarks[self._added]
        self.face = np.zeros((2, len(self.columns)), np.float32)
        self._frame = frame
        self._head = HeadStep(body, plan, network, target)
        deviations = np.full(len(HEAD_PLACES), REFINED_DEVIATION)
        self._fit = HeadFit(
            np.concatenate([layout.places, HEAD_PLACES]),
            np.concatenate([layout.deviations, deviations]),
            HEAD_PLACES,
        )
        K = len(layout.columns)
        self._places = np.ascontiguousarray(layout.places.T)
        self._normals = place_normals(layout).astype(np.float64)
        self._own = (PLACE_FRACTION * layout.deviations) ** 2
        self._points = np.empty((2, len(self._landmarks)), np.float32)
        self._result = np.empty((2, len(self._landmarks)))
        self._flat = np.full((2, K), np.nan)

    def step(self, size: tuple[float, float] | None) -> None:
        """Lift the face of the frame that was read, in an image of a size."""
        points, fit, head, K = self._points, self._fit, self._head, self._places.shape[1]
        np.take(self._frame.frame[:2], self._landmarks, axis=1, out=points, mode="clip")
        middle, complete = _mean(points)
        head.look(middle, size)
        fit.landmarks[:, :K] = points[:, :K]
        fit.landmarks[0, K:], fit.landmarks[1, K:] = head.xs, head.ys
        fitted = fit.fit(head.depths_along_sight(), head.face_scale)
        scale = fitted.scale
        if not scale > 0:  # of too few landmarks, and of a head of unknown size
            self.face[0], self.face[1] = head.mean_depth, head.uncertainty(0)
            self._flat = np.full((2, K), np.nan)
            return
        a, b, c, d, e, f, g, h, i = fitted.rotation
        x, y, z = fit.position
        matrix = np.array(((a, b, c), (d, e, f), (g, h, i)))
        # In millimetres, from the origin of the face.
        placed, normals = matrix @ self._places, matrix @ self._normals
        local = (points[:, :K] - np.array(((x,), (y,)))) * (1 / scale)
        slides = local - placed[:2]
        if not complete:
            slides[np.isnan(slides)] = 0
        depth: NDArray[np.floating] = z + scale * (placed[2] + _changes(slides, normals))
        own: NDArray[np.floating] = scale**2 * self._own
        self._flat = scale * placed[:2] + np.array(((x,), (y,)))
        places: NDArray[np.floating] = points
        if points.shape[1] > K:
            depth, own = self._add_free(fitted, depth, own)
        if not complete:
            places = points.copy()
            known = places[:, :K]
            np.copyto(known, self._flat, where=np.isnan(known), casting="same_kind")
        result = self._result
        result[0] = head.from_sight(depth, places)
        result[1] = self._uncertainty(places, fitted, own, complete)
        self.face[:] = result.take(self._added, 1)

    @property
    def refined(self) -> Float[np.ndarray, "F 2"]:
        """Landmarks of the canonical face in the image; NaN for those without a place on it."""
        out = np.full((len(self._landmarks), 2), np.nan, np.float32)
        out[: self._flat.shape[1]] = self._flat.T
        return out[self._added]

    def _add_free(
        self,
        head: FittedHead,
        depth: NDArray[np.floating],
        own: NDArray[np.floating],
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Add the landmarks without a place on the canonical face."""
        K, frame, layout = len(depth), self._frame.frame, self._layout
        pose = HeadPose(
            np.array(head.rotation).reshape(1, 3, 3),
            np.array([head.scale]),
            np.array([self._fit.position]),
            np.array([head.deviation]),
        )
        guess = None
        if self._frame.has_detector_depth:
            guess = guess_depth(frame[3:, layout.free], frame[3:, layout.columns], depth[None])
        free, deviation = lift_free(self._points[:, K:].T[None], pose, guess)
        return (
            np.concatenate([depth, free[0]]),
            np.concatenate([own, (head.scale * deviation[0]) ** 2]),
        )

    def _uncertainty(
        self,
        places: NDArray[np.floating],
        head: FittedHead,
        own: NDArray[np.floating],
        complete: bool,
    ) -> NDArray[np.floating]:
        """Combine the uncertainty of the head's depth with that of the face and its rotation."""
        a, b, c, d, e, f, *_ = head.rotation
        (x, y, _), (u, v, w) = self._fit.position, _HEAD_CENTRE
        x += head.scale * (a * u + b * v + c * w)
        y += head.scale * (d * u + e * v + f * w)
        offsets = (places - np.array(((x,), (y,)))) * head.deviation
        offsets *= offsets
        turned: NDArray[np.floating] = offsets[0] + offsets[1]
        if not complete:
            turned[np.isnan(turned)] = 0
        turned += own
        turned += self._head.uncertainty(2)
        return np.sqrt(turned, out=turned)


def _changes(
    slides: Float[np.ndarray, "2 K"], normals: Float[np.ndarray, "3 K"]
) -> Float[np.ndarray, " K"]:
    """Return how far landmarks that slid on the surface are behind their places, in mm."""
    across, down, away = normals
    squares = slides * slides
    lengths = np.sqrt(np.maximum(squares[0] + squares[1], MAX_SLIDE**2))
    along = across * slides[0] + down * slides[1]
    change = along * away / (lengths * (away * away + SOFTENING))
    change *= -MAX_SLIDE
    limited: NDArray[np.floating] = np.minimum(np.maximum(change, -MAX_CHANGE), MAX_CHANGE)
    return limited


def _mean(points: Float[np.ndarray, "2 K"]) -> tuple[tuple[float, float], bool]:
    """Return the mean of landmarks, NaN where all are missing, and whether none is."""
    x, y = points.sum(1, dtype=np.float64).tolist()
    if x == x:
        return (x / points.shape[1], y / points.shape[1]), True
    observed = points[0] == points[0]
    count = int(np.count_nonzero(observed))
    if count == 0:
        return (math.nan, math.nan), False
    x, y = points[:, observed].sum(1, dtype=np.float64).tolist()
    return (x / count, y / count), False


def needs_face(network: Skeleton, target: Skeleton) -> bool:
    """Return True if a skeleton has landmarks of the head that the network's does not have."""
    layout = face_layout(target)
    columns = np.concatenate([layout.columns, layout.free])
    return any(network.find(target.keypoints[column]) is None for column in columns)
