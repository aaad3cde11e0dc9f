"""`python -m signlift.recipe`: from a seed to the shipped weights."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import tyro

from signlift.errors import InputError
from signlift.recipe.settings import RecipeSettings

_THREADS = "OMP_NUM_THREADS"


@dataclass(frozen=True)
class Recipe:
    """Train the shipped weights, and a twin that has not seen what it is tested on.

    Example: python -m signlift.recipe -o weights --data DATA
    """

    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])] = Path("weights")
    """A folder: out/shipped and out/twin hold the files, with the logs and states of training."""
    data: Path | None = None
    """A folder with cmu/ and asl/ (motion capture to mix in). Without it, or where one of the two
    is missing, the procedural signer alone is trained on."""
    only: str = ""
    """'shipped' or 'twin' trains just that; by default both at once, each on half of the cores."""
    settings: Annotated[RecipeSettings, tyro.conf.arg(name="")] = field(
        default_factory=RecipeSettings
    )
    """How to train."""
    quiet: bool = False
    """Show no progress."""

    def run(self) -> int:
        """Do it, and give the exit code."""
        if self.only:
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
            return max(job.wait() for job in jobs)
        except KeyboardInterrupt:
            for job in jobs:
                job.wait()
            raise

    def _train(self, name: str) -> None:
        import torch

        from signlift.model.export import export_onnx
        from signlift.model.weights import save_lifting
        from signlift.recipe.calibrate import calibrate
        from signlift.recipe.motions import MOCAP, read_clips
        from signlift.recipe.train import train

        if _THREADS in os.environ:
            torch.set_num_threads(int(os.environ[_THREADS]))
        real = []
        if self.data is not None:
            # The twin sees neither the signer nor the clips that the measures are taken on.
            kinds = {"cmu": "" if name == "shipped" else "train."}
            kinds |= {"asl": ""} if name == "shipped" else {}
            real = [
                read_clips(self.data / folder, only)
                for folder, only in kinds.items()
                if (self.data / folder / MOCAP).is_file()
            ]
        folder = self.out / name
        net = train(folder, self.settings, real, quiet=self.quiet)
        calibrate(net, self.settings.seed, replace(self.settings.data, kept=60), real)
        trained_on = ["procedural signer", *(clips.name for clips in real)]
        info = {"trained_on": trained_on, "seed": self.settings.seed}
        save_lifting(folder / "signlift.safetensors", net, info, half=True)
        export_onnx(net, folder, info=info)
        if not self.quiet:
            print(f"{name}: {folder}")  # noqa: T201


def main() -> int:
    """Parse, run, and say in one line what is wrong."""
    try:
        return tyro.cli(Recipe, prog="python -m signlift.recipe").run()
    except InputError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


if __name__ == "__main__":
    sys.exit(main())
