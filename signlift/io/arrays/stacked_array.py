"""Recordings stacked in one .npy file: [T, J], or [V, T, J] padded with NaN."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from signlift.errors import InputError, problem
from signlift.io.arrays.npy import NpyWriter, npy_writer
from signlift.utils.array_types import Float


@contextmanager
def open_stacked_array(
    path: Path, shape: tuple[int, ...]
) -> Iterator[Callable[[Float[np.ndarray, "T J"]], None]]:
    """Write one recording after the other to a .npy file, whole or not at all.

    Memory holds one recording at a time.

    Parameters
    ----------
    path
        The file, float32.
    shape
        (T,) for one recording, (V, T) for V recordings. Recordings that are shorter than T are
        padded with NaN.

    Yields
    ------
    A function that writes the next recording, [up to T, J].

    Raises
    ------
    InputError
        A recording is longer than T or has another number of keypoints than the first one, or
        there are more or fewer than V.
    """
    *several, T = shape
    V = several[0] if several else 1
    count = 0
    file: NpyWriter | None = None

    with ExitStack() as stack:

        def write(values: Float[np.ndarray, "T J"]) -> None:
            nonlocal count, file
            if file is None:
                file = stack.enter_context(npy_writer(path, (*shape, values.shape[1])))
            J = file.shape[-1]
            if count == V or len(values) > T or values.shape[1] != J:
                expected = f"{V} recordings of up to {T} frames with {J} keypoints"
                found = f"{list(values.shape)} for recording {count}"
                raise InputError(problem(path, expected=expected, found=found))
            padded = np.full((T, J), np.nan, np.float32)
            padded[: len(values)] = values
            file.put((count,) if several else (), padded)
            count += 1

        yield write
        if count != V:
            expected = f"{V} recordings to write"
            raise InputError(problem(path, expected=expected, found=str(count)))
