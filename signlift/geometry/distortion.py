"""The distortion of lenses: the rational radial-tangential model of OpenCV (after Brown, 1971).

Coordinates are normalised: x / z and y / z of the camera frame. With r the distance from the
axis, a point at x, y is seen at

    x g + 2 p1 x y + p2 (r^2 + 2 x^2),   y g + p1 (r^2 + 2 y^2) + 2 p2 x y,
    g = (1 + k1 r^2 + k2 r^4 + k3 r^6) / (1 + k4 r^2 + k5 r^4 + k6 r^6)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float

from signlift.errors import InputError, problem

#: How many coefficients a lens may be given by.
COUNTS = (0, 1, 2, 4, 5, 8)

#: Newton steps of `Lens.undistort`, and how near to the given point its result must be seen.
_STEPS, _TOLERANCE = 30, 1e-9

#: The model is looked at up to here (71.6 degrees off the axis).
_WIDEST = 3.0


@dataclass(frozen=True)
class Lens:
    """How a lens bends what is seen.

    Parameters
    ----------
    coefficients
        k1, k2, p1, p2, k3, k4, k5, k6 in OpenCV's order: the first 0, 1, 2, 4, 5 or 8 of them,
        and 0 for the rest. Zeros beyond the eighth (prism and tilt) are allowed.

    Raises
    ------
    InputError
        Another number of coefficients, or one that is not finite.
    """

    coefficients: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        given = tuple(float(value) for value in self.coefficients)
        kept = given[:8] if not any(given[8:]) and len(given) in (12, 14) else given
        if len(kept) not in COUNTS:
            expected = f"{', '.join(map(str, COUNTS[:-1]))} or {COUNTS[-1]} coefficients"
            raise InputError(problem("distortion", expected=expected, found=str(len(given))))
        if not np.isfinite(kept).all():
            raise InputError(problem("distortion", expected="finite numbers", found=str(given)))
        object.__setattr__(self, "coefficients", kept)

    @cached_property
    def _all(self) -> tuple[float, ...]:
        return (*self.coefficients, *[0.0] * (8 - len(self.coefficients)))

    @cached_property
    def bends(self) -> bool:
        """Whether there is any distortion."""
        return any(self.coefficients)

    @cached_property
    def limit(self) -> float:
        """The distance from the axis up to which the model holds.

        Further out its polynomial turns back, and what is far outside the picture would seem to
        be in it. Infinite where that does not happen.
        """
        if not self.bends:
            return np.inf
        r = np.linspace(0, _WIDEST, 3001)
        gain, slope = self._gain(r * r)
        # Of r * gain, which has to rise.
        turned = np.flatnonzero(~(gain + 2 * r * r * slope > 0))
        return float(r[turned[0]]) if len(turned) else np.inf

    def distort(self, points: Float[np.ndarray, "*rest 2"]) -> Float[np.ndarray, "*rest 2"]:
        """Where points are seen.

        Parameters
        ----------
        points
            [..., 2] normalised, as without a lens; NaN for what is missing.

        Returns
        -------
        [..., 2] normalised; NaN also beyond `limit`.
        """
        if not self.bends:
            return points.copy()
        far = np.hypot(points[..., 0], points[..., 1]) >= self.limit
        inside = np.where(far[..., None], np.nan, points)
        return self._distorted(inside)

    def undistort(self, points: Float[np.ndarray, "*rest 2"]) -> Float[np.ndarray, "*rest 2"]:
        """Where points would be seen without a lens, found by Newton's method.

        Parameters
        ----------
        points
            [..., 2] normalised, as they are seen; NaN for what is missing.

        Returns
        -------
        [..., 2] normalised; NaN also where nothing within `limit` is seen at that place.
        """
        if not self.bends:
            return points.copy()
        wanted = points.astype(np.float64, copy=False)
        found = wanted.copy()
        with np.errstate(all="ignore"):  # what runs away becomes NaN below
            for _ in range(_STEPS):
                miss = self._distorted(found) - wanted
                if not (np.abs(miss) > _TOLERANCE / 100).any():
                    break
                found = found - self._solve(found, miss)
            off = np.abs(self._distorted(found) - wanted).max(-1)
            good = (off < _TOLERANCE) & (np.hypot(found[..., 0], found[..., 1]) < self.limit)
        return np.where(good[..., None], found, np.nan)

    def _gain(self, r2: Any) -> tuple[Any, Any]:
        """How much further from the axis things are seen, and its derivative by r^2."""
        k1, k2, _, _, k3, k4, k5, k6 = self._all
        over = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
        under = 1 + r2 * (k4 + r2 * (k5 + r2 * k6))
        d_over = k1 + r2 * (2 * k2 + 3 * r2 * k3)
        d_under = k4 + r2 * (2 * k5 + 3 * r2 * k6)
        with np.errstate(all="ignore"):
            return over / under, (d_over * under - over * d_under) / under**2

    def _distorted(self, points: Float[np.ndarray, "*rest 2"]) -> Float[np.ndarray, "*rest 2"]:
        x, y = points[..., 0], points[..., 1]
        _, _, p1, p2 = self._all[:4]
        r2 = x * x + y * y
        gain, _ = self._gain(r2)
        seen_x = x * gain + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
        seen_y = y * gain + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
        return np.stack([seen_x, seen_y], -1)

    def _solve(
        self, points: Float[np.ndarray, "*rest 2"], miss: Float[np.ndarray, "*rest 2"]
    ) -> Float[np.ndarray, "*rest 2"]:
        """The Newton step: the inverse of the model's derivative, times what it is off by."""
        x, y = points[..., 0], points[..., 1]
        _, _, p1, p2 = self._all[:4]
        gain, slope = self._gain(x * x + y * y)
        xx = gain + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x
        yy = gain + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x
        xy = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
        determinant = xx * yy - xy * xy
        step_x = (yy * miss[..., 0] - xy * miss[..., 1]) / determinant
        step_y = (xx * miss[..., 1] - xy * miss[..., 0]) / determinant
        return np.stack([step_x, step_y], -1)
