"""Settings of the trainer: its schedule, its optimiser, and the hardware that it runs on."""

from __future__ import annotations

from dataclasses import dataclass, field

from signlift.errors import check_fields

#: Learning rate at the end of a linear decay.
MIN_LEARNING_RATE = 1e-6

#: Steps that count as one in the warm-up of averaged weights.
_AVERAGING_STEPS = 3


@dataclass(frozen=True)
class OptimizerSettings:
    """Settings of AdamW (Loshchilov and Hutter, 2019) and of what is done around its steps.

    Attributes
    ----------
    learning_rate
        The highest learning rate.
    warm_up
        Epochs in which the learning rate rises to the highest.
    decay
        Lower the learning rate linearly, to zero at the end of training.
    weight_decay
        Decoupled weight decay; 0 makes AdamW Adam.
    max_gradient
        Largest norm of the gradient; longer gradients are shortened to it. 0 sets no limit.
    averaging
        Fraction of the averaged weights that is kept at each step (an exponential moving
        average, which is tested and saved in the place of the last weights); 0 does not average.

    Raises
    ------
    InputError
        Lists all fields that are out of range.
    """

    learning_rate: float = 0.001
    warm_up: int = 0
    decay: bool = False
    weight_decay: float = 0.0
    max_gradient: float = 0.0
    averaging: float = 0.0

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("learning_rate", self.learning_rate > 0, "a number above 0"),
            ("warm_up", self.warm_up >= 0, "0 or more"),
            ("weight_decay", self.weight_decay >= 0, "0 or more"),
            ("max_gradient", self.max_gradient >= 0, "0 or more"),
            ("averaging", 0 <= self.averaging < 1, "a number from 0 to below 1"),
        )

    def kept_average(self, step: int) -> float:
        """Return the fraction of the averaged weights that a step keeps.

        Parameters
        ----------
        step
            Number of the step, from 0. Early averages follow the weights fast.
        """
        count = step // _AVERAGING_STEPS
        return min(self.averaging, (1 + count) / (10 + count))


@dataclass(frozen=True)
class TrainerSettings:
    """Settings of a training, whichever architecture and data it is of.

    Attributes
    ----------
    epochs
        Passes over the data. A block of the simulated stream of pretraining is an epoch, too.
    minutes
        Time limit. Training stops at the end of the epoch in which it is reached, and a decay of
        the learning rate follows the clock where that is ahead of the epochs. None sets no limit,
        and results then depend on the seed and the machine's rounding alone.
    seed
        Seed of all random numbers: first weights, order of recordings, augmentation.
    precision
        Lightning Fabric's precision, such as 32-true, 64-true, bf16-mixed or 16-mixed.
    optimizer
        Settings of the optimiser.

    Raises
    ------
    InputError
        Lists all fields that are out of range.
    """

    epochs: int = 60
    minutes: float | None = None
    seed: int = 0
    precision: str = "32-true"
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("epochs", self.epochs >= 1, "1 or more"),
            ("minutes", self.minutes is None or self.minutes > 0, "a number above 0"),
            ("seed", 0 <= self.seed < 2**63, "a number from 0 to below 2**63"),
        )

    def progress(self, epochs: int, seconds: float) -> float:
        """Return the fraction of training that is done.

        Parameters
        ----------
        epochs, seconds
            Completed epochs, and the time that they took.

        Returns
        -------
        A number from 0 to 1: the fraction of the epochs or of the time limit, whichever is larger.
        """
        time_fraction = 0.0 if self.minutes is None else seconds / (60 * self.minutes)
        return min(1.0, max(epochs / self.epochs, time_fraction))

    def learning_rate(self, epochs: int, progress: float) -> float:
        """Return the learning rate of the next epoch.

        Parameters
        ----------
        epochs
            Completed epochs.
        progress
            The fraction of training that is done.
        """
        settings = self.optimizer
        rate = settings.learning_rate * min(1.0, (epochs + 1) / (settings.warm_up + 1))
        return rate * (1 - progress) + MIN_LEARNING_RATE if settings.decay else rate


@dataclass(frozen=True)
class RecordingSettings:
    """Settings of the batches that are made of recordings with known depth.

    Attributes
    ----------
    batch_size
        Recordings side by side.
    seq_len
        Frames of a window, through which gradients flow.
    mirror
        Mirror each recording in half of the epochs.
    fps
        Frames per second of the recordings (lifting network only).
    detector_noise
        Fraction of the recordings to which a simulated detector adds its errors, drawn anew in
        each epoch (lifting network only).

    Raises
    ------
    InputError
        Lists all fields that are out of range.
    """

    batch_size: int = 16
    seq_len: int = 50
    mirror: bool = True
    fps: float = 30.0
    detector_noise: float = 0.0

    def __post_init__(self) -> None:
        # Imported here, so that the command line shows its help without NumPy.
        from signlift.core.frame_rate import MAX_FPS

        check_fields(
            self,
            ("batch_size", self.batch_size >= 1, "1 or more"),
            ("seq_len", self.seq_len >= 1, "1 or more"),
            ("fps", 0 < self.fps <= MAX_FPS, f"a number above 0 and up to {MAX_FPS:g}"),
            ("detector_noise", 0 <= self.detector_noise <= 1, "a fraction from 0 to 1"),
        )


@dataclass(frozen=True)
class Hardware:
    """The devices that a training runs on (options of Lightning Fabric of the same names)."""

    accelerator: str = "auto"
    """Device to compute on: cpu, cuda, mps, or auto for the best one that there is."""
    devices: int = 1
    """Processes that share the lanes, each with a device of its own."""
