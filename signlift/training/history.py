"""The losses of a run, epoch by epoch, as a table and as learning curves."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.utils.atomic import write_text
from signlift.utils.regular_files import read_regular

#: Files of the losses in a run's directory.
LOSSES_TABLE, LOSSES_IMAGE = "losses.csv", "losses.png"


@dataclass(frozen=True)
class EpochLosses:
    """The losses of an epoch, or of all epochs since the last row.

    Attributes
    ----------
    epoch
        Number of the epoch, from 1; 0 for the weights that training starts from.
    train_loss
        Mean of the first term of the loss; None for epoch 0.
    test_loss
        Loss on the test data after the epoch; None where nothing is tested.
    seconds
        Training time so far. It is not compared, as it differs between equal runs.
    terms
        Means of all terms of a loss that has several.
    """

    epoch: int
    train_loss: float | None
    test_loss: float | None
    seconds: float = field(default=0.0, compare=False)
    terms: dict[str, float] = field(default_factory=dict)


def best_epoch(history: Sequence[EpochLosses]) -> EpochLosses | None:
    """Return the epoch with the lowest test loss (train loss where nothing is tested).

    Parameters
    ----------
    history
        The losses of a run.

    Returns
    -------
    None for an empty history.

    Examples
    --------
    >>> best_epoch([EpochLosses(1, 3.0, 0.2), EpochLosses(2, 2.0, 0.5)]).epoch
    1
    """

    def loss(row: EpochLosses) -> float:
        value = row.train_loss if row.test_loss is None else row.test_loss
        return math.inf if value is None or not math.isfinite(value) else value

    return min(history, key=loss, default=None)


def write_losses(run: Path, history: Sequence[EpochLosses]) -> None:
    """Write the losses of a run to RUN/losses.csv."""
    terms = list(dict.fromkeys(name for row in history for name in row.terms))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", "train_loss", "test_loss", "seconds", *terms])
    for row in history:
        values = [row.train_loss, row.test_loss, *(row.terms.get(name) for name in terms)]
        train, test, *others = ("" if value is None else repr(value) for value in values)
        writer.writerow([row.epoch, train, test, f"{row.seconds:.1f}", *others])
    write_text(run / LOSSES_TABLE, text.getvalue())


def read_losses(run: Path) -> list[EpochLosses]:
    """Read the losses of a run from RUN/losses.csv; none where there is no such file.

    Raises
    ------
    InputError
        The file is damaged.
    """
    path = run / LOSSES_TABLE
    if not path.is_file():
        return []
    try:
        lines = read_regular(path).decode("utf-8").splitlines()
        return [_parse_row(row) for row in csv.DictReader(lines)]
    except (AttributeError, KeyError, OSError, TypeError, ValueError, csv.Error) as error:
        found = f"a damaged file ({error})"
        raise InputError(problem(path, expected="the losses of a run", found=found)) from None


def _parse_row(row: dict[str, str]) -> EpochLosses:
    values = dict(row)
    epoch, seconds = int(values.pop("epoch")), float(values.pop("seconds"))
    numbers = {name: float(text) for name, text in values.items() if text}
    train, test = numbers.pop("train_loss", None), numbers.pop("test_loss", None)
    return EpochLosses(epoch, train, test, seconds, numbers)


def draw_losses(run: Path, history: Sequence[EpochLosses], loss: str) -> None:
    """Draw the learning curves of a run to RUN/losses.png.

    Parameters
    ----------
    run
        Directory of the run.
    history
        Its losses.
    loss
        The loss in words, with its unit.
    """
    from signlift.visualization import plot_losses

    plot_losses([asdict(row) for row in history], run / LOSSES_IMAGE, loss=loss)
