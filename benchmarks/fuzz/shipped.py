"""The shipped weights, loaded once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signlift.lifting.lifter import Lifter


@cache
def load_shipped() -> Lifter:
    """Load the shipped weights."""
    from signlift.lifting.load import load

    return load()
