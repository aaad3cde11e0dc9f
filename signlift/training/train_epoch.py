"""One pass over the training recordings: every frame once, the state carried on."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from lightning_fabric import Fabric
from torch import Tensor, nn
from tqdm import tqdm

from signlift.datasets.batches import Batch, iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.model.depth_lstm import DepthLSTM
from signlift.training.config import TrainConfig
from signlift.training.lane_state import LaneState


def summed_loss(
    depth: Float[Tensor, "B T J"], targets: Float[Tensor, "B T J"], loss: str
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """The loss summed over all that is known, and how much that is.

    Parameters
    ----------
    depth
        [B, T, J], predicted.
    targets
        [B, T, J], true; NaN for missing ground truth and padding, which do not count.
    loss
        mse or l1.
    """
    known = ~torch.isnan(targets)
    error = torch.where(known, depth - targets, 0)
    total = error.square().sum() if loss == "mse" else error.abs().sum()
    return total, known.sum().to(total.dtype)


def run_batch(
    model: nn.Module, batch: Batch, state: LaneState, loss: str, device: torch.device
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Run one batch, carry the state on, and give the summed loss and its count.

    A batch without a busy lane runs one of nothing, whose loss is zero: processes that share
    the lanes must all take every step.
    """
    inputs = torch.from_numpy(batch.inputs).to(device, non_blocking=True)
    targets = torch.from_numpy(batch.targets).to(device, non_blocking=True)
    if len(inputs) == 0:
        depth, _ = model(inputs.new_full((1, 1, inputs.shape[2]), torch.nan), None)
        return depth.sum() * 0, depth.new_zeros(())
    depth, after = model(inputs, state.take(batch))
    state.put(batch, after)
    return summed_loss(depth.float(), targets, loss)


def share_of(fabric: Fabric) -> slice:
    """The lanes of this process: every n-th of them."""
    return slice(fabric.global_rank, None, fabric.world_size)


def train_epoch(
    fabric: Fabric,
    model: nn.Module,
    raw_model: DepthLSTM,
    optimizer: torch.optim.Optimizer,
    dataset: Dataset,
    order: Int[np.ndarray, " R"],
    config: TrainConfig,
    mirrored: Bool[np.ndarray, " V"] | None = None,
    bar: tqdm[Any] | None = None,
) -> float:
    """Train on recordings, each frame once, a step for every window of the lanes.

    Parameters
    ----------
    fabric
        Devices, processes and precision.
    model, raw_model
        The model as Fabric set it up, and as it is.
    optimizer
        As Fabric set it up.
    dataset, config
        Where the recordings come from, and the options.
    order
        [R], the recordings in the order in which lanes take them.
    mirrored
        [V], the recordings that are trained on as seen in a mirror, this time.
    bar
        A progress bar to move on by frames and to show the loss in.

    Returns
    -------
    The mean loss over all that is known, of all processes.
    """
    model.train()
    lanes = config.batch_size
    state = LaneState(raw_model, lanes)
    sums = torch.zeros(2, dtype=torch.float64)
    for batch in iterate_batches(dataset, order, lanes, config.seq_len, share_of(fabric), mirrored):
        loss_sum, count = run_batch(model, batch, state, config.loss, fabric.device)
        sums_here = torch.stack([loss_sum.detach(), count]).cpu().double()
        step_sums = all_sum(fabric, sums_here)
        known = float(step_sums[1])
        # The mean over all processes' frames; Fabric averages the gradients of processes.
        fabric.backward(loss_sum * (fabric.world_size / max(known, 1)))
        if known > 0:  # else Adam's momentum alone would move the weights
            optimizer.step()
        optimizer.zero_grad()
        sums += step_sums
        if bar is not None:
            loss = float(sums[0] / sums[1].clamp(min=1))
            bar.set_postfix(loss=f"{loss:.4f}", refresh=False)
            bar.update(int(batch.windows.length.sum()) * fabric.world_size)
    return float(sums[0] / sums[1])


def all_sum(fabric: Fabric, values: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    """The sum over all processes."""
    if fabric.world_size == 1:
        return values
    reduced = fabric.all_reduce(values.to(fabric.device), reduce_op="sum")
    assert isinstance(reduced, Tensor)
    return reduced.cpu()
