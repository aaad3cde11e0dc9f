"""Training of several networks on the same batches, each without the origins that it holds out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from signlift.model.hands.hand_net import HandNetConfig
from signlift.model.lifting_net import LiftingNetConfig
from signlift.model.recurrent_state import RecurrentState
from signlift.model.side_by_side import SideBySide, SideBySideConfig, join_states, split_state
from signlift.training.tasks.losses import LossTerms
from signlift.training.tasks.tasks import TrainingTask

#: Fields of a batch that the losses compare with; NaN does not count.
_TARGETS = ("true_keypoints", "depth", "proportions")


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
    """

    task: TrainingTask
    held_out: Mapping[str, tuple[int, ...]]

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
        }
        terms, states = [], []
        for (name, origins), before in zip(
            self.held_out.items(), split_state(state, len(self.held_out)), strict=True
        ):
            visible = SimpleNamespace(**_hide(values, origins))
            losses, after = self.task.compute_losses(
                partial(model, name),
                visible,
                before,
                device,
            )
            terms.append(losses)
            states.append(after)
        means, counts = zip(*terms, strict=True)
        return LossTerms(torch.cat(means), torch.cat(counts)), join_states(states)

    def padding_batch(self) -> Any:
        """Return a batch of one lane in which nothing is known."""
        return self.task.padding_batch()


def _hide(values: Mapping[str, Tensor], origins: tuple[int, ...]) -> dict[str, Tensor]:
    """Return a batch in which the targets of some origins are unknown."""
    hidden = dict(values)
    if origins:
        known = ~torch.isin(values["origin"], torch.tensor(origins, device=values["origin"].device))
        for name in _TARGETS:
            if name in hidden:
                target = hidden[name]
                lanes = known.reshape(-1, *([1] * (target.ndim - 1)))
                hidden[name] = torch.where(lanes, target, torch.full_like(target, np.nan))
    return hidden
