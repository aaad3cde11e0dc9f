"""How a model is trained: the command line's options, and what is saved in the run."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Literal

from signlift.errors import InputError, parameter_problem


@dataclass(frozen=True)
class TrainConfig:
    """Options of a training run; the defaults for optimiser and loss are the seed's."""

    skeleton: str = "panoptic26"
    """What the keypoints are: panoptic26, panoptic67, openpose25 or coco17."""
    epochs: int = 60
    """Passes over all recordings."""
    hidden_size: int = 256
    """Size of the LSTM's state."""
    num_layers: int = 1
    """Layers of the LSTM."""
    batch_size: int = 16
    """Recordings side by side."""
    seq_len: int = 50
    """Frames of a window, through which gradients flow."""
    learning_rate: float = 0.001
    """Adam's."""
    loss: Literal["mse", "l1"] = "mse"
    """What is minimised: the squared or the absolute depth error, in torso lengths."""
    observed_mask: bool = True
    """Tell the LSTM which keypoints are observed."""
    mirror: bool = True
    """See each recording in a mirror in half of the epochs."""
    precision: str = "32-true"
    """Lightning Fabric's precision, such as 32-true, 64-true, bf16-mixed or 16-mixed."""
    test_fraction: float = 0.2
    """Share of the recordings that is held back to test on (by recording, or by group)."""
    seed: int = 0
    """The one source of all chance: split, first weights, order."""

    def __post_init__(self) -> None:
        # Imported here, so that the command line shows its help without NumPy.
        from signlift.core.skeleton import get_skeleton

        problems = [
            parameter_problem(name, expected="a number above 0", found=getattr(self, name))
            for name in (
                "epochs",
                "hidden_size",
                "num_layers",
                "batch_size",
                "seq_len",
                "learning_rate",
            )
            if not 0 < getattr(self, name) < math.inf
        ]
        if not 0 <= self.test_fraction < 1:
            problems.append(
                parameter_problem(
                    "test_fraction",
                    expected="a number from 0 to below 1",
                    found=self.test_fraction,
                )
            )
        if not 0 <= self.seed < 2**63:
            expected = "a number from 0 to below 2**63"
            problems.append(parameter_problem("seed", expected=expected, found=self.seed))
        if self.loss not in ("mse", "l1"):
            problems.append(parameter_problem("loss", expected="mse or l1", found=self.loss))
        try:
            get_skeleton(self.skeleton)
        except InputError as error:
            problems.extend(error.problems)
        if problems:
            raise InputError(problems)

    def differences(self, other: TrainConfig, but: tuple[str, ...] = ()) -> list[str]:
        """The options, but for some, that differ, each with both values."""
        return [
            f"{field.name} {getattr(self, field.name)} and {getattr(other, field.name)}"
            for field in fields(self)
            if field.name not in but and getattr(self, field.name) != getattr(other, field.name)
        ]


@dataclass(frozen=True)
class Hardware:
    """Where a run computes (see Lightning Fabric's options of the same names)."""

    accelerator: str = "auto"
    """cpu, cuda, mps, or auto for the best that is there."""
    devices: int = 1
    """Processes, each with a device of its own, that share the lanes."""
