"""How much faster `rotate_skeleton` is than a loop over frames with two scipy rotations each.

Run with `python -m benchmarks.rotate` from the root of the repository.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from signlift.core.skeleton import PANOPTIC26
from signlift.geometry.canonical_frame import rotate_skeleton

_ROOT, _NECK, _NOSE = (PANOPTIC26.index(name) for name in ("MidHip", "Neck", "Nose"))


def rotate_loop(points: NDArray[Any]) -> NDArray[Any]:
    """The plain way, as in the seed: frame by frame, with one scipy rotation for each turn."""
    out = np.empty_like(points)
    for number, frame in enumerate(points):
        body = frame - frame[_ROOT]
        body = _turn(body[_NECK], np.array([0.0, 1.0, 0.0])).apply(body)
        face = body[_NOSE] - body[_NECK]
        face[1] = 0
        out[number] = _turn(face, np.array([1.0, 0.0, 0.0])).apply(body)
    return out


def rotate_lean_loop(points: NDArray[Any]) -> NDArray[Any]:
    """The same loop with nothing but the two scipy rotations left to numpy: the fastest of them."""
    out = np.empty_like(points)
    for number, frame in enumerate(points):
        body = frame - frame[_ROOT]
        x, y, z = body[_NECK].tolist()
        lean = math.hypot(x, z)
        turn = math.atan2(lean, y) / lean
        body = Rotation.from_rotvec([-z * turn, 0, x * turn]).apply(body)
        x, _, z = (body[_NOSE] - body[_NECK]).tolist()
        out[number] = Rotation.from_rotvec([0, math.atan2(z, x), 0]).apply(body)
    return out


def rotate_ratio(
    frames: int = 20_000, repeats: int = 15, loop_frames: int = 200, dtype: str = "float32"
) -> dict[str, float]:
    """Time `rotate_skeleton` and the loops side by side.

    The repeats take turns, so that whatever else the machine does slows all of them alike.

    Parameters
    ----------
    frames
        Frames of 26 keypoints given to `rotate_skeleton` at once.
    repeats
        How often each is timed; the medians count.
    loop_frames
        Frames given to the loops in each repeat.
    dtype
        float32 or float64.

    Returns
    -------
    Frames per second of the three, and the ratios of the first to the other two.
    """
    points = np.random.default_rng(0).normal(size=(frames, 26, 3)).astype(dtype)
    few = points[:loop_frames]
    ways: dict[str, tuple[Callable[[], object], int]] = {
        "rotate_skeleton": (lambda: rotate_skeleton(points, PANOPTIC26), frames),
        "loop": (lambda: rotate_loop(few), len(few)),
        "lean_loop": (lambda: rotate_lean_loop(few), len(few)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(repeats + 1):
        for name, (run, count) in ways.items():
            start = perf_counter()
            run()
            if repeat:  # the first time warms up
                seconds[name].append((perf_counter() - start) / count)
    rates = {name: 1 / median(times) for name, times in seconds.items()}
    return {
        **{f"{name}_frames_per_second": rate for name, rate in rates.items()},
        "ratio": rates["rotate_skeleton"] / rates["loop"],
        "lean_ratio": rates["rotate_skeleton"] / rates["lean_loop"],
    }


def main() -> None:
    """Print the rates and their ratios."""
    print("frames of 26 keypoints per second; ratio of rotate_skeleton to each loop")
    for dtype in ("float32", "float64"):
        result = rotate_ratio(dtype=dtype)
        print(
            f"{dtype}: rotate_skeleton {result['rotate_skeleton_frames_per_second']:,.0f}"
            f" | scipy loop {result['loop_frames_per_second']:,.0f} ({result['ratio']:.0f}x)"
            f" | leanest scipy loop {result['lean_loop_frames_per_second']:,.0f}"
            f" ({result['lean_ratio']:.0f}x)"
        )


def _turn(source: NDArray[Any], target: NDArray[Any]) -> Any:
    """The shortest turn of one direction onto another."""
    source = source / np.linalg.norm(source)
    axis = np.cross(source, target)
    sine = np.linalg.norm(axis)
    if sine == 0:
        return Rotation.identity()
    return Rotation.from_rotvec(axis / sine * np.arctan2(sine, source @ target))


if __name__ == "__main__":
    main()
