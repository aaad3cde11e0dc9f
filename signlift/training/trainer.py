"""The trainer: one loop over epochs, for every architecture and every source of batches."""

from __future__ import annotations

import copy
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from lightning_fabric import Fabric
from torch import Tensor

from signlift.errors import InputError, problem
from signlift.model.checkpoint import (
    BEST,
    LAST,
    load_checkpoint,
    load_training_state,
    save_checkpoint,
)
from signlift.training.epochs.train_epoch import EpochSteps, diverged
from signlift.training.epochs.training_state import (
    load_optimizer,
    load_weights,
    optimizer_state,
    weights_state,
)
from signlift.training.history import EpochLosses, best_epoch, draw_losses, write_losses
from signlift.training.sources.worker_processes import open_epochs
from signlift.training.training_job import TrainingJob
from signlift.utils.progress import progress_bar

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

#: Seconds between drawings of the learning curves during training.
_REDRAW_EVERY = 30.0


@contextmanager
def _without_traces_of_writer() -> Iterator[None]:
    """Keep TensorBoard's thread from printing what the next call of the writer raises."""
    before = threading.excepthook

    def show(about: threading.ExceptHookArgs) -> None:
        if type(about.thread).__module__.partition(".")[0] != "tensorboard":
            before(about)

    threading.excepthook = show
    try:
        yield
    finally:
        threading.excepthook = before


def run_training(fabric: Fabric, job: TrainingJob) -> None:
    """Train in one process of a run; the first process writes the run's files.

    Parameters
    ----------
    fabric
        Devices, processes and precision.
    job
        The run.

    Raises
    ------
    InputError
        The loss is not finite.
    """
    _Training(fabric, job).run()


class _Training:
    """A training run in one process."""

    def __init__(self, fabric: Fabric, job: TrainingJob) -> None:
        settings = job.settings.optimizer
        self.fabric, self.job = fabric, job
        torch.manual_seed(job.settings.seed)
        self.raw = job.task.build()
        self.adam = torch.optim.AdamW(
            self.raw.parameters(),
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
            # Fused kernels would unscale the gradients themselves, after they are clipped.
            fused=job.settings.precision != "16-mixed",
        )
        self.model, self.optimizer = fabric.setup(self.raw, self.adam)
        if job.initial_weights is not None:
            self.raw.load_state_dict(job.initial_weights)
        self.averaged = copy.deepcopy(self.raw) if settings.averaging > 0 else None
        self.history: list[EpochLosses] = []
        self.epochs, self.steps, self.seconds_before = 0, 0, 0.0
        self.started = self.saved = self.drawn = time.monotonic()
        if job.resume and (job.run / LAST).exists():
            self._restore()
        self.unlogged: list[dict[str, float]] = []
        self.writer = None
        if fabric.is_global_zero:
            self.writer = _summary_writer(job.run, self.epochs)

    @_without_traces_of_writer()
    def run(self) -> None:
        """Train all epochs that are left."""
        job, settings = self.job, self.job.settings
        if not self.history and job.initial_weights is not None and job.tester is not None:
            self._log(EpochLosses(0, None, self._test(), self._seconds()))
            self._save(LAST)
        steps = EpochSteps(
            self.fabric,
            self.model,
            self.raw,
            job.task,
            self.optimizer,
            self.fabric.device,
            max_gradient=settings.optimizer.max_gradient or math.inf,
            after_batch=self._average,
        )
        selection = slice(self.fabric.global_rank, None, self.fabric.world_size)
        numbers = range(self.epochs + 1, settings.epochs + 1)
        if settings.progress(self.epochs, self.seconds_before) >= 1:
            numbers = numbers[:0]
        with open_epochs(job.source, numbers, selection, job.workers) as epochs, self._bar() as bar:
            for number, batches in epochs:
                progress = settings.progress(self.epochs, self._seconds())
                for group in self.optimizer.param_groups:
                    group["lr"] = settings.learning_rate(self.epochs, progress)
                bar.set_description(f"epoch {number}/{settings.epochs}", refresh=False)
                self.model.train()
                self.unlogged.append(steps.run(batches, job.source.num_lanes, bar))
                self.epochs = number
                last = settings.progress(number, self._seconds()) >= 1
                if number % job.log_every == 0 or last:
                    self._log(self._losses())
                if last or time.monotonic() - self.saved >= job.save_every:
                    self._save(LAST)
                    self.saved = time.monotonic()
                self.fabric.barrier()
                if last:
                    break
        self._finish()

    def _bar(self) -> Any:
        frames = self.job.source.frames_per_epoch
        total, done = self.job.settings.epochs * frames, self.epochs * frames
        quiet = self.job.quiet or not self.fabric.is_global_zero
        return progress_bar(total, "training", quiet=quiet, initial=done)

    def _seconds(self) -> float:
        """Return the training time so far, without that between a stop and its resumption."""
        return self.seconds_before + time.monotonic() - self.started

    @torch.no_grad()
    def _average(self, stepped: bool) -> None:
        """Move the averaged weights towards the current ones."""
        if self.averaged is not None and stepped:
            kept = self.job.settings.optimizer.kept_average(self.steps)
            averages: list[Tensor] = list(self.averaged.parameters())
            torch._foreach_lerp_(averages, list[Tensor](self.raw.parameters()), 1 - kept)
        self.steps += 1

    @contextmanager
    def _averaged_weights(self) -> Iterator[None]:
        """Put the averaged weights into the network for a while."""
        if self.averaged is None:
            yield
            return
        weights = {name: value.clone() for name, value in self.raw.state_dict().items()}
        self.raw.load_state_dict(self.averaged.state_dict())
        try:
            yield
        finally:
            self.raw.load_state_dict(weights)

    def _test(self) -> float | None:
        if self.job.tester is None:
            return None
        with self._averaged_weights():
            self.model.eval()
            return self.job.tester(self.fabric, self.model, self.raw)

    def _losses(self) -> EpochLosses:
        """Return the losses since the last row, and test."""
        task = self.job.task
        rows, self.unlogged = self.unlogged, []
        terms = {}
        for name in task.terms:
            values = [row[name] for row in rows if not math.isnan(row[name])]
            if values:  # else nothing was known
                terms[name] = sum(values) / len(values)
        train_loss = terms.get(next(iter(task.terms)))
        if train_loss is None:
            raise diverged(self.adam, f"epoch {self.epochs}")
        several = terms if len(terms) > 1 else {}
        return EpochLosses(self.epochs, train_loss, self._test(), self._seconds(), several)

    def _log(self, losses: EpochLosses) -> None:
        self.history.append(losses)
        if self.writer is None:
            return
        if self.job.keep_best and (
            best_epoch(self.history) is losses or not (self.job.run / BEST).exists()
        ):
            # A run is resumed from its last weights, so the first best ones come after them.
            if not (self.job.run / LAST).exists():
                self._save(LAST)
            self._save(BEST)
        write_losses(self.job.run, self.history)
        scalars = {"train": losses.train_loss, "test": losses.test_loss, **losses.terms}
        for name, value in scalars.items():
            if value is not None:
                self.writer.add_scalar(f"loss/{name}", value, losses.epoch)
        if time.monotonic() - self.drawn > _REDRAW_EVERY:
            self._draw()

    def _draw(self) -> None:
        draw_losses(self.job.run, self.history, self.job.task.loss_name)
        self.drawn = time.monotonic()

    def _save(self, name: str) -> None:
        """Save the weights to use, and for the last epoch the state of training."""
        if not self.fabric.is_global_zero:
            return
        info = {
            **self.job.info,
            "history": [asdict(row) for row in self.history],
            "epoch": self.epochs,
            "steps": self.steps,
            "seconds": self._seconds(),
        }
        model, state = self.raw, {}
        if name == LAST:
            state = optimizer_state(self.adam)
            if self.averaged is not None:
                state |= weights_state(self.raw)
        if self.averaged is not None:
            model = self.averaged
        save_checkpoint(
            self.job.run / name, model, self.job.task.config, info, training_state=state
        )

    def _restore(self) -> None:
        """Continue from the last checkpoint."""
        path = self.job.run / LAST
        checkpoint, state = load_checkpoint(path), load_training_state(path)
        weights, info = checkpoint.model.state_dict(), checkpoint.info
        try:
            self.raw.load_state_dict(weights)
            if self.averaged is not None:
                self.averaged.load_state_dict(weights)
                load_weights(self.raw, state)
            load_optimizer(self.adam, state)
            if info["steps"] and not self.adam.state:
                raise ValueError("the state of the optimiser")
            self.history = [EpochLosses(**row) for row in info["history"]]
            self.epochs, self.steps = int(info["epoch"]), int(info["steps"])
            self.seconds_before = float(info["seconds"])
        except (IndexError, KeyError, TypeError, ValueError, RuntimeError) as error:
            expected = "the state of a training, to resume it"
            found = f"a checkpoint without parts of it ({type(error).__name__}: {error})"
            raise InputError(problem(path, expected=expected, found=found)) from error
        if not (self.job.run / BEST).exists() and self.job.keep_best and self.history:
            best = best_epoch(self.history)
            if best is not None and best.epoch == self.epochs:  # a stop came between both files
                self._save(BEST)

    def _finish(self) -> None:
        if self.writer is not None:
            self.writer.close()
            write_losses(self.job.run, self.history)  # a stop may have come between both files
            if self.history:
                self._draw()


def _summary_writer(run: Path, epochs: int) -> SummaryWriter:
    from torch.utils.tensorboard import SummaryWriter

    # Events of epochs after the last checkpoint, of a run that was stopped, are dropped.
    return SummaryWriter(str(run / "tensorboard"), purge_step=epochs + 1)
