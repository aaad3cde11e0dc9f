"""FreeStep: landmarks without a place on the canonical face, one frame at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.face.face_surface import (
    FARTHEST,
    FREE_DEVIATION,
    MAX_CORRECTION,
    MIDDLE_DEPTH,
    MISSING_DEPTH,
    MISSING_DEVIATION,
    NEAREST,
    SURE_STEEPNESS,
)
from signlift.lifting.face.head_surface import head_surface
from signlift.lifting.network import StepGraph
from signlift.lifting.steps.bound_graph import BoundGraph
from signlift.lifting.steps.head_step import HeadStep
from signlift.utils.array_types import Float


class PoseStep(NamedTuple):
    """The pose of the face in one frame (see `signlift.model.steps.face_step`)."""

    rotation: Float[np.ndarray, "3 3"]
    position: Float[np.ndarray, "3 1"]
    size: Float[np.ndarray, "1 1"]
    variance: Float[np.ndarray, "1 1"]
    tilt: Float[np.ndarray, "2 1"]
    middle: Float[np.ndarray, "2 1"]
    head: Float[np.ndarray, "2 1"]

    @classmethod
    def zeros(cls) -> PoseStep:
        """Return arrays for it."""
        shapes = ((3, 3), (3, 1), (1, 1), (1, 1), (2, 1), (2, 1), (2, 1))
        return cls(*(np.zeros(shape, np.float32) for shape in shapes))


class FreeStep:
    """Depth of L landmarks where they are seen on the surface of the canonical face.

    The same as `signlift.lifting.face.free_landmarks.lift_free` with frames of one.

    Parameters
    ----------
    graph
        The graph of one frame.
    count
        L.
    pose, head
        The pose of the face, and the head, of the frame.

    Attributes
    ----------
    graph
        The graph.
    """

    def __init__(self, graph: StepGraph, count: int, pose: PoseStep, head: HeadStep) -> None:
        self._pose, self._head = pose, head
        self._sights = np.zeros((2, count), np.float32)
        self._limits = np.empty((3, count), np.float32)
        self._limits[1], self._limits[2] = NEAREST, FARTHEST
        self._found = np.zeros((2, count), np.float32)
        table = np.ascontiguousarray(head_surface().table.reshape(-1, 3).T)
        limits = (self._limits[row : row + 1] for row in range(3))
        self.graph = BoundGraph(
            graph,
            [self._sights, pose.rotation, *limits, table],
            [self._found[:1], self._found[1:]],
            [],
        )
        self._has_guess = False

    def lift(
        self,
        points: Float[np.ndarray, "2 L"],
        center: tuple[float, float],
        guess: Float[np.ndarray, " L"] | None,
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Lift landmarks.

        Parameters
        ----------
        points
            [2, L], NaN where missing.
        center
            The center of the frame.
        guess
            [L], a first guess of the depth from the origin of the face along the line of sight, in
            the keypoints' unit; NaN where there is none.

        Returns
        -------
        Depth and uncertainty [L] in the keypoints' unit.
        """
        pose, head = self._pose, self._head
        scale = float(pose.size[0, 0]) * head.unit
        away = float(pose.rotation[2, 2])
        local = (points - np.array(center, np.float32)[:, None]) * np.float32(1 / scale)
        np.subtract(local, pose.position[:2], out=self._sights)
        missing = np.isnan(local[0])
        self._sights[:, missing] = 0
        if guess is not None:
            guess = guess / scale - float(pose.position[2, 0])
        self._limit(guess, MIDDLE_DEPTH * away)
        self.graph.run()
        depth, steepness = self._found
        if guess is not None:  # the less the surface says, the more the guess counts
            weight = np.where(np.isnan(guess), 1, np.minimum(1, steepness / SURE_STEEPNESS))
            depth = np.where(weight < 1, guess + weight * (depth - guess), depth)
        deviation = FREE_DEVIATION / np.maximum(steepness, FREE_DEVIATION / MISSING_DEVIATION)
        offsets, places = local - pose.head, local - pose.middle
        variance = pose.variance[0, 0] * (offsets * offsets).sum(0)
        lean = pose.tilt[:, 0] @ places
        if missing.any():
            depth = np.where(missing, MISSING_DEPTH * away, depth)
            deviation = np.where(missing, MISSING_DEVIATION, deviation)
            variance[missing] = lean[missing] = 0
        variance += deviation * deviation
        depth = depth + (float(pose.position[2, 0]) - lean)
        return (
            head.depth + head.magnification * scale * depth,
            np.sqrt(scale**2 * variance + head.variance),
        )

    def _limit(self, guess: Float[np.ndarray, " L"] | None, middle: float) -> None:
        """Set where the surface is sought."""
        limits = self._limits
        if guess is not None:
            known = ~np.isnan(guess)
            limits[0] = np.where(known, guess, middle)
            limits[1] = np.where(known, guess - MAX_CORRECTION, NEAREST)
            limits[2] = np.where(known, guess + MAX_CORRECTION, FARTHEST)
        else:
            limits[0] = middle
            if self._has_guess:
                limits[1], limits[2] = NEAREST, FARTHEST
        self._has_guess = guess is not None
