"""Recipes of the released files: the networks, their motion, and what each model holds out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from signlift.pretraining.motion_sources import (
    BODY_MOTION,
    ORIGINS,
    CapturedMotion,
    MotionFile,
    read_motion_file,
)
from signlift.pretraining.settings import PretrainingSettings

NetworkName = Literal["body", "hands"]
ModelName = Literal["shipped", "no-galt", "no-aws", "no-signs", "no-bodies"]

#: The origins of motion that each model holds out. The shipped one holds out none; the others are
#: for benchmarks, which measure each on the people that it has never seen.
HELD_OUT: dict[ModelName, tuple[str, ...]] = {
    "shipped": (),
    "no-galt": ("galt",),
    "no-aws": ("aws",),
    "no-signs": ("galt", "aws"),
    "no-bodies": ("bodies",),
}

#: Procedural motions from which the recordings for calibration are drawn.
_CALIBRATION_POOL = 60

#: Files of captured motion in the directory of the data.
MOTION_FILES = tuple(sorted({file.path for file in BODY_MOTION.values()}))


@dataclass(frozen=True)
class BodyRecipe:
    """Training of the network of the body.

    Attributes
    ----------
    settings
        Settings of the training.
    captured
        Motion capture to mix in.
    """

    settings: PretrainingSettings
    captured: Sequence[CapturedMotion]

    @classmethod
    def prepare(
        cls,
        data: Path | None,
        *,
        blocks: int | None = None,
        minutes: float | None = None,
        seed: int | None = None,
        lanes: int | None = None,
        quiet: bool = False,
    ) -> BodyRecipe:
        """Read the motion capture, as far as it is there.

        Parameters
        ----------
        data
            Directory of the captured motion; None for procedural motion alone.
        blocks, minutes, seed, lanes
            As for `PretrainingSettings.with_schedule`.
        quiet
            Print no line about missing motion capture.
        """
        settings = PretrainingSettings().with_schedule(
            blocks=blocks, minutes=minutes, seed=seed, lanes=lanes
        )
        return cls(settings, read_motion(data, BODY_MOTION, quiet=quiet))

    def train(
        self,
        run: Path,
        out: Path,
        models: Sequence[ModelName],
        *,
        workers: int = 1,
        initial: Path | None = None,
        quiet: bool = False,
    ) -> None:
        """Train, calibrate and export the network of each model.

        Parameters
        ----------
        run
            Directory of the training.
        out
            Directory of the models; OUT/MODEL gets signlift.safetensors and the graphs.
        models
            The models, keys of `HELD_OUT`.
        workers
            Processes that make batches.
        initial
            Weights to start from (see `run_pretraining`).
        quiet
            Show no progress bar.
        """
        from signlift.model.checkpoint import save_checkpoint
        from signlift.model.export import export_onnx
        from signlift.model.side_by_side import SideBySide
        from signlift.pretraining.pretrain import run_pretraining
        from signlift.pretraining.simulated_calibration import calibrate_on_simulation
        from signlift.pretraining.simulated_stream import SimulatedStream
        from signlift.training.tasks.side_by_side import SideBySideTask
        from signlift.training.tasks.tasks import LiftingTask

        settings = self.settings
        net = run_pretraining(
            run,
            SideBySideTask(LiftingTask(settings.model), held_out_numbers(models)),
            SimulatedStream(settings.trainer.seed, settings.data, self.captured),
            settings.trainer,
            {**asdict(settings), "captured": [motion.name for motion in self.captured]},
            workers=workers,
            initial=initial,
            quiet=quiet,
        )
        assert isinstance(net, SideBySide)
        data = replace(settings.data, pool_size=_CALIBRATION_POOL)
        for name in models:
            part = net.net(name)
            kept = [motion for motion in self.captured if motion.name not in HELD_OUT[name]]
            info = {
                "trained_on": ["procedural signer", *(motion.name for motion in kept)],
                "seed": settings.trainer.seed,
            }
            path = out / name / "signlift.safetensors"
            # Saved before calibration as well, which takes a while.
            save_checkpoint(path, part, settings.model, info, half=True)
            calibrate_on_simulation(part, settings.trainer.seed, data, kept)
            save_checkpoint(path, part, settings.model, info, half=True)
            export_onnx(part, out / name, info=info)


#: What prepares the training of each network.
NETWORKS: dict[NetworkName, Callable[..., BodyRecipe]] = {"body": BodyRecipe.prepare}


def held_out_numbers(models: Sequence[ModelName]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the origins that each model holds out."""
    return {name: tuple(ORIGINS.index(origin) for origin in HELD_OUT[name]) for name in models}


def read_motion(
    data: Path | None, files: dict[str, MotionFile], *, quiet: bool
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
