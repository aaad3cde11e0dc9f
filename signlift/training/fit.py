"""Training from start to end: open, split, epochs, checkpoints, curves; and going on later."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock, Timeout
from jaxtyping import Float
from lightning_fabric import Fabric
from torch.multiprocessing.spawn import ProcessRaisedException

from signlift.datasets.dataset import Dataset, open_dataset
from signlift.errors import InputError, parameter_problem, problem
from signlift.model.checkpoint import BEST, LAST, load_checkpoint
from signlift.training.config import Hardware, TrainConfig
from signlift.training.loop import Job, run_epochs
from signlift.training.mean_depth import mean_depth
from signlift.training.run import CONFIG, Epoch, RunConfig, check_split, read_config, write_config
from signlift.training.split import Split, split_recordings


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
        on one CPU). Options, split and test data are the run's own. Those that are given must
        not differ from them, except that `epochs` may grow.
    quiet
        Show no progress bars.

    Returns
    -------
    The losses of every epoch.

    Raises
    ------
    InputError
        The data, the options or the run's folder are not what they need to be; another process
        trains in the folder; the loss is not a number, or memory does not suffice.
    """
    hardware = hardware or Hardware()
    run = Path(run)
    if run.exists() and not run.is_dir():
        raise InputError(problem(run, expected="a folder for the run", found="a file"))
    if groups is not None and (resume or test_data is not None):
        with_what = "`resume`" if resume else "`test_data`, which holds nothing back"
        raise InputError(
            parameter_problem("groups", expected=f"none with {with_what}", found="some")
        )
    started = None
    if resume:
        started = read_config(run)
        config = replace(config or started.config, **options)
        test_data = _check_resumed(run, started, config, test_data)
    else:
        config = replace(config or TrainConfig(), **options)
        # A folder without a checkpoint is that of a run that never got through an epoch.
        if (run / CONFIG).exists() and ((run / LAST).exists() or (run / BEST).exists()):
            expected = "a new folder, or `resume` to go on"
            raise InputError(problem(run, expected=expected, found="a run"))
    dataset = open_dataset(data, config.skeleton, quiet=quiet)
    tested = dataset if test_data is None else open_dataset(test_data, config.skeleton, quiet=quiet)
    if tested.frame != dataset.frame:
        expected = f"the {dataset.frame} frame, as {data}"
        raise InputError(
            problem(str(test_data), expected=expected, found=f"the {tested.frame} frame")
        )
    fabric = _fabric(hardware, config.precision)
    if started is not None:
        _check_same(data, started.fingerprint, dataset)
        if started.test_fingerprint is not None:
            _check_same(str(test_data), started.test_fingerprint, tested)
        started = replace(started, config=config)
    else:
        split = Split(np.arange(len(dataset)), np.arange(len(tested)))
        if test_data is None:
            split = split_recordings(len(dataset), config.test_fraction, config.seed, groups)
        started = RunConfig(
            str(data),
            dataset.fingerprint,
            None if test_data is None else str(test_data),
            None if test_data is None else tested.fingerprint,
            config,
            split,
        )
    check_split(run, started.split, len(dataset), len(tested))
    average = mean_depth(dataset, started.split.train, quiet=quiet)
    _check_known(average, data, "train")
    if len(started.split.test):
        tested_average = mean_depth(tested, started.split.test, quiet=quiet)
        _check_known(tested_average, test_data or data, "test")
    job = Job(run, dataset, tested, started.split, average, config, resume, quiet)
    with _alone_in(run):
        write_config(run, started)
        _launch(fabric, job)
    _, _, info = load_checkpoint(run / LAST)
    return [Epoch(**row) for row in info["history"]]


def _check_resumed(
    run: Path, started: RunConfig, config: TrainConfig, test_data: str | PathLike[str] | None
) -> str | PathLike[str] | None:
    """Check what is given to resume a run against it; the test data to go on with."""
    problems = [
        problem(run, expected="the run's own options to resume it", found=difference)
        for difference in started.config.differences(config, but=("epochs",))
    ]
    if test_data is not None and started.test_data is None:
        expected = "no `test_data` to resume it (it holds back recordings of its own)"
        problems.append(problem(run, expected=expected, found=str(test_data)))
    done = 0
    if (run / LAST).exists():
        done = len(load_checkpoint(run / LAST)[2]["history"])
    elif (run / BEST).exists():
        problems.append(problem(run, expected=f"{LAST} to resume it", found="none"))
    if config.epochs < done:
        expected = f"`epochs` {done} or more, as it has {done} already"
        problems.append(problem(run, expected=expected, found=str(config.epochs)))
    if problems:
        raise InputError(problems)
    return started.test_data if test_data is None else test_data


@contextmanager
def _alone_in(run: Path) -> Iterator[None]:
    """Keep other processes from training in a folder, and clear what a kill left of files."""
    run.mkdir(parents=True, exist_ok=True)
    lock = FileLock(run / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        found = "one that another process is training in"
        raise InputError(problem(run, expected="a run's folder", found=found)) from None
    try:
        for left in run.glob(".*.part*"):
            left.unlink()
        yield
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _launch(fabric: Fabric, job: Job) -> None:
    """Train in as many processes as are wanted; a user's mistake stays one line."""
    logging.getLogger("lightning_fabric").setLevel(logging.ERROR)
    try:
        with torch.random.fork_rng(devices=[]):
            fabric.launch(partial(run_epochs, job=job))
    except ProcessRaisedException as error:
        _, mine, said = str(error).partition(f"{InputError.__module__}.InputError: ")
        if not mine:
            raise
        raise InputError(said.strip().splitlines()) from None
    except RuntimeError as error:
        if "memory" not in str(error):
            raise
        sizes = f"hidden_size {job.config.hidden_size}, batch_size {job.config.batch_size}"
        expected = "sizes that fit into memory"
        raise InputError(problem(job.run, expected=expected, found=sizes)) from None


def _check_known(average: Float[np.ndarray, " J"], where: str | PathLike[str], what: str) -> None:
    if not np.isfinite(average).any():
        expected = f"known depth in the recordings to {what} on"
        raise InputError(problem(where, expected=expected, found="none"))


def _check_same(path: str | PathLike[str], fingerprint: str, dataset: Dataset) -> None:
    if dataset.fingerprint != fingerprint:
        expected = "the data that the run was started with"
        raise InputError(problem(path, expected=expected, found="other recordings"))


def _fabric(hardware: Hardware, precision: str) -> Fabric:
    if hardware.devices < 1:
        raise InputError(
            parameter_problem("devices", expected="a number above 0", found=hardware.devices)
        )
    try:
        return Fabric(
            accelerator=hardware.accelerator,
            devices=hardware.devices,
            strategy="ddp_spawn" if hardware.devices > 1 else "auto",
            precision=precision,  # type: ignore[arg-type]
        )
    except Exception as error:  # Fabric raises many kinds, each with a message for users
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            problem(
                "`accelerator`, `devices`, `precision`",
                expected="what this machine has",
                found=f"{hardware.accelerator}, {hardware.devices}, {precision} ({reason})",
            )
        ) from error
