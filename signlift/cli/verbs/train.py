"""The verb `train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.cli.options import print_warnings_at_once
from signlift.training.config import Hardware, TrainConfig


def train(
    data: Annotated[Path, Parameter(name="DATA")],
    /,
    *,
    out: Annotated[Path, Placeholder("RUN"), Parameter(alias="-o")],
    training: Annotated[TrainConfig | None, Parameter(name="*", negative=None)] = None,
    hardware: Annotated[Hardware | None, Parameter(name="*")] = None,
    test_data: Annotated[Path | None, Placeholder("DATA")] = None,
    groups: Annotated[Path | None, Placeholder("FILE")] = None,
    resume: bool = False,
    quiet: bool = False,
) -> None:
    """Train a network on recordings with known depth.

    By default the shipped weights are fine-tuned. The run keeps them if training does not improve
    on them.

    Example: signlift train data -o runs/first

    Parameters
    ----------
    data
        Directory with body_data.npy and body_ground.npy, or a normalized_data.npy.
    out
        Directory of the run: configuration, checkpoints, learning curves.
    test_data
        Test on all of this data. Then nothing of DATA is held back.
    groups
        Text file with one label per line and recording. Recordings with the same label are not
        split into training and test data.
    resume
        Continue the run in RUN with the options that it was started with. --epochs may grow, and
        --minutes may change.
    quiet
        Show no progress and no summary.
    """
    from signlift.training import fit
    from signlift.training.history import best_epoch
    from signlift.training.split import read_groups

    try:
        with print_warnings_at_once():
            history = fit.train(
                data,
                out,
                training,
                test_data=test_data,
                groups=None if groups is None else read_groups(groups),
                hardware=hardware,
                resume=resume,
                quiet=quiet,
            )
    except KeyboardInterrupt:
        hint = "--resume continues after the last whole epoch"
        raise KeyboardInterrupt(hint) from None
    if not quiet:
        best = best_epoch(history)
        assert best is not None
        losses = [
            f"{name} loss {loss:.5f}"
            for name, loss in (("train", best.train_loss), ("test", best.test_loss))
            if loss is not None
        ]
        which = f"epoch {best.epoch}" if best.epoch else "epoch 0, the weights to start from"
        epochs = history[-1].epoch
        count = f"{epochs} epoch{'' if epochs == 1 else 's'}"
        print(f"{out}: {count}; best: {which} ({', '.join(losses)})")
        print(f"learning curves: {out / 'losses.png'}")
