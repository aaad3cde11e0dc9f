"""The epochs of a run, in one process or in each of several."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float
from lightning_fabric import Fabric

from signlift.datasets.dataset import Dataset
from signlift.errors import InputError, problem
from signlift.model.checkpoint import (
    BEST,
    LAST,
    load_checkpoint,
    load_training_state,
    save_checkpoint,
)
from signlift.model.depth_lstm import DepthLSTM, DepthLSTMConfig
from signlift.training.config import TrainConfig
from signlift.training.run import Epoch, best_epoch, write_losses
from signlift.training.split import Split
from signlift.training.test_epoch import test_epoch
from signlift.training.train_epoch import train_epoch
from signlift.training.training_state import load_optimizer, optimizer_state
from signlift.utils.progress import progress_bar

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


#: Seconds between drawings of the learning curves of a run that goes on.
_REDRAW = 30.0


@dataclass(frozen=True, eq=False)
class Job:
    """What every process of a run is given."""

    run: Path
    dataset: Dataset
    test_dataset: Dataset
    split: Split
    mean_depth: Float[np.ndarray, " J"]
    config: TrainConfig
    resume: bool
    quiet: bool


def run_epochs(fabric: Fabric, job: Job) -> None:
    """Train in one process of the run; the first one writes."""
    config, dataset = job.config, job.dataset
    model_config = DepthLSTMConfig(
        config.skeleton,
        dataset.frame,
        config.hidden_size,
        config.num_layers,
        config.observed_mask,
    )
    torch.manual_seed(config.seed)
    raw = model_config.build()
    history: list[Epoch] = []
    last = job.run / LAST
    going_on = job.resume and last.exists()
    if going_on:
        loaded, _, info = load_checkpoint(last)
        assert isinstance(loaded, DepthLSTM)
        raw = loaded
        history = [Epoch(**row) for row in info["history"]]
    adam = torch.optim.Adam(raw.parameters(), lr=config.learning_rate, fused=True)
    model, optimizer = fabric.setup(raw, adam)
    if going_on:
        load_optimizer(adam, load_training_state(last))
    writer = _summary_writer(job.run, len(history)) if fabric.is_global_zero else None
    drawn = time.monotonic()
    frames = int(dataset.lengths[job.split.train].sum())
    quiet = job.quiet or not fabric.is_global_zero
    done, total = len(history) * frames, config.epochs * frames
    with progress_bar(total, "training", quiet=quiet, initial=done) as bar:
        for epoch in range(len(history) + 1, config.epochs + 1):
            bar.set_description(f"epoch {epoch}/{config.epochs}", refresh=False)
            rng = np.random.default_rng([config.seed, epoch])
            order = rng.permutation(job.split.train)
            mirrored = rng.random(len(dataset)) < 0.5 if config.mirror else None
            train_loss = train_epoch(
                fabric, model, raw, optimizer, dataset, order, config, mirrored, bar
            )
            if not np.isfinite(train_loss):
                expected = "a loss that is a number (a lower `learning_rate` may help)"
                found = f"{train_loss} in epoch {epoch}"
                raise InputError(problem(job.run, expected=expected, found=found))
            test_loss = None
            if len(job.split.test):
                test_loss = test_epoch(fabric, model, raw, job.test_dataset, job.split.test, config)
            history.append(Epoch(epoch, train_loss, test_loss))
            if writer is not None:
                info = {
                    "history": [asdict(row) for row in history],
                    "mean_depth": [None if np.isnan(z) else float(z) for z in job.mean_depth],
                    "epoch": epoch,
                }
                if best_epoch(history) is history[-1] or not (job.run / BEST).exists():
                    save_checkpoint(job.run / BEST, raw, model_config, info)
                save_checkpoint(last, raw, model_config, info, training_state=optimizer_state(adam))
                write_losses(job.run, history)
                if time.monotonic() - drawn > _REDRAW:
                    _draw_losses(job.run, history, config.loss)
                    drawn = time.monotonic()
                writer.add_scalar("loss/train", train_loss, epoch)
                if test_loss is not None:
                    writer.add_scalar("loss/test", test_loss, epoch)
            fabric.barrier()
    if writer is not None:
        writer.close()
        write_losses(job.run, history)  # a kill may have come between checkpoint and losses
        _draw_losses(job.run, history, config.loss)


def _summary_writer(run: Path, epochs_done: int) -> SummaryWriter:
    from torch.utils.tensorboard import SummaryWriter

    # Events past the last whole epoch, of a run that was killed, are dropped.
    return SummaryWriter(str(run / "tensorboard"), purge_step=epochs_done + 1)


def _draw_losses(run: Path, history: Sequence[Epoch], loss: str) -> None:
    from signlift.visualization import plot_losses

    what = (
        "squared depth error (torso lengths²)"
        if loss == "mse"
        else "absolute depth error (torso lengths)"
    )
    plot_losses([asdict(row) for row in history], run / "losses.png", loss=what)
