"""Training tasks: an architecture and the losses that it is trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from signlift.core.skeleton import get_skeleton
from signlift.datasets.batches import Batch
from signlift.datasets.lanes import Windows
from signlift.model.checkpoint import Model, ModelConfig
from signlift.model.depth_lstm import DepthLSTM, DepthLSTMConfig
from signlift.model.lifting_net import LiftingNet, LiftingNetConfig, LiftingOutput
from signlift.model.network_inputs import FrameInputs
from signlift.model.recurrent_state import RecurrentState
from signlift.training.sources.data_source import TrainingBatch
from signlift.training.sources.lifting_batch import LiftingBatch
from signlift.training.tasks.losses import LIFTING_TERMS, LossTerms, depth_loss, lifting_losses


@runtime_checkable
class TrainingTask(Protocol):
    """An architecture, and the losses that it is trained on."""

    @property
    def config(self) -> ModelConfig:
        """The configuration of the network."""

    @property
    def terms(self) -> dict[str, float]:
        """The terms of the loss, with their weights in the sum; learning curves show the first."""

    @property
    def loss_name(self) -> str:
        """The first term in words, with its unit."""

    def build(self) -> Model:
        """Build a network with new weights, drawn from PyTorch's generator."""

    def compute_losses(
        self, model: Callable[..., Any], batch: Any, state: RecurrentState, device: torch.device
    ) -> tuple[LossTerms, RecurrentState]:
        """Run a batch through the network.

        Parameters
        ----------
        model
            The network, as Fabric set it up.
        batch
            A batch of one lane or more.
        state
            The state of its lanes before the first frame.
        device
            The device of the network.

        Returns
        -------
        The terms of the loss in float32, and the state after the last frame.
        """

    def padding_batch(self) -> TrainingBatch:
        """Return a batch of one lane in which nothing is known."""


@dataclass(frozen=True)
class DepthLSTMTask:
    """Training of a DepthLSTM on the error of its depth; a TrainingTask.

    Attributes
    ----------
    config
        The configuration of the network.
    loss
        mse or l1.
    """

    config: DepthLSTMConfig
    loss: Literal["mse", "l1"] = "mse"

    terms: ClassVar[dict[str, float]] = {"depth": 1.0}

    @property
    def loss_name(self) -> str:
        """The loss in words, with its unit."""
        if self.loss == "mse":
            return "squared depth error (torso lengths²)"
        return "absolute depth error (torso lengths)"

    def build(self) -> DepthLSTM:
        """Build a network with new weights."""
        return self.config.build()

    def compute_losses(
        self, model: Callable[..., Any], batch: Batch, state: RecurrentState, device: torch.device
    ) -> tuple[LossTerms, RecurrentState]:
        """Run a batch through the network (see `TrainingTask`)."""
        inputs, targets = _tensor(batch.inputs, device), _tensor(batch.targets, device)
        depth, state = model(inputs, state)
        return depth_loss(depth.float(), targets, self.loss), state

    def padding_batch(self) -> Batch:
        """Return a batch of one lane in which nothing is known."""
        J = len(get_skeleton(self.config.skeleton))
        missing = np.full((1, 1, J, 2), np.nan, np.float32)
        zero, no = np.zeros(1, np.int64), np.zeros(1, bool)
        windows = Windows(zero - 1, zero, zero, no, no)
        return Batch(zero, windows, missing, missing.reshape(1, 1, -1), missing[..., 0], np.ones(1))


@dataclass(frozen=True)
class LiftingTask:
    """Training of a LiftingNet on several losses (see `lifting_losses`); a TrainingTask.

    Attributes
    ----------
    config
        The configuration of the network.
    """

    config: LiftingNetConfig

    terms: ClassVar[dict[str, float]] = LIFTING_TERMS
    loss_name: ClassVar[str] = "absolute depth error (torso lengths)"

    def build(self) -> LiftingNet:
        """Build a network with new weights."""
        return self.config.build()

    def compute_losses(
        self, model: Callable[..., Any], batch: Any, state: RecurrentState, device: torch.device
    ) -> tuple[LossTerms, RecurrentState]:
        """Run a batch through the network (see `TrainingTask`)."""
        values = {
            name: _tensor(value, device)
            for name, value in vars(batch).items()
            if name not in ("lanes", "continued", "origin")
        }
        inputs = FrameInputs.from_batch(
            values["keypoints"],
            values["confidence"],
            values["detector_depth"],
            values["offset"],
            values["fps"],
        )
        output: LiftingOutput = model(
            inputs,
            state,
            values["source"],
            values["given"],
            values["is_given"],
            values["estimate_frame"],
        )
        visible = inputs.observed.amax(-1)
        terms = lifting_losses(
            output,
            values["true_keypoints"].transpose(0, 1),
            values["depth"].transpose(0, 1),
            values["proportions"].transpose(0, 1),
            visible,
        )
        return terms, output.state

    def padding_batch(self) -> LiftingBatch:
        """Return a batch of one lane in which nothing is known."""
        return LiftingBatch.padding(1)


def _tensor(values: NDArray[Any] | Tensor, device: torch.device) -> Tensor:
    if isinstance(values, Tensor):
        return values
    return torch.from_numpy(values).to(device, non_blocking=True)
