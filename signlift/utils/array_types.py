"""Types of arrays with their shapes, of jaxtyping, for annotations.

`Float[np.ndarray, "T 3"]` is an array [T, 3]. Type checkers see jaxtyping's types, and so does a
program that has imported jaxtyping before, to check shapes in calls, as our tests do. Others get
types that know no shapes: jaxtyping takes a tenth of the time in which the command line starts.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or "jaxtyping" in sys.modules:
    from jaxtyping import Bool as Bool
    from jaxtyping import Float as Float
    from jaxtyping import Int as Int
    from jaxtyping import UInt8 as UInt8
else:

    class _Shaped:
        """An array of any shape."""

        def __class_getitem__(cls, array_and_shape: tuple[Any, str]) -> Any:
            return array_and_shape[0]

    Bool = Float = Int = UInt8 = _Shaped
