"""Depth of a bone's far end from the bone's length, by the geometry of a pinhole camera.

All lengths are in the unit of the keypoints: torso lengths in the image, at the distance of the
root (2.5D).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from signlift.utils.array_types import Float

#: Added under square roots, so that their slope stays finite; torso lengths squared (1 cm of 50).
SOFTENING = 4e-4

#: Limits of how much nearer or farther than the root a keypoint is taken to be.
MIN_MAGNIFICATION, MAX_MAGNIFICATION = 0.5, 1.6


class Bones(NamedTuple):
    """Bones in the image, and what their depth needs that does not depend on where they start.

    A point at depth z that appears at u (measured from the optical axis) lies at u (1 + k z),
    where k is 1 over the distance of the root. That its distance from the start is the bone's
    length gives a quadratic equation for the step in depth, with one solution towards the camera
    and one away from it:

        a z² + 2 m b z + m² c - l² = 0

    where m is the magnification of the start, 1 + k z, and l the length of the bone.

    Attributes
    ----------
    perspective
        [..., 1], k; 0 for an orthographic camera.
    inverse
        [..., N], 1 / a.
    drift
        [..., N], b / a.
    spread
        [..., N], b² - a c, which the magnification scales.
    reach
        [..., N], a l².
    """

    perspective: Float[Tensor, "*batch 1"]
    inverse: Float[Tensor, "*batch N"]
    drift: Float[Tensor, "*batch N"]
    spread: Float[Tensor, "*batch N"]
    reach: Float[Tensor, "*batch N"]

    @classmethod
    def measure(
        cls,
        start: Float[Tensor, "*batch N 2"],
        end: Float[Tensor, "*batch N 2"],
        length: Float[Tensor, "*batch N"],
        perspective: Float[Tensor, "*batch 1"],
    ) -> Bones:
        """Measure bones.

        Parameters
        ----------
        start, end
            [..., N, 2], positions of the bones' ends in the image, from the optical axis.
        length
            [..., N], lengths of the bones, above 0.
        perspective
            [..., 1], k.
        """
        step_x, step_y = (end - start).unbind(-1)
        return cls.from_steps((step_x, step_y), end.unbind(-1), length, perspective)

    @classmethod
    def from_steps(
        cls,
        steps: tuple[Float[Tensor, "*batch N"], Float[Tensor, "*batch N"]],
        ends: Sequence[Float[Tensor, "*batch N"]],
        length: Float[Tensor, "*batch N"],
        perspective: Float[Tensor, "*batch 1"],
    ) -> Bones:
        """Measure bones from x and y of their steps from start to end, and of their ends."""
        x, y = steps
        slope_x, slope_y = (perspective * end for end in ends)
        a = 1 + slope_x * slope_x + slope_y * slope_y
        b = x * slope_x + y * slope_y
        c = x * x + y * y
        return cls(perspective, 1 / a, b / a, b * b - a * c, a * (length * length))

    def split(self, sizes: list[int]) -> list[Bones]:
        """Return the bones in groups of these sizes."""
        groups = zip(*(torch.split(values, sizes, -1) for values in self[1:]), strict=True)
        return [Bones(self.perspective, *group) for group in groups]

    def step(
        self, start_depth: Float[Tensor, "*batch N"], direction: Float[Tensor, "*batch N"]
    ) -> Float[Tensor, "*batch N"]:
        """Compute the depth of each bone's end relative to its start.

        Parameters
        ----------
        start_depth
            [..., N], depth of the start relative to the root.
        direction
            [..., N], from -1 (the solution towards the camera) to 1 (the solution away from it).

        Returns
        -------
        [..., N]. Where the image shows a bone longer than it is, the depth of the nearest point.
        """
        magnification = (1 + self.perspective * start_depth).clamp(
            MIN_MAGNIFICATION, MAX_MAGNIFICATION
        )
        root = _root(magnification * magnification * self.spread + self.reach)
        return direction * self.inverse * root - magnification * self.drift

    def step_from_root(self, direction: Float[Tensor, "*batch N"]) -> Float[Tensor, "*batch N"]:
        """Compute the same for bones that start at the depth of the root."""
        return direction * self.inverse * _root(self.spread + self.reach) - self.drift


def _root(discriminant: Tensor) -> Tensor:
    return torch.sqrt(torch.relu(discriminant) + SOFTENING)


def bone_depth(
    start: Float[Tensor, "*batch 2"],
    end: Float[Tensor, "*batch 2"],
    start_depth: Float[Tensor, "*batch"],
    length: Float[Tensor, "*batch"],
    direction: Float[Tensor, "*batch"],
    perspective: Float[Tensor, "*batch"],
) -> Float[Tensor, "*batch"]:
    """Compute the depth of a bone's end relative to its start.

    See `Bones` for the geometry.

    Parameters
    ----------
    start, end
        [..., 2], positions of the bone's ends in the image, from the optical axis.
    start_depth
        [...], depth of the start relative to the root.
    length
        [...], length of the bone, above 0.
    direction
        [...], from -1 (the solution towards the camera) to 1 (the solution away from it).
    perspective
        [...], k; 0 for an orthographic camera.

    Returns
    -------
    [...]. Where the image shows the bone longer than it is, the depth of the nearest point.

    Examples
    --------
    A bone of length 5 that appears as long as 3:

    >>> import torch
    >>> start, end = torch.tensor([0.0, 0.0]), torch.tensor([3.0, 0.0])
    >>> zero, away = torch.tensor(0.0), torch.tensor(1.0)
    >>> depth = bone_depth(start, end, zero, torch.tensor(5.0), away, perspective=zero)
    >>> round(depth.item(), 2)
    4.0
    """
    bones = Bones.measure(
        start[..., None, :], end[..., None, :], length[..., None], perspective[..., None]
    )
    return bones.step(start_depth[..., None], direction[..., None])[..., 0]
