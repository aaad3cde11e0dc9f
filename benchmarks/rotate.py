"""Compare the speed of `rotate_skeleton` with scipy, vectorised over frames and in a loop.

Run with `python -m benchmarks.rotate` from the root of the repository.

Both baselines lack the rules of `rotate_skeleton` for missing keypoints and degenerate bodies. The
loop is the method of the original repository (imatge-upc/3D_skeleton_conversion); the vectorised
version is how one would write it with scipy today, and so the honest baseline.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from benchmarks.command import make_parser, run_benchmark
from signlift.core.skeleton import PANOPTIC26
from signlift.geometry.canonical import rotate_skeleton

_ROOT, _NECK, _NOSE = (PANOPTIC26.index(name) for name in ("MidHip", "Neck", "Nose"))
_X, _Y = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])


def rotate_vectorised(points: NDArray[Any]) -> NDArray[Any]:
    """Rotate all frames at once, by two scipy rotations: the trunk onto +y, the face onto +x."""
    centred = points.astype(np.float64) - points[:, [_ROOT]]
    first = _shortest_rotation(centred[:, _NECK], _Y)
    face = first.apply(centred[:, _NOSE] - centred[:, _NECK]) * [1, 0, 1]
    matrices = (_shortest_rotation(face, _X) * first).as_matrix()
    return (centred @ matrices.swapaxes(1, 2)).astype(points.dtype)


def rotate_loop(points: NDArray[Any]) -> NDArray[Any]:
    """Rotate frame by frame, by two scipy rotations each, as the original repository does."""
    return np.concatenate([rotate_vectorised(frame[None]) for frame in points])


def measure_rates(
    frames: int = 20_000, repeats: int = 15, loop_frames: int = 200, dtype: str = "float32"
) -> dict[str, float]:
    """Time `rotate_skeleton` and the two baselines side by side.

    They take turns, so that other load on the machine slows all of them alike.

    Parameters
    ----------
    frames
        Frames of 26 keypoints per call of the vectorised versions.
    repeats
        The number of timed calls; medians count.
    loop_frames
        Frames per call of the loop.
    dtype
        float32 or float64.

    Returns
    -------
    Frames per second of each method.
    """
    points = np.random.default_rng(0).normal(size=(frames, 26, 3)).astype(dtype)
    methods: dict[str, tuple[Callable[[NDArray[Any]], object], NDArray[Any]]] = {
        "rotate_skeleton": (rotate_skeleton, points),
        "vectorised": (rotate_vectorised, points),
        "loop": (rotate_loop, points[:loop_frames]),
    }
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    for repeat in range(repeats + 1):
        for name, (rotate, some) in methods.items():
            start = perf_counter()
            rotate(some)
            if repeat:  # the first call warms up
                seconds[name].append((perf_counter() - start) / len(some))
    return {name: 1 / median(times) for name, times in seconds.items()}


def report_all() -> None:
    """Print the rates and their ratios."""
    print("frames of 26 keypoints per second, and how many times as many rotate_skeleton does")
    for dtype in ("float32", "float64"):
        rates = measure_rates(dtype=dtype)
        ours = rates["rotate_skeleton"]
        print(
            f"{dtype}: rotate_skeleton {ours:,.0f}"
            f" | scipy, vectorised {rates['vectorised']:,.0f} ({ours / rates['vectorised']:.1f}x)"
            f" | scipy, frame by frame {rates['loop']:,.0f} ({ours / rates['loop']:.0f}x)"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the rates and return the exit code."""
    parser = make_parser("rotate", __doc__)
    return run_benchmark(parser, lambda _: report_all(), arguments)


def _shortest_rotation(source: NDArray[Any], target: NDArray[Any]) -> Rotation:
    """Compute the shortest rotations of vectors [T, 3] onto a unit vector."""
    axis = np.cross(source, target)
    sine = np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = np.arctan2(sine, (source @ target)[:, None])
    return Rotation.from_rotvec(axis / sine * angle)


if __name__ == "__main__":
    sys.exit(main())
