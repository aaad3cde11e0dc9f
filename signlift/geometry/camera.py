"""The pinhole camera, virtual or calibrated, with or without lens distortion.

The camera frame, that of OpenCV, has x to the right, y down and z away from the camera.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from signlift.core.skeleton import ROOT, Skeleton
from signlift.errors import InputError, problem
from signlift.geometry.distortion import Lens
from signlift.geometry.rotations import nearest_rotation
from signlift.utils.array_types import Float

#: The largest deviation from a rotation (files have few digits); the nearest rotation is used.
_ROTATION_TOLERANCE = 1e-2


def to_camera_frame(
    points: Float[np.ndarray, "*batch N 3"],
    rotation: Float[np.ndarray, "*#batch 3 3"],
    translation: Float[np.ndarray, "*#batch 3"],
) -> tuple[
    Float[np.ndarray, "*batch N"], Float[np.ndarray, "*batch N"], Float[np.ndarray, "*batch N"]
]:
    """Transform points of the world to the camera frame: `rotation @ point + translation`.

    It handles any number of cameras at once, in the precision of the points.

    Returns
    -------
    x, y, z
        [..., N] each, as numpy is slow for arrays with a short last axis.
    """
    rotated = points @ np.swapaxes(rotation, -1, -2).astype(points.dtype)
    offset = translation.astype(points.dtype)
    x, y, z = (rotated[..., axis] + offset[..., axis, None] for axis in range(3))
    return x, y, z


def project_points(
    points: Float[np.ndarray, "*batch N 3"],
    rotation: Float[np.ndarray, "*#batch 3 3"],
    translation: Float[np.ndarray, "*#batch 3"],
    matrix: Float[np.ndarray, "*#batch 3 3"],
    lens: Lens | None = None,
) -> tuple[Float[np.ndarray, "*batch N 2"], Float[np.ndarray, "*batch N"]]:
    """Project points of the world to images.

    It handles any number of cameras at once, in the precision of the points.

    Parameters
    ----------
    points
        [..., N, 3] in the world; NaN where missing.
    rotation, translation, matrix
        [..., 3, 3], [..., 3] and [..., 3, 3]: the cameras, as in `Camera`.
    lens
        The distortion of all cameras; None for none.

    Returns
    -------
    keypoints
        [..., N, 2] in pixels, which may lie outside the image.
    z
        [..., N], distance along the line of sight, in the unit of the world.

    Both are NaN for points that are missing or not in front of the camera; the keypoints also
    outside the region in which the lens model holds.
    """
    x, y, z = to_camera_frame(points, rotation, translation)
    z = np.where(z > 0, z, points.dtype.type("nan"))
    matrix = matrix.astype(points.dtype)
    fx, skew, cx = (matrix[..., 0, column, None] for column in range(3))
    fy, cy = (matrix[..., 1, column, None] for column in (1, 2))
    if lens is not None and lens.is_distorted:
        distorted = lens.distort(np.stack([x / z, y / z], -1))
        x, y, depth = distorted[..., 0], distorted[..., 1], points.dtype.type(1)
    else:
        depth = z
    keypoints = np.empty((*z.shape, 2), points.dtype)
    keypoints[..., 0] = x * (fx / depth) + cx
    if skew.any():
        keypoints[..., 0] += y * (skew / depth)
    keypoints[..., 1] = y * (fy / depth) + cy
    return keypoints, z


def depth_in_pixels(
    z: Float[np.ndarray, "*batch J"],
    root_z: Float[np.ndarray, "*batch"],
    focal: Float[np.ndarray, "*#batch"],
) -> Float[np.ndarray, "*batch J"]:
    """Convert distances to 2.5D depth: relative to the root, in the pixels of x and y.

    Parameters
    ----------
    z, root_z
        [..., J] and [...], distances of the keypoints and of the root along the line of sight.
    focal
        [...], focal lengths in pixels.

    Returns
    -------
    [..., J], `(z - root_z) * focal / root_z`, positive away from the camera.
    """
    return (z - root_z[..., None]) * (focal.astype(z.dtype) / root_z)[..., None]


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera with an optional lens distortion.

    Parameters
    ----------
    matrix
        [3, 3], the intrinsic matrix in pixels: focal lengths, skew and principal point.
    rotation, translation
        [3, 3] and [3]: a point of the world is at `rotation @ point + translation` in the camera
        frame. The rows of the rotation are the axes of the camera (right, down, forward); the
        translation is in the unit of the world.
    lens
        The distortion of the lens.
    size
        (width, height) of the image in pixels. None if unknown.
    name
        The name of the camera in its calibration, or "".
    kind
        The kind of the camera in its calibration (such as "hd"), or "".

    Raises
    ------
    InputError
        Lists every problem.

    Examples
    --------
    >>> import numpy as np
    >>> matrix = np.array([[1000.0, 0, 320], [0, 1000.0, 240], [0, 0, 1]])
    >>> camera = Camera(matrix, np.eye(3), np.array([0.0, 0.0, 2.0]), size=(640, 480))
    >>> camera.project(np.array([[0.0, 0.0, 0.0], [0.5, -0.2, 0.0]]))
    array([[320., 240.],
           [570., 140.]])
    """

    matrix: Float[np.ndarray, "3 3"]
    rotation: Float[np.ndarray, "3 3"]
    translation: Float[np.ndarray, "3"]
    lens: Lens = field(default_factory=Lens)
    size: tuple[int, int] | None = None
    name: str = ""
    kind: str = ""

    def __post_init__(self) -> None:
        where = f"camera {self.name}" if self.name else "camera"
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
            expected = "a right-handed rotation matrix"
            problems.append(problem(where, expected=expected, found=str(R.tolist())))
        if not np.isfinite(self.translation).all():
            found = str(self.translation.tolist())
            problems.append(problem(where, expected="a finite translation", found=found))
        if self.size is not None and min(self.size) <= 0:
            expected = "an image width and height above 0"
            problems.append(problem(where, expected=expected, found=str(self.size)))
        if problems:
            raise InputError(problems)
        object.__setattr__(self, "rotation", nearest_rotation(R))

    @classmethod
    def from_position(
        cls,
        position: Float[np.ndarray, "3"],
        rotation: Float[np.ndarray, "3 3"],
        focal: float,
        principal: tuple[float, float],
        size: tuple[int, int] | None = None,
    ) -> Camera:
        """Build a camera with square pixels and no distortion.

        Parameters
        ----------
        position
            [3], in the world.
        rotation, size
            As for `Camera`.
        focal
            The focal length in pixels.
        principal
            (x, y) in pixels, the intersection of the line of sight with the image.

        Raises
        ------
        InputError
            Lists every problem.
        """
        matrix = np.array([[focal, 0, principal[0]], [0, focal, principal[1]], [0, 0, 1]], float)
        return cls(matrix, rotation, -(rotation @ position), size=size)

    @property
    def focal(self) -> float:
        """The focal length in pixels: the geometric mean of the horizontal and the vertical."""
        return float(np.sqrt(self.matrix[0, 0] * self.matrix[1, 1]))

    @property
    def position(self) -> Float[np.ndarray, "3"]:
        """[3], the position of the camera in the world."""
        return -self.rotation.T @ self.translation

    def to_camera(self, points: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 3"]:
        """Transform points of the world [..., 3] to the camera frame, in the unit of the world."""
        return points @ self.rotation.T + self.translation

    def project(self, points: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 2"]:
        """Project points of the world to the image, through the lens.

        Parameters
        ----------
        points
            [..., 3] in the world, NaN where missing.

        Returns
        -------
        [..., 2] in pixels, which may lie outside the image; NaN for points that are missing, not
        in front of the camera, or outside the region in which the lens model holds.
        """
        flat = points.reshape(-1, 3).astype(np.float64, copy=False)
        keypoints, _ = project_points(flat, self.rotation, self.translation, self.matrix, self.lens)
        return keypoints.reshape(*points.shape[:-1], 2)

    def rays(self, keypoints: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 2"]:
        """Compute the directions of pixels: x / z and y / z in the camera frame.

        Parameters
        ----------
        keypoints
            [..., 2] in pixels, NaN where missing.

        Returns
        -------
        [..., 2], undistorted; NaN where missing, and where the lens shows nothing at that pixel.
        """
        offsets = keypoints.astype(np.float64) - self.matrix[:2, 2]
        return self.lens.undistort(offsets @ np.linalg.inv(self.matrix[:2, :2]).T)

    def relative_depth(
        self,
        points: Float[np.ndarray, "*batch J 3"],
        root: Skeleton | Float[np.ndarray, "*batch 3"],
    ) -> Float[np.ndarray, "*batch J"]:
        """Compute the 2.5D depth of a person's keypoints, in the pixels of this camera.

        Parameters
        ----------
        points
            [..., J, 3] in the world, NaN where missing.
        root
            The point that the depth is relative to: [..., 3] in the world, or the skeleton of
            the points, whose MidHip is then used.

        Returns
        -------
        [..., J]: `(z - z of the root) * focal / z of the root`, positive away from the camera.
        NaN for points that are missing or behind the camera, and in the whole frame if the root is.

        Raises
        ------
        InputError
            The points do not have the skeleton's number of keypoints.
        """
        if isinstance(root, Skeleton):
            if points.shape[-2] != len(root):
                expected, found = f"shape [..., {len(root)}, 3]", f"shape {list(points.shape)}"
                raise InputError(problem(f"points of {root.name}", expected=expected, found=found))
            root = root.point(points, ROOT)
        z, root_z = (self.to_camera(each)[..., 2] for each in (points, root))
        z, root_z = (np.where(each > 0, each, np.nan) for each in (z, root_z))
        return depth_in_pixels(z, root_z, np.array(self.focal))
