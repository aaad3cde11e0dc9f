"""Pretraining of the shipped weights, and of a held-out model for benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from signlift.errors import InputError, problem
from signlift.pretraining.motion_sources import MOCAP, CapturedMotion, read_captured_motion
from signlift.pretraining.settings import PretrainingSettings

_THREADS = "OMP_NUM_THREADS"

#: Procedural motions from which the recordings for calibration are drawn.
_CALIBRATION_POOL = 60

#: The captured motion that each model is trained on: directories below DATA, and the beginning
#: of the names of the clips. The held-out model sees neither the signer of asl nor the test clips
#: of cmu, on which benchmarks measure.
CAPTURED: dict[str, dict[str, str]] = {
    "shipped": {"cmu": "", "asl": ""},
    "held-out": {"cmu": "train."},
}


@dataclass(frozen=True)
class Pretraining:
    """Pretraining of one model.

    Attributes
    ----------
    name
        A key of `CAPTURED`.
    out
        Directory of all models.
    data
        Directory of the captured motion; None for procedural motion alone.
    settings
        Settings of the training.
    initial
        Directory of an earlier pretraining, whose weights this one starts from.
    quiet
        Print no progress, and no line about missing motion capture.
    """

    name: str
    out: Path
    data: Path | None
    settings: PretrainingSettings
    initial: Path | None = None
    quiet: bool = False

    def run(self) -> None:
        """Train, calibrate and export the model to OUT/NAME."""
        import torch

        from signlift.model.checkpoint import save_checkpoint
        from signlift.model.export import export_onnx
        from signlift.pretraining.pretrain import pretrain
        from signlift.pretraining.simulated_calibration import calibrate_on_simulation

        if _THREADS in os.environ:
            torch.set_num_threads(int(os.environ[_THREADS]))
        captured = self.read_captured()
        directory, settings = self.out / self.name, self.settings
        net = pretrain(
            directory,
            settings,
            captured,
            initial=None if self.initial is None else self.initial / self.name,
            quiet=self.quiet,
        )
        seed, data = settings.trainer.seed, replace(settings.data, pool_size=_CALIBRATION_POOL)
        calibrate_on_simulation(net, seed, data, captured)
        trained_on = ["procedural signer", *(motion.name for motion in captured)]
        info = {"trained_on": trained_on, "seed": seed}
        save_checkpoint(directory / "signlift.safetensors", net, settings.model, info, half=True)
        export_onnx(net, directory, info=info)
        if not self.quiet:
            print(f"{self.name}: {directory}")  # noqa: T201

    def read_captured(self) -> list[CapturedMotion]:
        """Read the captured motion, as far as it is there."""
        if self.data is None:
            return []
        motions = []
        for directory, prefix in CAPTURED[self.name].items():
            if (self.data / directory / MOCAP).is_file():
                motions.append(read_captured_motion(self.data / directory, prefix))
            elif not self.quiet:
                line = f"{self.data}/{directory}: no motion capture, none of it is mixed in"
                print(line, file=sys.stderr)  # noqa: T201
        return motions


app = App(
    "python -m signlift.pretraining",
    default_parameter=Parameter(negative=()),
    help_format="plaintext",
    help_formatter="plain",
    exit_on_error=False,
    print_error=False,
    result_action="return_value",
)


@app.default
def run(
    *,
    out: Annotated[Path, Parameter(alias="-o")] = Path("weights"),
    data: Path | None = None,
    only: Literal["shipped", "held-out"] | None = None,
    init: Path | None = None,
    blocks: int | None = None,
    minutes: float | None = None,
    seed: int | None = None,
    quiet: bool = False,
) -> int:
    """Train the shipped weights, and a held-out model for benchmarks.

    The held-out model does not see the signers and clips that benchmarks measure on. A training
    that was stopped continues.

    Example: python -m signlift.pretraining -o weights --data DATA

    Parameters
    ----------
    out
        Directory of both models.
    data
        Directory with cmu/ and asl/, motion capture to mix in, at least one of them. Without it,
        training uses procedural motion alone.
    only
        Train one model. By default both are trained at once, each on half of the cores.
    init
        OUT of an earlier call, whose weights training starts from.
    blocks
        Blocks of the simulated stream. Default: 12000.
    minutes
        Time limit; the learning rate then follows the clock.
    seed
        Seed of all random numbers. Default: 0.
    quiet
        Print no progress.
    """
    _check_data(data)
    if only is None:
        return _train_side_by_side(sys.argv[1:])
    settings = PretrainingSettings().with_schedule(blocks=blocks, minutes=minutes, seed=seed)
    Pretraining(only, out, data, settings, init, quiet).run()
    return 0


def main() -> int:
    """Run the command line, and return its exit code."""
    try:
        code: int = app(sys.argv[1:])
        return code
    except (CycloptsError, InputError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


def _check_data(data: Path | None) -> None:
    """Raise an InputError if a directory of motion capture has none."""
    names = list(CAPTURED["shipped"])
    if data is not None and not any((data / name / MOCAP).is_file() for name in names):
        expected = " or ".join(f"{name}/{MOCAP}" for name in names)
        raise InputError(problem(data, expected=expected, found="neither"))


def _train_side_by_side(arguments: Sequence[str]) -> int:
    """Train all models, each in a process of its own; return the exit code."""
    cores = os.cpu_count() or 1
    environment = os.environ | {_THREADS: str(max(1, cores // len(CAPTURED)))}
    processes = []
    for name in CAPTURED:
        # Only the first one shows its progress, as two bars cannot share a line.
        silent = [] if name == "shipped" or "--quiet" in arguments else ["--quiet"]
        command = [sys.executable, "-m", __package__, *arguments, "--only", name, *silent]
        processes.append(subprocess.Popen(command, env=environment))
    try:
        codes = [process.wait() for process in processes]
    except KeyboardInterrupt:
        for process in processes:
            process.wait()
        raise
    # The code of a process that was killed is minus the signal; shells add 128 to it.
    return max(code if code >= 0 else 128 - code for code in codes)


if __name__ == "__main__":
    sys.exit(main())
