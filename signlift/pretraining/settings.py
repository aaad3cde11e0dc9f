"""Settings of pretraining: a tree of dataclasses for each network, saved with the weights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from signlift.model.hands.hand_net import HandNetConfig
from signlift.model.lifting_net import LiftingNetConfig
from signlift.pretraining.hand_stream import HandStreamSettings
from signlift.pretraining.simulated_stream import StreamSettings
from signlift.training.settings import OptimizerSettings, TrainerSettings

#: Schedule and optimiser of the shipped weights; an epoch is a block of the simulated stream.
_TRAINER = TrainerSettings(
    epochs=12000,
    optimizer=OptimizerSettings(
        learning_rate=2e-3,
        warm_up=60,
        decay=True,
        weight_decay=1e-4,
        max_gradient=0.5,
        averaging=0.998,
    ),
)


SettingsT = TypeVar("SettingsT", bound="_Schedule")


@dataclass(frozen=True)
class _Schedule:
    """Settings that all networks have in common."""

    trainer: TrainerSettings
    data: StreamSettings | HandStreamSettings

    def with_schedule(
        self: SettingsT,
        *,
        blocks: int | None = None,
        minutes: float | None = None,
        seed: int | None = None,
        lanes: int | None = None,
        precision: str | None = None,
    ) -> SettingsT:
        """Return these settings with another length, seed or batch.

        Parameters
        ----------
        blocks
            Blocks of the simulated stream; None keeps their number.
        minutes
            Time limit; None keeps it.
        seed
            Seed of all random numbers; None keeps it.
        lanes
            Recordings side by side; None keeps their number.
        precision
            Lightning Fabric's precision; None keeps it.
        """
        trainer = self.trainer
        trainer = replace(
            trainer,
            epochs=trainer.epochs if blocks is None else blocks,
            minutes=trainer.minutes if minutes is None else minutes,
            seed=trainer.seed if seed is None else seed,
            precision=trainer.precision if precision is None else precision,
        )
        data = self.data if lanes is None else replace(self.data, lanes=lanes)
        return replace(self, trainer=trainer, data=data)


@dataclass(frozen=True)
class PretrainingSettings(_Schedule):
    """Settings of the pretraining of the body's network.

    Attributes
    ----------
    trainer
        Schedule and optimiser.
    model
        Sizes of the network.
    data
        The simulated stream.
    """

    trainer: TrainerSettings = _TRAINER
    data: StreamSettings = field(default_factory=StreamSettings)
    model: LiftingNetConfig = field(default_factory=LiftingNetConfig)


@dataclass(frozen=True)
class HandPretrainingSettings(_Schedule):
    """Settings of the pretraining of the hands' network.

    Attributes
    ----------
    trainer
        Schedule and optimiser.
    model
        Sizes of the network.
    data
        The simulated stream.
    """

    trainer: TrainerSettings = _TRAINER
    data: HandStreamSettings = field(default_factory=HandStreamSettings)
    model: HandNetConfig = field(default_factory=HandNetConfig)
