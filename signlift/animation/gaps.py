"""Gaps in the motion of an avatar: of whole recordings, or frame by frame."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from signlift.animation.motion_gaps import (
    Blends,
    Interpolate,
    blend_to_next,
    find_blends,
    hold_last_value,
)
from signlift.geometry.interpolation import lerp
from signlift.utils.array_types import Bool

_State = TypeVar("_State")


class Gaps:
    """Settings of the gaps to fill, with the state of the frames before.

    Parameters
    ----------
    blend
        Number of frames before the end of a gap in which values blend to the next ones.
    memory
        State of the frames before the first one, by name; it is changed. None for whole
        recordings. With a memory nothing may blend, as later frames are not known.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.animation.gaps import Gaps
    >>> live = Gaps(memory={})
    >>> live.hold("hips", np.array([[1.0]]), None), live.hold("hips", np.array([[np.nan]]), None)
    (array([[1.]]), array([[1.]]))
    """

    def __init__(self, blend: int = 0, memory: dict[str, Any] | None = None) -> None:
        assert memory is None or not blend
        self._blend, self._memory = blend, memory

    @property
    def is_live(self) -> bool:
        """True if the state of the frames is kept for those that follow."""
        return self._memory is not None

    def hold(
        self,
        name: str,
        values: NDArray[np.floating],
        start: NDArray[np.floating] | None,
        interpolate: Interpolate = lerp,
        *,
        parts: bool = False,
    ) -> NDArray[np.floating]:
        """Fill gaps with the last value before them, as `hold_last_value` does.

        Parameters
        ----------
        name
            The name of the values, by which the last one is kept.
        values, start, interpolate, parts
            As for `hold_last_value`.
        """
        if self._memory is None:
            return hold_last_value(values, start, self._blend, interpolate, parts=parts)
        start = self._memory.get(name, start)
        out = hold_last_value(values, start, parts=parts)
        if start is not None or not np.isnan(out[-1]).any():
            self._memory[name] = out[-1].copy()
        return out

    def find_blends(self, observed: Bool[np.ndarray, "*shape"]) -> Blends | None:
        """Find the frames in which gaps blend (see `motion_gaps.find_blends`)."""
        return find_blends(observed, self._blend)

    def blend_to_next(
        self,
        values: NDArray[np.floating],
        observed: Bool[np.ndarray, "*shape"],
        interpolate: Interpolate,
    ) -> NDArray[np.floating]:
        """Blend from the held value to the next one (see `motion_gaps.blend_to_next`)."""
        return blend_to_next(values, observed, self._blend, interpolate)

    def ever(self, name: str, values: NDArray[np.floating]) -> bool:
        """Return True if any of some values was observed, in these frames or in those before."""
        observed = not np.isnan(values).all()
        if self._memory is not None:
            observed = self._memory[name] = observed or self._memory.get(name, False)
        return observed

    def recall(self, name: str, default: _State) -> _State:
        """Return what was kept of the frames before."""
        state: _State = default if self._memory is None else self._memory.get(name, default)
        return state

    def keep(self, name: str, state: object) -> None:
        """Keep something for the frames that follow."""
        if self._memory is not None:
            self._memory[name] = state
