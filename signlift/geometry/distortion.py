"""Lens distortion: the rational radial-tangential model of OpenCV (after Brown, 1971).

Coordinates are normalised: x / z and y / z in the camera frame. With r the distance from the
optical axis, a point at x, y appears at

    x g + 2 p1 x y + p2 (r^2 + 2 x^2),   y g + p1 (r^2 + 2 y^2) + 2 p2 x y,
    g = (1 + k1 r^2 + k2 r^4 + k3 r^6) / (1 + k4 r^2 + k5 r^4 + k6 r^6)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from signlift.errors import InputError, problem
from signlift.utils.array_types import Float

#: The possible numbers of coefficients.
COUNTS = (0, 1, 2, 4, 5, 8)

#: Newton steps of `Lens.undistort`, and the maximum error of its result.
_STEPS, _TOLERANCE = 30, 1e-9

#: The largest distance from the axis for which the model is examined (71.6 degrees).
_MAX_RADIUS = 3.0


@dataclass(frozen=True)
class Lens:
    """A lens with distortion.

    Parameters
    ----------
    coefficients
        k1, k2, p1, p2, k3, k4, k5, k6 in the order of OpenCV: the first 0, 1, 2, 4, 5 or 8 of
        them; the others are 0. Zeros beyond the eighth (prism and tilt) are allowed.

    Raises
    ------
    InputError
        Another number of coefficients, or a coefficient that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.distortion import Lens
    >>> lens = Lens((-0.2, 0.1))
    >>> distorted = lens.distort(np.array([0.5, 0.0]))
    >>> distorted
    array([0.478125, 0.      ])
    >>> lens.undistort(distorted).round(6)
    array([0.5, 0. ])
    """

    coefficients: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        coefficients = tuple(float(value) for value in self.coefficients)
        has_zeros_only = len(coefficients) in (12, 14) and not any(coefficients[8:])
        kept = coefficients[:8] if has_zeros_only else coefficients
        if len(kept) not in COUNTS:
            expected = f"{', '.join(map(str, COUNTS[:-1]))} or {COUNTS[-1]} coefficients"
            found = str(len(coefficients))
            raise InputError(problem("distortion", expected=expected, found=found))
        if not np.isfinite(kept).all():
            found = str(coefficients)
            raise InputError(problem("distortion", expected="finite numbers", found=found))
        object.__setattr__(self, "coefficients", kept)

    @cached_property
    def _all(self) -> tuple[float, ...]:
        return (*self.coefficients, *[0.0] * (8 - len(self.coefficients)))

    @cached_property
    def is_distorted(self) -> bool:
        """True if any coefficient is not 0."""
        return any(self.coefficients)

    @cached_property
    def max_radius(self) -> float:
        """The distance from the axis up to which the model holds; infinite if it holds everywhere.

        Further out its polynomial decreases, and points far outside the image would appear in it.
        """
        if not self.is_distorted:
            return np.inf
        r = np.linspace(0, _MAX_RADIUS, 3001)
        gain, slope = self._gain(r * r)
        # The derivative of r * gain, which has to increase.
        decreasing = np.flatnonzero(~(gain + 2 * r * r * slope > 0))
        return float(r[decreasing[0]]) if len(decreasing) else np.inf

    def distort(self, points: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 2"]:
        """Apply the distortion of the lens to points.

        Parameters
        ----------
        points
            [..., 2], normalised, without distortion; NaN where missing.

        Returns
        -------
        [..., 2], normalised; NaN also beyond `max_radius`.
        """
        if not self.is_distorted:
            return points.copy()
        outside = np.hypot(points[..., 0], points[..., 1]) >= self.max_radius
        inside = np.where(outside[..., None], np.nan, points)
        return self._distorted(inside)

    def undistort(self, points: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 2"]:
        """Remove the distortion of the lens from points, by Newton's method.

        Parameters
        ----------
        points
            [..., 2], normalised, as they appear through the lens; NaN where missing.

        Returns
        -------
        [..., 2], normalised; NaN also where no point within `max_radius` appears.
        """
        if not self.is_distorted:
            return points.copy()
        target = points.astype(np.float64, copy=False)
        estimate = target.copy()
        with np.errstate(all="ignore"):  # estimates that diverge become NaN below
            for _ in range(_STEPS):
                residual = self._distorted(estimate) - target
                if not (np.abs(residual) > _TOLERANCE / 100).any():
                    break
                estimate = estimate - self._newton_step(estimate, residual)
            error = np.abs(self._distorted(estimate) - target).max(-1)
            radius = np.hypot(estimate[..., 0], estimate[..., 1])
            valid = (error < _TOLERANCE) & (radius < self.max_radius)
        return np.where(valid[..., None], estimate, np.nan)

    def _gain(self, r2: Any) -> tuple[Any, Any]:
        """Compute the radial factor g, and its derivative by r^2."""
        k1, k2, _, _, k3, k4, k5, k6 = self._all
        over = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
        under = 1 + r2 * (k4 + r2 * (k5 + r2 * k6))
        d_over = k1 + r2 * (2 * k2 + 3 * r2 * k3)
        d_under = k4 + r2 * (2 * k5 + 3 * r2 * k6)
        with np.errstate(all="ignore"):
            return over / under, (d_over * under - over * d_under) / under**2

    def _distorted(self, points: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 2"]:
        x, y = points[..., 0], points[..., 1]
        _, _, p1, p2 = self._all[:4]
        r2 = x * x + y * y
        gain, _ = self._gain(r2)
        distorted_x = x * gain + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
        distorted_y = y * gain + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
        return np.stack([distorted_x, distorted_y], -1)

    def _newton_step(
        self, points: Float[np.ndarray, "*batch 2"], residual: Float[np.ndarray, "*batch 2"]
    ) -> Float[np.ndarray, "*batch 2"]:
        """Multiply the residual by the inverse of the derivative of the model."""
        x, y = points[..., 0], points[..., 1]
        _, _, p1, p2 = self._all[:4]
        gain, slope = self._gain(x * x + y * y)
        xx = gain + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x
        yy = gain + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x
        xy = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
        determinant = xx * yy - xy * xy
        step_x = (yy * residual[..., 0] - xy * residual[..., 1]) / determinant
        step_y = (xx * residual[..., 1] - xy * residual[..., 0]) / determinant
        return np.stack([step_x, step_y], -1)
