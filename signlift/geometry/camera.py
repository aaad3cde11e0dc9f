"""A camera that was calibrated: where it stands, how it looks, and through which lens.

The camera frame: x right, y down, z away from the camera (that of OpenCV, and of signlift).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import ROOT, Skeleton
from signlift.errors import InputError, problem
from signlift.geometry.distortion import Lens

#: How far a rotation may be from one (files have few digits); the nearest one is taken.
_ROTATION_TOLERANCE = 1e-2


@dataclass(frozen=True, eq=False)
class CalibratedCamera:
    """A perspective camera with a lens.

    Parameters
    ----------
    name
        As the calibration calls it.
    matrix
        [3, 3], the intrinsic matrix in pixels: focal lengths, skew and principal point.
    rotation, translation
        [3, 3] and [3]: a point of the world is at `rotation @ point + translation` in the camera
        frame. The translation is in the unit of the world.
    lens
        Its distortion.
    size
        (width, height) of the picture in pixels, or None when unknown.
    kind
        What the calibration calls its kind ("hd"), or "".

    Raises
    ------
    InputError
        Lists all that is wrong.
    """

    name: str
    matrix: Float[np.ndarray, "3 3"]
    rotation: Float[np.ndarray, "3 3"]
    translation: Float[np.ndarray, "3"]
    lens: Lens = field(default_factory=Lens)
    size: tuple[int, int] | None = None
    kind: str = ""

    def __post_init__(self) -> None:
        where = f"camera {self.name}"
        problems = []
        K, R = self.matrix, self.rotation
        if not (
            np.isfinite(K).all()
            and K[0, 0] > 0
            and K[1, 1] > 0
            and np.allclose([K[1, 0], K[2, 0], K[2, 1], K[2, 2] - 1], 0, atol=1e-9)
        ):
            expected = "an intrinsic matrix [[fx, skew, cx], [0, fy, cy], [0, 0, 1]]"
            problems.append(problem(where, expected=expected, found=str(K.tolist())))
        if (
            not np.isfinite(R).all()
            or np.abs(R @ R.T - np.eye(3)).max() > _ROTATION_TOLERANCE
            or np.linalg.det(R) < 0
        ):
            expected = "a rotation matrix, right-handed"
            problems.append(problem(where, expected=expected, found=str(R.tolist())))
        if not np.isfinite(self.translation).all():
            found = str(self.translation.tolist())
            problems.append(problem(where, expected="a finite translation", found=found))
        if self.size is not None and min(self.size) <= 0:
            expected = "a picture's width and height above 0"
            problems.append(problem(where, expected=expected, found=str(self.size)))
        if problems:
            raise InputError(problems)
        left, _, right = np.linalg.svd(R)
        object.__setattr__(self, "rotation", left @ right)

    @property
    def focal(self) -> float:
        """The focal length in pixels: the geometric mean of the horizontal and the vertical."""
        return float(np.sqrt(self.matrix[0, 0] * self.matrix[1, 1]))

    @property
    def position(self) -> Float[np.ndarray, "3"]:
        """[3], where the camera is in the world."""
        return -self.rotation.T @ self.translation

    def view(self, points: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 3"]:
        """Points of the world [..., 3] in the camera frame, in the unit of the world."""
        return points @ self.rotation.T + self.translation

    def pixels(self, seen: Float[np.ndarray, "*rest 3"]) -> Float[np.ndarray, "*rest 2"]:
        """Where points of the camera frame are in the picture, through the lens.

        Parameters
        ----------
        seen
            [..., 3] in the camera frame, NaN for what is missing.

        Returns
        -------
        [..., 2] in pixels, which may lie outside the picture; NaN for what is missing, not in
        front of the camera, or so far aside that the lens is not known there.
        """
        away = np.where(seen[..., 2:] > 0, seen[..., 2:], np.nan)
        plane = self.lens.distort(seen[..., :2] / away)
        return plane @ self.matrix[:2, :2].T + self.matrix[:2, 2]

    def rays(self, keypoints: Float[np.ndarray, "*rest 2"]) -> Float[np.ndarray, "*rest 2"]:
        """The directions that pixels are seen in: x / z and y / z of the camera frame.

        Parameters
        ----------
        keypoints
            [..., 2] in pixels, NaN for what is missing.

        Returns
        -------
        [..., 2] with the distortion undone; NaN for what is missing, and where the lens shows
        nothing at that place.
        """
        given = keypoints.astype(np.float64) - self.matrix[:2, 2]
        plane = given @ np.linalg.inv(self.matrix[:2, :2]).T
        return self.lens.undistort(plane)

    def depth(
        self, points: Float[np.ndarray, "*rest J 3"], on: Skeleton
    ) -> Float[np.ndarray, "*rest J"]:
        """The 2.5D depth of a person's keypoints in the pixels of this camera.

        Parameters
        ----------
        points
            [..., J, 3] in the world, NaN for what is missing.
        on
            What the J keypoints are.

        Returns
        -------
        [..., J]: (z - z of MidHip) * focal / z of MidHip, positive away from the camera, as
        `signlift.geometry.virtual_camera.project` gives it. NaN for what is missing or behind the
        camera, and in all of a frame whose MidHip is.
        """
        away = self.view(points)[..., 2:]
        away = np.where(away > 0, away, np.nan)
        root = on.point(away, ROOT)
        return (away[..., 0] - root) * (self.focal / root)
