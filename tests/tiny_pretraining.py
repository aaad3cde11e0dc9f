"""Settings of a pretraining that takes a moment."""

from signlift.model.hands.hand_net import HandNetConfig
from signlift.model.lifting_net import LiftingNetConfig
from signlift.pretraining.hand_stream import HandStreamSettings
from signlift.pretraining.settings import HandPretrainingSettings, PretrainingSettings
from signlift.pretraining.simulated_stream import StreamSettings
from signlift.training.settings import OptimizerSettings, TrainerSettings

TINY = PretrainingSettings(
    TrainerSettings(
        epochs=4,
        precision="bf16-mixed",
        optimizer=OptimizerSettings(
            learning_rate=2e-3, warm_up=1, decay=True, max_gradient=0.5, averaging=0.99
        ),
    ),
    model=LiftingNetConfig(hidden_size=8, width=8, proportions_width=8, proportions_values=4),
    data=StreamSettings(lanes=2, frames=10, pool_size=2, new_motions=1),
)

TINY_HANDS = HandPretrainingSettings(
    TINY.trainer,
    model=HandNetConfig(8, 1, 8, 8, 4),
    data=HandStreamSettings(lanes=2, frames=10, pool_size=2),
)
