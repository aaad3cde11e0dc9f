"""Selection of the recordings to evaluate on: those that a run held back, or all."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal

import numpy as np

from signlift.datasets.dataset import Dataset
from signlift.errors import InputError, parameter_problem, problem
from signlift.training.run import CONFIG, held_back, read_config
from signlift.utils.array_types import Int

SplitName = Literal["auto", "test", "train", "all"]


@dataclass(frozen=True, eq=False)
class Selection:
    """The recordings to evaluate on.

    Attributes
    ----------
    recordings
        Their numbers.
    about
        A description of them.
    trained_on
        The number of recordings that the model was trained on, as far as is known.
    """

    recordings: Int[np.ndarray, " R"]
    about: str
    trained_on: int = 0


def select_recordings(
    model: str | PathLike[str], dataset: Dataset, split: SplitName = "auto"
) -> Selection:
    """Select the recordings of a dataset to evaluate a model on.

    Parameters
    ----------
    model
        The path of the model.
    dataset
        The data.
    split
        "test" for the recordings that the run held back, "train" for those that it was trained
        on, "all" for both. "auto" is "test" for a run and "all" for other models. If the run was
        trained on other data, all recordings of this data count as held back.

    Raises
    ------
    InputError
        The split is none of these, or the model is not a run of `train`, or no recording is left.
    """
    if split not in ("auto", "test", "train", "all"):
        expected = "auto, test, train or all"
        raise InputError(parameter_problem("split", expected=expected, found=split))
    everything = np.arange(len(dataset))
    path = Path(model)
    run = path if path.is_dir() else path.parent
    if not (run / CONFIG).exists():
        if split in ("test", "train"):
            expected = f"auto or all, as {model} is not a training run"
            raise InputError(parameter_problem("split", expected=expected, found=split))
        return Selection(everything, f"{_all(len(dataset))} of the data")
    run_split, source = held_back(run, read_config(run), dataset)
    name = "test" if split == "auto" else split
    chosen = {"test": run_split.test, "train": run_split.train, "all": everything}[name]
    if len(chosen) == 0:
        expected = f"recordings to evaluate on (`split` {name})"
        found = (
            f"none: {source}, {len(run_split.train)} trained on, {len(run_split.test)} held back "
            "(`split` all evaluates on all)"
        )
        raise InputError(problem(run, expected=expected, found=found))
    trained_on = int(np.isin(chosen, run_split.train).sum())
    if len(chosen) == len(dataset):
        return Selection(chosen, f"{_all(len(dataset))} of {source}", trained_on)
    part = "held back" if name == "test" else "trained on"
    about = f"{len(chosen)} of {len(dataset)} recordings of {source}: those {part}"
    return Selection(chosen, about, trained_on)


def _all(count: int) -> str:
    return "1 recording" if count == 1 else f"all {count} recordings"
