"""The directory of a run, and its configuration.

RUN/config.json         data, options and split
RUN/best.safetensors    the weights with the lowest test loss
RUN/last.safetensors    the weights after the last complete epoch, and the state of training
RUN/losses.csv, .png    learning curves of train and test loss
RUN/tensorboard/        the same for TensorBoard
"""

from __future__ import annotations

import json
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
from signlift.utils.regular_files import read_regular

CONFIG = "config.json"


@dataclass(frozen=True, eq=False)
class RunConfig:
    """Data, options and split of a run.

    Attributes
    ----------
    data, fingerprint
        Path of the training data, and its fingerprint (see `Dataset`).
    test_data, test_fingerprint
        The same for separate test data; None if recordings of `data` are held back.
    config
        The options, with all defaults filled in.
    split
        The recordings of `data` to train on, and those of `test_data` (or `data`) to test on.
    """

    data: str
    fingerprint: str
    test_data: str | None
    test_fingerprint: str | None
    config: TrainConfig
    split: Split


def write_config(run: Path, started: RunConfig) -> None:
    """Write RUN/config.json, atomically."""
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
        The directory is not a run, or its config.json is damaged.
    """
    path = Path(run) / CONFIG
    try:
        content: dict[str, Any] = json.loads(read_regular(path))
        split = Split(*(np.array(content["split"][part], np.int64) for part in ("train", "test")))
        if split.train.ndim != 1 or split.test.ndim != 1:
            raise ValueError("a split that is not two lists of numbers")
        names = ("data", "fingerprint", "test_data", "test_fingerprint")
        texts = {name: content[name] for name in names}
        for name, text in texts.items():
            if not (isinstance(text, str) or (text is None and name.startswith("test"))):
                raise TypeError(f"{name} that is not text")
        return RunConfig(**texts, config=TrainConfig(**content["options"]), split=split)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            problem(run, expected="the directory of a run", found=f"no {CONFIG}")
        ) from None
    except InputError:
        raise
    except RecursionError:
        found = "brackets nested too deeply"
        raise InputError(problem(path, expected="a run's configuration", found=found)) from None
    except (AttributeError, KeyError, OSError, OverflowError, TypeError, ValueError) as error:
        found = f"a damaged file ({error})"
        raise InputError(problem(path, expected="a run's configuration", found=found)) from None


def check_split(run: str | PathLike[str], split: Split, train: int, test: int) -> None:
    """Check a split against the number of recordings.

    Parameters
    ----------
    run
        Directory of the run.
    split
        The split.
    train, test
        Number of recordings of the training and the test data.

    Raises
    ------
    InputError
        The split contains the number of a recording that does not exist.
    """
    for part, count in ((split.train, train), (split.test, test)):
        if len(part) and not (part.min() >= 0 and part.max() < count):
            found = f"{part.min()} to {part.max()}"
            expected = f"a split of recordings 0 to {count - 1}"
            raise InputError(problem(Path(run) / CONFIG, expected=expected, found=found))


def held_back(run: str | PathLike[str], started: RunConfig, dataset: Dataset) -> tuple[Split, str]:
    """Find the recordings of a dataset that a run was trained on, and those that it held back.

    Parameters
    ----------
    run, started
        The run's directory and its configuration.
    dataset
        Any data. If it was no part of the run, all of it counts as held back.

    Returns
    -------
    The split of the dataset, and a description of the dataset.

    Raises
    ------
    InputError
        The split contains the number of a recording that does not exist.
    """
    nothing = np.zeros(0, np.int64)
    everything = np.arange(len(dataset))
    if dataset.fingerprint == started.fingerprint:
        if started.test_data is None:
            check_split(run, started.split, len(dataset), len(dataset))
            return started.split, "the run's training data"
        return Split(started.split.train, nothing), "the run's training data"
    if dataset.fingerprint == started.test_fingerprint:
        return Split(nothing, everything), "the run's test data"
    return Split(nothing, everything), "data that the run was not trained on"
