"""The demo of training: the chain of the original repository on simulated signers."""

from __future__ import annotations

import shutil
from os import PathLike
from pathlib import Path

from signlift.demos.lifting_demo import make_demo_directory
from signlift.errors import InputError, parameter_problem
from signlift.training.config import TrainConfig
from signlift.training.run import CONFIG


def train_demo(
    out: str | PathLike[str],
    *,
    recordings: int = 300,
    epochs: int = 60,
    seed: int = 0,
    quiet: bool = False,
) -> list[Path]:
    """Generate recordings, prepare them, train a small DepthLSTM, test it, lift with it and draw.

    Parameters
    ----------
    out
        Directory for all files; those of an earlier demo are replaced.
    recordings
        Number of simulated recordings to train and test on.
    epochs
        Passes over them.
    seed
        Seed of all random numbers.
    quiet
        Print nothing and show no progress.

    Returns
    -------
    The images to open.

    Raises
    ------
    InputError
        Less than 2 recordings or less than one epoch; or the directory holds other files.
    """
    from signlift.datasets.canonical_dataset import prepare
    from signlift.datasets.simulated import generate
    from signlift.evaluation.evaluate import evaluate
    from signlift.io import ReadOptions
    from signlift.io.arrays.normalized import NORMALIZED_DATA
    from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND, read_arrays
    from signlift.lifting.load import load
    from signlift.pipeline.convert import convert
    from signlift.training.fit import train
    from signlift.visualization import plot_3D_skeleton

    def report(text: str) -> None:
        if not quiet:
            print(text, flush=True)  # noqa: T201

    out = Path(out)
    config = TrainConfig(arch="depth-lstm", epochs=epochs, hidden_size=128, seed=seed)
    if recordings < 2:
        expected = "2 or more, for training and testing"
        raise InputError(parameter_problem("recordings", expected=expected, found=recordings))
    make_demo_directory(out)
    data, run, results, new = (out / name for name in ("data", "run", "results", "new_signers"))
    if (run / CONFIG).exists():
        shutil.rmtree(run)

    report(f"1/6 generate  {recordings} recordings of simulated signers")
    generate(data, recordings, seed=seed, missing=0.02, upper_body=0.3, quiet=quiet)
    report("2/6 prepare   normalisation of the original repository, in the canonical frame")
    prepare(data / BODY_DATA, data / BODY_GROUND, out / "canonical" / NORMALIZED_DATA, quiet=quiet)
    report(f"3/6 train     a small DepthLSTM, {epochs} epochs")
    train(data, run, config, quiet=quiet)
    report("4/6 test      on the held-back recordings")
    evaluation = evaluate(data, run, out=results, quiet=quiet)
    report("\n" + evaluation.table() + "\n")
    report("5/6 lift      new signers")
    generate(new, 4, seed=seed + 1, missing=0.02, upper_body=0.5, quiet=quiet)
    lifter = load(run)
    reading = ReadOptions(quiet=quiet)
    convert(new / BODY_DATA, new / "depth.npy", model=lifter, reading=reading)
    report("6/6 draw")
    lifted = lifter.lift(read_arrays(new / BODY_DATA)[0])
    images = [new / name for name in ("lifted.png", "lifted.gif")]
    for path in images:
        views = ("front", "side", "turned")
        plot_3D_skeleton(lifted, path, views=views, show_input=True, quiet=quiet)
    drawn = [path for path in evaluation.written if path.suffix in (".png", ".gif")]
    files = [*images, *drawn, run / "losses.png"]
    report(f"\nPredicted depth: {new / 'depth.npy'}, measures: {results / 'measures.json'}")
    report("Files to open:")
    for path in files:
        report(f"  {path}")
    return files
