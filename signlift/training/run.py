"""A run's folder: its configuration, checkpoints and learning curves.

RUN/config.json         how it was started: data, options, split
RUN/best.safetensors    the weights with the lowest test loss
RUN/last.safetensors    the weights after the last whole epoch, and all that resuming needs
RUN/losses.csv, .png    learning curves of train and test loss
RUN/tensorboard/        the same for TensorBoard
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from signlift.datasets.dataset import Dataset
from signlift.errors import InputError, problem
from signlift.training.config import TrainConfig
from signlift.training.split import Split
from signlift.utils.atomic import write_text

CONFIG = "config.json"


@dataclass(frozen=True)
class Epoch:
    """The losses after an epoch: torso lengths squared (mse) or torso lengths (l1)."""

    epoch: int
    train_loss: float
    test_loss: float | None


@dataclass(frozen=True, eq=False)
class RunConfig:
    """How a run was started.

    Attributes
    ----------
    data, fingerprint
        The training data's path, and what tells it from other data.
    test_data, test_fingerprint
        The same for test data of its own; None when it is split off `data`.
    config
        The options.
    split
        The recordings of `data` to train on, and of `test_data` (or `data`) to test on.
    """

    data: str
    fingerprint: str
    test_data: str | None
    test_fingerprint: str | None
    config: TrainConfig
    split: Split


def write_config(run: Path, started: RunConfig) -> None:
    """Write how a run was started to RUN/config.json, whole or not at all."""
    content = {
        "data": started.data,
        "fingerprint": started.fingerprint,
        "test_data": started.test_data,
        "test_fingerprint": started.test_fingerprint,
        "options": asdict(started.config),
        "split": {
            "train": started.split.train.tolist(),
            "test": started.split.test.tolist(),
        },
    }
    write_text(run / CONFIG, json.dumps(content, indent=1) + "\n")


def read_config(run: str | PathLike[str]) -> RunConfig:
    """Read RUN/config.json.

    Raises
    ------
    InputError
        The folder is not a run, or its config.json is damaged.
    """
    path = Path(run) / CONFIG
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        split = Split(*(np.array(content["split"][part], np.int64) for part in ("train", "test")))
        return RunConfig(
            content["data"],
            content["fingerprint"],
            content["test_data"],
            content["test_fingerprint"],
            TrainConfig(**content["options"]),
            split,
        )
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(problem(run, expected="a run's folder", found=f"no {CONFIG}")) from None
    except InputError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        found = f"something else ({error})"
        raise InputError(problem(path, expected="a run's configuration", found=found)) from None


def check_split(run: str | PathLike[str], split: Split, train: int, test: int) -> None:
    """Check a split against the recordings that there are to train and to test on.

    Raises
    ------
    InputError
        It names a recording that there is not.
    """
    for part, count in ((split.train, train), (split.test, test)):
        if len(part) and not (part.min() >= 0 and part.max() < count):
            found = f"{part.min()} to {part.max()}"
            expected = f"a split of recordings 0 to {count - 1}"
            raise InputError(problem(Path(run) / CONFIG, expected=expected, found=found))


def held_back(run: str | PathLike[str], started: RunConfig, dataset: Dataset) -> tuple[Split, str]:
    """Which recordings of a dataset a run was trained on and which it held back to test on.

    Parameters
    ----------
    run, started
        The run's folder, and what `read_config` read in it.
    dataset
        Any data.

    Returns
    -------
    The two, and in words what the dataset is to the run. Of data that the run has not seen,
    all is to test on.

    Raises
    ------
    InputError
        The split names recordings that there are not.
    """
    nothing = np.zeros(0, np.int64)
    everything = np.arange(len(dataset))
    found = dataset.fingerprint
    if found == started.fingerprint:
        if started.test_data is None:
            check_split(run, started.split, len(dataset), len(dataset))
            return started.split, "the run's training data"
        return Split(started.split.train, nothing), "the run's training data"
    if found == started.test_fingerprint:
        return Split(nothing, everything), "the run's test data"
    return Split(nothing, everything), "data that the run has not seen"


def write_losses(run: Path, history: Sequence[Epoch]) -> None:
    """Write RUN/losses.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", "train_loss", "test_loss"])
    for row in history:
        test = "" if row.test_loss is None else repr(row.test_loss)
        writer.writerow([row.epoch, repr(row.train_loss), test])
    write_text(run / "losses.csv", text.getvalue())


def best_epoch(history: Sequence[Epoch]) -> Epoch | None:
    """The epoch with the lowest test loss (the lowest train loss where nothing is tested)."""

    def loss(row: Epoch) -> float:
        value = row.train_loss if row.test_loss is None else row.test_loss
        return value if math.isfinite(value) else math.inf

    return min(history, key=loss, default=None)
