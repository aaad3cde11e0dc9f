"""The verb `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder


def export(
    run: Annotated[Path, Parameter(name="RUN")],
    /,
    *,
    out: Annotated[Path, Placeholder("OUT"), Parameter(alias="-o")],
    quiet: bool = False,
) -> None:
    """Write a trained model for ONNX Runtime, which lifts without PyTorch.

    Example: signlift export runs/first -o model.onnx

    Parameters
    ----------
    run
        Directory of a training run, of which the best checkpoint is taken, or a .safetensors file.
    out
        File that ends in .onnx. For a lifting network, a directory for its graphs.
    quiet
        Print nothing.
    """
    from signlift.model.export import export_run

    path = export_run(run, out)
    if not quiet:
        print(path)
