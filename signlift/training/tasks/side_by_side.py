"""Training of several networks on the same batches, each without the origins that it holds out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from signlift.model.hands.hand_net import HandNetConfig
from signlift.model.lifting_net import LiftingNetConfig
from signlift.model.recurrent_state import RecurrentState
from signlift.model.side_by_side import SideBySide, SideBySideConfig, join_states, split_state
from signlift.training.tasks.losses import LossTerms
from signlift.training.tasks.tasks import TrainingTask

#: Fields of a batch that the losses compare with; NaN does not count.
_TARGETS = ("true_keypoints", "depth", "proportions")

#: A recorded step of a network.
_Recorded = Callable[..., Any]

#: Fields of a batch that only the trainer needs.
_FOR_TRAINER = ("lanes", "continued", "origin")


@dataclass(frozen=True)
class SideBySideTask:
    """Training of several networks of one architecture side by side; a TrainingTask.

    The networks share nothing, so each is trained as it would be alone. Making a batch and
    sending it to a device is done once for all.

    Attributes
    ----------
    task
        The task of each network.
    held_out
        By the name of each network: the numbers of the origins (see `LiftingBatch`) whose
        recordings it does not learn from.
    half
        Compute in bfloat16 within the layers, on a GPU; elsewhere the trainer decides.
    """

    task: TrainingTask
    held_out: Mapping[str, tuple[int, ...]]
    half: bool = False
    _recorded: dict[str, _Recorded] = field(default_factory=dict, compare=False, repr=False)

    @property
    def config(self) -> SideBySideConfig:
        """The configuration of the networks."""
        base = self.task.config
        assert isinstance(base, LiftingNetConfig | HandNetConfig)
        return SideBySideConfig.of(list(self.held_out), base)

    @property
    def terms(self) -> dict[str, float]:
        """The terms of each network, one network after the other."""
        terms = self.task.terms.items()
        return {f"{name} {term}": weight for name in self.held_out for term, weight in terms}

    @property
    def loss_name(self) -> str:
        """The first term of the first network in words, with its unit."""
        return self.task.loss_name

    def build(self) -> SideBySide:
        """Build the networks with new weights."""
        return self.config.build()

    def compute_losses(
        self, model: Callable[..., Any], batch: Any, state: RecurrentState, device: torch.device
    ) -> tuple[LossTerms, RecurrentState]:
        """Run a batch through all networks (see `TrainingTask`)."""
        values = {
            name: torch.from_numpy(value).to(device, non_blocking=True)
            for name, value in vars(batch).items()
            if name not in _FOR_TRAINER
        }
        learned = {
            name: torch.from_numpy(~np.isin(batch.origin, origins)).to(device, non_blocking=True)
            for name, origins in self.held_out.items()
        }
        before = dict(zip(self.held_out, split_state(state, len(self.held_out)), strict=True))
        if device.type == "cuda":
            self._record(model, values, before)
        terms, states = [], []
        for name, origins in self.held_out.items():
            visible = _hide(values, learned[name]) if origins else values
            losses, after = self._compute(name, model, visible, before[name], device)
            terms.append(losses)
            states.append(after)
        means, counts = zip(*terms, strict=True)
        return LossTerms(torch.cat(means), torch.cat(counts)), join_states(states)

    def padding_batch(self) -> Any:
        """Return a batch of one lane in which nothing is known."""
        return self.task.padding_batch()

    def _compute(
        self,
        name: str,
        model: Callable[..., Any],
        values: dict[str, Tensor],
        state: RecurrentState,
        device: torch.device,
    ) -> tuple[LossTerms, RecurrentState]:
        """Run a batch through one network."""
        if device.type != "cuda":
            batch = SimpleNamespace(**values)
            return self.task.compute_losses(partial(model, name), batch, state, device)
        means, counts, *after = self._recorded[name](*_inputs(values, state))
        return LossTerms(means, counts), RecurrentState(*(part.clone() for part in after))

    def _record(
        self,
        model: Callable[..., Any],
        values: dict[str, Tensor],
        states: Mapping[str, RecurrentState],
    ) -> None:
        """Record the step of each network on a GPU, to be replayed for batches of equal shapes.

        A step is a thousand small kernels, whose launch takes longer than they do.
        """
        nets = getattr(model, "module", model)
        assert isinstance(nets, SideBySide)
        for name, state in states.items():
            if name not in self._recorded:
                step = _Losses(nets.net(name), self.task, tuple(values), self.half)
                examples = tuple(value.detach().clone() for value in _inputs(values, state))
                self._recorded[name] = torch.cuda.make_graphed_callables(
                    step, examples, allow_unused_input=True
                )


class _Losses(nn.Module):
    """A network and its losses, as a function of tensors that a GPU can record."""

    def __init__(
        self, net: nn.Module, task: TrainingTask, fields: tuple[str, ...], half: bool
    ) -> None:
        super().__init__()
        self.net, self.task, self.fields, self.autocast = net, task, fields, half

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Return the means and counts of the terms, and the parts of the state."""
        count = len(self.fields)
        batch = SimpleNamespace(**dict(zip(self.fields, inputs[:count], strict=True)))
        state = RecurrentState(*inputs[count:])
        device = inputs[0].device
        with torch.autocast(device.type, torch.bfloat16, enabled=self.autocast):
            terms, after = self.task.compute_losses(self.net, batch, state, device)
        parts = (part.detach() for part in after if part is not None)
        return terms.means, terms.counts.detach(), *parts


def _inputs(values: Mapping[str, Tensor], state: RecurrentState) -> tuple[Tensor, ...]:
    """Return all tensors that a step depends on."""
    return (*values.values(), *(part for part in state if part is not None))


def _hide(values: Mapping[str, Tensor], learned: Tensor) -> dict[str, Tensor]:
    """Return a batch in which the targets of lanes that are not learned from are unknown."""
    hidden = dict(values)
    for name in _TARGETS:
        target = values[name]
        lanes = learned.reshape(-1, *([1] * (target.ndim - 1)))
        hidden[name] = torch.where(lanes, target, torch.full_like(target, np.nan))
    return hidden
