"""Training from start to end: open, split, epochs, checkpoints, curves; and going on later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from jaxtyping import Float
from lightning_fabric import Fabric

from signlift.batching.dataset import Dataset, open_dataset
from signlift.errors import InputError, problem
from signlift.model.checkpoint import BEST, LAST, load_checkpoint, save_checkpoint
from signlift.model.depth_lstm import ModelConfig
from signlift.progress import progress_bar
from signlift.skeleton import skeleton
from signlift.training.config import Hardware, TrainConfig
from signlift.training.mean_depth import mean_depth
from signlift.training.run import (
    CONFIG,
    Epoch,
    RunConfig,
    best_epoch,
    read_config,
    write_config,
    write_losses,
)
from signlift.training.split import Split, split_recordings
from signlift.training.test_epoch import test_epoch
from signlift.training.train_epoch import train_epoch

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


@dataclass(frozen=True, eq=False)
class _Job:
    """What every process of a run is given."""

    run: Path
    dataset: Dataset
    test_dataset: Dataset
    split: Split
    mean_depth: Float[np.ndarray, " J"]
    config: TrainConfig
    resume: bool
    quiet: bool


def train(
    data: str | PathLike[str],
    run: str | PathLike[str],
    config: TrainConfig | None = None,
    *,
    test_data: str | PathLike[str] | None = None,
    groups: Sequence[str] | None = None,
    hardware: Hardware | None = None,
    resume: bool = False,
    quiet: bool = True,
    **options: Any,
) -> list[Epoch]:
    """Train a DepthLSTM on recordings with known depth.

    Parameters
    ----------
    data
        A folder with body_data.npy and body_ground.npy, or a normalized_data.npy.
    run
        The folder of the run, made by this (see `signlift.training.run` for what is in it).
    config, **options
        The options, as a TrainConfig or by name: `train(data, run, epochs=20)`.
    test_data
        Test on all of this data; then nothing is held back of `data`.
    groups
        [V], a label for each recording; those with the same label are not split.
    hardware
        Accelerator, number of processes, precision.
    resume
        Go on with a run that was stopped, to the same weights as without the stop (bit for bit
        on one CPU). Its options come from the run; of those given, only `epochs` counts.
    quiet
        Show no progress bars.

    Returns
    -------
    The losses of every epoch.

    Raises
    ------
    InputError
        The data, the options or the run's folder are not what they need to be.
    """
    config = replace(config or TrainConfig(), **options)
    hardware = hardware or Hardware()
    run = Path(run)
    if resume:
        started = read_config(run)
        config = _resumed_config(run, started.config, config)
        test_data = started.test_data if test_data is None else test_data
    elif (run / CONFIG).exists():
        expected = "a new folder, or --resume to go on"
        raise InputError(problem(run, expected=expected, found="a run"))
    elif run.exists() and not run.is_dir():
        raise InputError(problem(run, expected="a folder for the run", found="a file"))
    on = skeleton(config.skeleton)
    dataset = open_dataset(data, on, quiet=quiet)
    tested = dataset if test_data is None else open_dataset(test_data, on, quiet=quiet)
    if tested.frame != dataset.frame:
        raise InputError(
            problem(
                str(test_data),
                expected=f"the {dataset.frame} frame, as {data}",
                found=f"the {tested.frame} frame",
            )
        )
    fabric = _fabric(hardware)
    if resume:
        _check_same(data, started.fingerprint, dataset)
        if started.test_fingerprint is not None:
            _check_same(str(test_data), started.test_fingerprint, tested)
        started = replace(started, config=config)
    else:
        if test_data is None:
            split = split_recordings(len(dataset), config.test_fraction, config.seed, groups)
        else:
            split = Split(np.arange(len(dataset)), np.arange(len(tested)))
        of_test_data = None if test_data is None else tested.fingerprint
        test_path = None if test_data is None else str(test_data)
        started = RunConfig(str(data), dataset.fingerprint, test_path, of_test_data, config, split)
    average = mean_depth(dataset, started.split.train, quiet=quiet)
    if not np.isfinite(average).any():
        expected = "known depth in the recordings to train on"
        raise InputError(problem(data, expected=expected, found="none"))
    write_config(run, started)
    job = _Job(run, dataset, tested, started.split, average, config, resume, quiet)
    fabric.launch(partial(_fit, job=job))
    _, _, info = load_checkpoint(run / LAST)
    return [Epoch(**row) for row in info["history"]]


def _resumed_config(run: Path, saved: TrainConfig, given: TrainConfig) -> TrainConfig:
    """The run's options, with the epochs that are given now."""
    default = TrainConfig()
    changed = given.differences(default, but=("epochs",))
    differing = saved.differences(given, but=("epochs",))
    if changed and differing:
        raise InputError(
            problem(run, expected="the run's own options to resume it", found=differing[0])
        )
    return replace(saved, epochs=given.epochs if given.epochs != default.epochs else saved.epochs)


def _check_same(path: str | PathLike[str], fingerprint: str, dataset: Dataset) -> None:
    if dataset.fingerprint != fingerprint:
        expected = "the data that the run was started with"
        raise InputError(problem(path, expected=expected, found="other recordings"))


def _fabric(hardware: Hardware) -> Fabric:
    if hardware.devices < 1:
        raise InputError(
            problem("--devices", expected="a number above 0", found=str(hardware.devices))
        )
    try:
        return Fabric(
            accelerator=hardware.accelerator,
            devices=hardware.devices,
            strategy="ddp_spawn" if hardware.devices > 1 else "auto",
            precision=hardware.precision,  # type: ignore[arg-type]
        )
    except Exception as error:  # Fabric raises many kinds, each with a message for users
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            problem(
                "--accelerator, --devices, --precision",
                expected="what this machine has",
                found=f"{hardware.accelerator}, {hardware.devices}, {hardware.precision} "
                f"({reason})",
            )
        ) from error


def _fit(fabric: Fabric, job: _Job) -> None:
    """Train in one process of the run; the first one writes."""
    config, dataset = job.config, job.dataset
    model_config = ModelConfig(
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
        raw, _, info = load_checkpoint(last)
        history = [Epoch(**row) for row in info["history"]]
    adam = torch.optim.Adam(raw.parameters(), lr=config.learning_rate, fused=True)
    model, optimizer = fabric.setup(raw, adam)
    if going_on:
        load_checkpoint(last, adam)
    writer = _summary_writer(job.run, len(history)) if fabric.is_global_zero else None
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
                if best_epoch(history) is history[-1]:
                    save_checkpoint(job.run / BEST, raw, model_config, info)
                save_checkpoint(last, raw, model_config, info, adam)
                write_losses(job.run, history)
                writer.add_scalar("loss/train", train_loss, epoch)
                if test_loss is not None:
                    writer.add_scalar("loss/test", test_loss, epoch)
            fabric.barrier()
    if writer is not None:
        writer.close()
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
