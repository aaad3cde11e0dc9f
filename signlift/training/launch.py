"""Start of a training: devices, a lock on the run's directory, and processes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout
from lightning_fabric import Fabric
from lightning_fabric.plugins import MixedPrecision
from torch.multiprocessing.spawn import ProcessRaisedException

from signlift.errors import InputError, parameter_problem, problem
from signlift.training.settings import Hardware
from signlift.training.trainer import run_training
from signlift.training.training_job import TrainingJob
from signlift.utils.staging import remove_leftovers


class _LayerPrecision(MixedPrecision):
    """Mixed precision within the layers alone: inputs stay in single precision."""

    def convert_input(self, data: Any) -> Any:
        """Return the inputs as they are."""
        return data


def open_fabric(hardware: Hardware, precision: str) -> Fabric:
    """Set up devices, processes and precision.

    Parameters
    ----------
    hardware
        The devices.
    precision
        Lightning Fabric's precision.

    Raises
    ------
    InputError
        The machine does not have them, or there is no such precision.
    """
    if hardware.devices < 1:
        raise InputError(parameter_problem("devices", expected="1 or more", found=hardware.devices))
    logging.getLogger("lightning_fabric").setLevel(logging.ERROR)
    options: dict[str, Any] = {
        "accelerator": hardware.accelerator,
        "devices": hardware.devices,
        "strategy": "ddp_spawn" if hardware.devices > 1 else "auto",
    }
    try:
        fabric = Fabric(**options, precision=precision)  # type: ignore[arg-type]
        mixed = fabric.strategy.precision
        if type(mixed) is MixedPrecision:
            plugin = _LayerPrecision(mixed.precision, mixed.device, mixed.scaler)  # type: ignore[arg-type]
            fabric = Fabric(**options, plugins=plugin)
        return fabric
    except Exception as error:  # Fabric raises many types, each with a message for users
        reason = str(error).strip().splitlines()[0]
        names = "accelerator, devices, precision"
        expected = "devices that this machine has, and a precision that they support"
        found = f"{hardware.accelerator}, {hardware.devices}, {precision} ({reason})"
        raise InputError(parameter_problem(names, expected=expected, found=found)) from error


@contextmanager
def locked(run: Path) -> Iterator[None]:
    """Keep other processes from training in a run's directory.

    Temporary files of a run that was killed are removed.

    Parameters
    ----------
    run
        The directory; created if missing.

    Raises
    ------
    InputError
        Another process trains in it.
    """
    run.mkdir(parents=True, exist_ok=True)
    lock = FileLock(run / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        expected, found = "a run that is not in use", "another process that trains in it"
        raise InputError(problem(run, expected=expected, found=found)) from None
    try:
        remove_leftovers(run)
        yield
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def launch(fabric: Fabric, job: TrainingJob) -> None:
    """Train in as many processes as there are devices.

    The state of PyTorch's random generator is left as it was.

    Parameters
    ----------
    fabric
        The result of `open_fabric`.
    job
        The run.

    Raises
    ------
    InputError
        The loss is not finite, or the memory is too small.
    """
    try:
        with torch.random.fork_rng(devices=[]):
            fabric.launch(partial(_train_in_process, job=job))
    except ProcessRaisedException as error:
        _, is_input_error, message = str(error).partition(f"{InputError.__module__}.InputError: ")
        if not is_input_error:
            raise
        raise InputError(message.strip().splitlines()) from None
    except RuntimeError as error:
        if "memory" not in str(error):
            raise
        expected = "a training that fits into memory (a smaller `batch_size` may help)"
        found = (str(error).strip().splitlines() or ["too little memory"])[0]
        raise InputError(problem(job.run, expected=expected, found=found)) from None


def _train_in_process(fabric: Fabric, job: TrainingJob) -> None:
    """Train in one process, and leave the group of processes in an orderly way.

    A process that ends while threads of its group still run is aborted.
    """
    try:
        run_training(fabric, job)
        fabric.barrier()
    finally:
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()
