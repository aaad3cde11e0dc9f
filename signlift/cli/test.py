"""The verb `test`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.cli.options import print_warnings


def test(
    run: Annotated[Path, Parameter(name="RUN")],
    data: Annotated[Path, Parameter(name="DATA")],
    /,
    *,
    split: Literal["auto", "test", "train", "all"] = "auto",
    json: Annotated[Path | None, Placeholder("FILE")] = None,
    out: Annotated[Path | None, Placeholder("DIRECTORY"), Parameter(alias="-o")] = None,
    quiet: bool = False,
) -> None:
    """Test a trained run on recordings with known depth.

    Example: signlift test runs/first data -o results

    Parameters
    ----------
    run
        Directory of a training run, of which the best checkpoint is taken, or a .safetensors file.
    data
        Directory with body_data.npy and body_ground.npy, or a normalized_data.npy.
    split
        Recordings to test on: those that the run held back (test), those that it was trained on
        (train), or all. With auto, test for the data of the run, and all for other data.
    json
        Also write the measures to this file.
    out
        Directory for the predicted depth (predicted_depth.npy) and plots.
    quiet
        Show no progress and no table.
    """
    from signlift.evaluation.evaluate import evaluate

    with print_warnings():
        evaluation = evaluate(data, run, split=split, out=out, json_path=json, quiet=quiet)
    if not quiet:
        print(evaluation.table())
        for path in evaluation.written:
            print(path)


test.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest
