"""Training from start to end: data, split, trainer, calibration; and resuming a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from signlift.core.skeleton_arrays import convert
from signlift.datasets.dataset import Dataset, open_dataset
from signlift.errors import InputError, parameter_problem, problem
from signlift.model.checkpoint import (
    BEST,
    LAST,
    Checkpoint,
    architecture_of,
    load_checkpoint,
)
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.model.lifting_net import LiftingNetConfig
from signlift.model.network_inputs import SKELETON
from signlift.training.config import (
    DEFAULT_ARCHITECTURE,
    DEFAULT_SKELETON,
    SIZES,
    TrainConfig,
    default_init,
)
from signlift.training.epochs.testers import DepthLSTMTester, LiftingTester
from signlift.training.history import EpochLosses
from signlift.training.initial_weights import load_initial_weights
from signlift.training.launch import launch, locked, open_fabric
from signlift.training.run import CONFIG, RunConfig, check_split, read_config, write_config
from signlift.training.settings import Hardware
from signlift.training.sources.data_source import DataSource
from signlift.training.sources.lifting_recordings import LiftingRecordingSource, measure_people
from signlift.training.sources.recording_batches import RecordingSource
from signlift.training.split import Split, split_recordings
from signlift.training.tasks.mean_depth import mean_depth
from signlift.training.tasks.tasks import DepthLSTMTask, LiftingTask, TrainingTask
from signlift.training.tasks.uncertainty_calibration import calibrate_run
from signlift.training.training_job import Tester, TrainingJob
from signlift.utils.array_types import Float


def train(
    data: str | PathLike[str],
    run: str | PathLike[str],
    config: TrainConfig | None = None,
    *,
    test_data: str | PathLike[str] | None = None,
    groups: Sequence[str] | None = None,
    hardware: Hardware | None = None,
    resume: bool = False,
    quiet: bool = True,
    **options: Any,
) -> list[EpochLosses]:
    """Train a network on recordings with known depth.

    By default the shipped weights are fine-tuned. They are tested on the held-back recordings
    first, and stay the best weights of the run if training does not improve on them.

    Parameters
    ----------
    data
        Directory with body_data.npy and body_ground.npy, or a normalized_data.npy.
    run
        Directory of the run; created if missing (see `signlift.training.run` for its files).
    config, **options
        Options, as a TrainConfig or by name: `train(data, run, epochs=20)`.
    test_data
        Test on all of this data. Nothing of `data` is held back then.
    groups
        [V], a label for each recording. Recordings with the same label are not split.
    hardware
        Accelerator and number of processes.
    resume
        Continue a run that was stopped, to the same weights as without the stop (bit for bit
        on one CPU). It keeps its options, split and test data. Options that are passed must be
        those of the run, but `epochs` may grow and `minutes` may change.
    quiet
        Show no progress bars.

    Returns
    -------
    The losses of every epoch.

    Raises
    ------
    InputError
        The data, the options or the run's directory are not valid; another process trains in the
        directory; the loss is not finite, or the memory is too small.
    """
    run = Path(run)
    if run.exists() and not run.is_dir():
        raise InputError(problem(run, expected="a directory for the run", found="a file"))
    if groups is not None and (resume or test_data is not None):
        other = "`resume`" if resume else "`test_data`, as nothing is held back then"
        found = f"{len(groups)} labels"
        raise InputError(parameter_problem("groups", expected=f"none with {other}", found=found))
    config = replace(config or TrainConfig(), **options)
    started = None
    if resume:
        started = read_config(run)
        test_data = _check_resumed(run, started, config, test_data)
        config = replace(started.config, **config.given)
    # A directory without a checkpoint is that of a run that never completed an epoch.
    elif (run / CONFIG).exists() and (run / LAST).exists():
        expected = "a new directory, or `resume` to continue the run in it"
        raise InputError(problem(run, expected=expected, found="a run"))
    elif (run / CONFIG).exists() and (run / BEST).exists():
        found = f"a run without {LAST}, which cannot be resumed"
        raise InputError(problem(run, expected="a new directory", found=found))
    skeleton = config.skeleton or DEFAULT_SKELETON
    open_data = partial(open_dataset, keep_zeros=bool(config.keep_zeros), quiet=quiet)
    dataset = open_data(data, skeleton)
    test_set = dataset if test_data is None else open_data(test_data, skeleton)
    if test_set.frame != dataset.frame:
        expected = f"the {dataset.frame} frame, as {data}"
        found = f"the {test_set.frame} frame"
        raise InputError(problem(str(test_data), expected=expected, found=found))
    config, initial = _resolve(config, dataset, str(data))
    hardware = hardware or Hardware()
    fabric = open_fabric(hardware, config.trainer().precision)
    if started is not None:
        _check_same(data, started.fingerprint, dataset)
        if started.test_fingerprint is not None:
            _check_same(str(test_data), started.test_fingerprint, test_set)
        started = replace(started, config=config)
    else:
        split = Split(np.arange(len(dataset)), np.arange(len(test_set)))
        if test_data is None:
            assert config.test_fraction is not None and config.seed is not None
            split = split_recordings(len(dataset), config.test_fraction, config.seed, groups)
        started = RunConfig(
            str(data),
            dataset.fingerprint,
            None if test_data is None else str(test_data),
            None if test_data is None else test_set.fingerprint,
            config,
            split,
        )
    check_split(run, started.split, len(dataset), len(test_set))
    means = mean_depth(dataset, started.split.train, quiet=quiet)
    _check_known(means, data, "train")
    if len(started.split.test):
        test_means = mean_depth(test_set, started.split.test, quiet=quiet)
        _check_known(test_means, test_data or data, "test")
    if config.arch == "lifting" and dataset.skeleton != SKELETON:
        means = convert(means[:, None], dataset.skeleton, SKELETON)[:, 0]
    trained_before = [] if initial is None else initial.info.get("trained_on", [])
    if not isinstance(trained_before, list):
        trained_before = []
    info = {
        "trained_on": [*trained_before, Path(data).resolve().name],
        "mean_depth": [None if np.isnan(depth) else float(depth) for depth in means],
    }
    job = _job(run, started, dataset, test_set, initial, info, resume=resume, quiet=quiet)
    with locked(run):
        write_config(run, started)
        launch(fabric, job)
        if config.arch == "lifting" and len(started.split.test):
            calibrate_run(run, test_set, started.split.test, config.recordings().fps)
    _, _, saved = load_checkpoint(run / LAST)
    return [EpochLosses(**row) for row in saved["history"]]


def _resolve(
    config: TrainConfig, dataset: Dataset, data: str
) -> tuple[TrainConfig, Checkpoint | None]:
    """Fill in the defaults, and load the weights to start from."""
    arch = config.arch
    if arch is None:
        given = load_initial_weights(config.init)
        if given is not None:
            architecture = architecture_of(given.config)
            if architecture not in ("depth-lstm", "lifting"):
                expected = "weights of the body's network"
                raise InputError(
                    parameter_problem("init", expected=expected, found=f"those of {architecture}")
                )
            arch = "lifting" if architecture == "lifting" else "depth-lstm"
        else:
            arch = DEFAULT_ARCHITECTURE if dataset.frame == "camera" else "depth-lstm"
    if arch == "lifting" and dataset.frame != "camera":
        expected = "data in the camera frame, or `arch` depth-lstm"
        raise InputError(problem(data, expected=expected, found=f"the {dataset.frame} frame"))
    initial = load_initial_weights(config.init or default_init(arch))
    if initial is None:
        return config.resolve(arch), None
    if architecture_of(initial.config) != arch:
        found = f"those of {architecture_of(initial.config)}"
        raise InputError(parameter_problem("init", expected=f"weights of {arch}", found=found))
    sizes = asdict(initial.config)
    config = config.resolve(arch, {name: sizes[name] for name in SIZES[arch]})
    if isinstance(initial.config, DepthLSTMConfig):
        trained = f"{initial.config.skeleton} in the {initial.config.frame} frame"
        present = f"{dataset.skeleton.name} in the {dataset.frame} frame"
        if trained != present:
            expected = f"keypoints of the weights to start from ({trained})"
            raise InputError(problem(data, expected=expected, found=present))
    return config, initial


def _job(
    run: Path,
    started: RunConfig,
    dataset: Dataset,
    test_set: Dataset,
    initial: Checkpoint | None,
    info: dict[str, Any],
    *,
    resume: bool,
    quiet: bool,
) -> TrainingJob:
    """Put together the training of a run."""
    config, split = started.config, started.split
    settings, recordings = config.trainer(), config.recordings()
    task: TrainingTask
    source: DataSource
    tester: Tester
    if config.arch == "lifting":
        sizes = LiftingNetConfig(**config.sizes()) if initial is None else initial.config
        assert isinstance(sizes, LiftingNetConfig)
        task = LiftingTask(sizes)
        lengths = measure_people(dataset, split.train, quiet=quiet)
        source = LiftingRecordingSource(dataset, split.train, lengths, recordings, settings.seed)
        tester = LiftingTester(test_set, split.test, recordings.fps)
    else:
        assert config.loss is not None
        skeleton, frame = dataset.skeleton.name, dataset.frame
        task = DepthLSTMTask(DepthLSTMConfig(skeleton, frame, **config.sizes()), config.loss)
        source = RecordingSource(dataset, split.train, recordings, settings.seed)
        tester = DepthLSTMTester(task, test_set, split.test, recordings)
    return TrainingJob(
        run,
        task,
        source,
        settings,
        tester=tester if len(split.test) else None,
        initial_weights=None if initial is None else initial.model.state_dict(),
        info=info,
        resume=resume,
        quiet=quiet,
    )


def _check_resumed(
    run: Path, started: RunConfig, config: TrainConfig, test_data: str | PathLike[str] | None
) -> str | PathLike[str] | None:
    """Check the options that a run is resumed with; return its test data."""
    problems = [
        problem(run, expected="the options of the run to resume it", found=difference)
        for difference in config.differences(started.config, except_for=("epochs", "minutes"))
    ]
    if test_data is not None and started.test_data is None:
        expected = "no `test_data` to resume it, as it holds back recordings of its own"
        problems.append(problem(run, expected=expected, found=str(test_data)))
    done = 0
    if (run / LAST).exists():
        epoch = load_checkpoint(run / LAST).info.get("epoch")
        done = epoch if isinstance(epoch, int) else 0  # reported when the run is restored
    elif (run / BEST).exists():
        problems.append(problem(run, expected=f"{LAST} to resume it", found="no file"))
    if config.epochs is not None and config.epochs < done:
        expected = f"`epochs` {done} or more, as it has completed {done}"
        problems.append(problem(run, expected=expected, found=str(config.epochs)))
    if problems:
        raise InputError(problems)
    return started.test_data if test_data is None else test_data


def _check_known(means: Float[np.ndarray, " J"], where: str | PathLike[str], what: str) -> None:
    if not np.isfinite(means).any():
        expected = f"known depth in the recordings to {what} on"
        raise InputError(problem(where, expected=expected, found="none"))


def _check_same(path: str | PathLike[str], fingerprint: str, dataset: Dataset) -> None:
    if dataset.fingerprint != fingerprint:
        expected = f"the data that the run was started with (fingerprint {fingerprint})"
        raise InputError(problem(path, expected=expected, found=dataset.fingerprint))
