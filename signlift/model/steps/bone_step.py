"""The geometry of bones in one frame (see `signlift.model.bone_geometry`), with few operations."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from signlift.utils.array_types import Float


class BoneTerms(NamedTuple):
    """Terms of the depth of bones that do not depend on where they start, [B, N] each.

    Attributes
    ----------
    towards
        The direction over a.
    drift, spread
        Those of `bone_geometry.Bones`.
    reach
        That of it, and what is added under the root.
    """

    towards: Float[Tensor, "B N"]
    drift: Float[Tensor, "B N"]
    spread: Float[Tensor, "B N"]
    reach: Float[Tensor, "B N"]

    @classmethod
    def measure(
        cls,
        steps: Float[Tensor, "B 2 N"],
        slope: Float[Tensor, "B 2 N"],
        squares: Float[Tensor, "B N"],
        direction: Float[Tensor, "B N"],
        softening: float,
    ) -> BoneTerms:
        """Measure bones.

        Parameters
        ----------
        steps
            From start to end in the image.
        slope
            The slopes of the lines of sight to the ends.
        squares, direction
            [B, N], the squares of the lengths; and from -1 (towards the camera) to 1.
        softening
            Added under the root.
        """
        a = 1 + (slope * slope).sum(1)
        b = (steps * slope).sum(1)
        c = (steps * steps).sum(1)
        reach = a * squares + softening
        return cls(direction / a, b / a, b * b - a * c, reach)

    def split(self, sizes: list[int]) -> list[BoneTerms]:
        """Return the bones in groups of these sizes."""
        parts = torch.split(torch.cat(self, 1), sizes * len(self), 1)
        return [BoneTerms(*parts[number :: len(sizes)]) for number in range(len(sizes))]

    def step_from_root(self, softening: float) -> Float[Tensor, "B N"]:
        """Compute the depth of the ends of bones that start at the depth of the root."""
        root = torch.sqrt((self.spread + self.reach).clamp(min=softening))
        return self.towards * root - self.drift

    def step(self, magnification: Float[Tensor, "B N"], softening: float) -> Float[Tensor, "B N"]:
        """Compute the depth of each bone's end relative to its start of a magnification."""
        inside = magnification * magnification * self.spread + self.reach
        root = torch.sqrt(inside.clamp(min=softening))
        return self.towards * root - magnification * self.drift
