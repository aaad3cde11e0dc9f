"""One epoch of stateful training: every frame once, with the state carried on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from tqdm import tqdm

from signlift.datasets.batches import iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.errors import InputError, parameter_problem
from signlift.model.checkpoint import Model
from signlift.model.depth_lstm import DepthLSTM, DepthLSTMConfig
from signlift.model.recurrent_state import RecurrentState
from signlift.training.sources.data_source import TrainingBatch
from signlift.training.tasks.losses import LossTerms
from signlift.training.tasks.tasks import DepthLSTMTask, TrainingTask
from signlift.utils.array_types import Bool, Float, Int

#: Batches in a row without a finite loss after which training gives up.
MAX_FAILED_BATCHES = 3


def train_epoch(
    model: DepthLSTM,
    optimizer: torch.optim.Optimizer,
    dataset: Dataset,
    order: Int[np.ndarray, " R"] | None = None,
    *,
    batch_size: int = 16,
    seq_len: int = 50,
    loss: str = "mse",
    mirrored: Bool[np.ndarray, " V"] | None = None,
) -> float:
    """Train a DepthLSTM for one epoch: every frame once, one step for each window of the lanes.

    Recordings run side by side in lanes, in windows of `seq_len` frames. The recurrent state of a
    window's last frame starts the next window; it is zero before a recording's first frame. This
    is `train_epoch` of the original repository; `signlift.train` does the same and more.

    Parameters
    ----------
    model
        The model; it stays on its device.
    optimizer
        An optimiser of its parameters.
    dataset
        Recordings with known depth (see `signlift.datasets.dataset.open_dataset`).
    order
        [R], the numbers of the recordings, in the order in which lanes take them; all by default.
    batch_size
        Recordings side by side.
    seq_len
        Frames of a window, through which gradients flow.
    loss
        mse or l1.
    mirrored
        [V], the recordings to mirror; None mirrors none.

    Returns
    -------
    The mean loss over all known depths, in torso lengths squared (mse) or torso lengths (l1); NaN
    where none is known.

    Raises
    ------
    InputError
        The loss is not finite in several batches in a row.
    """
    model.train()
    batches = iterate_batches(
        dataset,
        np.arange(len(dataset)) if order is None else order,
        batch_size,
        seq_len,
        mirrored=mirrored,
    )
    task = depth_lstm_task(model, dataset, loss)
    fabric = Fabric(accelerator="cpu", devices=1)  # only for its backward pass
    device = model.linear.weight.device
    return EpochSteps(fabric, model, model, task, optimizer, device).run(batches, batch_size)[
        "depth"
    ]


class EpochSteps:
    """The steps of an epoch, and the number of batches that failed in a row.

    Parameters
    ----------
    fabric
        Devices, processes and precision.
    model, raw_model
        The network as Fabric set it up, and as it was before.
    task
        The losses.
    optimizer
        An optimiser of its parameters, as Fabric set it up.
    device
        The device of the network.
    max_gradient
        Largest norm of the gradient.
    after_batch
        Called after every batch, with whether the weights were changed.
    """

    def __init__(
        self,
        fabric: Fabric,
        model: nn.Module,
        raw_model: Model,
        task: TrainingTask,
        optimizer: torch.optim.Optimizer,
        device: torch.device,
        *,
        max_gradient: float = math.inf,
        after_batch: Callable[[bool], None] | None = None,
    ) -> None:
        self._fabric, self._model, self._raw_model = fabric, model, raw_model
        self._task, self._optimizer, self._device = task, optimizer, device
        self._max_gradient, self._after_batch = max_gradient, after_batch
        self._weights = torch.tensor(list(task.terms.values()), dtype=torch.float64)
        self._failed = 0

    def run(
        self, batches: Iterable[TrainingBatch], lanes: int, bar: tqdm[Any] | None = None
    ) -> dict[str, float]:
        """Train on the batches of an epoch, with a state of zero before the first.

        Parameters
        ----------
        batches
            The batches of this process.
        lanes
            The number of lanes of all processes.
        bar
            Progress bar, advanced by frames.

        Returns
        -------
        The mean of each term of the loss over all processes; NaN where nothing counts in it.

        Raises
        ------
        InputError
            The loss or its gradient is not finite in `MAX_FAILED_BATCHES` batches in a row.
        """
        state = self._raw_model.initial_state(lanes)
        sums = torch.zeros(2, len(self._weights), dtype=torch.float64)
        for batch in batches:
            terms, after = run_batch(
                self._task, self._model, self._raw_model, batch, state, self._device
            )
            totals = sum_over_processes(self._fabric, totals_of(terms))
            state = after.detach()
            stepped = False
            # Without anything known, momentum alone would change the weights.
            if (totals[1] > 0).any():
                stepped = self._step(terms, totals)
                if stepped:
                    sums += totals
                else:
                    # A single bad batch must not end hours of training: nothing is learned from
                    # it, and no lane continues with its state.
                    state = self._raw_model.initial_state(lanes)
            if self._after_batch is not None:
                self._after_batch(stepped)
            if bar is not None:
                _advance(bar, batch, self._fabric.world_size, sums)
        return dict(zip(self._task.terms, means_of(sums), strict=True))

    def _step(self, terms: LossTerms, totals: Float[Tensor, "2 terms"]) -> bool:
        """Take a step of the optimiser, unless the loss or its gradient is not finite."""
        stepped = counted = bool(torch.isfinite(totals).all())
        if counted:
            # The weighted sum of the means over all processes, whose gradients Fabric averages.
            factors = self._weights / totals[1].clamp(min=1) * self._fabric.world_size
            loss = (terms.means * factors.to(terms.means) * terms.counts).sum()
            self._fabric.backward(loss)
            norm = self._fabric.clip_gradients(
                self._model, self._optimizer, max_norm=self._max_gradient, error_if_nonfinite=False
            )
            assert norm is not None
            stepped = bool(torch.isfinite(norm))
            # A scaler of gradients takes no such step either, and lowers its scale.
            scales = getattr(self._fabric.strategy.precision, "scaler", None) is not None
            if stepped or scales:
                self._optimizer.step()
            counted = stepped or scales
            self._optimizer.zero_grad()
        self._failed = 0 if counted else self._failed + 1
        if self._failed == MAX_FAILED_BATCHES:
            raise diverged(self._optimizer, f"{self._failed} batches in a row")
        return stepped


def run_batch(
    task: TrainingTask,
    model: nn.Module,
    raw_model: Model,
    batch: TrainingBatch,
    state: RecurrentState,
    device: torch.device,
) -> tuple[LossTerms, RecurrentState]:
    """Compute the losses of a batch, and carry the state of all lanes on.

    A batch without lanes runs one in which nothing is known, so that processes that share the
    lanes all make the same steps.

    Parameters
    ----------
    task
        The losses.
    model, raw_model
        The network as Fabric set it up, and as it was before.
    batch
        The batch.
    state
        The state of all lanes.
    device
        The device of the network.
    """
    if len(batch.lanes) == 0:
        terms, _ = task.compute_losses(
            model, task.padding_batch(), raw_model.initial_state(1), device
        )
        return terms, state
    lanes = torch.from_numpy(batch.lanes).to(device)
    continued = torch.from_numpy(batch.continued).to(device)
    before = state.select(lanes).keep(continued)
    terms, after = task.compute_losses(model, batch, before, device)
    return terms, state.replace_lanes(lanes, after)


def diverged(optimizer: torch.optim.Optimizer, where: str) -> InputError:
    """Return the error for a loss that is not finite.

    Parameters
    ----------
    optimizer
        The optimiser, for its learning rate.
    where
        The batches or the epoch of the loss.
    """
    rate = optimizer.param_groups[0]["lr"]
    expected = "a rate at which the loss stays finite"
    found = f"{rate:g}, and a loss that is not finite in {where}"
    return InputError(parameter_problem("learning_rate", expected=expected, found=found))


def totals_of(terms: LossTerms) -> Float[Tensor, "2 terms"]:
    """Return the sums of the terms and their counts, in float64 on the CPU."""
    both = torch.stack([terms.means.detach(), terms.counts]).cpu().double()
    return torch.stack([both[0] * both[1], both[1]])


def means_of(totals: Float[Tensor, "2 terms"]) -> list[float]:
    """Return the mean of each term; NaN where its count is zero."""
    means: list[float] = (totals[0] / totals[1]).tolist()
    return means


def sum_over_processes(fabric: Fabric, values: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return the sum of a tensor over all processes, on the CPU."""
    if fabric.world_size == 1:
        return values
    reduced = fabric.all_reduce(values.to(fabric.device), reduce_op="sum")
    assert isinstance(reduced, Tensor)
    return reduced.cpu()


def depth_lstm_task(model: DepthLSTM, dataset: Dataset, loss: str) -> DepthLSTMTask:
    """Return the task of training a given model on a dataset.

    Parameters
    ----------
    model
        The model.
    dataset
        The recordings.
    loss
        mse or l1.

    Raises
    ------
    InputError
        There is no such loss.
    """
    if loss not in ("mse", "l1"):
        raise InputError(parameter_problem("loss", expected="mse or l1", found=loss))
    config = DepthLSTMConfig(
        dataset.skeleton.name,
        dataset.frame,
        model.lstm.hidden_size,
        model.lstm.num_layers,
        model.observed_mask,
    )
    return DepthLSTMTask(config, loss)  # type: ignore[arg-type]


def _advance(
    bar: tqdm[Any], batch: TrainingBatch, processes: int, sums: Float[Tensor, "2 terms"]
) -> None:
    loss = means_of(sums)[0]
    bar.set_postfix(loss=f"{loss:.4f}", refresh=False)
    bar.update(batch.num_frames * processes)
