"""The verb `evaluate`, and `test`, its name in the original repository."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.cli.options import SkeletonName, print_warnings

SplitName = Literal["auto", "test", "train", "all"]
JsonPath = Annotated[Path | None, Placeholder("FILE")]
OutDirectory = Annotated[Path | None, Placeholder("DIRECTORY"), Parameter(alias="-o")]


def evaluate(
    data: Annotated[Path, Parameter(name="DATA")],
    /,
    *,
    model: Annotated[str, Placeholder("MODEL")] = "shipped",
    out: OutDirectory = None,
    json: JsonPath = None,
    view: bool = False,
    split: SplitName = "auto",
    causal: bool = False,
    fps: float | None = None,
    skeleton: SkeletonName | None = None,
    min_confidence: float | None = None,
    keep_zeros: bool = False,
    quiet: bool = False,
) -> None:
    """Evaluate a model on recordings with true depth, beside a constant depth.

    Example: signlift evaluate data

    Example: signlift evaluate data --model runs/first -o results

    Parameters
    ----------
    data
        Directory with body_data.npy and body_ground.npy, or any file with depth that signlift
        reads, such as .npz or .bvh. A model of the canonical frame needs a normalized_data.npy.
    model
        Directory or .safetensors file of a training run, an exported model, or "shipped" for the
        shipped weights.
    out
        Directory for the report page (report.html), the predicted depth (predicted_depth.npy), the
        measures and drawings.
    json
        Also write the measures to this file.
    view
        Also write a page that plays the best, the median and the worst of the recordings in 3D,
        with predicted and true depth: viewer.html in OUT, or else in the current directory.
    split
        Recordings to evaluate a run on: those that it held back (test), those that it was trained
        on (train), or all. With auto, test for a run and all for other models.
    causal
        Predict each frame from itself and those before it alone.
    fps
        Frames per second, if the file does not hold it. Default: 30.
    skeleton
        Skeleton of body_data.npy. Default: that of the model.
    min_confidence
        Smallest confidence of an observed keypoint, from 0 to 1. Default: that of the detector.
    keep_zeros
        Take keypoints at (0, 0) or (-1, -1) without a confidence as observed, even where many
        frames have them.
    quiet
        Show no progress and no table.
    """
    from signlift.cli.typed_command import typed_command
    from signlift.core.frame_rate import describe_assumed_fps
    from signlift.evaluation.evaluate import evaluate

    with print_warnings():
        evaluation = evaluate(
            data,
            model,
            split=split,
            skeleton=skeleton,
            fps=fps,
            min_confidence=min_confidence,
            keep_zeros=keep_zeros,
            causal=causal,
            out=out,
            json_path=json,
            page=(out or Path()) / "viewer.html" if view else None,
            quiet=quiet,
            command=typed_command(),
        )
    if not quiet:
        print(evaluation.table())
        if evaluation.assumed_fps is not None:
            print(describe_assumed_fps(evaluation.assumed_fps))
        for path in evaluation.written:
            print(path)


def test(
    run: Annotated[Path, Parameter(name="RUN")],
    data: Annotated[Path, Parameter(name="DATA")],
    /,
    *,
    out: OutDirectory = None,
    json: JsonPath = None,
    split: SplitName = "auto",
    min_confidence: float | None = None,
    keep_zeros: bool = False,
    quiet: bool = False,
) -> None:
    """Evaluate a trained run: the same as `evaluate DATA --model RUN`.

    Example: signlift test runs/first data -o results

    Parameters
    ----------
    run
        Directory or .safetensors file of a training run.
    data
        Directory with body_data.npy and body_ground.npy, or a normalized_data.npy.
    out
        Directory for the report page (report.html), the predicted depth (predicted_depth.npy), the
        measures and drawings.
    json
        Also write the measures to this file.
    split
        Recordings to evaluate on: those that the run held back (test), those that it was trained
        on (train), or all. With auto, test for the data of the run, and all for other data.
    min_confidence
        Smallest confidence of an observed keypoint, from 0 to 1. Default: that of the detector.
    keep_zeros
        Take keypoints at (0, 0) or (-1, -1) without a confidence as observed, even where many
        frames have them.
    quiet
        Show no progress and no table.
    """
    evaluate(
        data,
        model=str(run),
        out=out,
        json=json,
        split=split,
        min_confidence=min_confidence,
        keep_zeros=keep_zeros,
        quiet=quiet,
    )


test.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest
