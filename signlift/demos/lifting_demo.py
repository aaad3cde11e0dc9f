"""The demo: signers that nobody has seen, lifted by the shipped weights, measured and drawn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Float

from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem, problem
from signlift.utils.atomic import write_text

#: Tells that a folder was made by the demo.
_MARK = "demo.txt"

#: What the depth of a person is told in: centimetres of a torso of this length.
TORSO_CM = 50.0

_ROWS = (
    ("wrists", ("LHand", "RHand")),
    ("elbows", ("LElbow", "RElbow")),
    ("shoulders", ("LShoulder", "RShoulder")),
    ("head", ("Nose", "LEye", "REye", "LEar", "REar")),
)


def check_demo_folder(out: Path) -> None:
    """Raise InputError when a folder holds other files than those of an earlier demo."""
    if out.exists() and not (out / _MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        expected = "a new or empty folder, or that of an earlier demo"
        raise InputError(problem(out, expected=expected, found="other files"))


def demo_folder(out: Path) -> None:
    """Make a folder for a demo, or take that of an earlier one.

    Raises
    ------
    InputError
        The folder holds other files.
    """
    check_demo_folder(out)
    write_text(out / _MARK, "The files of 'signlift demo': the next demo replaces them.\n")


def demo(
    out: str | PathLike[str], *, recordings: int = 12, seed: int = 0, quiet: bool = False
) -> list[Path]:
    """Lift procedural signers with the shipped weights, and compare with what is true of them.

    Parameters
    ----------
    out
        A folder for all of it; what is there from an earlier demo is replaced.
    recordings
        How many signers.
    seed
        The one source of all chance.
    quiet
        Show no progress and say nothing.

    Returns
    -------
    The files to open.

    Raises
    ------
    InputError
        Less than one recording; or the folder holds other files; or there are no shipped weights.
    """
    from signlift.io import ReadOptions
    from signlift.io.arrays.original_arrays import BODY_DATA, write_arrays
    from signlift.lifting.lifter import load
    from signlift.pipeline.convert import convert
    from signlift.visualization import plot_3D_skeleton

    def say(text: str) -> None:
        if not quiet:
            print(text, flush=True)  # noqa: T201

    out = Path(out)
    if recordings < 1:
        raise InputError(parameter_problem("recordings", expected="1 or more", found=recordings))
    check_demo_folder(out)
    lifter = load()
    demo_folder(out)
    say(f"1/4 film      {recordings} synthetic signers, as a keypoint detector gives them")
    filmed = [_film(seed, number) for number in range(recordings)]
    seen = [recording for _, recording in filmed]
    shape = (recordings, max(len(recording) for recording in seen))
    data = write_arrays(out / "data", seen, shape=shape, skeleton=seen[0].skeleton, quiet=quiet)
    say("2/4 lift      with the shipped weights")
    reading = ReadOptions(quiet=quiet)
    convert(data / BODY_DATA, out / "depth.npy", model=lifter, reading=reading)
    began = time.perf_counter()
    lifted = [lifter.lift(recording) for recording in seen]
    rate = sum(map(len, seen)) / max(time.perf_counter() - began, 1e-9)
    say("3/4 measure   against the true depth")
    table = _table([(true, found) for (true, _), found in zip(filmed, lifted, strict=True)], rate)
    write_text(out / "measures.txt", table + "\n")
    say(f"\n{table}\n")
    say("4/4 draw")
    files = [
        plot_3D_skeleton(
            lifted[0],
            out / name,
            true=filmed[0][0],
            views=("front", "side", "turned"),
            quiet=quiet,
        )
        for name in ("lifted.png", "lifted.gif")
    ]
    say(f"Predicted depth: {out / 'depth.npy'}")
    say("Files to open:")
    for path in files:
        say(f"  {path}")
    return files


def _film(seed: int, number: int) -> tuple[Recording, Recording]:
    """A signer as they are, and as a keypoint detector gives them."""
    from signlift.datasets.simulated import signer_recording
    from signlift.normalization.normalize import torso_length
    from signlift.simulation.detector.simulated_detector import simulate_detections

    true = signer_recording(seed, number, max_turn=40)
    scale = torso_length(true.keypoints, true.skeleton)
    rng = np.random.default_rng([seed, number, 1])
    keypoints, confidence = simulate_detections(
        rng, true.keypoints[None], true.skeleton, 30.0, scale
    )
    return true, replace(true, keypoints=keypoints[0], confidence=confidence[0])


def _from_neck(recording: Recording) -> Float[np.ndarray, "T J"]:
    """Depth relative to the Neck."""
    depth = recording.points[..., 2] if recording.depth is None else recording.depth
    return depth - depth[:, [recording.skeleton.index("Neck")]]


def _table(pairs: Sequence[tuple[Recording, Recording]], rate: float) -> str:
    """Errors in centimetres, beside those of a skeleton that has no depth."""
    from signlift.normalization.normalize import torso_length

    lines = [
        f"{'depth relative to the Neck, cm':<32}{'error':>8}{'without depth':>16}{'within':>9}"
    ]
    for title, names in _ROWS:
        off, flat, within = [], [], []
        for true, lifted in pairs:
            on = true.skeleton
            columns = [on.index(name) for name in names]
            cm = TORSO_CM / torso_length(true.keypoints, on)
            truth, found = (_from_neck(body)[:, columns] * cm for body in (true, lifted))
            off.append(np.abs(found - truth))
            flat.append(np.abs(truth))
            if true.depth is not None and lifted.depth is not None:
                wrong = np.abs(lifted.depth - true.depth)[:, columns]
                limit = np.full_like(wrong, np.nan)
                if lifted.depth_uncertainty is not None:
                    limit = lifted.depth_uncertainty[:, columns]
                known = ~np.isnan(wrong) & ~np.isnan(limit)
                within.append((wrong <= limit)[known])
        means = [np.nanmean(np.concatenate(values)) for values in (off, flat)]
        counted = np.concatenate(within) if within else np.empty(0)
        share = f"{counted.mean():.0%}" if len(counted) else "-"
        lines.append(f"  {title:<30}{means[0]:>8.1f}{means[1]:>16.1f}{share:>9}")
    lines.append("(torso taken as 50 cm; within: true depths within one estimated error)")
    lines.append(f"{rate:,.0f} frames lifted per second")
    return "\n".join(lines)
