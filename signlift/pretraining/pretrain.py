"""Pretraining: the trainer on the simulated stream."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from signlift.errors import InputError, problem
from signlift.model.checkpoint import LAST, Model, load_checkpoint
from signlift.model.lifting_net import LiftingNet
from signlift.pretraining.motion_sources import CapturedMotion
from signlift.pretraining.settings import PretrainingSettings
from signlift.pretraining.simulated_stream import SimulatedStream
from signlift.training.launch import launch, locked, open_fabric
from signlift.training.settings import Hardware, TrainerSettings
from signlift.training.sources.data_source import DataSource
from signlift.training.tasks.tasks import LiftingTask, TrainingTask
from signlift.training.training_job import TrainingJob
from signlift.utils.atomic import write_text

#: The settings in the directory of a run.
SETTINGS = "settings.json"

#: Blocks from one row of the losses to the next, and seconds from one checkpoint to the next.
LOG_EVERY, SAVE_EVERY = 20, 120.0


def pretrain(
    run: Path,
    settings: PretrainingSettings,
    captured: Sequence[CapturedMotion] = (),
    *,
    workers: int = 1,
    initial: Path | None = None,
    quiet: bool = False,
) -> LiftingNet:
    """Pretrain the network of the body of one model, or continue where it was stopped.

    Parameters
    ----------
    run
        Directory of the run (see `run_pretraining`).
    settings
        Settings; they must be those of the run that is continued.
    captured
        Motion capture to mix in.
    workers, initial, quiet
        As for `run_pretraining`.

    Returns
    -------
    The network with averaged weights.

    Raises
    ------
    InputError
        As for `run_pretraining`.
    """
    net = run_pretraining(
        run,
        LiftingTask(settings.model),
        SimulatedStream(settings.trainer.seed, settings.data, captured),
        settings.trainer,
        {**asdict(settings), "captured": [motion.name for motion in captured]},
        workers=workers,
        initial=initial,
        quiet=quiet,
    )
    assert isinstance(net, LiftingNet)
    return net


def run_pretraining(
    run: Path,
    task: TrainingTask,
    source: DataSource,
    settings: TrainerSettings,
    content: Mapping[str, Any],
    *,
    workers: int = 1,
    initial: Path | None = None,
    quiet: bool = False,
) -> Model:
    """Pretrain a network, or continue a pretraining that was stopped.

    Parameters
    ----------
    run
        Directory of the run: settings.json, and last.safetensors, losses and TensorBoard events as
        `signlift.train` writes them.
    task
        The network and its losses.
    source
        The simulated stream.
    settings
        Schedule and optimiser.
    content
        What settings.json holds; it must be that of the run that is continued.
    workers
        Processes that make batches; 0 makes them in this process.
    initial
        Weights to start from: a run's directory (its last checkpoint) or a .safetensors file.
    quiet
        Show no progress bar.

    Returns
    -------
    The network with averaged weights.

    Raises
    ------
    InputError
        The directory holds a run with other settings; or there are no such weights to start
        from.
    """
    content = dict(json.loads(json.dumps(content)))
    path = run / SETTINGS
    if path.exists():
        _check_same(path, json.loads(path.read_text(encoding="utf-8")), content)
    weights = None
    if initial is not None:
        file = initial / LAST if initial.is_dir() else initial
        weights = load_checkpoint(file).model.state_dict()
    job = TrainingJob(
        run,
        task,
        source,
        settings,
        initial_weights=weights,
        info={"settings": content},
        resume=True,
        keep_best=False,
        workers=workers,
        log_every=LOG_EVERY,
        save_every=SAVE_EVERY,
        quiet=quiet,
    )
    with locked(run):
        write_text(path, json.dumps(content, indent=2) + "\n")
        launch(open_fabric(Hardware(), settings.precision), job)
    # Built from the task, as a configuration may build a variant of the network.
    net = task.build()
    net.load_state_dict(load_checkpoint(run / LAST).model.state_dict())
    return net.eval()


def _check_same(path: Path, started: dict[str, Any], settings: dict[str, Any]) -> None:
    """Raise an InputError that names the settings that differ from those of a run."""
    before, now = _flatten(started), _flatten(settings)
    problems = [
        problem(path, expected=f"{name} {before.get(name, 'unset')}", found=now.get(name, "unset"))
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    ]
    if problems:
        raise InputError(problems)


def _flatten(values: dict[str, Any]) -> dict[str, str]:
    """Return nested settings by names such as `model.width`, as text."""
    flat: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": text for inner, text in _flatten(value).items()}
        else:
            flat[name] = json.dumps(value)
    return flat
