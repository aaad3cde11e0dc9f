"""`signlift train`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from signlift.cli.options import optional
from signlift.training.config import Hardware, TrainConfig


@dataclass(frozen=True)
class Train:
    """Train a DepthLSTM on recordings with known depth.

    Example: signlift train data -o runs/first --epochs 60
    """

    data: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="DATA")]
    """A folder with body_data.npy and body_ground.npy, or a normalized_data.npy."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])]
    """The run's folder: configuration, checkpoints, learning curves."""
    training: Annotated[TrainConfig, tyro.conf.OmitArgPrefixes] = field(default_factory=TrainConfig)
    """How to train."""
    hardware: Annotated[Hardware, tyro.conf.OmitArgPrefixes] = field(default_factory=Hardware)
    """Where to compute."""
    test_data: Annotated[Path | None, optional("DATA")] = None
    """Test on all of this data; then nothing is held back of DATA."""
    groups: Annotated[Path | None, optional("FILE")] = None
    """A text file with a label for each recording, one a line: the same label is never split."""
    resume: bool = False
    """Go on with the run in OUT, with its own options (--epochs may grow)."""
    quiet: bool = False
    """Show no progress and no summary."""

    def run(self) -> int:
        """Do it, and give the exit code."""
        from signlift.training.fit import train
        from signlift.training.run import best_epoch
        from signlift.training.split import read_groups

        history = train(
            self.data,
            self.out,
            self.training,
            test_data=self.test_data,
            groups=None if self.groups is None else read_groups(self.groups),
            hardware=self.hardware,
            resume=self.resume,
            quiet=self.quiet,
        )
        if not self.quiet:
            best = best_epoch(history)
            assert best is not None
            tested = "" if best.test_loss is None else f", test loss {best.test_loss:.5f}"
            print(
                f"{self.out}: {len(history)} epochs; the best is number {best.epoch}, "
                f"train loss {best.train_loss:.5f}{tested}"
            )
            print(f"learning curves: {self.out / 'losses.png'}")
        return 0
