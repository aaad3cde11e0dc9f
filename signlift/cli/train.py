"""The verb `train`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, ArgumentCollection, Parameter
from cyclopts.config import Dict

from signlift.cli.help_text import Placeholder
from signlift.training.config import Hardware, TrainConfig


def train(
    data: Annotated[Path, Parameter(name="DATA")],
    /,
    *,
    out: Annotated[Path, Placeholder("RUN"), Parameter(alias="-o")],
    training: Annotated[TrainConfig | None, Parameter(name="*", negative=None)] = None,
    hardware: Annotated[Hardware | None, Parameter(name="*")] = None,
    test_data: Annotated[Path | None, Placeholder("DATA")] = None,
    groups: Annotated[Path | None, Placeholder("FILE")] = None,
    resume: bool = False,
    quiet: bool = False,
) -> None:
    """Train a DepthLSTM on recordings with known depth.

    Example: signlift train data -o runs/first --epochs 60

    Parameters
    ----------
    data
        Directory with body_data.npy and body_ground.npy, or a normalized_data.npy.
    out
        Directory of the run: configuration, checkpoints, learning curves.
    test_data
        Test on all of this data. Then nothing of DATA is held back.
    groups
        Text file with one label per line and recording. Recordings with the same label are not
        split into training and test data.
    resume
        Continue the run in RUN with the options that it was started with. More epochs than it was
        started with are allowed.
    quiet
        Show no progress and no summary.
    """
    from signlift.training import fit
    from signlift.training.run import best_epoch
    from signlift.training.split import read_groups

    try:
        history = fit.train(
            data,
            out,
            training,
            test_data=test_data,
            groups=None if groups is None else read_groups(groups),
            hardware=hardware,
            resume=resume,
            quiet=quiet,
        )
    except KeyboardInterrupt:
        hint = "--resume continues after the last whole epoch"
        raise KeyboardInterrupt(hint) from None
    if not quiet:
        best = best_epoch(history)
        assert best is not None
        test_loss = "" if best.test_loss is None else f", test loss {best.test_loss:.5f}"
        print(
            f"{out}: {len(history)} epochs; the best is number {best.epoch}, "
            f"train loss {best.train_loss:.5f}{test_loss}"
        )
        print(f"learning curves: {out / 'losses.png'}")


def resume_options(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Give the options of a resumed run the values that it was started with.

    The signature is that of a cyclopts configuration. Options on the command line come first.

    Raises
    ------
    InputError
        The directory is not a run.
    """
    tokens = {argument.name: argument.tokens for argument in arguments}
    if not (tokens["--resume"] and tokens["--out"]):
        return
    from signlift.training.run import CONFIG, read_config

    run = Path(tokens["--out"][0].value)
    options = asdict(read_config(run).config)
    source = Dict(options, source=str(run / CONFIG), use_commands_as_keys=False)
    source(app, commands, arguments)
