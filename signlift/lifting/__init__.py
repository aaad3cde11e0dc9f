"""2D in, depth out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signlift.lifting.body_lengths import BodyLengths
    from signlift.lifting.lifter import Lifter, load
    from signlift.lifting.stream import Stream

__all__ = ["BodyLengths", "Lifter", "Stream", "load"]


def __getattr__(name: str) -> Any:
    # Imported when asked for: ONNX Runtime takes its time, and body lengths need none of it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import signlift

    return getattr(signlift, name)
