"""`signlift export`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Export:
    """Write a trained model for ONNX Runtime, which lifts without PyTorch.

    Example: signlift export runs/first -o model.onnx
    """

    run_folder: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="RUN")]
    """A run's folder (its best checkpoint), or a .safetensors file of a run or of the recipe."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="FILE")]
    """A name that ends in .onnx; for a lifting network (the recipe's) a folder, as it is two
    graphs."""
    quiet: bool = False
    """Say nothing."""

    def run(self) -> int:
        """Do it, and give the exit code."""
        from signlift.model.export import export_run

        path = export_run(self.run_folder, self.out)
        if not self.quiet:
            print(path)
        return 0
