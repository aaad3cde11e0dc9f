"""`signlift demo`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from signlift.cli.options import optional
from signlift.errors import InputError, problem


@dataclass(frozen=True)
class Demo:
    """Lift signers that nobody has seen with the shipped weights, measure, draw.

    Example: signlift demo -o demo

    With --train it is the demo of training: generate, prepare, train a small model, test, lift,
    draw. That needs PyTorch (pip install 'signlift[train]').
    """

    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])] = Path("demo")
    """A folder for all of it; what is there from an earlier demo is replaced."""
    train: bool = False
    """Train a model of your own instead of using the shipped weights."""
    recordings: Annotated[int | None, optional("INT")] = None
    """How many synthetic recordings: by default 12, and 300 to train on."""
    epochs: Annotated[int | None, optional("INT")] = None
    """Passes over them, with --train: by default 60."""
    seed: int = 0
    """The one source of all chance."""
    quiet: bool = False
    """Show no progress and no summary."""

    def run(self) -> int:
        """Do it, and give the exit code."""
        if self.epochs is not None and not self.train:
            raise InputError(problem("--epochs", expected="--train with it", found="none"))
        if self.train:
            from signlift.demos.training_demo import train_demo

            train_demo(
                self.out,
                recordings=300 if self.recordings is None else self.recordings,
                epochs=60 if self.epochs is None else self.epochs,
                seed=self.seed,
                quiet=self.quiet,
            )
        else:
            from signlift.demos.lifting_demo import demo

            recordings = 12 if self.recordings is None else self.recordings
            demo(self.out, recordings=recordings, seed=self.seed, quiet=self.quiet)
        return 0
