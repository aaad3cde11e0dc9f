"""Lines of sight that meet the surface of a turned face, in one frame.

The same as `signlift.lifting.face.head_surface.intersect`. It has no weights.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from signlift.core.face.face_surface import (
    DOWN,
    MAX_DISTANCE,
    MAX_MOVE,
    MIN_STEEPNESS,
    NEWTON_STEPS,
    SIDE,
    STEP,
    UP,
)
from signlift.utils.array_types import Float

#: Columns and rows of the table after the first ones, along x and y.
COLUMNS, ROWS = round(2 * SIDE / STEP), round((UP + DOWN) / STEP)


class SurfaceStep(nn.Module):
    """Intersections of L lines of sight with the surface of the canonical face."""

    corner: Tensor
    last: Tensor
    stride: Tensor
    middle: Tensor
    halves: Tensor

    def __init__(self) -> None:
        super().__init__()
        constants = {
            "corner": [[SIDE], [UP]],
            "last": [[float(COLUMNS)], [float(ROWS)]],
            "stride": [[1.0, COLUMNS + 1.0]],
            "middle": [[0.0], [(DOWN - UP) / 2]],
            "halves": [[1 / SIDE], [2 / (DOWN + UP)]],
        }
        for name, value in constants.items():
            self.register_buffer(name, torch.tensor(value))

    def forward(
        self,
        sights: Float[Tensor, "2 L"],
        rotation: Float[Tensor, "3 3"],
        start: Float[Tensor, "1 L"],
        nearest: Float[Tensor, "1 L"],
        farthest: Float[Tensor, "1 L"],
        table: Float[Tensor, "3 G"],
    ) -> tuple[Float[Tensor, "1 L"], Float[Tensor, "1 L"]]:
        """Intersect them.

        Parameters
        ----------
        sights
            x and y in millimetres from the origin of the face.
        rotation
            From the axes of the face to those of the camera.
        start, nearest, farthest
            The depth from which the surface is sought, and its limits.
        table
            Depth of the surface and its slopes along x and y, row by row.

        Returns
        -------
        depth, steepness
            See `intersect`.
        """
        plane, forward = torch.split(rotation, [2, 1])
        across, along = plane.t() @ sights, forward.t()
        tilt, away = torch.split(along, [2, 1])
        depth = start
        for _ in range(NEWTON_STEPS):
            xy, z = torch.split(across + along * depth, [2, 1])
            grid = torch.minimum(((xy + self.corner) * (1 / STEP)).clamp(min=0.0), self.last)
            near = torch.round(grid)
            number = (self.stride @ near).reshape(-1).to(torch.int64)
            at, slopes = torch.split(table[:, number], [1, 2])
            at = at + ((grid - near) * slopes).sum(0, keepdim=True) * STEP
            steepness = away - (slopes * tilt).sum(0, keepdim=True)
            slow = steepness.abs() < MIN_STEEPNESS
            limited = torch.where(slow, torch.full((), MIN_STEEPNESS), steepness)
            distance = z - at
            depth = depth - (distance / limited).clamp(-MAX_MOVE, MAX_MOVE)
            depth = torch.minimum(torch.maximum(depth, nearest), farthest)
        lengths = torch.sqrt((slopes * slopes).sum(0, keepdim=True) + 1)
        # All of these are below 1 where the line meets the surface within the table.
        inside = torch.cat([(xy - self.middle) * self.halves, distance * (1 / MAX_DISTANCE)])
        hit = inside.abs().amax(0, keepdim=True) < 1
        steepness = torch.where(hit, (steepness / lengths).clamp(0.0, 1.0), torch.zeros(()))
        return depth, steepness
