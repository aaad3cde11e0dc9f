"""`signlift test`."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from signlift.cli.options import optional
from signlift.errors import InputWarning


@dataclass(frozen=True)
class Test:
    """Test a trained run on recordings with known depth.

    Example: signlift test runs/first data -o results
    """

    run_folder: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="RUN")]
    """A run's folder (its best checkpoint), or a .safetensors file of a run."""
    data: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="DATA")]
    """A folder with body_data.npy and body_ground.npy, or a normalized_data.npy."""
    split: Literal["auto", "test", "train", "all"] = "auto"
    """Which recordings: of the data that the run was trained on, auto takes those that it held
    back; of other data all."""
    json: Annotated[Path | None, optional("FILE")] = None
    """Write the measures to this file too."""
    out: Annotated[Path | None, optional("DIR", "-o")] = None
    """A folder for the predicted depth (predicted_depth.npy) and plots."""
    quiet: bool = False
    """Show no progress and no table."""

    def run(self) -> int:
        """Do it, and give the exit code."""
        from signlift.evaluation.evaluate import evaluate

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", InputWarning)
            evaluation = evaluate(
                self.data,
                self.run_folder,
                split=self.split,
                out=self.out,
                json_path=self.json,
                quiet=self.quiet,
            )
        for warning in caught:
            print(warning.message, file=sys.stderr)
        if not self.quiet:
            print(evaluation.table())
            for path in evaluation.written:
                print(path)
        return 0
