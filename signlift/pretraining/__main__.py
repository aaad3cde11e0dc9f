"""`python -m signlift.pretraining`: from a seed to the shipped weights."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from signlift.errors import InputError, problem
from signlift.pretraining.settings import PretrainingSettings

if TYPE_CHECKING:
    from signlift.pretraining.motion_sources import Clips

_THREADS = "OMP_NUM_THREADS"

#: Where motion capture lies in the folder of data, and how the keys of the clips begin that are
#: taken. The twin sees neither the signer nor the clips that the measures are taken on.
_FOLDERS = {"shipped": {"cmu": "", "asl": ""}, "twin": {"cmu": "train."}}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Train the shipped weights, and a twin that has not seen what it is tested on.

    Example: python -m signlift.pretraining -o weights --data DATA
    """

    out: Annotated[Path, Parameter(alias="-o")] = Path("weights")
    """A folder: out/shipped and out/twin hold the files, with the logs and states of training."""
    data: Path | None = None
    """A folder with cmu/ and asl/: motion capture to mix in, one of them at least. Without it, the
    procedural signer alone is trained on."""
    only: Literal["", "shipped", "twin"] = ""
    """'shipped' or 'twin' trains just that; by default both at once, each on half of the cores."""
    begin: Path | None = None
    """The folder of an earlier call, whose weights are trained on (on other data, say)."""
    settings: Annotated[PretrainingSettings, Parameter(name="*")] = field(
        default_factory=PretrainingSettings
    )
    """How to train."""
    quiet: bool = False
    """Show no progress, and do not say which motion capture is missing."""

    def run(self) -> int:
        """Do it, and give the exit code.

        Raises
        ------
        InputError
            There is no motion capture in the folder that was to have some.
        """
        missing = self._missing()
        if self.only:
            for folder in _FOLDERS[self.only]:
                if folder in missing and not self.quiet:
                    line = f"{self.data}/{folder}: no motion capture, none of it mixed in"
                    print(line, file=sys.stderr)  # noqa: T201
            self._train(self.only)
            return 0
        cores = os.cpu_count() or 1
        environment = os.environ | {_THREADS: str(max(1, cores // 2))}
        jobs = []
        for name in ("shipped", "twin"):
            # The second one is silent: two bars in one place cannot be read.
            silent = ["--quiet"] if name == "twin" and "--quiet" not in sys.argv else []
            command = [sys.executable, "-m", __package__, *sys.argv[1:], "--only", name, *silent]
            jobs.append(subprocess.Popen(command, env=environment))
        try:
            codes = [job.wait() for job in jobs]
        except KeyboardInterrupt:
            for job in jobs:
                job.wait()
            raise
        # One that was killed has the signal's number, below 0: as shells do.
        return max(code if code >= 0 else 128 - code for code in codes)

    def _missing(self) -> list[str]:
        """The folders without motion capture, where some were to have it."""
        from signlift.pretraining.motion_sources import MOCAP

        if self.data is None:
            return []
        missing = [name for name in _FOLDERS["shipped"] if not (self.data / name / MOCAP).is_file()]
        if len(missing) == len(_FOLDERS["shipped"]):
            expected = " or ".join(f"{name}/{MOCAP}" for name in missing)
            raise InputError(problem(self.data, expected=expected, found="neither"))
        return missing

    def _real(self, name: str) -> list[Clips]:
        """The motion capture that is mixed in: what of it is there."""
        from signlift.pretraining.motion_sources import MOCAP, read_clips

        if self.data is None:
            return []
        return [
            read_clips(self.data / folder, only)
            for folder, only in _FOLDERS[name].items()
            if (self.data / folder / MOCAP).is_file()
        ]

    def _train(self, name: str) -> None:
        import torch

        from signlift.model.checkpoint import save_checkpoint
        from signlift.model.export import export_onnx
        from signlift.pretraining.train_networks import train
        from signlift.pretraining.uncertainty_calibration import calibrate

        if _THREADS in os.environ:
            torch.set_num_threads(int(os.environ[_THREADS]))
        real = self._real(name)
        folder = self.out / name
        net = train(
            folder,
            self.settings,
            real,
            quiet=self.quiet,
            begin=None if self.begin is None else self.begin / name,
        )
        calibrate(net, self.settings.seed, replace(self.settings.data, kept=60), real)
        trained_on = ["procedural signer", *(clips.name for clips in real)]
        info = {"trained_on": trained_on, "seed": self.settings.seed}
        save_checkpoint(folder / "signlift.safetensors", net, self.settings.model, info, half=True)
        export_onnx(net, folder, info=info)
        if not self.quiet:
            print(f"{name}: {folder}")  # noqa: T201


app = App(
    "python -m signlift.pretraining",
    default_parameter=Parameter(negative=()),
    help_format="plaintext",
    help_formatter="plain",
    exit_on_error=False,
    print_error=False,
    result_action=lambda recipe: 0 if recipe is None else recipe.run(),
)
app.default(Recipe)


def main() -> int:
    """Parse, run, and say in one line what is wrong."""
    try:
        return app(sys.argv[1:])
    except (CycloptsError, InputError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


if __name__ == "__main__":
    sys.exit(main())
