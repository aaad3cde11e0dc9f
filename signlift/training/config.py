"""Options of a training run, and their defaults for each architecture; PyTorch is not needed."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from signlift.errors import InputError, parameter_problem
from signlift.model.architecture import Architecture
from signlift.training.settings import (
    Hardware,
    OptimizerSettings,
    RecordingSettings,
    TrainerSettings,
)

__all__ = ["DEFAULT_ARCHITECTURE", "Hardware", "TrainConfig"]

#: The best choice for a user with a few recordings (see docs/training.md for the comparison).
DEFAULT_ARCHITECTURE: Architecture = "lifting"

#: Values of `init` that are no path.
NOTHING, SHIPPED = "nothing", "shipped"

DEFAULT_SKELETON = "panoptic26"

_DEFAULTS: dict[str, Any] = {
    "skeleton": DEFAULT_SKELETON,
    "keep_zeros": False,
    "mirror": True,
    "precision": "32-true",
    "test_fraction": 0.2,
    "seed": 0,
}

# Optimiser, loss and window of the DepthLSTM are those of the original repository.
_DEPTH_LSTM: dict[str, Any] = {
    "epochs": 60,
    "hidden_size": 256,
    "num_layers": 1,
    "observed_mask": True,
    "batch_size": 16,
    "seq_len": 50,
    "loss": "mse",
    "learning_rate": 0.001,
    "warm_up": 0,
    "decay": False,
    "weight_decay": 0.0,
    "max_gradient": 0.0,
    "averaging": 0.0,
}
_LIFTING: dict[str, Any] = {
    "epochs": 200,
    "hidden_size": 256,
    "num_layers": 1,
    "batch_size": 8,
    "seq_len": 64,
    "fps": 30.0,
    "detector_noise": 0.5,
    "learning_rate": 0.002,
    "warm_up": 5,
    "decay": True,
    "weight_decay": 0.0001,
    "max_gradient": 0.5,
    "averaging": 0.99,
}
_FINE_TUNING: dict[Architecture, dict[str, Any]] = {
    "depth-lstm": {"learning_rate": 0.0003},
    "lifting": {"epochs": 60, "learning_rate": 0.0003, "warm_up": 1},
}

#: Options that one architecture alone has.
_OPTIONS_OF: dict[Architecture, tuple[str, ...]] = {
    "depth-lstm": ("loss", "observed_mask"),
    "lifting": ("fps", "detector_noise"),
}


#: Options that the weights decide that training starts from.
SIZES: dict[Architecture, tuple[str, ...]] = {
    "depth-lstm": ("hidden_size", "num_layers", "observed_mask"),
    "lifting": ("hidden_size", "num_layers"),
}


@dataclass(frozen=True)
class TrainConfig:
    """Options of a training run. None stands for the default of the architecture.

    Raises
    ------
    InputError
        Lists all options that are out of range or do not go together.

    Examples
    --------
    >>> config = TrainConfig(arch="depth-lstm", epochs=20)
    >>> config.given
    {'arch': 'depth-lstm', 'epochs': 20}
    >>> config.resolve("depth-lstm").learning_rate
    0.001
    """

    arch: Architecture | None = None
    """Network to train: depth-lstm, the network of the original repository, or lifting, that of
    the shipped weights. Default: lifting; depth-lstm for data in the canonical frame."""
    init: str | None = None
    """Weights to start from: shipped, nothing, a run, or a .safetensors file. Default: shipped
    for the lifting network, nothing for the DepthLSTM."""
    skeleton: str | None = None
    """Skeleton of the keypoints of DATA, such as panoptic26, openpose25 or coco17. Default:
    panoptic26."""
    epochs: int | None = None
    """Passes over all recordings. Default: 60; 200 for the lifting network from nothing."""
    minutes: float | None = None
    """Time limit. Training ends with the epoch in which it is reached. Default: none."""
    hidden_size: int | None = None
    """Size of the LSTM's state. Default: 256, or that of the weights to start from."""
    num_layers: int | None = None
    """Layers of the LSTM. Default: 1, or those of the weights to start from."""
    batch_size: int | None = None
    """Recordings side by side. Default: 16 for the DepthLSTM, 8 for the lifting network."""
    seq_len: int | None = None
    """Frames of a window, through which gradients flow. Default: 50 for the DepthLSTM, 64 for
    the lifting network."""
    learning_rate: float | None = None
    """Learning rate of the optimiser. Default: 0.001 for the DepthLSTM, 0.002 for the lifting
    network, 0.0003 from existing weights."""
    warm_up: int | None = None
    """Epochs in which the learning rate rises. Default: 0 for the DepthLSTM, 5 for the lifting
    network, 1 from existing weights."""
    decay: bool | None = None
    """Lower the learning rate to zero at the end. Default: for the lifting network."""
    weight_decay: float | None = None
    """Weight decay of the optimiser. Default: 0 for the DepthLSTM, 0.0001 for the lifting
    network."""
    max_gradient: float | None = None
    """Largest norm of the gradient, 0 for no limit. Default: 0 for the DepthLSTM, 0.5 for the
    lifting network."""
    averaging: float | None = None
    """Fraction of the averaged weights that each step keeps, 0 for no averaging. Default: 0 for
    the DepthLSTM, 0.99 for the lifting network."""
    loss: Literal["mse", "l1"] | None = None
    """Loss of the DepthLSTM: the squared or the absolute depth error. Default: mse."""
    observed_mask: bool | None = None
    """Give the DepthLSTM a mask of the observed keypoints. Default: yes."""
    keep_zeros: bool | None = None
    """Take keypoints of DATA at (0, 0) or (-1, -1) as observed, even where many frames have them.
    Default: no."""
    mirror: bool | None = None
    """Mirror each recording in half of the epochs. Default: yes."""
    fps: float | None = None
    """Frames per second of DATA, for the lifting network. Default: 30."""
    detector_noise: float | None = None
    """Fraction of the recordings with errors of a simulated detector, for the lifting network.
    Default: 0.5."""
    precision: str | None = None
    """Precision of Lightning Fabric, such as 32-true, 64-true, bf16-mixed or 16-mixed. Default:
    32-true."""
    test_fraction: float | None = None
    """Fraction of the recordings that is held back for testing. Default: 0.2."""
    seed: int | None = None
    """Seed of all random numbers: split, first weights, order, augmentation. Default: 0."""

    def __post_init__(self) -> None:
        problems = [
            parameter_problem(name, expected=expected, found=getattr(self, name))
            for name, expected, is_valid in _CHECKS
            if getattr(self, name) is not None and not is_valid(getattr(self, name))
        ]
        if self.skeleton is not None:
            # Imported here, so that the command line shows its help without NumPy.
            from signlift.core.skeleton import get_skeleton

            try:
                get_skeleton(self.skeleton)
            except InputError as error:
                problems.extend(error.problems)
        problems.extend(self._conflicts())
        if problems:
            raise InputError(problems)

    @property
    def given(self) -> dict[str, Any]:
        """The options that are not None, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def resolve(
        self, architecture: Architecture, sizes: dict[str, Any] | None = None
    ) -> TrainConfig:
        """Fill in the defaults.

        Parameters
        ----------
        architecture
            The network to train, where `arch` is None.
        sizes
            Sizes of the weights that training starts from.

        Returns
        -------
        A configuration in which only `minutes` and the options of other architectures are None.

        Raises
        ------
        InputError
            Options do not go together.
        """
        arch = self.arch or architecture
        init = self.init or default_init(arch)
        defaults = {**_DEFAULTS, **(_DEPTH_LSTM if arch == "depth-lstm" else _LIFTING)}
        if init != NOTHING:
            defaults |= _FINE_TUNING[arch]
        sizes = sizes or {}
        problems = [
            parameter_problem(
                name, expected=f"{size}, as in the weights of `init` {init}", found=self.given[name]
            )
            for name, size in sizes.items()
            if self.given.get(name, size) != size
        ]
        if problems:
            raise InputError(problems)
        defaults |= sizes
        return TrainConfig(**{**defaults, **self.given, "arch": arch, "init": init})

    def trainer(self) -> TrainerSettings:
        """Return the settings of the trainer, of a resolved configuration."""
        names = [field.name for field in fields(OptimizerSettings)]
        optimizer = OptimizerSettings(**{name: getattr(self, name) for name in names})
        names = [field.name for field in fields(TrainerSettings) if field.name != "optimizer"]
        return TrainerSettings(**{name: getattr(self, name) for name in names}, optimizer=optimizer)

    def recordings(self) -> RecordingSettings:
        """Return the settings of the batches, of a resolved configuration."""
        names = [field.name for field in fields(RecordingSettings)]
        return RecordingSettings(**{name: self.given[name] for name in names if name in self.given})

    def sizes(self) -> dict[str, Any]:
        """Return the sizes of the network, of a resolved configuration."""
        assert self.arch is not None
        return {name: getattr(self, name) for name in SIZES[self.arch]}

    def differences(self, started: TrainConfig, except_for: tuple[str, ...] = ()) -> list[str]:
        """Describe the given options that differ from those of another configuration.

        Parameters
        ----------
        started
            The other configuration.
        except_for
            Options that may differ.
        """
        return [
            f"{name} {getattr(started, name)} and {value}"
            for name, value in self.given.items()
            if name not in except_for and getattr(started, name) != value
        ]

    def _conflicts(self) -> list[str]:
        """List the options that do not go together."""
        problems = []
        for arch, names in _OPTIONS_OF.items():
            if self.arch not in (None, arch):
                expected = f"none with `arch` {self.arch}"
                problems += [
                    parameter_problem(name, expected=expected, found=getattr(self, name))
                    for name in names
                    if getattr(self, name) is not None
                ]
        if self.arch == "depth-lstm" and self.init == SHIPPED:
            expected = "a DepthLSTM's run, or nothing (the shipped weights are a lifting network)"
            problems.append(parameter_problem("init", expected=expected, found=self.init))
        return problems


def default_init(architecture: Architecture) -> str:
    """Return the weights that training of an architecture starts from by default."""
    return SHIPPED if architecture == "lifting" else NOTHING


def _above_zero(value: float) -> bool:
    return 0 < value < math.inf


def _not_below_zero(value: float) -> bool:
    return 0 <= value < math.inf


_CHECKS: tuple[tuple[str, str, Any], ...] = (
    ("arch", " or ".join(get_args(Architecture)), lambda value: value in get_args(Architecture)),
    ("epochs", "a number above 0", _above_zero),
    ("minutes", "a number above 0", _above_zero),
    ("hidden_size", "a number above 0", _above_zero),
    ("num_layers", "a number above 0", _above_zero),
    ("batch_size", "a number above 0", _above_zero),
    ("seq_len", "a number above 0", _above_zero),
    ("learning_rate", "a number above 0", _above_zero),
    ("warm_up", "0 or more", _not_below_zero),
    ("weight_decay", "0 or more", _not_below_zero),
    ("max_gradient", "0 or more", _not_below_zero),
    ("averaging", "a number from 0 to below 1", lambda value: 0 <= value < 1),
    ("loss", "mse or l1", lambda value: value in ("mse", "l1")),
    ("fps", "a number above 0 and up to 1000", lambda value: 0 < value <= 1000),
    ("detector_noise", "a fraction from 0 to 1", lambda value: 0 <= value <= 1),
    ("test_fraction", "a number from 0 to below 1", lambda value: 0 <= value < 1),
    ("seed", "a number from 0 to below 2**63", lambda value: 0 <= value < 2**63),
)
