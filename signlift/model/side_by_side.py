"""SideBySide: several networks of one architecture that are trained on the same batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import nn

from signlift.errors import InputError, parameter_problem
from signlift.model.hands.hand_net import HandNet, HandNetConfig
from signlift.model.lifting_net import LiftingNet, LiftingNetConfig
from signlift.model.recurrent_state import RecurrentState

#: The configurations of the networks that can be trained side by side.
_KINDS: dict[str, type[LiftingNetConfig] | type[HandNetConfig]] = {
    "lifting": LiftingNetConfig,
    "hands": HandNetConfig,
}


@dataclass(frozen=True)
class SideBySideConfig:
    """Names of the networks, and the sizes of each.

    Attributes
    ----------
    kind
        "lifting" for LiftingNets, "hands" for HandNets.
    names
        The name of each network.
    sizes
        The fields of the configuration of each.

    Raises
    ------
    InputError
        There is no such kind, or no name.
    """

    kind: str
    names: Sequence[str]
    sizes: Mapping[str, int]

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            expected = " or ".join(_KINDS)
            raise InputError(parameter_problem("kind", expected=expected, found=self.kind))
        if not self.names:
            raise InputError(parameter_problem("names", expected="one or more", found="none"))

    @classmethod
    def of(cls, names: Sequence[str], config: LiftingNetConfig | HandNetConfig) -> SideBySideConfig:
        """Return the configuration of several networks of the same sizes."""
        kind = next(kind for kind, each in _KINDS.items() if isinstance(config, each))
        return cls(kind, list(names), asdict(config))

    @property
    def base(self) -> LiftingNetConfig | HandNetConfig:
        """The configuration of each network."""
        return _KINDS[self.kind](**self.sizes)

    @property
    def num_layers(self) -> int:
        """Layers of each LSTM."""
        return self.base.num_layers

    def build(self) -> SideBySide:
        """Build the networks with new weights, drawn from PyTorch's generator."""
        return SideBySide(self)


class SideBySide(nn.Module):
    """Several networks of one architecture; none depends on another.

    Parameters
    ----------
    config
        Their names and sizes.
    """

    def __init__(self, config: SideBySideConfig) -> None:
        super().__init__()
        self.config = config
        self.nets = nn.ModuleDict({name: config.base.build() for name in config.names})

    def net(self, name: str) -> LiftingNet | HandNet:
        """Return a network by its name."""
        net = self.nets[name]
        assert isinstance(net, LiftingNet | HandNet)
        return net

    def initial_state(self, lanes: int) -> RecurrentState:
        """Return the states of all networks before the first frame, joined."""
        return join_states([self.net(name).initial_state(lanes) for name in self.config.names])

    def forward(self, name: str, *inputs: Any) -> Any:
        """Run one of the networks."""
        return self.nets[name](*inputs)


def join_states(states: list[RecurrentState]) -> RecurrentState:
    """Join the states of several networks along the last axis."""
    hidden, cell, pools = zip(*states, strict=True)
    known = [pool for pool in pools if pool is not None]
    pool = torch.cat(known, -1) if len(known) == len(states) else None
    return RecurrentState(torch.cat(hidden, -1), torch.cat(cell, -1), pool)


def split_state(state: RecurrentState, count: int) -> list[RecurrentState]:
    """Split a joined state into those of `count` networks of equal sizes."""
    hidden, cell = state.hidden.chunk(count, -1), state.cell.chunk(count, -1)
    pools = [None] * count if state.pool is None else list(state.pool.chunk(count, -1))
    return [
        RecurrentState(first.contiguous(), second.contiguous(), pool)
        for first, second, pool in zip(hidden, cell, pools, strict=True)
    ]
