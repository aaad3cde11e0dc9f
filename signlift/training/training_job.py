"""Description of a training run, for every architecture and every source of batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from lightning_fabric import Fabric
from torch import Tensor, nn

from signlift.model.checkpoint import Model
from signlift.training.settings import TrainerSettings
from signlift.training.sources.data_source import DataSource
from signlift.training.tasks.tasks import TrainingTask


@runtime_checkable
class Tester(Protocol):
    """A test of a network during training."""

    def __call__(self, fabric: Fabric, model: nn.Module, raw_model: Model, /) -> float:
        """Return the test loss, the same in all processes.

        Parameters
        ----------
        fabric
            The processes.
        model, raw_model
            The network as Fabric set it up, and as it was before.
        """


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """A training run, as every process of it gets it.

    Attributes
    ----------
    run
        Directory of the run.
    task
        The architecture and its losses.
    source
        The training batches.
    settings
        Schedule and optimiser.
    tester
        The test after an epoch; None tests nothing.
    initial_weights
        Weights to start from, by name; None draws new ones. If there is a tester they are tested
        as epoch 0, and stay the best weights unless an epoch improves on them.
    info
        Metadata for the checkpoints.
    resume
        Continue from the run's last checkpoint, if there is one.
    keep_best
        Save the weights of the best epoch.
    workers
        Processes that make batches (see `open_epochs`).
    log_every
        Epochs from one test and row of the losses to the next.
    save_every
        Seconds from one checkpoint to the next; 0 saves one after every epoch.
    quiet
        Show no progress bar.
    """

    run: Path
    task: TrainingTask
    source: DataSource
    settings: TrainerSettings
    tester: Tester | None = None
    initial_weights: Mapping[str, Tensor] | None = None
    info: Mapping[str, Any] = field(default_factory=dict)
    resume: bool = False
    keep_best: bool = True
    workers: int = 0
    log_every: int = 1
    save_every: float = 0.0
    quiet: bool = True
