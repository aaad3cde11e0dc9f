"""Surface of the canonical face: its depth and slopes at any place seen from the front."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from signlift.core.face.face_surface import (
    DOWN,
    FARTHEST,
    MAX_CORRECTION,
    MAX_DISTANCE,
    MAX_MOVE,
    MIDDLE_DEPTH,
    MIN_STEEPNESS,
    NEAREST,
    NEWTON_STEPS,
    SIDE,
    STEP,
    SURE_STEEPNESS,
    UP,
)
from signlift.utils.array_types import Float

#: The steepest slope of the surface: the sides of the head are steeper, but are not hit from the
#: front.
_MAX_SLOPE = 4.0


@dataclass(frozen=True, eq=False)
class HeadSurface:
    """Depth of the canonical face over x and y, and its slopes.

    Attributes
    ----------
    table
        [rows, columns, 3], z, its slope along x and its slope along y, in millimetres; rows follow
        y and columns x.
    """

    table: Float[np.ndarray, "rows columns 3"]

    def at(
        self, x: NDArray[np.floating], y: NDArray[np.floating]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]:
        """Return z and the slopes along x and y at places in millimetres, of any shape.

        Places beyond the grid have the values of its border.
        """
        rows, columns = self.table.shape[:2]
        x, y = (np.asarray(values, np.float32) for values in (x, y))
        column = np.clip((x + np.float32(SIDE)) / np.float32(STEP), 0, columns - 1)
        row = np.clip((y + np.float32(UP)) / np.float32(STEP), 0, rows - 1)
        left, top = np.rint(column).astype(np.int32), np.rint(row).astype(np.int32)
        z, slope_x, slope_y = self.table.reshape(-1, 3).T[:, top * columns + left]
        # From the nearest point of the grid along its slopes.
        near = z + np.float32(STEP) * ((column - left) * slope_x + (row - top) * slope_y)
        return near, slope_x, slope_y

    def normals(self, places: Float[np.ndarray, "K 3"]) -> Float[np.ndarray, "K 3"]:
        """Return the outward normals at places on the surface, of length 1."""
        _, slope_x, slope_y = self.at(places[:, 0], places[:, 1])
        normals = np.stack([slope_x, slope_y, -np.ones_like(slope_x)], -1)
        return normals / np.linalg.norm(normals, axis=-1, keepdims=True)


@lru_cache(maxsize=1)
def head_surface() -> HeadSurface:
    """Return the surface of the canonical face, from the table that `tabulate_depth` made."""
    with files("signlift.lifting.face").joinpath("head_surface.npy").open("rb") as file:
        z = np.load(file).astype(np.float64)
    slope_y, slope_x = np.gradient(z, STEP)
    slopes = np.clip([slope_x, slope_y], -_MAX_SLOPE, _MAX_SLOPE)
    return HeadSurface(np.stack([z, *slopes], -1).astype(np.float32))


def intersect(
    surface: HeadSurface,
    rotation: Float[np.ndarray, "T 3 3"],
    sights: Float[np.ndarray, "T F 2"],
    guess: Float[np.ndarray, "T F"] | None = None,
) -> tuple[Float[np.ndarray, "T F"], Float[np.ndarray, "T F"]]:
    """Intersect lines of sight with the surface of a rotated head.

    Parameters
    ----------
    surface
        The surface.
    rotation
        [T, 3, 3], from the axes of the canonical face to those of the camera.
    sights
        [T, F, 2], x and y in the axes of the camera, in millimetres from the middle between the
        ears.
    guess
        [T, F], a first guess of the depth, from which the surface is sought; NaN where there is
        none. The depth stays near it, and is the guess where there is no surface nearby.

    Returns
    -------
    depth
        [T, F], in millimetres from there, away from the camera. Lines that miss the face have the
        depth of its border.
    steepness
        [T, F], how fast the line leaves the surface, per millimetre: 1 where it meets the face
        from the front, near 0 where it grazes it or misses it.
    """
    rotation = rotation.astype(np.float32)
    across = np.moveaxis(sights.astype(np.float32) @ rotation[:, :2], -1, 0)
    along = rotation[:, 2].T[:, :, None]  # the direction of sight in the axes of the face
    middle = np.broadcast_to(MIDDLE_DEPTH * along[2], across[2].shape)  # of the depth of a face
    if guess is None:
        depth, nearest, farthest = middle, np.float32(NEAREST), np.float32(FARTHEST)
    else:
        depth = np.where(np.isnan(guess), middle, guess).astype(np.float32)
        nearest = np.where(np.isnan(guess), NEAREST, depth - MAX_CORRECTION).astype(np.float32)
        farthest = np.where(np.isnan(guess), FARTHEST, depth + MAX_CORRECTION).astype(np.float32)
    steepness = distance = np.ones_like(depth)
    for _ in range(NEWTON_STEPS):
        x, y, z = across + along * depth
        at, slope_x, slope_y = surface.at(x, y)
        steepness = along[2] - slope_x * along[0] - slope_y * along[1]
        limited = np.where(np.abs(steepness) < MIN_STEEPNESS, MIN_STEEPNESS, steepness)
        distance = z - at
        depth = np.clip(depth - np.clip(distance / limited, -MAX_MOVE, MAX_MOVE), nearest, farthest)
    length = np.sqrt(1 + slope_x**2 + slope_y**2)
    hit = (np.abs(distance) < MAX_DISTANCE) & (np.abs(x) < SIDE) & (y > -UP) & (y < DOWN)
    steepness = np.where(hit, np.clip(steepness / length, 0, 1), 0)
    if guess is not None:  # the less the surface says, the more the guess counts
        weight = np.where(np.isnan(guess), 1, np.minimum(1, steepness / SURE_STEEPNESS))
        depth = np.where(weight < 1, guess + weight * (depth - guess), depth)
    return depth, steepness
