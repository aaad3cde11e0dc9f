"""Settings of pretraining: one tree of dataclasses, which is saved with the weights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from signlift.model.lifting_net import LiftingNetConfig
from signlift.pretraining.simulated_stream import StreamSettings
from signlift.training.settings import OptimizerSettings, TrainerSettings

#: Schedule and optimiser of the shipped weights; an epoch is a block of the simulated stream.
_TRAINER = TrainerSettings(
    epochs=12000,
    precision="bf16-mixed",  # much faster where the processor has it
    optimizer=OptimizerSettings(
        learning_rate=2e-3,
        warm_up=60,
        decay=True,
        weight_decay=1e-4,
        max_gradient=0.5,
        averaging=0.998,
    ),
)


@dataclass(frozen=True)
class PretrainingSettings:
    """Settings of a pretraining.

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
    model: LiftingNetConfig = field(default_factory=LiftingNetConfig)
    data: StreamSettings = field(default_factory=StreamSettings)

    def with_schedule(
        self,
        *,
        blocks: int | None = None,
        minutes: float | None = None,
        seed: int | None = None,
        lanes: int | None = None,
    ) -> PretrainingSettings:
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
        """
        trainer = self.trainer
        trainer = replace(
            trainer,
            epochs=trainer.epochs if blocks is None else blocks,
            minutes=trainer.minutes if minutes is None else minutes,
            seed=trainer.seed if seed is None else seed,
        )
        data = self.data if lanes is None else replace(self.data, lanes=lanes)
        return replace(self, trainer=trainer, data=data)
