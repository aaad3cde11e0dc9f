"""Demo of lifting: a sample of a real signer, and simulated signers with known depth."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem, problem
from signlift.evaluation.measures import Measures
from signlift.evaluation.report import Report
from signlift.evaluation.report_values import TORSO_CM
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.samples import sample_path
from signlift.utils.atomic import is_new_directory, write_text

#: A file that marks the directory of a demo.
_MARK = "demo.txt"

#: Title of the page that shows a simulated signer.
_TITLE = "A simulated signer: predicted and true depth"

#: Largest angle, in degrees, by which simulated signers are turned away from the camera.
_MAX_TURN = 40


def check_demo_directory(out: Path) -> None:
    """Raise InputError if a directory holds other files than those of an earlier demo."""
    if not (out / _MARK).exists() and not is_new_directory(out):
        expected = "a new or empty directory, or that of an earlier demo"
        found = "other files in it" if out.is_dir() else "a file"
        raise InputError(problem(out, expected=expected, found=found))


def make_demo_directory(out: Path) -> None:
    """Make a directory for a demo, or reuse that of an earlier one.

    Raises
    ------
    InputError
        The directory holds other files.
    """
    check_demo_directory(out)
    write_text(out / _MARK, "The files of 'signlift demo'. The next demo replaces them.\n")


def demo(
    out: str | PathLike[str], *, recordings: int = 12, seed: int = 0, quiet: bool = False
) -> list[Path]:
    """Lift a sample of a real signer, and simulated signers whose true depth is known.

    Parameters
    ----------
    out
        A directory for all files. Files of an earlier demo are replaced.
    recordings
        Number of simulated signers.
    seed
        Seed of the simulation.
    quiet
        Show no progress and print nothing.

    Returns
    -------
    The files to open.

    Raises
    ------
    InputError
        There are fewer than one recording, other files in the directory, or no shipped weights.
    """
    from signlift.io import ReadOptions
    from signlift.io.arrays.original_arrays import BODY_DATA, write_arrays
    from signlift.pipeline.convert import convert
    from signlift.pipeline.view import view
    from signlift.visualization import plot_3D_skeleton

    def say(text: str) -> None:
        if not quiet:
            print(text, flush=True)  # noqa: T201

    out = Path(out)
    if recordings < 1:
        raise InputError(parameter_problem("recordings", expected="1 or more", found=recordings))
    check_demo_directory(out)
    lifter = load()
    make_demo_directory(out)
    say("1/5 sample    a real signer, lifted with the shipped weights")
    files = lift_sample(out, lifter=lifter, quiet=quiet)
    say(f"2/5 simulate  {recordings} signers, with the errors of a keypoint detector")
    signers = [_simulate(seed, number) for number in range(recordings)]
    detected = [recording for _, recording in signers]
    shape = (recordings, max(len(recording) for recording in detected))
    skeleton = detected[0].skeleton
    data = write_arrays(out / "data", detected, shape=shape, skeleton=skeleton, quiet=quiet)
    say("3/5 lift      the simulated signers")
    convert(data / BODY_DATA, out / "depth.npy", model=lifter, reading=ReadOptions(quiet=quiet))
    start = time.perf_counter()
    lifted = [lifter.lift(recording) for recording in detected]
    seconds = max(time.perf_counter() - start, 1e-9)
    say("4/5 measure   their depth against the true one")
    truth = [true for true, _ in signers]
    table = format_measures(*measure_lifted(truth, lifted))
    table += f"\n{sum(map(len, detected)) / seconds:,.0f} frames lifted per second"
    write_text(out / "measures.txt", table + "\n")
    say(f"\n{table}\n")
    say("5/5 draw      the first of them")
    completed = lifter.lift(detected[0], complete=True)
    files.insert(1, view(completed, out / "simulated.html", true=truth[0], title=_TITLE).path)
    for name in ("simulated.png", "simulated.gif"):
        views = ("front", "side", "turned")
        every, dpi = (2, 72) if name.endswith(".gif") else (None, None)
        plot_3D_skeleton(
            lifted[0], out / name, true=truth[0], views=views, every=every, dpi=dpi, quiet=quiet
        )
        files.append(out / name)
    say(f"Predicted depth: {out / 'depth.npy'}")
    say("Files to open:")
    for path in files:
        say(f"  {path}")
    return files


def lift_sample(
    out: str | PathLike[str],
    name: str = "openpose",
    *,
    lifter: Lifter | None = None,
    quiet: bool = True,
) -> list[Path]:
    """Lift a sample recording that is installed with signlift, and draw it.

    Parameters
    ----------
    out
        A directory for signer.npz (the lifted recording), signer.html, signer.png and signer.gif.
    name
        The name of the sample (see `signlift.sample_path`).
    lifter
        The model; by default the shipped weights.
    quiet
        Show no progress.

    Returns
    -------
    The page, the image and the animation.

    Raises
    ------
    InputError
        There is no such sample.
    """
    from signlift.io import read, write
    from signlift.io.export.preparation import remove_unobserved_depth
    from signlift.pipeline.view import view
    from signlift.visualization import plot_3D_skeleton

    out = Path(out)
    recording = read(sample_path(name))
    lifter = lifter or load()
    lifted = remove_unobserved_depth(lifter.lift(recording))
    write(lifted, out / "signer.npz")
    # Pages and pictures show what was completed, pale: so the person is whole in every frame.
    completed = lifter.lift(recording, complete=True)
    page = view(completed, out / "signer.html", title="A real signer").path
    views = ("front", "side", "turned")
    image, animation = out / "signer.png", out / "signer.gif"
    plot_3D_skeleton(completed, image, views=views, show_input=True, quiet=quiet)
    plot_3D_skeleton(completed, animation, views=views, show_input=True, dpi=72, quiet=quiet)
    return [page, image, animation]


def _simulate(seed: int, number: int) -> tuple[Recording, Recording]:
    """Simulate a signer, and the keypoints that a detector finds."""
    from signlift.datasets.simulated import simulate_recording
    from signlift.normalization.scale import torso_length
    from signlift.simulation.detector.simulated_detector import simulate_detections

    true = simulate_recording(seed, number, max_turn=_MAX_TURN)
    scale = torso_length(true.keypoints, true.skeleton)
    rng = np.random.default_rng([seed, number, 1])
    keypoints, confidence = simulate_detections(
        rng, true.keypoints[None], true.skeleton, 30.0, scale
    )
    return true, replace(true, keypoints=keypoints[0], confidence=confidence[0])


def measure_lifted(
    truth: Sequence[Recording], lifted: Sequence[Recording]
) -> tuple[Report, Report]:
    """Measure predicted depth, and the depth 0 of a flat skeleton.

    Parameters
    ----------
    truth
        Recordings with true depth, whose torsos are the unit of length.
    lifted
        The same recordings with predicted depth.

    Returns
    -------
    The measures of the prediction and of the flat skeleton.
    """
    from signlift.normalization.scale import torso_length

    predicted, flat = Measures(truth[0].skeleton), Measures(truth[0].skeleton)
    for true, recording in zip(truth, lifted, strict=True):
        assert true.depth is not None and recording.depth is not None
        length = torso_length(true.keypoints, true.skeleton)
        predicted.add(
            true.keypoints, recording.depth, true.depth, length, recording.depth_uncertainty
        )
        flat.add(true.keypoints, np.zeros_like(true.depth), true.depth, length)
    return predicted.report(), flat.report()


def format_measures(predicted: Report, flat: Report) -> str:
    """Format the errors relative to the Neck in cm, beside those of a flat skeleton."""
    lines = [f"{'depth relative to the Neck':<28}{'error, cm':>11}{'if flat':>9}{'coverage':>10}"]
    for group, mean in predicted.neck_relative_depth_error.items():
        error = mean.centimetres()
        flat_error = flat.neck_relative_depth_error[group].centimetres()
        coverage = predicted.coverage[group]
        text = "-" if np.isnan(coverage) else f"{coverage:.0%}"
        lines.append(f"  {group:<26}{error:>11.1f}{flat_error:>9.1f}{text:>10}")
    lines += [
        f"cm for a torso of {TORSO_CM:g} cm",
        "coverage: true depths within the uncertainty; 68 % is meant, of many signers",
        "(of 12 it was 57 to 84 %, as the errors in the frames of one signer are alike)",
    ]
    return "\n".join(lines)
