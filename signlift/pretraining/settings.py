"""What a training of the shipped weights is: one dataclass, saved beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

from signlift.errors import check_fields
from signlift.model.lifting_net import LiftingNetConfig
from signlift.pretraining.training_stream import StreamSettings


@dataclass(frozen=True)
class PretrainingSettings:
    """How the lifting networks are trained.

    Attributes
    ----------
    seed
        The one source of chance.
    blocks
        How many blocks of data (three windows each) are gone through.
    minutes
        The most time for it: where the clock is ahead of the blocks, the learning rate falls by
        the clock. None takes the time that the blocks take, and the result depends on the seed
        and the machine's rounding alone.
    learning_rate
        The highest; it rises over the first blocks and falls to nothing at the end.
    warm_up
        Over how many blocks it rises.
    weight_decay
        Of AdamW.
    clip
        The longest gradient.
    average
        How much of the averaged weights is kept at each step.
    model
        The networks.
    data
        The stream of training data.
    """

    seed: int = 0
    blocks: int = 12000
    minutes: float | None = None
    learning_rate: float = 2e-3
    warm_up: int = 60
    weight_decay: float = 1e-4
    clip: float = 0.5
    average: float = 0.998
    model: LiftingNetConfig = field(default_factory=LiftingNetConfig)
    data: StreamSettings = field(default_factory=StreamSettings)

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("seed", self.seed >= 0, "0 or more"),
            ("blocks", self.blocks >= 1, "1 or more"),
            ("minutes", self.minutes is None or self.minutes > 0, "a number above 0"),
            ("learning_rate", self.learning_rate > 0, "a number above 0"),
            ("warm_up", self.warm_up >= 0, "0 or more"),
            ("clip", self.clip > 0, "a number above 0"),
            ("average", 0 <= self.average < 1, "from 0 to below 1"),
        )

    def done(self, block: int, seconds: float) -> float:
        """How much of the training is done, 0 to 1, before a block and after so many seconds."""
        by_clock = 0.0 if self.minutes is None else seconds / (60 * self.minutes)
        return min(1.0, max(block / self.blocks, by_clock))

    def rate(self, block: int, done: float) -> float:
        """The learning rate of a block, when so much of the training is done."""
        rise = min(1.0, (block + 1) / (self.warm_up + 1))
        return self.learning_rate * rise * (1 - done) + 1e-6
