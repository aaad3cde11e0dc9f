"""The verb `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.errors import InputError, parameter_problem


def demo(
    *,
    out: Annotated[Path, Placeholder("DIRECTORY"), Parameter(alias="-o")] = Path("demo"),
    train: bool = False,
    recordings: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    quiet: bool = False,
) -> None:
    """Lift recordings with the shipped weights, measure the result and draw it.

    With --train, run the demo of training instead: generate data, prepare it, train a small
    model, test it, lift with it and draw. That needs PyTorch (pip install 'signlift[train]').

    Example: signlift demo -o demo

    Parameters
    ----------
    out
        Directory for all results. Results of an earlier demo are replaced.
    train
        Train a small model instead of using the shipped weights.
    recordings
        Number of synthetic recordings. Default: 12, or 300 with --train.
    epochs
        Passes over the recordings, with --train only. Default: 60.
    seed
        Seed of all random numbers.
    quiet
        Show no progress and no summary.
    """
    if train:
        from signlift.demos.training_demo import train_demo

        train_demo(
            out,
            recordings=300 if recordings is None else recordings,
            epochs=60 if epochs is None else epochs,
            seed=seed,
            quiet=quiet,
        )
        return
    if epochs is not None:
        raise InputError(parameter_problem("epochs", expected="`train` with it", found="none"))
    from signlift.demos.lifting_demo import demo as lifting_demo

    recordings = 12 if recordings is None else recordings
    lifting_demo(out, recordings=recordings, seed=seed, quiet=quiet)
