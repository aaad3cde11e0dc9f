"""Recipes of the released files: the networks, their motion, and what each model holds out."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from signlift.pretraining.motion_sources import (
    BODY_MOTION,
    HAND_MOTION,
    ORIGINS,
    CapturedMotion,
    MotionFile,
    read_motion_file,
)
from signlift.pretraining.settings import HandPretrainingSettings, PretrainingSettings

if TYPE_CHECKING:
    from signlift.training.settings import TrainerSettings
    from signlift.training.sources.data_source import DataSource
    from signlift.training.tasks.tasks import TrainingTask

NetworkName = Literal["body", "hands"]
ModelName = Literal["shipped", "no-galt", "no-aws", "no-signs", "no-bodies"]

#: The origins of motion that each model holds out. The shipped one holds out none; the others are
#: for benchmarks, which measure each on the people that it has never seen. Many motions of bodies
#: are in cmu, too, on another body, so that who holds out one holds out both.
HELD_OUT: dict[ModelName, tuple[str, ...]] = {
    "shipped": (),
    "no-galt": ("galt",),
    "no-aws": ("aws",),
    "no-signs": ("galt", "aws"),
    "no-bodies": ("cmu", "bodies"),
}

#: The model whose errors calibrate the shipped one, where both are trained side by side.
_CALIBRATES: ModelName = "no-signs"

#: Procedural motions from which the recordings for calibration are drawn.
_CALIBRATION_POOL = 60

#: Files of captured motion in the directory of the data.
MOTION_FILES = tuple(
    sorted({file.path for files in (BODY_MOTION, HAND_MOTION) for file in files.values()})
)


class Recipe(ABC):
    """Training of one network, of one or several models.

    Parameters
    ----------
    data
        Directory of the captured motion; None for procedural motion alone.
    quiet
        Print no line about missing motion capture, and no progress.
    schedule
        As for `PretrainingSettings.with_schedule`.
    """

    #: Name of the file of weights of a model.
    file: ClassVar[str]

    #: The captured motion.
    motion: ClassVar[Mapping[str, MotionFile]]

    settings: PretrainingSettings | HandPretrainingSettings

    def __init__(self, data: Path | None, *, quiet: bool = False, **schedule: Any) -> None:
        self.settings = self.default_settings().with_schedule(**schedule)
        self.captured = read_motion(data, self.motion, quiet=quiet)
        self.quiet = quiet

    @abstractmethod
    def default_settings(self) -> PretrainingSettings | HandPretrainingSettings:
        """Return the settings of the released files."""

    @abstractmethod
    def task(self) -> TrainingTask:
        """Return the network and its losses."""

    @abstractmethod
    def stream(self) -> DataSource:
        """Return the simulated stream."""

    @abstractmethod
    def calibrate(
        self, net: Any, captured: Sequence[CapturedMotion], held_out: Any | None = None
    ) -> None:
        """Calibrate the uncertainty on recordings that training did not see.

        Parameters
        ----------
        net
            The network.
        captured
            The motion that it was trained on.
        held_out
            A network that has not seen some of it, and whose errors count; None for `net` itself.
        """

    @abstractmethod
    def export(self, net: Any, directory: Path, info: Mapping[str, Any]) -> None:
        """Write the graphs of a network."""

    def train(
        self,
        run: Path,
        out: Path,
        models: Sequence[ModelName],
        *,
        workers: int = 1,
        initial: Path | None = None,
    ) -> None:
        """Train, calibrate and export the network of each model.

        Parameters
        ----------
        run
            Directory of the training.
        out
            Directory of the models; OUT/MODEL gets the weights and the graphs.
        models
            The models, keys of `HELD_OUT`.
        workers
            Processes that make batches.
        initial
            Weights to start from (see `run_pretraining`).
        """
        from signlift.model.checkpoint import save_checkpoint
        from signlift.model.side_by_side import SideBySide
        from signlift.pretraining.pretrain import run_pretraining
        from signlift.training.tasks.side_by_side import SideBySideTask

        settings = self.settings
        models = [name for name in models if self._differs(name)]
        nets = run_pretraining(
            run,
            SideBySideTask(
                self.task(),
                held_out_numbers(models),
                half=settings.trainer.precision == "bf16-mixed",
            ),
            self.stream(),
            _of_several(settings.trainer, len(models)),
            {**asdict(settings), "captured": [motion.name for motion in self.captured]},
            workers=workers,
            initial=initial,
            quiet=self.quiet,
        )
        assert isinstance(nets, SideBySide)
        trained = []
        for name in models:
            net = nets.net(name)
            kept = [motion for motion in self.captured if motion.name not in HELD_OUT[name]]
            info = {
                "trained_on": ["procedural signer", *(motion.name for motion in kept)],
                "seed": settings.trainer.seed,
            }
            # Saved before calibration as well, which takes a while.
            save_checkpoint(out / name / self.file, net, settings.model, info, half=True)
            trained.append((name, net, kept, info))
        for name, net, kept, info in trained:
            signs = name == "shipped" and _CALIBRATES in models
            self.calibrate(net, kept, nets.net(_CALIBRATES) if signs else None)
            save_checkpoint(out / name / self.file, net, settings.model, info, half=True)
            self.export(net, out / name, info)

    def _differs(self, name: ModelName) -> bool:
        """Return whether a model holds out motion of this network, or nothing at all."""
        held_out = HELD_OUT[name]
        return not held_out or any(origin in self.motion for origin in held_out)


class BodyRecipe(Recipe):
    """Training of the network of the body."""

    file = "signlift.safetensors"
    motion = BODY_MOTION
    settings: PretrainingSettings

    def default_settings(self) -> PretrainingSettings:
        """Return the settings of the released files."""
        return PretrainingSettings()

    def task(self) -> TrainingTask:
        """Return the network and its losses."""
        from signlift.training.tasks.tasks import LiftingTask

        return LiftingTask(self.settings.model)

    def stream(self) -> DataSource:
        """Return the simulated stream."""
        from signlift.pretraining.simulated_stream import SimulatedStream

        return SimulatedStream(self.settings.trainer.seed, self.settings.data, self.captured)

    def calibrate(
        self, net: Any, captured: Sequence[CapturedMotion], held_out: Any | None = None
    ) -> None:
        """Calibrate the uncertainty on recordings that training did not see."""
        from signlift.pretraining.simulated_calibration import calibrate_on_simulation

        settings = replace(self.settings.data, pool_size=_CALIBRATION_POOL)
        seed = self.settings.trainer.seed
        calibrate_on_simulation(net, seed, settings, captured, held_out=held_out)

    def export(self, net: Any, directory: Path, info: Mapping[str, Any]) -> None:
        """Write the graphs of a network."""
        from signlift.model.export import export_onnx

        export_onnx(net, directory, info=info, half=True)


class HandRecipe(Recipe):
    """Training of the network of the hands."""

    file = "hands.safetensors"
    motion = HAND_MOTION
    settings: HandPretrainingSettings

    def default_settings(self) -> HandPretrainingSettings:
        """Return the settings of the released files."""
        return HandPretrainingSettings()

    def task(self) -> TrainingTask:
        """Return the network and its losses."""
        from signlift.training.tasks.hand_task import HandTask

        return HandTask(self.settings.model)

    def stream(self) -> DataSource:
        """Return the simulated stream."""
        from signlift.pretraining.hand_stream import HandStream

        return HandStream(self.settings.trainer.seed, self.settings.data, self.captured)

    def calibrate(
        self, net: Any, captured: Sequence[CapturedMotion], held_out: Any | None = None
    ) -> None:
        """Calibrate the uncertainty on hands that training did not see."""
        from signlift.pretraining.hand_calibration import calibrate_hands

        settings = replace(self.settings.data, pool_size=_CALIBRATION_POOL, lanes=64)
        other = None if held_out is None else held_out.cpu()
        seed = self.settings.trainer.seed
        calibrate_hands(net.cpu(), seed, settings, captured, held_out=other)

    def export(self, net: Any, directory: Path, info: Mapping[str, Any]) -> None:
        """Write the graphs of a network."""
        from signlift.model.hand_export import export_hands

        export_hands(net, directory, info=info, half=True)


#: What trains each network.
NETWORKS: dict[NetworkName, type[Recipe]] = {"body": BodyRecipe, "hands": HandRecipe}


def _of_several(settings: TrainerSettings, count: int) -> TrainerSettings:
    """Return the settings for several networks, whose gradients are limited together."""
    limit = settings.optimizer.max_gradient * count**0.5
    return replace(settings, optimizer=replace(settings.optimizer, max_gradient=limit))


def held_out_numbers(models: Sequence[ModelName]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the origins that each model holds out."""
    return {name: tuple(ORIGINS.index(origin) for origin in HELD_OUT[name]) for name in models}


def read_motion(
    data: Path | None, files: Mapping[str, MotionFile], *, quiet: bool
) -> list[CapturedMotion]:
    """Read the captured motion, as far as it is there.

    Parameters
    ----------
    data
        Directory of the captured motion; None for none.
    files
        The file of each origin.
    quiet
        Print no line about missing motion capture.
    """
    motions = []
    for name, file in files.items() if data is not None else ():
        assert data is not None
        if (data / file.path).is_file():
            motions.append(read_motion_file(data, name, file))
        elif not quiet:
            line = f"{data}/{file.path}: no motion capture, none of it is mixed in"
            print(line, file=sys.stderr)  # noqa: T201
    return motions
